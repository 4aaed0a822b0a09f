import type { Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { Answered, AttendanceStore } from '../classes/attendance-store.ts';
import type { ClassesStore } from '../classes/classes-store.ts';
import type { EnrolmentsStore } from '../classes/enrolments-store.ts';
import { timeWords } from '../classes/session-words.ts';
import type { Session, TrainingClass } from '../classes/training-class.ts';
import type { Clock } from '../clock.ts';
import type { PeopleStore } from '../people/people-store.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { PRIVATELY } from './registration.ts';

/** Under a reminder, with the session's id behind: "they will come", "they ask to be absent". */
const ATTENDING = 'thamdu';
const ABSENT = 'xinvang';

const DIALOG = 'absence-reason';
/** UTF-16 units. */
const LONGEST_REASON = 300;
/** Coming sessions to choose from. */
const MOST_SESSIONS = 8;

export interface AbsenceDeps {
  classes: Pick<ClassesStore, 'session' | 'sessionsOf' | 'byId'>;
  enrolments: Pick<EnrolmentsStore, 'mine' | 'of'>;
  attendance: AttendanceStore;
  people: Pick<PeopleStore, 'of'>;
  dialogs: Dialogs;
  clock: Clock;
  timeZone: string;
}

/** What reminders ask: "Tham dự" or "Xin vắng"; and `/xinvang`. */
export function createAbsence(deps: AbsenceDeps): Feature & { list: (message: Incoming) => Promise<Outgoing[]> } {
  const { classes, enrolments, attendance, people, dialogs, clock, timeZone } = deps;

  function named({ session, trainingClass }: { session: Session; trainingClass: TrainingClass }): string {
    return `buổi **${timeWords(session, timeZone)}** (${escapeMarkdown(session.topic)}), lớp ${escapeMarkdown(trainingClass.code)}`;
  }

  async function list(message: Incoming): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATELY);
    const person = await people.of(message);
    const mine = person ? await enrolments.mine(person.id) : [];
    const coming: { session: Session; code: string }[] = [];
    for (const { classId, state } of mine) {
      const trainingClass = state === 'enrolled' ? await classes.byId(classId) : undefined;
      if (!trainingClass || trainingClass.state === 'cancelled') continue;
      for (const session of await classes.sessionsOf(classId)) {
        if (session.state !== 'planned' || isOver(session, clock.now())) continue;
        coming.push({ session, code: trainingClass.code });
      }
    }
    if (coming.length === 0) return say('Đồng chí không có buổi học nào sắp tới để xin vắng.');
    const next = coming
      .toSorted((a, b) => Temporal.Instant.compare(a.session.startsAt, b.session.startsAt))
      .slice(0, MOST_SESSIONS);
    return say(
      'Đồng chí xin vắng buổi nào?',
      next.map(({ session, code }) => ({
        id: choiceId(ABSENT, session.id),
        label: `${timeWords(session, timeZone)}, ${code}`,
      })),
    );
  }

  async function attends(message: Incoming, sessionId: string): Promise<Outgoing[] | undefined> {
    if (message.group) return say(PRIVATELY);
    const found = await classes.session(sessionId);
    const person = await people.of(message);
    if (!found || !person) return undefined;
    const answered = await attendance.attending(sessionId, person.id);
    if (answered !== 'kept') return say(REFUSED[answered]);
    await leaveDialog(message, sessionId);
    return say(`Tôi đã ghi: đồng chí **tham dự** ${named(found)}. Bận đột xuất thì đồng chí bấm nút dưới.`, [
      { id: choiceId(ABSENT, sessionId), label: 'Xin vắng' },
    ]);
  }

  async function leaveDialog(message: Incoming, sessionId: string): Promise<void> {
    if ((await dialogs.state(message, DIALOG)) === sessionId) await dialogs.close(message);
  }

  async function askReason(message: Incoming, sessionId: string): Promise<Outgoing[] | undefined> {
    if (message.group) return say(PRIVATELY);
    const found = await classes.session(sessionId);
    const person = await people.of(message);
    if (!found || !person) return undefined;
    if ((await enrolments.of(found.trainingClass.id, person.id))?.state !== 'enrolled') {
      return say(REFUSED['not enrolled']);
    }
    if (isOver(found.session, clock.now())) return say(REFUSED.over);
    await dialogs.open(message, DIALOG, sessionId);
    return say(
      `Đồng chí xin vắng ${named(found)}. Đồng chí gõ **lý do** vào một tin, tôi chuyển cho cán bộ phụ trách lớp. (Gõ /huy để thôi.)`,
    );
  }

  async function reasonTyped(message: Incoming, state: unknown): Promise<Outgoing[] | undefined> {
    const reason = message.text.normalize('NFC').replace(/\s+/gu, ' ').trim().toWellFormed();
    if (reason.endsWith('?')) return undefined;
    if (reason.length > LONGEST_REASON) return say('Lý do dài quá. Đồng chí viết gọn trong một, hai câu giúp tôi.');
    const found = await classes.session(String(state));
    const person = await people.of(message);
    await dialogs.close(message);
    if (!found || !person) return say(REFUSED['not enrolled']);
    const answered = await attendance.absent(found.session.id, person.id, reason);
    if (answered !== 'kept') return say(REFUSED[answered]);
    return say(`Tôi đã chuyển đơn **xin vắng** ${named(found)} cho cán bộ phụ trách lớp. Nếu đồng chí lại đi được:`, [
      { id: choiceId(ATTENDING, found.session.id), label: 'Tham dự' },
    ]);
  }

  return {
    list,
    commands: [
      {
        name: 'xinvang',
        description: 'Xin vắng một buổi học',
        audience: 'everyone',
        words: [
          'xin vang',
          'xin vang hoc',
          'xin nghi',
          'xin nghi hoc',
          'xin phep nghi',
          'toi xin vang',
          'xin vang mat',
        ],
        // "xin nghỉ buổi mai"; about meetings of the cell the handbook is asked.
        argument:
          /^(?:buổi|buoi|ngày|ngay|sáng|sang|chiều|chieu|mai|hôm|hom|thứ|thu|lớp|lop)(?=\s|$)(?!.*(?:họp|hop|sinh ho))[^?]{0,40}$/iu,
        run: (message) => list(message),
      },
    ],
    choices: {
      [ATTENDING]: (message, [sessionId = '']) => attends(message, sessionId),
      [ABSENT]: (message, [sessionId]) => (sessionId === undefined ? list(message) : askReason(message, sessionId)),
    },
    dialogs: { [DIALOG]: reasonTyped },
    inWords: [DIALOG],
  };
}

function isOver({ endsAt }: Session, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(endsAt, now) <= 0;
}

const REFUSED: Readonly<Record<Exclude<Answered, 'kept'>, string>> = {
  'not enrolled': 'Đồng chí không có tên trong lớp này. Gõ /lop để xem các lớp của mình.',
  over: 'Buổi học này đã qua. Có gì cần báo, đồng chí liên hệ cán bộ phụ trách lớp.',
  cancelled: 'Buổi học này đã hủy, đồng chí không cần xin vắng.',
};
