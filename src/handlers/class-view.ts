import type { Choice, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { ClassesStore } from '../classes/classes-store.ts';
import type { EnrolmentsStore } from '../classes/enrolments-store.ts';
import { clockWords, dayWords, timeWords } from '../classes/session-words.ts';
import { reachesClass, type ClassVersion, type Session, type TrainingClass } from '../classes/training-class.ts';
import type { Reach } from '../people/reach.ts';
import type { UnitsStore } from '../people/units-store.ts';
import type { ClassState } from '../store/schema.ts';
import { choiceId, say } from './feature.ts';

const PAGE = 8;
const SESSIONS_PAGE = 10;

/** The first part of the ids of all choices that have to do with classes. */
export const CLASSES = 'lophoc';
const ALL_CLASSES: Choice = { id: choiceId(CLASSES), label: 'Danh sách lớp' };

/** Classes as officers see them, each within their reach. */
export interface ClassView {
  /** A class with its sessions, if it is within the reach. */
  mine(reach: Reach, id: string | undefined): Promise<ClassVersion | undefined>;
  list(reach: Reach, page?: number): Promise<Outgoing[]>;
  show(version: ClassVersion): Promise<Outgoing[]>;
  sessions(version: ClassVersion, page?: number): Outgoing[];
  session(version: ClassVersion, session: Session): Outgoing[];
  settings(version: ClassVersion): Promise<Outgoing[]>;
  /** "08:00–11:30 thứ Ba 1/12/2026: **Công tác tổ chức** (Báo cáo viên 1), tại Phòng 203" */
  sessionLine(session: Pick<Session, 'startsAt' | 'endsAt' | 'topic' | 'lecturer' | 'place' | 'state'>): string;
}

export interface ClassViewDeps {
  classes: ClassesStore;
  enrolments: Pick<EnrolmentsStore, 'counts'>;
  units: Pick<UnitsStore, 'byId'>;
  timeZone: string;
}

export function createClassView({ classes, enrolments, units, timeZone }: ClassViewDeps): ClassView {
  const sessionLine: ClassView['sessionLine'] = (session) => {
    const { topic, lecturer, place, state } = session;
    const who = lecturer === undefined ? '' : ` (${escapeMarkdown(lecturer)})`;
    const where = place === undefined ? '' : `, tại ${escapeMarkdown(place)}`;
    const off = state === 'cancelled' ? ' **(đã hủy)**' : '';
    return `${timeWords(session, timeZone)}: **${escapeMarkdown(topic)}**${who}${where}${off}`;
  };

  async function about(trainingClass: TrainingClass): Promise<string> {
    const { enrolled, waiting } = await enrolments.counts(trainingClass.id);
    const unit = trainingClass.unitId === undefined ? undefined : await units.byId(trainingClass.unitId);
    const seats = trainingClass.capacity === undefined ? '' : ` trên ${trainingClass.capacity} chỗ`;
    const wait = waiting === 0 ? '' : `, ${waiting} người chờ`;
    return [
      `- Địa điểm: ${escapeMarkdown(trainingClass.place)}`,
      unit && `- Đơn vị tổ chức: ${escapeMarkdown(unit.name)}`,
      `- Học viên: ${enrolled}${seats}${wait}`,
      `- Tình trạng: ${STATE_WORDS[trainingClass.state]}`,
      trainingClass.group && '- Đã gắn một nhóm chat, lịch của lớp được báo cả vào nhóm',
    ]
      .filter((line) => typeof line === 'string')
      .join('\n');
  }

  return {
    sessionLine,
    async mine(reach, id) {
      const trainingClass = id === undefined ? undefined : await classes.byId(id);
      if (!trainingClass || !reachesClass(reach, trainingClass)) return undefined;
      return { trainingClass, sessions: await classes.sessionsOf(trainingClass.id) };
    },
    async list(reach, page = 0) {
      const found = await classes.listFor(reach, { offset: page * PAGE, limit: PAGE + 1 });
      const make = [
        { id: choiceId(CLASSES, 'new'), label: 'Mở lớp mới' },
        { id: choiceId(CLASSES, 'template'), label: 'Mẫu bảng Excel' },
      ];
      if (found.length === 0 && page === 0) return say(NO_CLASSES, make);
      const choices = found.slice(0, PAGE).map(({ id, code, title, state }) => ({
        id: choiceId(CLASSES, 'show', id),
        label: `${code}: ${title}${state === 'open' ? '' : ` (${STATE_WORDS[state]})`}`,
      }));
      const next = found.length > PAGE ? [{ id: choiceId(CLASSES, 'page', String(page + 1)), label: 'Xem tiếp' }] : [];
      return say('**Các lớp học**. Đồng chí chọn một lớp, hoặc mở lớp mới.', [...choices, ...next, ...make]);
    },
    async show({ trainingClass, sessions }) {
      const { id, code, title, state } = trainingClass;
      const ahead = sessions.filter((session) => session.state === 'planned');
      const [first] = ahead;
      const last = ahead.at(-1);
      const span =
        first && last
          ? `- Số buổi: ${ahead.length}, từ ${dayWords(first.startsAt.toZonedDateTimeISO(timeZone))} đến ${dayWords(last.startsAt.toZonedDateTimeISO(timeZone))}`
          : '- Chưa có buổi học nào';
      const button = (action: string, label: string): Choice => ({ id: choiceId(CLASSES, action, id), label });
      const runs = state === 'open' || state === 'closed' || state === 'finished';
      return say(
        `**Lớp ${escapeMarkdown(code)}**\n\n${escapeMarkdown(title)}\n\n${await about(trainingClass)}\n${span}`,
        [
          button('sessions', 'Các buổi học'),
          ...(runs ? [button('settings', 'Sửa lớp'), button('import', 'Nhập từ bảng')] : []),
          button('export', 'Xuất ra bảng'),
          ...(state === 'open' ? [button('close', 'Khóa đăng ký')] : []),
          ...(state === 'closed' ? [button('open', 'Mở lại đăng ký')] : []),
          button('copy', 'Sao chép lớp'),
          ...(state === 'open' || state === 'closed' ? [button('cancel', 'Hủy lớp')] : []),
          ALL_CLASSES,
        ],
      );
    },
    sessions({ trainingClass, sessions }, page = 0) {
      const { id, code } = trainingClass;
      const shown = sessions.slice(page * SESSIONS_PAGE, (page + 1) * SESSIONS_PAGE);
      const lines = shown.map((session, i) => `${page * SESSIONS_PAGE + i + 1}. ${sessionLine(session)}`);
      const choices = shown.map((session, i) => ({
        id: choiceId(CLASSES, 'session', id, session.id),
        label: `Buổi ${page * SESSIONS_PAGE + i + 1}`,
      }));
      const next =
        sessions.length > (page + 1) * SESSIONS_PAGE
          ? [{ id: choiceId(CLASSES, 'sessions', id, String(page + 1)), label: 'Xem tiếp' }]
          : [];
      return say(
        `**Các buổi học của lớp ${escapeMarkdown(code)}**. Đồng chí chọn buổi cần xem hoặc sửa.\n\n${lines.join('\n')}`,
        [
          ...choices,
          ...next,
          { id: choiceId(CLASSES, 'edit', id, 'add'), label: 'Thêm buổi' },
          { id: choiceId(CLASSES, 'show', id), label: 'Về lớp' },
        ],
      );
    },
    session({ trainingClass }, session) {
      const { id, code, place } = trainingClass;
      const edit = (what: string, label: string): Choice => ({
        id: choiceId(CLASSES, 'edit', id, what, session.id),
        label,
      });
      const line = sessionLine({ ...session, place: session.place ?? place });
      return say(`Lớp **${escapeMarkdown(code)}**\n\n${line}`, [
        ...(session.state === 'planned'
          ? [
              edit('time', 'Đổi giờ'),
              edit('room', 'Đổi địa điểm'),
              edit('lecturer', 'Đổi báo cáo viên'),
              edit('topic', 'Đổi chuyên đề'),
              edit('cancel', 'Hủy buổi này'),
            ]
          : [edit('restore', 'Học lại buổi này')]),
        { id: choiceId(CLASSES, 'sessions', id), label: 'Các buổi khác' },
      ]);
    },
    async settings({ trainingClass }) {
      const { id, code, title, place, capacity, closesAt, quotas, eveningReminder, minutesBefore, group } =
        trainingClass;
      const edit = (what: string, label: string): Choice => ({ id: choiceId(CLASSES, 'edit', id, what), label });
      const named = await Promise.all(
        Object.entries(quotas).map(async ([unitId, seats]) => `${(await units.byId(unitId))?.name ?? '?'}: ${seats}`),
      );
      const closes = closesAt?.toZonedDateTimeISO(timeZone);
      const evening = eveningReminder === 'off' ? 'không' : eveningReminder && clockWords(eveningReminder);
      const before = minutesBefore === 0 ? 'không' : minutesBefore && `${minutesBefore} phút`;
      const lines = [
        `- Tên: ${escapeMarkdown(title)}`,
        `- Địa điểm: ${escapeMarkdown(place)}`,
        `- Số chỗ: ${capacity ?? 'không giới hạn'}`,
        `- Hạn đăng ký: ${closes ? `${clockWords(closes)} ${dayWords(closes)}` : 'đến buổi đầu tiên'}`,
        `- Chỉ tiêu: ${named.length === 0 ? 'không' : escapeMarkdown(named.join('; '))}`,
        `- Nhắc tối trước: ${evening ?? 'như chung'}`,
        `- Nhắc trước giờ học: ${before ?? 'như chung'}`,
      ];
      return say(`**Sửa lớp ${escapeMarkdown(code)}**\n\n${lines.join('\n')}`, [
        edit('title', 'Tên'),
        edit('place', 'Địa điểm'),
        edit('seats', 'Số chỗ'),
        edit('closes', 'Hạn đăng ký'),
        edit('quota', 'Chỉ tiêu đơn vị'),
        edit('evening', 'Nhắc tối trước'),
        edit('before', 'Nhắc trước giờ học'),
        ...(group ? [{ id: choiceId(CLASSES, 'ungroup', id), label: 'Bỏ gắn nhóm' }] : []),
        { id: choiceId(CLASSES, 'show', id), label: 'Về lớp' },
      ]);
    },
  };
}

const STATE_WORDS: Readonly<Record<ClassState, string>> = {
  open: 'đang nhận đăng ký',
  closed: 'đã khóa đăng ký',
  cancelled: 'đã hủy',
  finished: 'đã kết thúc',
};

const NO_CLASSES =
  'Chưa có lớp học nào. Đồng chí bấm "Mở lớp mới" để làm từng bước, hoặc gửi một tin theo mẫu: gõ /lophoc moi để xem.';
