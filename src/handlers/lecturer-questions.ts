import type { Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { ClassesStore } from '../classes/classes-store.ts';
import type { EnrolmentsStore } from '../classes/enrolments-store.ts';
import { timeWords } from '../classes/session-words.ts';
import { bareCode, codeKey, reachesClass, type Session, type TrainingClass } from '../classes/training-class.ts';
import type { Clock } from '../clock.ts';
import { vietnameseDate } from '../handbook/iso-date.ts';
import type { PeopleStore, Person } from '../people/people-store.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { LecturerQuestionsStore } from '../questions/lecturer-store.ts';
import { fold, words } from '../search/fold.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, paragraphs, say, type Feature } from './feature.ts';
import type { KeptLine } from './own-data.ts';
import { PRIVATELY } from './registration.ts';

const LECTURER = 'bcv';
const DIALOG = 'lecturer-question';
/** UTF-16 units: it is read out, or read from a list. */
const LONGEST = 500;
const MOST_SESSIONS = 8;
const MOST_CLASSES = 20;
/** Questions of one list, and of those the ones that have a button. */
const MOST_SHOWN = 20;
const MOST_BUTTONS = 8;
/** A session counts as going on from so many minutes before it begins. */
const OPENS_BEFORE = 30;

export interface LecturerQuestionsDeps {
  lecturerQuestions: LecturerQuestionsStore;
  classes: Pick<ClassesStore, 'session' | 'sessionsOf' | 'byId' | 'listFor'>;
  training: { enrolments: Pick<EnrolmentsStore, 'mine' | 'of'> };
  people: Pick<PeopleStore, 'of'>;
  roles: Pick<RolesStore, 'reach'>;
  isOfficer: (message: Incoming) => Promise<boolean>;
  dialogs: Dialogs;
  clock: Clock;
  timeZone: string;
}

interface Meeting {
  session: Session;
  trainingClass: TrainingClass;
}

/**
 * `/hoibaocaovien <buổi>`: trainees ask the lecturer of a session, without their name; who runs the class sees the
 * questions as a list while the session goes on.
 */
export function createLecturerQuestions(
  deps: LecturerQuestionsDeps,
): Feature & { kept: (person: Person) => Promise<KeptLine[]> } {
  const { lecturerQuestions, classes, training, people, dialogs, clock, timeZone } = deps;

  async function isEnrolled(message: Incoming, { trainingClass }: Meeting): Promise<boolean> {
    const person = await people.of(message);
    return person !== undefined && (await training.enrolments.of(trainingClass.id, person.id))?.state === 'enrolled';
  }

  async function runs(message: Incoming, { trainingClass }: Meeting): Promise<boolean> {
    return (await deps.isOfficer(message)) && reachesClass(await deps.roles.reach(message), trainingClass);
  }

  /** The sessions of the classes that somebody is in or runs. */
  async function sessions(message: Incoming): Promise<Meeting[]> {
    const person = await people.of(message);
    const own = person ? await training.enrolments.mine(person.id) : [];
    const ids = new Set(own.flatMap(({ classId, state }) => (state === 'enrolled' ? classId : [])));
    if (await deps.isOfficer(message)) {
      const page = { offset: 0, limit: MOST_CLASSES };
      for (const { id } of await classes.listFor(await deps.roles.reach(message), page)) ids.add(id);
    }
    const found: Meeting[] = [];
    for (const id of ids) {
      const trainingClass = await classes.byId(id);
      if (!trainingClass || trainingClass.state === 'cancelled') continue;
      for (const session of await classes.sessionsOf(id)) {
        if (session.state === 'planned') found.push({ session, trainingClass });
      }
    }
    return found;
  }

  async function typed(message: Incoming, argument: string): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATELY);
    const all = await sessions(message);
    if (all.length === 0) return say(NO_SESSIONS);
    const wanted = argument === '' ? all.filter((one) => goesOn(one)) : matching(all, argument);
    const [only] = wanted;
    if (only && wanted.length === 1) return show(message, only);
    const now = clock.now();
    const near = (wanted.length > 1 ? wanted : all)
      .toSorted((a, b) => distance(a, now) - distance(b, now))
      .slice(0, MOST_SESSIONS)
      .toSorted((a, b) => Temporal.Instant.compare(a.session.startsAt, b.session.startsAt));
    const unknown =
      argument !== '' && wanted.length === 0
        ? `Tôi không thấy buổi nào như "${escapeMarkdown(argument.slice(0, 60))}". `
        : '';
    return say(
      `${unknown}Đồng chí chọn buổi học:`,
      near.map(({ session, trainingClass }) => ({
        id: choiceId(LECTURER, 's', session.id),
        label: `${timeWords(session, timeZone)}, ${trainingClass.code}`,
      })),
    );
  }

  /** By a class's code, the number of the session in its class, and words of topic, lecturer or time. */
  function matching(all: readonly Meeting[], argument: string): Meeting[] {
    const asked = `-${codeKey(argument)}-`;
    const codes = all.flatMap(({ trainingClass: { code: own } }) => [codeKey(own), bareCode(own)]);
    const code = codes.find((key) => asked.includes(`-${key}-`));
    const rest = (code === undefined ? asked : asked.replace(`-${code}-`, '-')).split('-').filter(Boolean);
    const others = rest.filter((word) => word !== 'buoi');
    const byClass = Map.groupBy(all, ({ trainingClass }) => trainingClass.id);
    return all.filter((one) => {
      const { session, trainingClass } = one;
      if (code !== undefined && bareCode(trainingClass.code) !== code.replaceAll('-', '')) return false;
      const number = (byClass.get(trainingClass.id)?.indexOf(one) ?? 0) + 1;
      if (others.length === 1 && others[0] === String(number)) return true;
      const text = `${session.topic} ${session.lecturer ?? ''} ${timeWords(session, timeZone)}`;
      const known = new Set(words(fold(text)));
      return !/^\d$/.test(others.join('')) && others.every((word) => known.has(word));
    });
  }

  function goesOn({ session: { startsAt, endsAt } }: Meeting): boolean {
    const now = clock.now();
    const opens = startsAt.subtract({ minutes: OPENS_BEFORE });
    return Temporal.Instant.compare(now, opens) >= 0 && Temporal.Instant.compare(now, endsAt) <= 0;
  }

  function title({ session, trainingClass }: Meeting): string {
    const lecturer = session.lecturer === undefined ? '' : `, báo cáo viên ${escapeMarkdown(session.lecturer)}`;
    return `buổi **${timeWords(session, timeZone)}** (${escapeMarkdown(session.topic)}${lecturer}), lớp ${escapeMarkdown(trainingClass.code)}`;
  }

  async function show(message: Incoming, meeting: Meeting): Promise<Outgoing[]> {
    return (await runs(message, meeting)) ? list(message, meeting) : ask(message, meeting);
  }

  async function list(message: Incoming, meeting: Meeting, done = ''): Promise<Outgoing[]> {
    const { id } = meeting.session;
    const all = await lecturerQuestions.list(id);
    const waiting = all.map((one, i) => ({ ...one, number: i + 1 })).filter(({ answered }) => !answered);
    const lines = waiting.slice(0, MOST_SHOWN).map(({ number, text }) => `${number}\\. ${escapeMarkdown(text)}`);
    const more = waiting.length - lines.length;
    const head = `Câu hỏi cho báo cáo viên, ${title(meeting)}: **${waiting.length} câu chờ**, ${all.length - waiting.length} câu đã trả lời.`;
    const parts = [done, head, lines.join('\n\n'), more > 0 ? `… và ${more} câu nữa` : ''];
    return say(paragraphs(...parts), [
      ...waiting
        .slice(0, MOST_BUTTONS)
        .map((one) => ({ id: choiceId(LECTURER, 'd', one.id), label: `Đã trả lời câu ${one.number}` })),
      { id: choiceId(LECTURER, 's', id), label: 'Xem lại' },
      ...((await isEnrolled(message, meeting)) ? [{ id: choiceId(LECTURER, 'a', id), label: 'Đặt câu hỏi' }] : []),
    ]);
  }

  async function ask(message: Incoming, meeting: Meeting): Promise<Outgoing[]> {
    if (!(await isEnrolled(message, meeting))) return say(NOT_ENROLLED);
    if (Temporal.Instant.compare(clock.now(), meeting.session.endsAt) > 0) return say(OVER);
    await dialogs.open(message, DIALOG, meeting.session.id);
    return say(
      `Đồng chí gõ câu hỏi cho báo cáo viên, ${title(meeting)}. Danh sách chiếu ở lớp **không ghi tên** người hỏi. (Gõ /huy để thôi.)`,
    );
  }

  async function questionTyped(message: Incoming, sessionId: unknown): Promise<Outgoing[]> {
    const text = message.text.replace(/\s+/gu, ' ').trim();
    if (text.length > LONGEST) return say('Câu hỏi dài quá. Đồng chí viết gọn trong 500 ký tự giúp tôi.');
    await dialogs.close(message);
    const meeting = await classes.session(String(sessionId));
    const person = await people.of(message);
    if (!meeting || !person || !(await isEnrolled(message, meeting))) return say(NOT_ENROLLED);
    if (!(await lecturerQuestions.add(meeting.session.id, person.id, text))) return say(ENOUGH);
    return say('Tôi đã ghi câu hỏi. Báo cáo viên trả lời tại lớp.', [
      { id: choiceId(LECTURER, 'a', meeting.session.id), label: 'Hỏi câu nữa' },
    ]);
  }

  async function markAnswered(message: Incoming, id: string): Promise<Outgoing[] | undefined> {
    const question = await lecturerQuestions.byId(id);
    const meeting = question && (await classes.session(question.sessionId));
    if (!meeting || !(await runs(message, meeting))) return undefined;
    const marked = await lecturerQuestions.markAnswered(id);
    return list(message, meeting, marked ? 'Đã ghi.' : 'Câu này đã được ghi là trả lời rồi.');
  }

  return {
    commands: [
      {
        name: 'hoibaocaovien',
        description: 'Hỏi báo cáo viên của buổi học',
        audience: 'everyone',
        words: ['hoi bao cao vien'],
        argument: /^(?=.*\d)[\s\S]{1,60}$/,
        run: typed,
      },
    ],
    choices: {
      async [LECTURER](message, [what, id = '']) {
        if (message.group) return say(PRIVATELY);
        if (what === 'd') return markAnswered(message, id);
        const meeting = await classes.session(id);
        if (!meeting) return undefined;
        if (what === 'a') return ask(message, meeting);
        return what === 's' ? show(message, meeting) : undefined;
      },
    },
    dialogs: { [DIALOG]: questionTyped },
    inWords: [DIALOG],
    async kept({ id }) {
      return (await lecturerQuestions.ofPerson(id)).map(({ text, askedAt }) => ({
        what: `Câu hỏi cho báo cáo viên ngày ${vietnameseDate(askedAt.toZonedDateTimeISO(timeZone).toPlainDate().toString())}`,
        value: text,
      }));
    },
  };
}

function distance({ session: { startsAt } }: Meeting, now: Temporal.Instant): number {
  return Math.abs(startsAt.epochMilliseconds - now.epochMilliseconds);
}

const NO_SESSIONS =
  'Đồng chí chưa có tên trong lớp nào, nên chưa hỏi báo cáo viên được. Đồng chí gõ /lop để xem, hoặc cứ gõ câu hỏi cho sổ tay.';
const NOT_ENROLLED = 'Chỉ học viên của lớp hỏi báo cáo viên được. Đồng chí cứ gõ câu hỏi cho sổ tay.';
const OVER = 'Buổi học này đã xong. Đồng chí gõ câu hỏi cho sổ tay; chưa có lời đáp thì gửi cán bộ phụ trách.';
const ENOUGH = 'Đồng chí đã có 5 câu chờ báo cáo viên ở buổi này. Được trả lời rồi đồng chí hỏi tiếp nhé.';
