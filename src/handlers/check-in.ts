import type { Incoming, Outgoing } from '../bot/channel.ts';
import type { AttendanceStore, Checked } from '../classes/attendance-store.ts';
import { CHECK_IN_CODE, type CheckInStore } from '../classes/check-in-store.ts';
import type { ClassesStore } from '../classes/classes-store.ts';
import type { EnrolmentsStore } from '../classes/enrolments-store.ts';
import { timeWords } from '../classes/session-words.ts';
import type { Guesses } from '../people/guesses.ts';
import type { Person } from '../people/people-store.ts';
import type { Enrolling } from './enrolling.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { PRIVATELY, type Registration } from './registration.ts';
import { className } from './timetable.ts';

const ONWARD = 'check-in';

export interface CheckInDeps {
  checkIn: Pick<CheckInStore, 'find'>;
  classes: Pick<ClassesStore, 'session'>;
  enrolments: EnrolmentsStore;
  attendance: Pick<AttendanceStore, 'checkIn'>;
  enrolling: Pick<Enrolling, 'match'>;
  registration: Pick<Registration, 'require'>;
  guesses: Guesses;
  timeZone: string;
}

/** A trainee says that they are there: by typing the code that the officer shows, or by scanning it. */
export function createCheckIn(
  deps: CheckInDeps,
): Feature & { accept: (message: Incoming, text: string) => Promise<Outgoing[] | undefined> } {
  const { checkIn, classes, enrolments, attendance, registration, guesses, timeZone } = deps;

  async function accept(message: Incoming, text: string): Promise<Outgoing[] | undefined> {
    const [, first, second] = CHECK_IN_CODE.exec(text) ?? [];
    if (first === undefined || second === undefined) return undefined;
    if (message.group) return say(PRIVATELY);
    const account = `${message.channel}:${message.userId}`;
    if (!guesses.allowed(account)) return say(TOO_MANY);
    if (!(await checkIn.find(first + second))) {
      guesses.wrong(account);
      return say(NOT_GOOD);
    }
    return registration.require(message, { name: ONWARD, argument: first + second });
  }

  async function enter(person: Person, code: string): Promise<Outgoing[]> {
    const now = await checkIn.find(code);
    const found = now && (await classes.session(now.sessionId));
    if (!found) return say(NOT_GOOD);
    const { session, trainingClass } = found;
    if (!(await enrolments.of(trainingClass.id, person.id))) {
      // Who is in the roster and comes without having enrolled.
      const matched = await deps.enrolling.match(person, await enrolments.unclaimed(trainingClass.id));
      if (matched.kind === 'exact') await enrolments.enrol(trainingClass.id, person.id, matched.row.id);
    }
    const result = await attendance.checkIn(session.id, person.id);
    if (result === 'not enrolled') {
      return say(
        `Đồng chí chưa có tên trong lớp ${className(trainingClass)}. Đồng chí đăng ký lớp rồi gõ lại mã, hoặc báo cán bộ phụ trách lớp.`,
        [{ id: choiceId('enrol', 'start', trainingClass.id), label: 'Đăng ký lớp' }],
      );
    }
    return say(`${SAID[result.checked]}: lớp ${className(trainingClass)}, buổi ${timeWords(session, timeZone)}.`);
  }

  return {
    accept,
    commands: [],
    choices: {},
    codes: [{ form: CHECK_IN_CODE, run: async (message, text) => (await accept(message, text)) ?? say(NOT_GOOD) }],
    onward: { [ONWARD]: (_message, person, code) => enter(person, code) },
  };
}

const SAID: Readonly<Record<Checked, string>> = {
  present: '✅ Đồng chí đã điểm danh **có mặt**',
  late: 'Đồng chí đã điểm danh, ghi **đến muộn**',
  absent: 'Cán bộ phụ trách đã ghi đồng chí **vắng**; đồng chí gặp cán bộ để sửa',
};

const NOT_GOOD =
  'Mã điểm danh này không đúng, hoặc chưa đến giờ, hoặc buổi học đã xong. Đồng chí xem lại mã trên màn hình, gõ ví dụ: DD482193';
const TOO_MANY = 'Đồng chí đã gõ sai nhiều lần. Đồng chí báo cán bộ phụ trách điểm danh giúp.';
