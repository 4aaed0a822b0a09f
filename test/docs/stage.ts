import type { Incoming, Outgoing } from '../../src/bot/channel.ts';
import { createChoiceLists } from '../../src/bot/choice-lists-store.ts';
import { parseStyled } from '../../src/bot/markdown/styled.ts';
import { zaloParts } from '../../src/bot/zalo/parts.ts';
import { createZaloPlaces } from '../../src/bot/zalo/places-store.ts';
import { createReception, type ZaloOutgoing } from '../../src/bot/zalo/reception.ts';
import type { AccountRef, ChannelName } from '../../src/config.ts';
import { loadHolidays } from '../../src/meetings/holidays.ts';
import { createMeetingDuties } from '../../src/meetings/plan-duties.ts';
import { readConsent } from '../../src/people/consent.ts';
import { createReminderTick } from '../../src/reminders/tick.ts';
import { openConversation, type TestConversation } from '../support/conversation.ts';
import { accountOf, addCast } from './cast.ts';
import { fits, withCodes, type Actor, type Example, type KnownCodes, type Step } from './example.ts';
import { watchedLog } from '../support/log.ts';

const TIME_ZONE = 'Asia/Ho_Chi_Minh';
const CHANNELS: readonly ChannelName[] = ['telegram', 'zalo'];
const GROUP = '-100';
/** What somebody has on the screen. */
interface Shown {
  text: string;
  choices: readonly { id: string; label: string }[];
}

export interface Stage extends AsyncDisposable {
  bot: TestConversation;
  /** Plays an example; returns what came out otherwise, in words. */
  play(example: Example): Promise<string[]>;
}

/** The sample committee, its people, and the bot. */
export async function openStage(): Promise<Stage> {
  const consent = readConsent('data/consent.md', {
    PRIVACY_CONTACT: 'Văn phòng Đảng ủy xã Mẫu',
    QUESTION_DAYS: '180',
    DELIVERY_DAYS: '365',
  });
  const bot = await openConversation([], undefined, consent.markdown);
  await addCast(bot);

  const lists = createChoiceLists(bot.db, bot.clock, 'zalo');
  const receive = createReception({
    lists,
    places: createZaloPlaces(bot.db, bot.clock, { users: 0, groups: 0 }),
    maxUsers: 0,
    maxGroups: 0,
    telegram: true,
    showTyping: () => Promise.resolve(),
    handle: ({ kind, text, channel, userId }) =>
      kind === 'choice' ? bot.press({ channel, userId }, text) : bot.say({ channel, userId }, text),
    askedAt: async (chatId) => (await bot.dialogs.current('zalo', chatId))?.since,
    log: watchedLog(),
  });
  const ticks = createReminderTick({
    db: bot.db,
    clock: bot.clock,
    timeZone: TIME_ZONE,
    quietHours: undefined,
    outbox: bot.outbox,
    channels: () => CHANNELS,
    admins: [],
    others: [
      createMeetingDuties({
        timeZone: TIME_ZONE,
        quietHours: undefined,
        holidays: loadHolidays(),
        channels: () => CHANNELS,
      }),
    ],
    log: watchedLog(),
  });
  await ticks.run();

  const codes: KnownCodes = new Map();
  /** By account: what is on the screen, newest last; and what the bot sent by itself and no example has shown yet. */
  const screens = new Map<string, Shown[]>();
  const unread = new Map<string, Shown[]>();

  function show(actor: Actor, message: Shown): void {
    const key = keyOf(accountOf(actor));
    screens.set(key, [...(screens.get(key) ?? []), message]);
  }

  async function onZalo(account: AccountRef, { part = 0, ...message }: ZaloOutgoing): Promise<Shown> {
    const parts = zaloParts(message);
    const shown = parts[part];
    if (message.choices !== undefined || parts.length > 1) await lists.keep(account.userId, { message, part });
    return { text: shown?.styled.text ?? '', choices: [] };
  }

  async function act({ kind, who, text }: Extract<Step, { kind: 'say' | 'press' }>): Promise<Shown> {
    const account = accountOf(who);
    const typed = withCodes(text, codes);
    const replies = kind === 'press' ? await press(who, typed) : await say(who, account, typed);
    await deliver();
    const parts =
      who.place === 'zalo'
        ? await Promise.all(replies.map((reply) => onZalo(account, reply)))
        : replies.map((reply) => drawn(reply));
    for (const part of parts) show(who, part);
    return { text: parts.map((part) => part.text).join('\n'), choices: parts.flatMap(({ choices }) => choices) };
  }

  function say(who: Actor, account: AccountRef, text: string): Promise<Outgoing[]> {
    if (who.place === 'group') return bot.sayInGroup(account, GROUP, text);
    if (who.place === 'private') return bot.say(account, text);
    const message: Incoming = { ...account, chatId: account.userId, kind: 'text', text, group: false };
    return receive(message);
  }

  async function press(who: Actor, label: string): Promise<Outgoing[]> {
    const account = accountOf(who);
    const choice = (screens.get(keyOf(account)) ?? [])
      .toReversed()
      .flatMap(({ choices }) => choices)
      .find((one) => fits(label, one.label, codes));
    if (!choice) throw new Error(`no button "${label}"`);
    return bot.press(account, choice.id);
  }

  /** All that the bot has to send by itself arrives. */
  async function deliver(): Promise<void> {
    for (const channel of CHANNELS) {
      for (;;) {
        const rows = await bot.outbox.due(channel, { limit: 100, busy: [], held: [], reachable: undefined });
        if (rows.length === 0) break;
        for (const { id, chatId, message } of rows) {
          const claim = await bot.outbox.claim(id);
          if (claim === undefined) continue;
          await bot.outbox.settle(id, claim, { state: 'sent', messageId: `m${id}` });
          const account = { channel, userId: chatId };
          const shown = channel === 'zalo' ? await onZalo(account, message) : drawn(message);
          unread.set(keyOf(account), [...(unread.get(keyOf(account)) ?? []), shown]);
        }
      }
    }
  }

  return {
    bot,
    [Symbol.asyncDispose]: () => bot.db.destroy(),
    async play({ steps }) {
      const wrong: string[] = [];
      let reply: Shown = { text: '', choices: [] };
      for (const step of steps) {
        const note = (what: string): void => void wrong.push(`line ${step.line}: ${what}`);
        switch (step.kind) {
          case 'time': {
            const then = step.at.toZonedDateTime(TIME_ZONE).toInstant();
            const wait = then.since(bot.clock.now());
            if (wait.sign < 0) note('that time is over');
            bot.clock.advance(wait);
            await ticks.run();
            await deliver();
            break;
          }
          case 'say':
          case 'press':
            try {
              reply = await act(step);
            } catch (error) {
              reply = { text: '', choices: [] };
              note(error instanceof Error ? error.message : String(error));
            }
            break;
          case 'reply':
            if (!isSo(step, reply, codes)) note(`instead came\n${inWords(reply)}`);
            break;
          case 'sent': {
            const waiting = unread.get(keyOf(accountOf(step.who))) ?? [];
            const at = waiting.findIndex((message) => isSo(step, message, codes));
            const found = waiting[at];
            if (found) {
              waiting.splice(at, 1);
              show(step.who, found);
            } else note(`instead there is\n${waiting.map(inWords).join('\n---\n') || 'nothing'}`);
          }
        }
      }
      return wrong;
    },
  };
}

function keyOf({ channel, userId }: AccountRef): string {
  return `${channel}:${userId}`;
}

function drawn({ markdown, choices = [], file, picture }: Outgoing): Shown {
  const text = parseStyled(markdown, 'written').text;
  return { text: [text, file && `(tệp ${file.name})`, picture && '(ảnh)'].filter(Boolean).join('\n'), choices };
}

function isSo(step: Extract<Step, { kind: 'reply' | 'sent' }>, shown: Shown, codes: KnownCodes): boolean {
  if (!fits(step.text, shown.text, codes)) return false;
  return step.buttons === undefined || fits(step.buttons, buttonsOf(shown), codes);
}

function buttonsOf({ choices }: Shown): string {
  return choices.map(({ label }) => `[${label}]`).join(' ');
}

function inWords(shown: Shown): string {
  return [shown.text, buttonsOf(shown)].filter((part) => part !== '').join('\n');
}
