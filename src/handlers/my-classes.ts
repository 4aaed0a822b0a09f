import type { Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { calendarFile, type CalendarEvent } from '../classes/calendar.ts';
import type { CalendarFeedsStore } from '../classes/calendar-feeds-store.ts';
import type { ClassesStore } from '../classes/classes-store.ts';
import type { EnrolmentsStore } from '../classes/enrolments-store.ts';
import { clockWords, dayWords, timeWords } from '../classes/session-words.ts';
import type { Clock } from '../clock.ts';
import type { PeopleStore, Person } from '../people/people-store.ts';
import type { Enrolling } from './enrolling.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { PRIVATELY } from './registration.ts';
import { className } from './timetable.ts';

/** How the uids of class sessions begin; those of meetings begin otherwise. */
const SESSION_UID = 'session-';

/** How far ahead `/lich` looks, in days. */
const DAYS = 14;
const MOST_CHOICES = 8;

export interface MyClassesDeps {
  classes: Pick<ClassesStore, 'byId' | 'sessionsOf'>;
  enrolments: Pick<EnrolmentsStore, 'mine'>;
  feeds: CalendarFeedsStore;
  people: Pick<PeopleStore, 'of'>;
  enrolling: Pick<Enrolling, 'invitedTo'>;
  /** All that is in a person's calendar. */
  events: (personId: string) => Promise<CalendarEvent[]>;
  /** The address of the calendar with this token, as it is reached from where the message came from. */
  feedAddress: (message: Incoming, token: string) => string | undefined;
  clock: Clock;
  timeZone: string;
}

/** `/lop`: the classes that somebody is in; `/lich`: the coming days, and how they get into the phone's calendar. */
export function createMyClasses(deps: MyClassesDeps): Feature & {
  list: (message: Incoming) => Promise<Outgoing[]>;
  schedule: (message: Incoming) => Promise<Outgoing[]>;
} {
  const { classes, enrolments, feeds, people, clock, timeZone } = deps;

  async function list(message: Incoming): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATELY);
    const person = await people.of(message);
    const mine = person ? await enrolments.mine(person.id) : [];
    const invited = person ? await deps.enrolling.invitedTo(person) : [];
    if (mine.length + invited.length === 0) return say(NO_CLASSES);
    const lines: string[] = [];
    const choices: { id: string; label: string }[] = [];
    for (const { classId, state, result } of mine) {
      const trainingClass = await classes.byId(classId);
      if (!trainingClass) continue;
      const next = (await classes.sessionsOf(classId)).find(
        (session) => session.state === 'planned' && Temporal.Instant.compare(session.endsAt, clock.now()) > 0,
      );
      const goesOn = trainingClass.state === 'open' || trainingClass.state === 'closed';
      const about = [
        state === 'waiting' ? 'đang ở danh sách chờ' : undefined,
        trainingClass.state === 'cancelled' ? 'lớp đã hủy' : undefined,
        goesOn && next ? `buổi tới ${timeWords(next, timeZone)}` : undefined,
        goesOn && !next ? 'không còn buổi nào sắp tới' : undefined,
        trainingClass.state === 'finished' ? 'đã kết thúc' : undefined,
        result === undefined ? undefined : `kết quả: **${escapeMarkdown(result)}**`,
      ].filter((part) => part !== undefined);
      lines.push(`- Lớp ${className(trainingClass)}: ${about.join('; ')}`);
      if (!goesOn) continue;
      choices.push({ id: choiceId('enrol', 'start', classId), label: `Lịch lớp ${trainingClass.code}` });
      choices.push({ id: choiceId('enrol', 'leave', classId), label: `Rút tên ${trainingClass.code}` });
    }
    for (const trainingClass of invited) {
      lines.push(`- Lớp ${className(trainingClass)}: danh sách lớp có tên giống tên đồng chí, chưa xác nhận`);
      choices.unshift({
        id: choiceId('enrol', 'start', trainingClass.id),
        label: `Xác nhận lớp ${trainingClass.code}`,
      });
    }
    return say(
      `**Lớp của đồng chí**\n\n${lines.join('\n')}\n\nGõ /lich để xem lịch sắp tới.`,
      choices.slice(0, MOST_CHOICES),
    );
  }

  async function schedule(message: Incoming): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATELY);
    const person = await people.of(message);
    if (!person) return say(NOTHING_KNOWN);
    const today = clock.now().toZonedDateTimeISO(timeZone).toPlainDate();
    const coming = (await deps.events(person.id))
      .filter(({ end, cancelled }) => !cancelled && Temporal.Instant.compare(end, clock.now()) > 0)
      .map((event) => ({ ...event, at: event.start.toZonedDateTimeISO(timeZone) }))
      .filter(({ at }) => today.until(at.toPlainDate()).days <= DAYS)
      .toSorted((a, b) => Temporal.Instant.compare(a.start, b.start));
    if (coming.length === 0) return say(NOTHING_COMING, [ADD]);
    const days = Map.groupBy(coming, ({ at }) => at.toPlainDate().toString());
    const tomorrow = today.add({ days: 1 });
    const blocks = [...days.values()].map((events) => {
      const date = events[0]?.at.toPlainDate() ?? today;
      const near = date.equals(today) ? 'Hôm nay, ' : date.equals(tomorrow) ? 'Ngày mai, ' : '';
      const lines = events.map(({ at, end, title, place }) => {
        const until = clockWords(end.toZonedDateTimeISO(timeZone));
        const where = place === undefined ? '' : `, tại ${place}`;
        return `- **${clockWords(at)}–${until}**: ${escapeMarkdown(`${title}${where}`)}`;
      });
      return `**${near}${dayWords(date)}**\n\n${lines.join('\n')}`;
    });
    const free = days.has(tomorrow.toString()) ? '' : 'Ngày mai đồng chí không có lịch.';
    const head = ['Lịch của đồng chí trong 14 ngày tới.', free].filter((part) => part !== '').join(' ');
    // Of meetings the secretary is told, not the bot.
    const absent = coming.some(({ uid }) => uid.startsWith(SESSION_UID))
      ? [{ id: choiceId('xinvang'), label: 'Xin vắng' }]
      : [];
    return say([head, ...blocks].join('\n\n'), [ADD, ...absent]);
  }

  async function toCalendar(message: Incoming, renew: boolean): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATELY);
    const person = await people.of(message);
    if (!person) return say(NOTHING_KNOWN);
    const token = renew ? await feeds.renew(person.id) : await feeds.tokenOf(person.id);
    const address = deps.feedAddress(message, token);
    const link =
      address === undefined
        ? ''
        : `${renew ? 'Đường dẫn cũ không dùng được nữa. ' : ''}Đường dẫn lịch riêng của đồng chí, tự cập nhật khi lịch đổi:\n\n${address}\n\nTrên điện thoại hay máy tính, mở ứng dụng Lịch, chọn thêm lịch theo đường dẫn (URL) rồi dán vào. Đừng gửi đường dẫn này cho người khác: ai có nó thì xem được lịch của đồng chí.`;
    const renewal = address === undefined ? [] : [{ id: choiceId('calendar', 'renew'), label: 'Đổi đường dẫn' }];
    if (message.channel === 'zalo') return say(link === '' ? NO_FILES_ON_ZALO : link, renewal);
    const text = await calendarOf(person);
    const file = { name: 'lich-hoc.ics', bytes: new TextEncoder().encode(text) };
    return [{ markdown: [FILE, link].filter((part) => part !== '').join('\n\n'), file, choices: renewal }];
  }

  async function calendarOf({ id }: Person): Promise<string> {
    return calendarFile(await deps.events(id), clock.now());
  }

  return {
    list,
    schedule,
    commands: [
      {
        name: 'lop',
        description: 'Xem các lớp của mình',
        audience: 'everyone',
        words: ['lop', 'lop cua toi', 'lop hoc cua toi', 'cac lop cua toi'],
        run: list,
      },
      {
        name: 'lich',
        description: 'Xem lịch 14 ngày tới',
        audience: 'everyone',
        words: ['lich', 'lich hoc', 'lich cua toi', 'lich hoc cua toi', 'xem lich', 'xem lich hoc'],
        run: schedule,
      },
    ],
    choices: { calendar: (message, [what]) => toCalendar(message, what === 'renew') },
  };
}

/** The sessions of a class as they stand in the calendar of somebody who is in it. */
export async function classEvents(
  deps: { classes: Pick<ClassesStore, 'byId' | 'sessionsOf'>; enrolments: Pick<EnrolmentsStore, 'mine'> },
  personId: string,
): Promise<CalendarEvent[]> {
  const events: CalendarEvent[] = [];
  for (const { classId, state } of await deps.enrolments.mine(personId)) {
    const trainingClass = state === 'enrolled' ? await deps.classes.byId(classId) : undefined;
    if (!trainingClass) continue;
    for (const session of await deps.classes.sessionsOf(classId)) {
      const lecturer = session.lecturer === undefined ? [] : [`Báo cáo viên: ${session.lecturer}`];
      events.push({
        uid: `${SESSION_UID}${session.id}`,
        // A change of the class's own place or state changes its sessions.
        sequence: session.sequence + trainingClass.sequence,
        start: session.startsAt,
        end: session.endsAt,
        title: `${session.topic} (lớp ${trainingClass.code})`,
        place: session.place ?? trainingClass.place,
        description: [trainingClass.title, ...lecturer].join('\n'),
        cancelled: session.state === 'cancelled' || trainingClass.state === 'cancelled',
      });
    }
  }
  return events;
}

const ADD = { id: choiceId('calendar'), label: 'Thêm vào lịch' };
const NO_CLASSES =
  'Đồng chí chưa có tên trong lớp nào. Có mã lớp thì gõ: đăng ký rồi đến mã, ví dụ: đăng ký BD-2026-01';
const NOTHING_KNOWN =
  'Đồng chí chưa đăng ký lớp nào với tôi, nên tôi chưa có lịch của đồng chí. Có mã lớp thì gõ ví dụ: đăng ký BD-2026-01';
const NOTHING_COMING = '14 ngày tới đồng chí không có lịch. Gõ /lop để xem các lớp của mình.';
const FILE =
  'Mở tệp này để thêm các buổi vào lịch trong điện thoại. Tệp ghi lịch của lúc này; lịch đổi thì tôi báo và đồng chí tải lại.';
const NO_FILES_ON_ZALO =
  'Trên Zalo tôi chưa gửi được tệp lịch. Đồng chí gõ /lich để xem lịch, tôi vẫn nhắc trước mỗi buổi.';
