import type { QuietHours } from '../delivery/quiet-hours.ts';
import type { Settings } from '../people/people-store.ts';
import { outOfQuiet } from './quiet.ts';

/** When everybody is reminded who, and whose class, says nothing else. */
const EVENING_AT = Temporal.PlainTime.from('19:30');
const MINUTES_BEFORE = 60;
/** A reminder that goes later than this after its time says so. Minutes. */
const LATE_AFTER = 5;
/**
 * How long before a session its earliest reminder may be due: the first minute of the day before (48 hours), moved to
 * before a quiet time of up to a day.
 */
export const HORIZON = { hours: 72 };

/** A session that is held. */
export interface ReminderSession {
  id: string;
  classId: string;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
}

/** How a class wishes to be reminded; undefined: as everywhere. */
export interface ClassRules {
  evening: Temporal.PlainTime | 'off' | undefined;
  /** 0: not at all. */
  minutesBefore: number | undefined;
}

/** Who is reminded: a person, or a class's group chat. */
export interface Recipient {
  /** A person's id, or "class-<id>". */
  id: string;
  classIds: readonly string[];
  /** Sessions they said they will miss. */
  absentFrom: readonly string[];
  settings: Pick<Settings, 'evening' | 'eveningAt' | 'minutesBefore' | 'quiet' | 'mutedUntil'>;
}

/** What was planned before: reminders due after this and up to `until` are planned now. */
export interface Window {
  /** Undefined: nothing is known, so all that could still be of use is planned. */
  after: Temporal.Instant | undefined;
  until: Temporal.Instant;
}

/** One reminder that is due. */
export interface DueReminder<S = ReminderSession> {
  /** Rule, occurrence and person: what is never twice. */
  key: string;
  recipient: string;
  rule: 'evening' | 'before';
  /** By time; of `before` the one. */
  sessions: readonly S[];
  dueAt: Temporal.Instant;
  /** From then on it is of no use. */
  expiresAt: Temporal.Instant;
  /** It goes noticeably after its time. */
  late: boolean;
}

export interface PlanInput<S extends ReminderSession> {
  /** Those that are held, from the beginning of the window's day to the horizon; in any order. */
  sessions: readonly S[];
  rules: ReadonlyMap<string, ClassRules>;
  recipients: readonly Recipient[];
  window: Window;
  now: Temporal.Instant;
  /** Recipients for whom all is planned that could still be of use: what they waited for was taken back. */
  again: ReadonlySet<string>;
  quiet: QuietHours | undefined;
  timeZone: string;
}

/** What is due, and what would have been while nobody could send it and is of no use any more. */
export interface Plan<S> {
  due: DueReminder<S>[];
  missed: DueReminder<S>[];
}

/** A reminder without the person. */
interface Scheduled<S> {
  rule: DueReminder['rule'];
  occurrence: string;
  sessions: readonly S[];
  dueAt: Temporal.Instant;
  expiresAt: Temporal.Instant;
  /** The same as numbers, which ten thousand comparisons are quick with. */
  dueMs: number;
  expiresMs: number;
}

/**
 * What is due, as a function of sessions, people, rules and time.
 *
 * Most people of a class have the same sessions and settings, so a schedule is worked out once for all that are alike:
 * that keeps 10,000 people within the fraction of a second that a tick may take.
 */
export function planReminders<S extends ReminderSession>(input: PlanInput<S>): Plan<S> {
  const { window, again } = input;
  const [after, until, now] = [
    window.after?.epochMilliseconds,
    window.until.epochMilliseconds,
    input.now.epochMilliseconds,
  ];
  const schedules = createSchedules(input);
  const plan: Plan<S> = { due: [], missed: [] };
  for (const recipient of input.recipients) {
    const anew = again.has(recipient.id);
    for (const one of schedules.of(recipient)) {
      const { dueMs } = one;
      if (dueMs > until || (after !== undefined && dueMs <= after && !anew)) continue;
      const useless = one.expiresMs <= now;
      // Without a window nobody knows whether it was sent.
      if (useless && (after === undefined || dueMs <= after)) continue;
      plan[useless ? 'missed' : 'due'].push({
        key: `reminder:${one.occurrence}:${one.rule}:${recipient.id}`,
        recipient: recipient.id,
        rule: one.rule,
        sessions: one.sessions,
        dueAt: one.dueAt,
        expiresAt: one.expiresAt,
        late: now - dueMs > LATE_AFTER * 60_000,
      });
    }
  }
  return plan;
}

/**
 * Whether any reminder of these sessions could be due in the window for somebody with one of these wishes; says yes too
 * often rather than too seldom. In most minutes nothing is due, and ten thousand people need not be read to know that.
 */
export function mayBeDue(
  input: Pick<PlanInput<ReminderSession>, 'sessions' | 'rules' | 'window' | 'quiet' | 'timeZone'> & {
    wishes: readonly Pick<Settings, 'eveningAt' | 'minutesBefore' | 'quiet'>[];
  },
): boolean {
  const { rules, window, timeZone } = input;
  if (!window.after) return true;
  const [after, until] = [window.after.epochMilliseconds, window.until.epochMilliseconds];
  const { outside, eveningBefore } = createMoments(input.quiet, timeZone);
  const within = (wanted: Temporal.Instant, deadline: Temporal.Instant, own: QuietHours | undefined): boolean => {
    const due = outside(wanted, deadline, own).epochMilliseconds;
    return due > after && due <= until;
  };
  // Classes that begin together and wish for the same are one.
  const alike = new Map<string, { startsAt: Temporal.Instant; of: ClassRules | undefined }>();
  for (const { startsAt, classId } of input.sessions) {
    const of = rules.get(classId);
    alike.set([startsAt.epochMilliseconds, of?.minutesBefore, of?.evening].join(' '), { startsAt, of });
  }
  const days = Map.groupBy(alike.values(), ({ startsAt }) =>
    startsAt.toZonedDateTimeISO(timeZone).toPlainDate().toString(),
  );
  return input.wishes.some(({ eveningAt, minutesBefore, quiet }) =>
    [...days].some(([date, ofDay]) => {
      const evenings = ofDay.map(
        ({ of }) => eveningAt ?? (of?.evening === 'off' ? undefined : of?.evening) ?? EVENING_AT,
      );
      return ofDay.some(
        ({ startsAt, of }) =>
          within(
            startsAt.subtract({ minutes: minutesBefore ?? of?.minutesBefore ?? MINUTES_BEFORE }),
            startsAt,
            quiet,
          ) || evenings.some((time) => within(eveningBefore(date, time), startsAt, quiet)),
      );
    }),
  );
}

function createSchedules<S extends ReminderSession>({
  sessions,
  rules,
  quiet,
  timeZone,
}: PlanInput<S>): {
  of: (recipient: Recipient) => readonly Scheduled<S>[];
} {
  /** Of each moment at which sessions begin, the day and the half-day. */
  const begins = new Map<number, { date: string; part: number }>();
  const byClass = Map.groupBy(
    sessions.toSorted(byStart).map((session) => {
      const at = session.startsAt.epochMilliseconds;
      let begin = begins.get(at);
      if (!begin) {
        const local = session.startsAt.toZonedDateTimeISO(timeZone);
        begins.set(at, (begin = { date: local.toPlainDate().toString(), part: partOfDay(local.hour) }));
      }
      return { session, ...begin };
    }),
    ({ session }) => session.classId,
  );
  const known = new Map<string, readonly Scheduled<S>[]>();
  const { outside, eveningBefore } = createMoments(quiet, timeZone);

  function work({ classIds, absentFrom, settings }: Recipient): Scheduled<S>[] {
    const theirs = classIds
      .flatMap((id) => byClass.get(id) ?? [])
      .filter(({ session }) => !absentFrom.includes(session.id))
      .toSorted((a, b) => byStart(a.session, b.session));
    const scheduled: Scheduled<S>[] = [];
    const add = (
      rule: DueReminder['rule'],
      occurrence: string,
      of: readonly [S, ...S[]],
      wanted: Temporal.Instant,
    ): void => {
      const dueAt = outside(wanted, of[0].startsAt, settings.quiet);
      if (settings.mutedUntil) {
        const on = dueAt.toZonedDateTimeISO(timeZone).toPlainDate();
        if (Temporal.PlainDate.compare(on, settings.mutedUntil) <= 0) return;
      }
      const dueMs = dueAt.epochMilliseconds;
      const expiresAt = of[0].startsAt;
      const expiresMs = expiresAt.epochMilliseconds;
      scheduled.push({ rule, occurrence, sessions: of, dueAt, expiresAt, dueMs, expiresMs });
    };

    for (const [date, ofDay] of Map.groupBy(theirs, (one) => one.date)) {
      const evening = settings.evening ? eveningOf(ofDay.map(({ session }) => session)) : undefined;
      if (evening) {
        add('evening', date, evening.sessions, eveningBefore(date, settings.eveningAt ?? evening.at));
      }
      for (const [first] of Map.groupBy(ofDay, ({ part }) => part).values()) {
        if (!first) continue;
        const minutes = settings.minutesBefore ?? rules.get(first.session.classId)?.minutesBefore ?? MINUTES_BEFORE;
        if (minutes === 0) continue;
        const { id, startsAt } = first.session;
        add('before', `${id}@${startsAt.toString()}`, [first.session], startsAt.subtract({ minutes }));
      }
    }
    return scheduled;
  }

  /** The sessions of a day whose classes want an evening reminder, and the earliest time that one of them wants. */
  function eveningOf(ofDay: readonly S[]): { at: Temporal.PlainTime; sessions: [S, ...S[]] } | undefined {
    const wanted = ofDay.flatMap((session) => {
      const at = rules.get(session.classId)?.evening ?? EVENING_AT;
      return at === 'off' ? [] : [{ session, at }];
    });
    const [first, ...rest] = wanted.map(({ session }) => session);
    const [at] = wanted.map((one) => one.at).toSorted((a, b) => Temporal.PlainTime.compare(a, b));
    return first && at ? { at, sessions: [first, ...rest] } : undefined;
  }

  return {
    of(recipient) {
      const { classIds, absentFrom, settings } = recipient;
      const { evening, eveningAt, minutesBefore, quiet: own, mutedUntil } = settings;
      const alike = [
        ...classIds,
        '/',
        ...absentFrom,
        '/',
        evening ? '1' : '0',
        eveningAt?.toString() ?? '',
        minutesBefore ?? '',
        own ? `${own.from.toString()}-${own.to.toString()}` : '',
        mutedUntil?.toString() ?? '',
      ].join(' ');
      let schedule = known.get(alike);
      if (!schedule) {
        schedule = work(recipient);
        known.set(alike, schedule);
      }
      return schedule;
    },
  };
}

/** Moments by the clock on the wall, each worked out once. */
function createMoments(
  quiet: QuietHours | undefined,
  timeZone: string,
): {
  eveningBefore: (date: string, time: Temporal.PlainTime) => Temporal.Instant;
  outside: (wanted: Temporal.Instant, deadline: Temporal.Instant, own: QuietHours | undefined) => Temporal.Instant;
} {
  const evenings = new Map<string, Temporal.Instant>();
  const moved = new Map<string, Temporal.Instant>();

  function eveningBefore(date: string, plainTime: Temporal.PlainTime): Temporal.Instant {
    const key = `${date} ${plainTime.toString()}`;
    let at = evenings.get(key);
    if (!at) {
      const day = Temporal.PlainDate.from(date).subtract({ days: 1 });
      at = day.toZonedDateTime({ timeZone, plainTime }).toInstant();
      evenings.set(key, at);
    }
    return at;
  }

  /** Many people wish for the same moment. */
  function outside(
    wanted: Temporal.Instant,
    deadline: Temporal.Instant,
    own: QuietHours | undefined,
  ): Temporal.Instant {
    const key = [wanted.epochMilliseconds, deadline.epochMilliseconds, own?.from, own?.to].join(' ');
    let due = moved.get(key);
    if (!due) {
      const both = [quiet, own].filter((hours) => hours !== undefined);
      due = outOfQuiet(wanted, deadline, both, timeZone);
      moved.set(key, due);
    }
    return due;
  }

  return { eveningBefore, outside };
}

/** By time; of those at the same time always the same one is first. */
function byStart(a: ReminderSession, b: ReminderSession): number {
  return a.startsAt.epochMilliseconds - b.startsAt.epochMilliseconds || (a.id < b.id ? -1 : 1);
}

/** Half-days, each with its own first session: morning, afternoon, evening. */
function partOfDay(hour: number): number {
  return hour < 12 ? 0 : hour < 18 ? 1 : 2;
}
