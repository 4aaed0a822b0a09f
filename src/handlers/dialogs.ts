import type { Incoming, Outgoing } from '../bot/channel.ts';
import type { Clock } from '../clock.ts';
import type { DialogsStore } from '../people/dialogs-store.ts';
import { fold, words } from '../search/fold.ts';
import { say, type Feature } from './feature.ts';

const PASS = 'bo qua';
/** How long after the bot asked something a text is more likely an answer to that than a question. */
const WAITS_MINUTES = 60;
/** Folded words that leave a dialog. */
const LEAVE = ['huy', 'huy bo', PASS, 'thoi'];

/**
 * Dialogs that take several messages. They are kept in the database, survive a restart, and are only held in private
 * chats: in a group the answers of different people could not be told apart.
 */
export interface Dialogs {
  /**
   * Waits for this chat's next text, which goes to the step `name` of a feature's `dialogs`, with this state.
   *
   * @param typed what is lost when the dialog is left, as a noun in Vietnamese; undefined: nothing worth a word
   */
  open(message: Incoming, name: string, state?: unknown, typed?: string): Promise<void>;
  close(message: Incoming): Promise<void>;
  /** The state of the dialog that is open; undefined: this one is not. */
  state(message: Incoming, name: string): Promise<unknown>;
  /** Whether this chat was asked something a short while ago: a text that nothing understands is more likely meant for that. */
  waits(message: Incoming): Promise<boolean>;
  /** Whether a text is surely a command in words or a question of the handbook, whatever was asked. */
  isMeantElsewhere(text: string): boolean;
  /** What a step says to a text that it cannot read; undefined, so that it is passed on, when it is meant elsewhere. */
  misread(message: Incoming, complaint: string): Outgoing[] | undefined;
  /** Another command begins: ends what is open, and puts into its answer what was typed and is lost. */
  endFor(message: Incoming, run: () => Promise<Outgoing[]>): Promise<Outgoing[]>;
  /** What the open dialog says to a text; undefined: none is open, or the text is not what it asked for. */
  answer(message: Incoming, features: readonly Feature[]): Promise<Outgoing[] | undefined>;
  /** `/huy` */
  feature: Feature;
}

/** @param isMeantElsewhere whether a text is surely a command in words or a question of the handbook */
export function createDialogs(store: DialogsStore, clock: Clock, isMeantElsewhere: (text: string) => boolean): Dialogs {
  async function leave(message: Incoming): Promise<Outgoing[]> {
    return say((await store.close(message.channel, message.chatId)) ? LEFT : NOTHING_OPEN);
  }

  return {
    async open(message, name, state = null, typed) {
      if (message.group) throw new Error('a dialog was opened in a group');
      await store.open(message.channel, message.chatId, { name, state, typed });
    },
    async close(message) {
      await store.close(message.channel, message.chatId);
    },
    async state(message, name) {
      const dialog = await store.current(message.channel, message.chatId);
      return dialog?.name === name ? dialog.state : undefined;
    },
    async waits(message) {
      if (message.group) return false;
      const dialog = await store.current(message.channel, message.chatId);
      const oldest = clock.now().subtract({ minutes: WAITS_MINUTES });
      return dialog !== undefined && Temporal.Instant.compare(dialog.since, oldest) > 0;
    },
    isMeantElsewhere,
    misread: ({ kind, text }, complaint) => (kind === 'text' && isMeantElsewhere(text) ? undefined : say(complaint)),
    async endFor(message, run) {
      const dialog = message.group ? undefined : await store.current(message.channel, message.chatId);
      if (!dialog) return run();
      await store.close(message.channel, message.chatId);
      const answer = await run();
      if (dialog.typed === undefined) return answer;
      const [first, ...rest] = answer;
      const lost = `Việc đang làm dở đã bỏ: ${dialog.typed}.`;
      return first ? [{ ...first, markdown: `${lost}\n\n${first.markdown}` }, ...rest] : say(lost);
    },
    async answer(message, features) {
      if (message.group) return undefined;
      const dialog = await store.current(message.channel, message.chatId);
      if (!dialog) return undefined;
      const spoken = words(fold(message.text)).join(' ');
      const feature = features.find(({ dialogs }) => dialogs && Object.hasOwn(dialogs, dialog.name));
      const passes = spoken === PASS && feature?.passing?.includes(dialog.name);
      if (LEAVE.includes(spoken) && !passes) return leave(message);
      if (/^\d+$/.test(spoken) && feature?.inWords?.includes(dialog.name)) return say(WORDS_PLEASE);
      return feature?.dialogs?.[dialog.name]?.(message, dialog.state);
    },
    feature: {
      commands: [
        {
          name: 'huy',
          description: 'Bỏ việc đang làm dở',
          audience: 'everyone',
          words: LEAVE,
          isAside: true,
          run: leave,
        },
      ],
      choices: {},
    },
  };
}

/** Without choices, so that on Zalo a number still picks from the list above. */
export const NOT_UNDERSTOOD =
  'Tôi chưa hiểu ý này. Đồng chí đang làm dở một việc: đồng chí trả lời điều tôi vừa hỏi ở trên, hoặc gõ /huy để thôi rồi hỏi lại.';
const LEFT = 'Tôi đã bỏ việc đang làm dở. Đồng chí cứ gõ câu hỏi, hoặc gõ /trogiup để xem các lệnh.';
/** Also of what a handler asks for in words among other things. */
export const WORDS_PLEASE =
  'Tôi đang chờ đồng chí gõ bằng chữ, nên chưa nhận con số này. Đồng chí gõ lại, hoặc gõ /huy để thôi.';
const NOTHING_OPEN = 'Đồng chí không có việc nào đang làm dở. Đồng chí cứ gõ câu hỏi.';
