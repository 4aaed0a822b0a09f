import type { Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { ClassesStore } from '../classes/classes-store.ts';
import type { Enrolled, EnrolmentsStore } from '../classes/enrolments-store.ts';
import { matchRoster, type RosterMatch, type RosterRow } from '../classes/roster-match.ts';
import type { TrainingClass } from '../classes/training-class.ts';
import type { PeopleStore, Person } from '../people/people-store.ts';
import type { UnitsStore } from '../people/units-store.ts';
import { classButtons } from './class-choice.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { PRIVATELY, type Registration } from './registration.ts';
import { className, timetable } from './timetable.ts';

const ENROL = 'enrol';

export interface EnrollingDeps {
  classes: Pick<ClassesStore, 'named' | 'byId' | 'sessionsOf'>;
  enrolments: EnrolmentsStore;
  people: Pick<PeopleStore, 'of'>;
  units: Pick<UnitsStore, 'all'>;
  registration: Pick<Registration, 'require'>;
  timeZone: string;
}

export interface Enrolling {
  /** Puts the person behind a message into the class, after asking for what is not known of them. */
  start(message: Incoming, trainingClass: TrainingClass): Promise<Outgoing[]>;
  /** Classes that go on in whose rosters a line may be this person's. */
  invitedTo(person: Person): Promise<TrainingClass[]>;
  /** Which line of a roster is this person's. */
  match(person: Person, rows: readonly RosterRow[]): Promise<RosterMatch>;
  feature: Feature;
}

/** `/dangky <mã lớp>`: consent, name and unit when they are not known, then the place and the timetable. */
export function createEnrolling(deps: EnrollingDeps): Enrolling {
  const { classes, enrolments, people, units, registration, timeZone } = deps;

  async function typed(message: Incoming, code: string): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATELY);
    if (code === '') return say(WHICH_CLASS);
    const found = await classes.named(code);
    const [first] = found;
    if (!first) return say(noClass(code));
    if (found.length === 1) return start(message, first);
    return say(
      'Có mấy lớp mang mã gần giống nhau. Đồng chí chọn đúng lớp của mình:',
      classButtons(found.slice(0, MOST_CLASSES), ENROL, 'start'),
    );
  }

  async function start(message: Incoming, trainingClass: TrainingClass): Promise<Outgoing[]> {
    if (trainingClass.state === 'cancelled' || trainingClass.state === 'finished') return say(over(trainingClass));
    return registration.require(message, { name: ENROL, argument: trainingClass.id });
  }

  async function match(person: Person, rows: readonly RosterRow[]): Promise<RosterMatch> {
    const { name, unitId, unitText } = person;
    if (name === undefined || rows.length === 0) return { kind: 'none' };
    return matchRoster({ name, unitId, unitText }, rows, await units.all());
  }

  async function enrol(person: Person, classId: string): Promise<Outgoing[]> {
    const trainingClass = await classes.byId(classId);
    if (!trainingClass) return say(GONE);
    const known = await enrolments.of(classId, person.id);
    if (known) return settle(person, trainingClass, undefined);
    const matched = await match(person, await enrolments.unclaimed(classId));
    if (matched.kind !== 'unsure') {
      return settle(person, trainingClass, matched.kind === 'exact' ? matched.row.id : undefined);
    }
    const choices = matched.rows.map(({ id, name, unit }) => ({
      id: choiceId(ENROL, 'claim', classId, String(id)),
      label: `Là tôi: ${[name, unit].filter((part) => part !== '').join(', ')}`,
    }));
    return say(`Danh sách lớp ${className(trainingClass)} có tên giống tên đồng chí. Đồng chí có phải là:`, [
      ...choices,
      { id: choiceId(ENROL, 'new', classId), label: 'Không phải tôi' },
    ]);
  }

  async function settle(person: Person, trainingClass: TrainingClass, claim: number | undefined): Promise<Outgoing[]> {
    const result = await enrolments.enrol(trainingClass.id, person.id, claim);
    const said = outcomeText(result, trainingClass);
    if (result.outcome === 'closed') return say(said);
    const lines = timetable(trainingClass, await classes.sessionsOf(trainingClass.id), timeZone);
    const waiting = result.outcome === 'waiting' || (result.outcome === 'already' && result.state === 'waiting');
    const parts = [
      said,
      `**Địa điểm:** ${escapeMarkdown(trainingClass.place)}`,
      `**Lịch học**\n\n${lines}`,
      waiting ? '' : REMINDED,
    ];
    return say(parts.filter((part) => part !== '').join('\n\n'), [
      ...(waiting ? [] : [{ id: choiceId('calendar'), label: 'Thêm vào lịch' }]),
      { id: choiceId(ENROL, 'leave', trainingClass.id), label: waiting ? 'Thôi chờ' : 'Rút tên' },
    ]);
  }

  async function press(
    message: Incoming,
    [what = '', classId = '', row = '']: string[],
  ): Promise<Outgoing[] | undefined> {
    if (message.group) return say(PRIVATELY);
    const person = await people.of(message);
    const trainingClass = person && (await classes.byId(classId));
    if (!person || !trainingClass) return undefined;
    switch (what) {
      case 'start':
        return start(message, trainingClass);
      case 'claim': {
        // Only a line that could be theirs, whatever id came in.
        const matched = await match(person, await enrolments.unclaimed(classId));
        const rows = matched.kind === 'unsure' ? matched.rows : matched.kind === 'exact' ? [matched.row] : [];
        const claimed = rows.find(({ id }) => String(id) === row);
        return claimed ? settle(person, trainingClass, claimed.id) : say(CLAIMED);
      }
      case 'new':
        return settle(person, trainingClass, undefined);
      case 'leave':
        if (!(await enrolments.of(classId, person.id))) return say(notIn(trainingClass));
        return say(`Đồng chí có chắc muốn rút tên khỏi lớp ${className(trainingClass)} không?`, [
          { id: choiceId(ENROL, 'left', classId), label: 'Xác nhận rút tên' },
          { id: choiceId(ENROL, 'stay'), label: 'Không rút' },
        ]);
      case 'left':
        return say((await enrolments.leave(classId, person.id)) ? left(trainingClass) : notIn(trainingClass));
      default:
        return undefined;
    }
  }

  return {
    start,
    match,
    async invitedTo(person) {
      const found: TrainingClass[] = [];
      const byClass = Map.groupBy(await enrolments.unclaimedAnywhere(), ({ classId }) => classId);
      for (const [classId, rows] of byClass) {
        if ((await match(person, rows)).kind === 'none' || (await enrolments.of(classId, person.id))) continue;
        const trainingClass = await classes.byId(classId);
        if (trainingClass) found.push(trainingClass);
      }
      return found;
    },
    feature: {
      commands: [
        {
          name: 'dangky',
          description: 'Đăng ký lớp, ví dụ /dangky BD-2026-01',
          audience: 'everyone',
          words: ['dang ky', 'dang ky lop', 'dang ky lop hoc', 'ghi danh'],
          // A code has a digit, in each part but the first: "đăng ký kết hôn" is a question.
          argument: /^(?:\S{0,30}\d\S{0,30}|[a-zđ]{1,6}(?: \S{0,10}\d\S{0,10}){1,3})$/iu,
          run: typed,
        },
      ],
      choices: {
        [ENROL]: (message, rest) => (rest[0] === 'stay' ? say(STAYS) : press(message, rest)),
      },
      onward: { [ENROL]: (_message, person, classId) => enrol(person, classId) },
    },
  };
}

function outcomeText(result: Enrolled, trainingClass: TrainingClass): string {
  const name = className(trainingClass);
  switch (result.outcome) {
    case 'enrolled':
      return `Đồng chí **đã đăng ký** lớp ${name}.`;
    case 'waiting': {
      const why =
        result.why.full === 'class'
          ? `Lớp ${name} đã đủ người`
          : `Lớp ${name} đã đủ số người của ${escapeMarkdown(result.why.unitName)}`;
      return `${why}, nên đồng chí ở **danh sách chờ**, thứ ${result.ahead + 1}. Có chỗ, tôi báo đồng chí ngay.`;
    }
    case 'already':
      return result.state === 'enrolled'
        ? `Đồng chí đã có tên trong lớp ${name} từ trước.`
        : `Đồng chí đang ở danh sách chờ của lớp ${name}. Có chỗ, tôi báo đồng chí ngay.`;
    case 'closed':
      return `Lớp ${name} đã hết hạn đăng ký. Đồng chí liên hệ cán bộ phụ trách lớp nếu vẫn cần học.`;
  }
}

function noClass(code: string): string {
  return `Tôi không thấy lớp nào có mã "${escapeMarkdown(code.slice(0, 60))}". Đồng chí xem lại mã trong giấy triệu tập, hoặc hỏi cán bộ phụ trách lớp.`;
}

function over(trainingClass: TrainingClass): string {
  return `Lớp ${className(trainingClass)} ${trainingClass.state === 'cancelled' ? 'đã hủy' : 'đã kết thúc'}, nên không đăng ký được nữa.`;
}

function left(trainingClass: TrainingClass): string {
  return `Đồng chí đã rút tên khỏi lớp ${className(trainingClass)}. Muốn học lại thì gõ: đăng ký ${escapeMarkdown(trainingClass.code)}`;
}

function notIn(trainingClass: TrainingClass): string {
  return `Đồng chí không có tên trong lớp ${className(trainingClass)}.`;
}

/** Whose codes are alike. */
const MOST_CLASSES = 6;
const WHICH_CLASS =
  'Đồng chí gõ mã lớp sau lệnh, ví dụ: /dangky BD-2026-01. Mã lớp có trong giấy triệu tập, hoặc hỏi cán bộ phụ trách lớp. Xem các lớp của mình: /lop';
const GONE = 'Lớp này không còn nữa. Đồng chí hỏi cán bộ phụ trách lớp.';
const CLAIMED =
  'Dòng này trong danh sách đã có người nhận. Đồng chí gõ lại lệnh đăng ký, hoặc hỏi cán bộ phụ trách lớp.';
const STAYS = 'Đồng chí vẫn ở trong lớp, không có gì thay đổi.';
const REMINDED = 'Tôi sẽ nhắc đồng chí tối hôm trước và trước giờ học. Bận thì gõ /xinvang.';
