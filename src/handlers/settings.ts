import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { todayIn, type Clock } from '../clock.ts';
import type { AccountRef } from '../config.ts';
import { vietnameseDate } from '../handbook/iso-date.ts';
import type { PeopleStore, Person, Settings } from '../people/people-store.ts';
import { readSetting } from '../people/settings-words.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { FOLLOWED } from './follow-choices.ts';
import { PLATFORMS } from '../bot/platforms.ts';
import { PRIVATELY, type Registration } from './registration.ts';

const DIALOG = 'setting';

export interface SettingsDeps {
  people: PeopleStore;
  dialogs: Dialogs;
  registration: Registration;
  /** Told when nothing more is to be sent to these accounts but direct replies. */
  onStopped: (accounts: readonly AccountRef[]) => Promise<void>;
  clock: Clock;
  timeZone: string;
}

/** What can be typed: its button, the words that are put before the answer, and how it is asked for. */
const QUESTIONS = {
  before: {
    label: 'Nhắc trước bao lâu',
    lead: 'nhắc trước',
    ask: 'Đồng chí muốn được nhắc trước giờ bắt đầu bao lâu? Gõ ví dụ: 30 phút, 1 giờ, hoặc: không nhắc. (Gõ /huy để thôi.)',
  },
  evening: {
    label: 'Nhắc buổi tối',
    lead: 'buổi tối',
    ask: 'Tối hôm trước, đồng chí muốn được nhắc lúc mấy giờ? Gõ ví dụ: 19:30. Không cần thì gõ: tắt. (Gõ /huy để thôi.)',
  },
  quiet: {
    label: 'Giờ yên tĩnh',
    lead: 'yên tĩnh',
    ask: 'Từ mấy giờ đến mấy giờ tôi không nhắn cho đồng chí? Gõ ví dụ: 21:30-6:00. Muốn theo giờ chung thì gõ: bỏ. (Gõ /huy để thôi.)',
  },
  mute: {
    label: 'Im lặng đến một ngày',
    lead: 'im lặng',
    ask: 'Đồng chí muốn tôi im lặng đến hết ngày nào? Gõ ví dụ: 5/12. Muốn tôi nhắc lại ngay thì gõ: bỏ. (Gõ /huy để thôi.)',
  },
} as const;
type Question = keyof typeof QUESTIONS;

const RESUME: Choice = { id: choiceId('set', 'resume'), label: 'Nhận lại tin nhắc' };
const GO_ON: Choice = { ...RESUME, label: 'Không, cứ nhắc' };
const STOP: Choice = { id: choiceId('set', 'stop'), label: 'Dừng tất cả' };

/** `/caidat`: what a person is reminded of, when, and where; `/dung` and `/nhanlai`. */
export function createSettings(deps: SettingsDeps): Feature {
  const { people, dialogs, registration, onStopped, clock, timeZone } = deps;
  const today = todayIn(clock, timeZone);

  async function show(person: Person, done = ''): Promise<Outgoing[]> {
    const { settings } = person;
    const accounts = await people.accountsOf(person.id);
    const preferred = await people.preferredAccount(person.id);
    const list = describeSettings(settings, today()).map(({ what, how }) => `- **${what}:** ${how}`);
    if (accounts.length > 1 && preferred) list.push(`- **Nhận tin ở:** ${PLATFORMS[preferred.channel]}`);
    const text = [done, 'Tôi nhắc đồng chí như sau:', list.join('\n'), settings.stopped ? '' : HOW_TO_TYPE];
    return say(text.filter((part) => part !== '').join('\n\n'), settings.stopped ? [RESUME] : choices(accounts));
  }

  function choices(accounts: readonly AccountRef[]): Choice[] {
    const asked = Object.entries(QUESTIONS).map(([what, { label }]) => ({ id: choiceId('set', 'ask', what), label }));
    const where = accounts.length > 1 ? [{ id: choiceId('set', 'where'), label: 'Nhận tin ở đâu' }] : [];
    return [...asked, ...where, FOLLOWED, STOP];
  }

  async function change(person: Person, settings: Partial<Settings>): Promise<Outgoing[]> {
    await people.change(person.id, settings);
    return show({ ...person, settings: { ...person.settings, ...settings } }, 'Tôi đã ghi.');
  }

  async function setStopped(message: Incoming, stopped: boolean): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATELY);
    const person = await people.of(message);
    if (!person) return say(NOTHING_SENT);
    await people.change(person.id, { stopped });
    if (stopped) await onStopped(await people.accountsOf(person.id));
    return stopped ? say(STOPPED, [RESUME]) : show({ ...person, settings: { ...person.settings, stopped } }, RESUMED);
  }

  async function ask(message: Incoming, what: Question): Promise<Outgoing[]> {
    await dialogs.open(message, DIALOG, what);
    return say(QUESTIONS[what].ask);
  }

  async function whereTo(person: Person): Promise<Outgoing[]> {
    const accounts = await people.accountsOf(person.id);
    const label = ({ channel }: AccountRef, at: number): string => {
      const namesakes = accounts.filter((other) => other.channel === channel);
      return namesakes.length > 1 ? `${PLATFORMS[channel]} (tài khoản thứ ${at + 1})` : PLATFORMS[channel];
    };
    return say(
      'Đồng chí muốn nhận tin nhắc ở đâu?',
      accounts.map((account, i) => ({ id: choiceId('set', 'where', String(i)), label: label(account, i) })),
    );
  }

  async function prefer(person: Person, at: string): Promise<Outgoing[]> {
    const account = (await people.accountsOf(person.id))[Number(at)];
    if (!account) return show(person);
    await people.prefer(person.id, account);
    return show(person, `Từ nay tôi nhắn cho đồng chí ở ${PLATFORMS[account.channel]}.`);
  }

  async function press(message: Incoming, [what, about]: string[]): Promise<Outgoing[] | undefined> {
    if (what === 'stop' || what === 'resume') return setStopped(message, what === 'stop');
    if (message.group) return say(PRIVATELY);
    const person = await people.of(message);
    if (!person) return registration.require(message, { name: 'settings', argument: '' });
    if (what === 'ask' && about !== undefined && Object.hasOwn(QUESTIONS, about))
      return ask(message, about as Question);
    if (what === 'where') return about === undefined ? whereTo(person) : prefer(person, about);
    return undefined;
  }

  return {
    commands: [
      {
        name: 'caidat',
        description: 'Chọn cách được nhắc lịch',
        audience: 'everyone',
        words: ['cai dat', 'nhac truoc', 'im lang', 'yen tinh', 'gio yen tinh', 'nhac buoi toi'],
        argument: /^(?:(?:đến|den|từ|tu|lúc|luc|hết|het|ngày|ngay)\s+)*(?:\d[^?]{0,30}|mai|hôm nay)$/iu,
        run(message, argument) {
          // Typed as words, the words before the argument say what is meant.
          const said = argument === '' || message.text.trimStart().startsWith('/') ? argument : message.text;
          return registration.require(message, { name: 'settings', argument: said.trim().slice(0, LONGEST) });
        },
      },
      {
        name: 'dung',
        description: 'Dừng mọi tin nhắc',
        audience: 'everyone',
        words: ['dung', 'dung nhac', 'dung lai', 'dung tat ca', 'stop'],
        asTyped: /^(?:stop|d[ừu]ng)(?![\p{L}\p{M}])/iu,
        run: (message) => (mayMeanRight(message.text) ? say(SURE_TO_STOP, [STOP, GO_ON]) : setStopped(message, true)),
      },
      {
        name: 'nhanlai',
        description: 'Nhận lại tin nhắc',
        audience: 'everyone',
        words: ['nhan lai', 'nhan lai tin nhac'],
        run: (message) => setStopped(message, false),
      },
    ],
    choices: { set: press },
    dialogs: {
      async [DIALOG](message, state) {
        const person = await people.of(message);
        if (!person || message.text.includes('?')) return undefined;
        const { lead, ask: question } = QUESTIONS[state as Question];
        const settings = readSetting(`${lead} ${message.text.slice(0, LONGEST)}`, today());
        if (!settings) return dialogs.misread(message, `Tôi chưa hiểu. ${question}`);
        await dialogs.close(message);
        return change(person, settings);
      },
    },
    onward: {
      settings(_message, person, argument) {
        if (argument === '') return show(person);
        const settings = readSetting(argument, today());
        return settings ? change(person, settings) : say(NOT_READ);
      },
    },
  };
}

/** The settings as sentences. */
export function describeSettings(settings: Settings, today: Temporal.PlainDate): { what: string; how: string }[] {
  const { evening, eveningAt, minutesBefore, quiet, mutedUntil, stopped } = settings;
  if (stopped) return [{ what: 'Tin nhắc', how: 'đã dừng tất cả' }];
  const muted = mutedUntil && Temporal.PlainDate.compare(mutedUntil, today) >= 0;
  return [
    {
      what: 'Tối hôm trước',
      how: evening ? (eveningAt ? `nhắc lúc ${shown(eveningAt)}` : 'nhắc theo giờ chung') : 'không nhắc',
    },
    { what: 'Trước giờ bắt đầu', how: before(minutesBefore) },
    { what: 'Giờ yên tĩnh', how: quiet ? `${shown(quiet.from)} đến ${shown(quiet.to)}` : 'theo giờ chung' },
    { what: 'Tạm im lặng', how: muted ? `đến hết ngày ${vietnameseDate(mutedUntil.toString())}` : 'không' },
  ];
}

function before(minutes: number | undefined): string {
  if (minutes === undefined) return 'nhắc theo giờ chung';
  if (minutes === 0) return 'không nhắc';
  return minutes % 60 === 0 ? `nhắc trước ${minutes / 60} giờ` : `nhắc trước ${minutes} phút`;
}

function shown(time: Temporal.PlainTime): string {
  return time.toString({ smallestUnit: 'minute' });
}

/** "dung" without its mark may be "dừng" (stop) or "đúng" (right). */
function mayMeanRight(text: string): boolean {
  return /^dung[\s.!]*$/i.test(text.trim());
}

/** UTF-16 units; a setting is a few words. */
const LONGEST = 80;
const HOW_TO_TYPE =
  'Chọn việc cần đổi, hoặc gõ thẳng: *nhắc trước 30 phút*, *im lặng đến 5/12*, *yên tĩnh 21h-6h*, *dừng*.';
const NOT_READ =
  'Tôi chưa hiểu cài đặt này. Đồng chí gõ ví dụ: *nhắc trước 30 phút*, *im lặng đến 5/12*, *yên tĩnh 21h-6h*; hoặc gõ /caidat để chọn.';
const STOPPED =
  'Tôi đã dừng mọi tin nhắc và thông báo cho đồng chí. Đồng chí vẫn hỏi sổ tay bình thường. Muốn nhận lại thì gõ /nhanlai.';
const RESUMED = 'Tôi sẽ nhắc đồng chí như trước.';
const NOTHING_SENT = 'Đồng chí chưa đăng ký nên tôi không tự gửi tin nào. Đồng chí cứ gõ câu hỏi khi cần.';
const SURE_TO_STOP = 'Đồng chí muốn dừng mọi tin nhắc phải không?';
