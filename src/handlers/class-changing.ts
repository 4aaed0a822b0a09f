import type { Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { changeText } from '../classes/changes.ts';
import { editClass, type Edit } from '../classes/class-edit.ts';
import { changesAnything } from '../classes/class-plan.ts';
import { codeMistake } from '../classes/class-words.ts';
import type { ClassesStore } from '../classes/classes-store.ts';
import { clockWords } from '../classes/session-words.ts';
import type { ClassDraft, ClassVersion } from '../classes/training-class.ts';
import { readDate, type Read } from '../classes/typed-times.ts';
import type { Clock } from '../clock.ts';
import { reaches, type Reach } from '../people/reach.ts';
import type { RolesStore } from '../people/roles-store.ts';
import { matchUnit } from '../people/unit-match.ts';
import type { Unit, UnitsStore } from '../people/units-store.ts';
import { fold } from '../search/fold.ts';
import type { ClassMaking } from './class-making.ts';
import { CLASSES, type ClassView } from './class-view.ts';
import { WORDS_PLEASE, type Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';

export interface ClassChangingDeps {
  classes: ClassesStore;
  units: Pick<UnitsStore, 'all' | 'byId'>;
  roles: Pick<RolesStore, 'reach' | 'actor'>;
  dialogs: Dialogs;
  view: ClassView;
  making: Pick<ClassMaking, 'preview'>;
  clock: Clock;
  timeZone: string;
}

/** Changing a class that is there: what is asked, what would be told to whom, "Xác nhận". */
export interface ClassChanging {
  /** Undefined: there is no such thing to change. */
  ask(message: Incoming, version: ClassVersion, what: string, session?: string): Promise<Outgoing[] | undefined>;
  /** Carries out what waits for "Xác nhận". Undefined: nothing does. */
  confirm(message: Incoming, version: ClassVersion): Promise<Outgoing[] | undefined>;
  askToCancel(version: ClassVersion): Outgoing[];
  setState(message: Incoming, version: ClassVersion, state: 'open' | 'closed' | 'cancelled'): Promise<Outgoing[]>;
  askForCopy(message: Incoming, version: ClassVersion): Promise<Outgoing[]>;
  dialogs: NonNullable<Feature['dialogs']>;
}

interface EditState {
  id: string;
  what: string;
  session: string | null;
}

interface ConfirmState {
  id: string;
  what: Edit['what'];
  session: string | null;
  text: string;
}

export function createClassChanging(deps: ClassChangingDeps): ClassChanging {
  const { classes, units, roles, dialogs, view, making, clock, timeZone } = deps;

  async function edited(message: Incoming, version: ClassVersion, edit: Edit): Promise<Read<ClassDraft>> {
    const [all, reach] = [await units.all(), await roles.reach(message)];
    const unitOf = (text: string) => matchUnit<Unit>(text, all, ({ path }) => reaches(reach, path));
    return editClass(version, edit, { now: clock.now(), timeZone, unitOf });
  }

  async function apply(message: Incoming, version: ClassVersion, edit: Edit): Promise<Outgoing[] | undefined> {
    const { id } = version.trainingClass;
    const read = await edited(message, version, edit);
    if ('mistake' in read) {
      return dialogs.misread(message, `Chưa sửa được: ${escapeMarkdown(read.mistake)} (Gõ /huy để thôi.)`);
    }
    const plan = await classes.plan(read.value);
    if (!changesAnything(plan)) {
      await dialogs.close(message);
      return say('Không có gì thay đổi.', [{ id: choiceId(CLASSES, 'show', id), label: 'Về lớp' }]);
    }
    const change = changeText(plan, timeZone, clock.now());
    if (!change) return save(message, read.value);
    const typed = edit.text === '' ? undefined : 'chỗ sửa của lớp';
    await dialogs.open(message, CONFIRM, { ...edit, id, session: edit.session ?? null }, typed);
    const quoted = change.markdown.split('\n').map((line) => `> ${line}`);
    return say(`Mọi người trong lớp sẽ nhận được tin báo sau. Đồng chí xác nhận nhé.\n\n${quoted.join('\n')}`, [
      { id: choiceId(CLASSES, 'yes', id), label: 'Xác nhận' },
      { id: choiceId(CLASSES, 'show', id), label: 'Không' },
    ]);
  }

  async function save(message: Incoming, draft: ClassDraft): Promise<Outgoing[]> {
    await dialogs.close(message);
    const { version, told } = await classes.save(draft, await roles.actor(message));
    const done = told > 0 ? `Đã sửa, đang gửi ${told} tin báo.` : 'Đã sửa.';
    return [...say(done), ...(await view.show(version))];
  }

  async function confirm(message: Incoming, version: ClassVersion): Promise<Outgoing[] | undefined> {
    const state = (await dialogs.state(message, CONFIRM)) as ConfirmState | undefined;
    if (state?.id !== version.trainingClass.id) return undefined;
    const { what, session, text } = state;
    const read = await edited(message, version, { what, session: session ?? undefined, text });
    return 'mistake' in read ? say(`Chưa sửa được: ${escapeMarkdown(read.mistake)}`) : save(message, read.value);
  }

  return {
    async ask(message, version, what, session) {
      const { id } = version.trainingClass;
      if (!isQuestion(what)) return undefined;
      if (session !== undefined && !version.sessions.some((one) => one.id === session)) return undefined;
      if (what === 'cancel' || what === 'restore') return apply(message, version, { what, session, text: '' });
      await dialogs.open(message, EDIT, { id, what, session: session ?? null });
      return say(`${QUESTIONS[what]} (Gõ /huy để thôi.)`);
    },
    confirm,
    askToCancel({ trainingClass: { id, code, title } }) {
      return say(
        `Hủy cả lớp **${escapeMarkdown(code)}** (${escapeMarkdown(title)})? Mọi người trong lớp sẽ được báo, và không mở lại được.`,
        [
          { id: choiceId(CLASSES, 'cancelled', id), label: 'Xác nhận hủy lớp' },
          { id: choiceId(CLASSES, 'show', id), label: 'Không' },
        ],
      );
    },
    async setState(message, { trainingClass }, state) {
      if (trainingClass.state === 'cancelled') return say('Lớp này đã hủy.');
      const told = await classes.setState(trainingClass.id, state, await roles.actor(message));
      const version = await view.mine(await roles.reach(message), trainingClass.id);
      const done = {
        open: 'Đã mở lại đăng ký.',
        closed: 'Đã khóa đăng ký. Người đã vào lớp vẫn được nhắc lịch.',
        cancelled: told > 0 ? `Đã hủy lớp, đang gửi ${told} tin báo.` : 'Đã hủy lớp.',
      }[state];
      return [...say(done), ...(version ? await view.show(version) : [])];
    },
    async askForCopy(message, { trainingClass: { id, code } }) {
      await dialogs.open(message, COPY, { id });
      return say(
        `Sao chép lớp **${escapeMarkdown(code)}**: đồng chí gõ **mã mới**, dấu |, rồi **ngày học đầu tiên**, ví dụ: BD-2027-01 | 1/3/2027. (Gõ /huy để thôi.)`,
      );
    },
    dialogs: {
      async [EDIT](message, state) {
        const { id, what, session } = state as EditState;
        const version = await view.mine(await roles.reach(message), id);
        if (!version || !isQuestion(what)) return undefined;
        if (NAMED.includes(what) && !/\p{L}/u.test(message.text)) return say(WORDS_PLEASE);
        return apply(message, version, { what, session: session ?? undefined, text: message.text });
      },
      async [CONFIRM](message, state) {
        const version = await view.mine(await roles.reach(message), (state as ConfirmState).id);
        if (!version || !/^(?:xac nhan|dong y|co)$/.test(fold(message.text).trim())) return undefined;
        return confirm(message, version);
      },
      async [COPY](message, state) {
        const reach: Reach = await roles.reach(message);
        const version = await view.mine(reach, (state as { id: string }).id);
        if (!version) return undefined;
        const [code = '', first = ''] = message.text.split('|').map((part) => part.trim());
        const today = clock.now().toZonedDateTimeISO(timeZone).toPlainDate();
        const date = readDate(first, today);
        const mistake = codeMistake(code) ?? ('mistake' in date ? date.mistake : undefined);
        if (mistake !== undefined || 'mistake' in date) {
          return dialogs.misread(
            message,
            `Chưa sao chép được: ${escapeMarkdown(mistake ?? '')} Ví dụ: BD-2027-01 | 1/3/2027.`,
          );
        }
        return making.preview(message, await copied(version, code, date.value));
      },
    },
  };

  /** The class as the lines of a message, from another day on. */
  async function copied(version: ClassVersion, code: string, first: Temporal.PlainDate): Promise<string> {
    const { title, place, unitId, capacity } = version.trainingClass;
    const unit = unitId === undefined ? undefined : await units.byId(unitId);
    const planned = version.sessions.filter(({ state }) => state === 'planned');
    const zoned = (at: Temporal.Instant) => at.toZonedDateTimeISO(timeZone);
    const start = planned[0] && zoned(planned[0].startsAt).toPlainDate();
    const shift = start?.until(first, { largestUnit: 'days' }) ?? new Temporal.Duration();
    const lines = planned.map(({ startsAt, endsAt, topic, lecturer = '', place: room = '' }) => {
      const [from, to] = [zoned(startsAt), zoned(endsAt)];
      const day = from.toPlainDate().add(shift);
      const parts = [
        `${day.day}/${day.month}/${day.year} ${clockWords(from)}-${clockWords(to)}`,
        topic,
        lecturer,
        room,
      ];
      return `Buổi: ${parts.join(' | ').replace(/(?: \| )+$/, '')}`;
    });
    return [
      `Mã: ${code}`,
      `Tên: ${title}`,
      `Địa điểm: ${place}`,
      ...(unit ? [`Đơn vị: ${unit.name}`] : []),
      ...(capacity === undefined ? [] : [`Số chỗ: ${capacity}`]),
      ...lines,
    ].join('\n');
  }
}

const EDIT = 'class-edit';
const CONFIRM = 'class-confirm';
const COPY = 'class-copy';

const QUESTIONS: Readonly<Record<Edit['what'], string>> = {
  title: 'Đồng chí gõ **tên mới** của lớp.',
  place: 'Đồng chí gõ **địa điểm mới** của lớp.',
  seats: 'Đồng chí gõ **số chỗ**, ví dụ 130, hoặc "không giới hạn".',
  closes: 'Đồng chí gõ **hạn đăng ký**, ví dụ 28/11/2026 hoặc 28/11/2026 17:00; gõ "không" để nhận đến buổi đầu tiên.',
  quota: 'Đồng chí gõ **đơn vị | số chỗ**, ví dụ: Đảng ủy xã A | 10; gõ "không" để bỏ mọi chỉ tiêu.',
  evening:
    'Nhắc mọi người lúc mấy giờ **tối hôm trước**? Ví dụ 19:30; gõ "không" để không nhắc, "mặc định" để như chung.',
  before: 'Nhắc trước giờ học **bao nhiêu phút**? Ví dụ 60 phút; gõ "không" để không nhắc, "mặc định" để như chung.',
  add: 'Đồng chí gõ **buổi học mới**, ví dụ:\n\n02/12/2026 08:00-11:30 | Công tác kiểm tra, giám sát | Báo cáo viên 3 | Phòng 203',
  time: 'Đồng chí gõ **giờ mới**, ví dụ 13:30-16:30, hoặc cả ngày: 2/12/2026 08:00-11:30.',
  room: 'Đồng chí gõ **địa điểm mới** của buổi này; gõ "như lớp" nếu học tại địa điểm chung.',
  lecturer: 'Đồng chí gõ tên **báo cáo viên mới**; chưa rõ thì gõ "chưa rõ".',
  topic: 'Đồng chí gõ **chuyên đề mới**.',
  cancel: '',
  restore: '',
};

/** What is called by words; a room may be a number. */
const NAMED: readonly string[] = ['title', 'place', 'lecturer', 'topic'] satisfies Edit['what'][];

function isQuestion(what: string): what is Edit['what'] {
  return Object.hasOwn(QUESTIONS, what);
}
