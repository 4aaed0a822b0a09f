import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { Attendance, AttendanceStore, Checked } from '../classes/attendance-store.ts';
import { CHECK_IN_BEFORE, type CheckInStore } from '../classes/check-in-store.ts';
import type { ClassesStore } from '../classes/classes-store.ts';
import type { Enrolment, EnrolmentsStore } from '../classes/enrolments-store.ts';
import { clockWords, timeWords } from '../classes/session-words.ts';
import type { Session, TrainingClass } from '../classes/training-class.ts';
import { readMarks } from '../classes/typed-marks.ts';
import type { Clock } from '../clock.ts';
import type { RolesStore } from '../people/roles-store.ts';
import { qrCode } from '../pictures/qr-code.ts';
import type { ClassChoice } from './class-choice.ts';
import type { CodeDisplay } from './code-display.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { PRIVATELY } from './registration.ts';
import { className } from './timetable.ts';

const TAKE = 'diemdanh';
const DIALOG = 'attendance-list';
/** Names of one message. */
const PAGE = 20;
/** Sessions to choose from: those around now. */
const MOST_SESSIONS = 8;
/** Absences with their reasons of one message. */
const MOST_REASONS = 20;

export interface AttendanceTakingDeps {
  choice: ClassChoice;
  classes: Pick<ClassesStore, 'session' | 'sessionsOf'>;
  enrolments: Pick<EnrolmentsStore, 'inClass'>;
  attendance: AttendanceStore;
  checkIn: Pick<CheckInStore, 'codeOf' | 'change' | 'turn' | 'turnsAt'>;
  display: Pick<CodeDisplay, 'add'>;
  roles: Pick<RolesStore, 'actor'>;
  dialogs: Dialogs;
  /** The address that opens the bot on Telegram with this code; undefined: Telegram is off. */
  startLink: (code: string) => string | undefined;
  clock: Clock;
  timeZone: string;
}

interface Meeting {
  session: Session;
  trainingClass: TrainingClass;
}

/** Those in the class in the order of the list, with what is known of each at this session. */
type Sheet = { enrolment: Enrolment; attendance: Attendance | undefined }[];

/** `/diemdanh <mã>`: the code that trainees type or scan, and the list by name. */
export function createAttendanceTaking(deps: AttendanceTakingDeps): Feature {
  const { choice, classes, enrolments, attendance, checkIn, dialogs, clock, timeZone } = deps;

  async function typed(message: Incoming, code: string): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATELY);
    const found = await choice.byCode(message, code, TAKE);
    return Array.isArray(found) ? found : chooseSession(found);
  }

  async function chooseSession(trainingClass: TrainingClass): Promise<Outgoing[]> {
    const sessions = (await classes.sessionsOf(trainingClass.id)).filter(({ state }) => state === 'planned');
    if (sessions.length === 0) return say(`Lớp ${className(trainingClass)} chưa có buổi học nào.`);
    const open = sessions.filter((session) => isOpen(session));
    const [only] = open;
    if (only && open.length === 1) return show({ session: only, trainingClass });
    const now = clock.now();
    const near = sessions
      .toSorted((a, b) => distance(a, now) - distance(b, now))
      .slice(0, MOST_SESSIONS)
      .toSorted((a, b) => Temporal.Instant.compare(a.startsAt, b.startsAt));
    return say(
      `Điểm danh lớp ${className(trainingClass)}, buổi nào?`,
      near.map((session) => ({ id: choiceId(TAKE, 'show', session.id), label: timeWords(session, timeZone) })),
    );
  }

  /** From half an hour before to the end. */
  function isOpen({ startsAt, endsAt }: Session): boolean {
    const now = clock.now();
    const opens = startsAt.subtract({ minutes: CHECK_IN_BEFORE });
    return Temporal.Instant.compare(now, opens) >= 0 && Temporal.Instant.compare(now, endsAt) <= 0;
  }

  async function sheetOf({ session, trainingClass }: Meeting): Promise<Sheet> {
    const known = new Map((await attendance.ofSession(session.id)).map((one) => [one.enrolmentId, one]));
    return (await enrolments.inClass(trainingClass.id)).map((enrolment) => ({
      enrolment,
      attendance: known.get(enrolment.id),
    }));
  }

  function title({ session, trainingClass }: Meeting): string {
    return `**Điểm danh lớp ${escapeMarkdown(trainingClass.code)}**, buổi ${timeWords(session, timeZone)}: ${escapeMarkdown(session.topic)}`;
  }

  async function show(meeting: Meeting, changed = false): Promise<Outgoing[]> {
    const { session } = meeting;
    const sheet = await sheetOf(meeting);
    const asked = sheet.filter((one) => one.attendance?.answer === 'absent');
    const reasons = asked
      .slice(0, MOST_REASONS)
      .map((one) => `- ${who(one.enrolment)}: ${escapeMarkdown(one.attendance?.reason ?? 'không ghi lý do')}`);
    const more = asked.length > MOST_REASONS ? [`- … và ${asked.length - MOST_REASONS} đồng chí nữa`] : [];
    const absences = asked.length === 0 ? '' : `**Xin vắng (${asked.length})**\n\n${[...reasons, ...more].join('\n')}`;
    const choices: Choice[] = [
      { id: choiceId(TAKE, 'list', session.id, '0'), label: 'Ghi theo danh sách' },
      { id: choiceId(TAKE, 'show', session.id), label: 'Xem lại số liệu' },
    ];
    const parts = [title(meeting), counts(sheet), absences];
    if (!isOpen(session)) {
      const opens = session.startsAt.subtract({ minutes: CHECK_IN_BEFORE }).toZonedDateTimeISO(timeZone);
      const over = Temporal.Instant.compare(clock.now(), session.endsAt) > 0;
      parts.push(over ? CODE_OVER : `Mã điểm danh có từ ${clockWords(opens)} đến hết buổi.`);
      return say(joined(parts), choices);
    }
    const code = changed ? await checkIn.change(session.id) : await checkIn.codeOf(session.id);
    const turnsAt = await checkIn.turnsAt(session.id);
    const link = deps.startLink(`DD${code}`);
    parts.push(
      `Mã điểm danh: **DD${code}**${changed ? ' (mã cũ còn dùng được 1 phút)' : ''}`,
      link === undefined ? HOW_TO_TYPE : `${HOW_TO_TYPE} Trên Telegram quét mã QR là xong.`,
    );
    const picture =
      link === undefined ? {} : { picture: { png: await qrCode(link), alt: 'Mã QR để điểm danh buổi này' } };
    const change = { id: choiceId(TAKE, 'change', session.id), label: 'Đổi mã' };
    if (turnsAt) parts.push(goodUntil(turnsAt, 'bấm «Xem lại số liệu» để có mã mới'));
    return [{ markdown: joined(parts), ...picture, choices: [change, turnChoice(session, !turnsAt), ...choices] }];
  }

  const turnChoice = ({ id }: Session, on: boolean): Choice => ({
    id: choiceId(TAKE, 'turn', id, on ? 'on' : 'off'),
    label: on ? 'Tự đổi mã mỗi phút' : 'Thôi tự đổi mã',
  });

  function goodUntil(turnsAt: Temporal.Instant, then: string): string {
    const time = turnsAt.toZonedDateTimeISO(timeZone).toPlainTime().toString({ smallestUnit: 'second' });
    return `Mã tự đổi mỗi phút. Mã này dùng đến ${time}, sau đó ${then}.`;
  }

  /** The code for the screen, as long as it changes by itself. A picture could not be changed with it. */
  async function turning(message: Incoming, sessionId: string): Promise<Outgoing | undefined> {
    const meeting = await find(message, sessionId);
    if (!meeting || !isOpen(meeting.session)) return undefined;
    const code = await checkIn.codeOf(sessionId);
    const turnsAt = await checkIn.turnsAt(sessionId);
    if (!turnsAt) return undefined;
    const then = message.channel === 'telegram' ? 'tin này tự hiện mã mới' : 'bấm «Xem lại số liệu» để có mã mới';
    const parts = [title(meeting), counts(await sheetOf(meeting)), `Mã điểm danh: **DD${code}**`, HOW_TO_TYPE];
    return {
      markdown: joined([...parts, goodUntil(turnsAt, then)]),
      choices: [
        turnChoice(meeting.session, false),
        { id: choiceId(TAKE, 'show', sessionId), label: 'Xem lại số liệu' },
        { id: choiceId(TAKE, 'list', sessionId, '0'), label: 'Ghi theo danh sách' },
      ],
    };
  }

  async function turn(message: Incoming, meeting: Meeting, on: boolean): Promise<Outgoing[]> {
    const { id } = meeting.session;
    if (!isOpen(meeting.session)) return show(meeting);
    await checkIn.codeOf(id);
    await checkIn.turn(id, on);
    const shown = on ? await turning(message, id) : undefined;
    if (!shown) return show(meeting);
    const account = { channel: message.channel, userId: message.chatId };
    const onSent = async (messageId: string): Promise<void> =>
      deps.display.add(account, messageId, () => turning(message, id));
    return [{ ...shown, onSent }];
  }

  async function list(message: Incoming, meeting: Meeting, page: number, before = ''): Promise<Outgoing[]> {
    const sheet = await sheetOf(meeting);
    if (sheet.length === 0) return say(`Lớp ${className(meeting.trainingClass)} chưa có học viên nào.`);
    const last = Math.floor((sheet.length - 1) / PAGE);
    const at = Math.min(Math.max(page, 0), last);
    const shown = sheet.slice(at * PAGE, (at + 1) * PAGE);
    const lines = shown.map((one, i) => `${at * PAGE + i + 1}. ${who(one.enrolment)}: ${markWords(one.attendance)}`);
    const ids = sheet.map(({ enrolment }) => enrolment.id);
    await dialogs.open(message, DIALOG, { sessionId: meeting.session.id, ids, page: at });
    const { id } = meeting.session;
    const to = (number: number, label: string): Choice => ({ id: choiceId(TAKE, 'list', id, String(number)), label });
    const choices = [
      ...(at < last ? [to(at + 1, 'Trang sau')] : []),
      ...(at > 0 ? [to(at - 1, 'Trang trước')] : []),
      { id: choiceId(TAKE, 'rest', id, 'present'), label: 'Còn lại có mặt' },
      { id: choiceId(TAKE, 'rest', id, 'absent'), label: 'Còn lại vắng' },
      { id: choiceId(TAKE, 'done', id), label: 'Xong' },
    ];
    const pages = last > 0 ? ` (trang ${at + 1}/${last + 1})` : '';
    return say(joined([before, `${title(meeting)}${pages}`, lines.join('\n'), HOW_TO_MARK]), choices);
  }

  async function marksTyped(message: Incoming, state: unknown): Promise<Outgoing[] | undefined> {
    const { sessionId, ids, page } = state as { sessionId: string; ids: number[]; page: number };
    const meeting = await find(message, sessionId);
    if (!meeting) return undefined;
    // Numbers are those of the list that was shown, also when somebody enrolled meanwhile.
    const names = new Map((await enrolments.inClass(meeting.trainingClass.id)).map((one) => [one.id, one.name ?? '']));
    const read = readMarks(
      message.text,
      ids.map((id) => names.get(id) ?? ''),
    );
    if (!read) return undefined;
    if (read.mistakes.length > 0) {
      const lines = read.mistakes.map((line) => `- ${escapeMarkdown(line)}`);
      return say(`Tôi chưa ghi gì, vì còn chỗ chưa rõ:\n\n${lines.join('\n')}\n\n${HOW_TO_MARK}`);
    }
    const actor = await deps.roles.actor(message);
    const byMark = Map.groupBy(read.marks, ({ checked }) => checked);
    for (const [checked, marks] of byMark) {
      const marked = marks.flatMap(({ index }) => ids[index] ?? []);
      await attendance.mark(sessionId, marked, checked, actor);
    }
    return list(message, meeting, page, `Đã ghi ${read.marks.length} đồng chí.`);
  }

  async function markRest(message: Incoming, meeting: Meeting, checked: Checked): Promise<Outgoing[]> {
    const rest = (await sheetOf(meeting)).filter((one) => one.attendance?.checked === undefined);
    const ids = rest.map(({ enrolment }) => enrolment.id);
    await attendance.mark(meeting.session.id, ids, checked, await deps.roles.actor(message));
    await dialogs.close(message);
    return show(meeting);
  }

  async function find(message: Incoming, sessionId: string): Promise<Meeting | undefined> {
    const found = await classes.session(sessionId);
    return found && (await choice.byId(message, found.trainingClass.id)) ? found : undefined;
  }

  async function press(message: Incoming, [what = '', id, about]: string[]): Promise<Outgoing[] | undefined> {
    if (message.group) return say(PRIVATELY);
    if (id === undefined) {
      const trainingClass = await choice.byId(message, what);
      return trainingClass && chooseSession(trainingClass);
    }
    const meeting = await find(message, id);
    if (!meeting) return undefined;
    switch (what) {
      case 'show':
        return show(meeting);
      case 'change':
        return show(meeting, isOpen(meeting.session));
      case 'turn':
        return turn(message, meeting, about === 'on');
      case 'list':
        return list(message, meeting, Number(about ?? 0) || 0);
      case 'rest':
        return about === 'present' || about === 'absent' ? markRest(message, meeting, about) : undefined;
      case 'done':
        await dialogs.close(message);
        return show(meeting);
      default:
        return undefined;
    }
  }

  return {
    commands: [
      {
        name: 'diemdanh',
        description: 'Điểm danh một buổi học: mã, QR, danh sách',
        audience: 'officer',
        words: ['diem danh', 'diem danh lop'],
        argument: /^\S{0,30}\d\S{0,30}$/u,
        run: typed,
      },
    ],
    choices: { [TAKE]: press },
    dialogs: { [DIALOG]: marksTyped },
  };
}

/** How far a session is from now, in milliseconds; 0 while it goes on. */
function distance({ startsAt, endsAt }: Session, now: Temporal.Instant): number {
  return Math.max(
    startsAt.epochMilliseconds - now.epochMilliseconds,
    now.epochMilliseconds - endsAt.epochMilliseconds,
    0,
  );
}

function counts(sheet: Sheet): string {
  const of = (checked: Checked | undefined): number =>
    sheet.filter((one) => one.attendance?.checked === checked).length;
  return `Có mặt **${of('present')}**, muộn **${of('late')}**, vắng **${of('absent')}**, chưa ghi **${of(undefined)}**; sĩ số ${sheet.length}.`;
}

function who({ name, unit }: Enrolment): string {
  return escapeMarkdown([name ?? 'Người đã xóa dữ liệu', unit].filter((part) => part !== undefined).join(', '));
}

function markWords(attendance: Attendance | undefined): string {
  if (attendance?.checked !== undefined) return `**${MARKS[attendance.checked]}**`;
  return attendance?.answer === 'absent' ? 'chưa ghi (có xin vắng)' : 'chưa ghi';
}

const MARKS: Readonly<Record<Checked, string>> = { present: 'có mặt', late: 'muộn', absent: 'vắng' };

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

const HOW_TO_TYPE = 'Học viên nhắn mã này cho bot.';
const HOW_TO_MARK =
  'Đồng chí gõ theo số thứ tự hoặc tên, ví dụ: *vắng 3, 7-9; muộn 2; có mặt 1*. Ghi nhầm thì gõ *bỏ 3*.';
const CODE_OVER = 'Buổi học đã xong, mã điểm danh hết hiệu lực. Đồng chí ghi thêm theo danh sách.';
