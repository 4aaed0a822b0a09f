import { createOutboxStore } from '../../src/delivery/outbox-store.ts';
import { timestamp } from '../../src/clock.ts';
import { createReminderTick } from '../../src/reminders/tick.ts';
import { withdrawReminders, withdrawRemindersOf } from '../../src/reminders/withdraw.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { drivenClock } from './clock.ts';
import { watchedLog } from './log.ts';
import { randomNumbers } from './random.ts';
import { remindersOf, type OracleClass, type OraclePerson, type OracleSession } from './reminder-oracle.ts';

const START = '2026-01-01T00:00:00Z';
const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const QUIET: [number, number] = [22 * 60, 6 * 60];

export interface YearResult {
  seed: number;
  ticks: number;
  /** Keys that the oracle wants and the outbox has not, and the other way round. */
  missing: string[];
  unwanted: string[];
  /** Reminders that stand in the outbox, not taken back. */
  planned: number;
  changes: number;
}

/**
 * A year of classes with changes, absences, settings, downtime, clock jumps and platforms that do not send for a while;
 * after each tick it is noted what the oracle wants, at the end the outbox is compared with that.
 */
export async function simulateYear(options: {
  classes: number;
  people: number;
  stepMinutes: number;
  days?: number;
}): Promise<YearResult> {
  const random = randomNumbers();
  const { number, pick } = random;
  const maybe = oneOf(number);
  const clock = drivenClock(START);
  const db = await openDatabase('sqlite::memory:');
  const outbox = createOutboxStore(db, clock);
  const make = () =>
    createReminderTick({
      db,
      clock,
      timeZone: 'Asia/Ho_Chi_Minh',
      quietHours: { from: Temporal.PlainTime.from('22:00'), to: Temporal.PlainTime.from('06:00') },
      outbox,
      channels: () => ['telegram'],
      admins: [],
      others: [],
      log: watchedLog(),
    });
  let tick = make();
  const days = options.days ?? 365;
  const start = clock.now().epochMilliseconds;
  const world = makeWorld(random, options, start, days);
  await keepWorld(db, world);

  const expected = new Set<string>();
  const again = new Set<string>();
  let planned: number | undefined;
  let [ticks, changes] = [0, 0];
  const now = (): number => clock.now().epochMilliseconds;
  const recipients = (): OraclePerson[] => [...world.people, ...world.groups];

  function note(): void {
    const until = now() + 500;
    const putBack = planned !== undefined && planned > until + MINUTE;
    const after = planned === undefined ? now() - MINUTE : putBack ? -Infinity : planned;
    const near = world.sessions.filter(({ startsAt }) => startsAt > now() - DAY && startsAt < now() + 4 * DAY);
    for (const person of near.length === 0 ? [] : recipients()) {
      for (const { key, due, until: useful } of remindersOf(person, world.classes, near, QUIET)) {
        if (due > until || useful <= now() || (due <= after && !again.has(person.id))) continue;
        expected.add(key);
      }
    }
    again.clear();
    if (planned === undefined || until > planned || putBack) planned = until;
  }

  /** What waits in the outbox is taken back by a change; the oracle forgets it, too. */
  async function forget(happen: () => Promise<void>): Promise<void> {
    const waiting = await db
      .selectFrom('outbox')
      .select(['key', 'person_id', 'id'])
      .where('state', '=', 'due')
      .execute();
    await happen();
    const kept = new Set(
      (await db.selectFrom('outbox').select('id').where('state', '=', 'due').execute()).map(({ id }) => id),
    );
    for (const { key, id } of waiting) {
      if (kept.has(id)) continue;
      expected.delete(key);
      again.add(key.slice(key.lastIndexOf(':') + 1));
    }
    changes++;
  }

  async function change(): Promise<void> {
    const what = number(10);
    // Half of them about what is near, where reminders may be waiting already.
    const near = world.sessions.filter(({ startsAt }) => startsAt > now() && startsAt < now() + 2 * DAY);
    const session = number(2) === 0 && near.length > 0 ? pick(near) : pick(world.sessions);
    const trainingClass = world.classes.get(session.classId);
    const person = pick(world.people);
    if (!trainingClass || session.startsAt < now()) return;
    await forget(async () => {
      if (what < 3) {
        session.startsAt += pick([-180, -60, 45, 120, 1440, -1440]) * MINUTE;
        const [starts_at, ends_at] = [stored(session.startsAt), stored(session.startsAt + 3 * 60 * MINUTE)];
        await db.updateTable('sessions').set({ starts_at, ends_at }).where('id', '=', session.id).execute();
      } else if (what === 3) {
        session.held = !session.held;
        const state = session.held ? 'planned' : 'cancelled';
        await db.updateTable('sessions').set({ state }).where('id', '=', session.id).execute();
      } else if (what === 4 && number(10) === 0) {
        trainingClass.cancelled = true;
        await db.updateTable('classes').set({ state: 'cancelled' }).where('id', '=', session.classId).execute();
      } else if (what === 5 && !person.classIds.includes(session.classId)) {
        person.classIds.push(session.classId);
        await enrol(db, person.id, session.classId);
      } else if (what === 6) {
        person.minutesBefore = maybe([undefined, 0, 30, 90, 1440]);
        person.eveningAt = maybe([undefined, 0, 20 * 60, 23 * 60]);
        person.evening = number(5) > 0;
        person.mutedUntil = number(4) === 0 ? Math.floor(now() / DAY) + number(5) : undefined;
        person.stopped = number(10) === 0;
        await db.updateTable('people').set(personRow(person)).where('id', '=', person.id).execute();
      } else {
        const theirs = world.people.filter(({ classIds }) => classIds.includes(session.classId));
        const one = theirs.length > 0 ? pick(theirs) : undefined;
        if (!one || one.absentFrom.includes(session.id)) return;
        one.absentFrom.push(session.id);
        await db
          .insertInto('attendance')
          .columns(['session_id', 'enrolment_id', 'answer'])
          .expression((eb) =>
            eb
              .selectFrom('enrolments')
              .select((from) => [from.val(session.id).as('s'), 'enrolments.id', from.val('absent' as const).as('a')])
              .where('person_id', '=', one.id)
              .where('class_id', '=', session.classId),
          )
          .execute();
        await db.transaction().execute((transaction) => withdrawRemindersOf(transaction, clock, one.id));
        return;
      }
      await db.transaction().execute(async (transaction) => {
        if (what === 5 || what === 6) await withdrawRemindersOf(transaction, clock, person.id);
        else await withdrawReminders(transaction, clock, session.classId);
      });
    });
  }

  let pausedUntil = 0;
  const perDay = 1440 / options.stepMinutes;
  const end = start + days * DAY;
  while (now() < end) {
    // A little after the full minute, as a timer is.
    await tick.run();
    note();
    ticks++;
    if (pausedUntil < now()) {
      await db.updateTable('outbox').set({ state: 'sent' }).where('state', '=', 'due').execute();
      if (number(perDay) === 0) pausedUntil = now() + number(12 * 60) * MINUTE;
    }
    if (number(Math.ceil(perDay / 6)) === 0) await change();
    const event = number(perDay * 40);
    // Down for up to two days, and started again.
    if (event === 0) {
      clock.advance({ minutes: number(2 * 1440) });
      tick = make();
    } else if (event === 1) clock.advance({ minutes: -60 });
    else if (event === 2 && number(4) === 0) {
      clock.advance({ hours: 72 });
      await tick.run();
      note();
      clock.advance({ hours: -72 });
    }
    clock.advance({ minutes: options.stepMinutes, milliseconds: number(3) });
  }

  const rows = await db
    .selectFrom('outbox')
    .select('key')
    .where('state', '<>', 'cancelled')
    .where('key', 'like', 'reminder:%')
    .execute();
  await db.destroy();
  const keys = new Set(rows.map(({ key }) => key));
  return {
    seed: random.seed,
    ticks,
    missing: [...expected.difference(keys)],
    unwanted: [...keys.difference(expected)],
    planned: keys.size,
    changes,
  };
}

interface World {
  classes: Map<string, OracleClass>;
  sessions: OracleSession[];
  people: OraclePerson[];
  /** The classes' group chats, as recipients. */
  groups: OraclePerson[];
}

const AS_EVERYBODY = {
  absentFrom: [],
  evening: true,
  eveningAt: undefined,
  minutesBefore: undefined,
  quiet: undefined,
  mutedUntil: undefined,
  stopped: false,
};

function makeWorld(
  { number, pick }: ReturnType<typeof randomNumbers>,
  options: { classes: number; people: number },
  start: number,
  days: number,
): World {
  const maybe = oneOf(number);
  const classes = new Map<string, OracleClass>();
  const sessions: OracleSession[] = [];
  const groups: OraclePerson[] = [];
  for (let i = 0; i < options.classes; i++) {
    const id = `c${i}`;
    const group = number(3) === 0;
    const evening = maybe([undefined, undefined, undefined, 20 * 60, -1]);
    classes.set(id, { id, evening, minutesBefore: maybe([undefined, undefined, 45, 0]), cancelled: false, group });
    if (group) groups.push({ ...AS_EVERYBODY, id: `class-${id}`, classIds: [id] });
    const first = Math.floor(start / DAY) + 1 + number(days);
    for (let day = 0; day < 4 + number(8); day++) {
      for (const hour of pick([[8], [8, 14], [7, 10, 14], [18], [5], [23]])) {
        const startsAt = (first + day) * DAY + (hour - 7) * 60 * MINUTE + number(3) * 15 * MINUTE;
        sessions.push({ id: `s${sessions.length}`, classId: id, startsAt, held: true });
      }
    }
  }
  const ids = [...classes.keys()];
  const people = Array.from({ length: options.people }, (_, i): OraclePerson => ({
    id: `p${i}`,
    classIds: [...new Set([pick(ids), ...(number(5) === 0 ? [pick(ids)] : [])])],
    absentFrom: [],
    evening: number(10) > 0,
    eveningAt: maybe([undefined, undefined, undefined, 18 * 60, 21 * 60 + 45]),
    minutesBefore: maybe([undefined, undefined, undefined, 30, 0]),
    quiet: maybe([undefined, undefined, undefined, [21 * 60, 7 * 60], [12 * 60, 14 * 60]]),
    mutedUntil: undefined,
    stopped: number(20) === 0,
  }));
  return { classes, sessions, people, groups };
}

/** As `pick`, of what may be undefined. */
function oneOf(number: (below: number) => number) {
  return <T>(list: readonly T[]): T | undefined => list[number(list.length)];
}

function stored(ms: number): string {
  return timestamp(Temporal.Instant.fromEpochMilliseconds(ms));
}

function clockTime(minutes: number | undefined): string | null {
  if (minutes === undefined) return null;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function personRow(person: OraclePerson) {
  const muted = person.mutedUntil;
  return {
    evening: person.evening ? 1 : 0,
    evening_at: clockTime(person.eveningAt),
    minutes_before: person.minutesBefore ?? null,
    quiet_from: clockTime(person.quiet?.[0]),
    quiet_to: clockTime(person.quiet?.[1]),
    muted_until: muted === undefined ? null : new Date(muted * DAY).toISOString().slice(0, 10),
    stopped: person.stopped ? 1 : 0,
  };
}

async function enrol(db: Database, person_id: string, class_id: string): Promise<void> {
  await db.insertInto('enrolments').values({ person_id, class_id, state: 'enrolled', at: START }).execute();
}

async function keepWorld(db: Database, { classes, sessions, people }: World): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    for (const { id, evening, minutesBefore, group } of classes.values()) {
      await transaction
        .insertInto('classes')
        .values({
          id,
          code: id,
          key: id,
          title: `Lớp ${id}`,
          place: 'Hội trường',
          made_by: 'cli',
          made_at: START,
          state: 'open',
          evening_reminder: evening === -1 ? 'off' : clockTime(evening),
          minutes_before: minutesBefore ?? null,
          ...(group ? { group_channel: 'telegram', group_chat_id: `-${id}` } : {}),
        })
        .execute();
    }
    for (const { id, classId, startsAt } of sessions) {
      const times = { starts_at: stored(startsAt), ends_at: stored(startsAt + 3 * 60 * MINUTE) };
      await transaction
        .insertInto('sessions')
        .values({ id, class_id: classId, ...times, topic: `Chuyên đề ${id}`, state: 'planned' })
        .execute();
    }
    for (const person of people) {
      const { id } = person;
      await transaction
        .insertInto('people')
        .values({ id, consent_version: 'v1', consented_at: START, created_at: START, ...personRow(person) })
        .execute();
      const account = { channel: 'telegram', chat_id: id, first_seen: START, person_id: id };
      await transaction.insertInto('accounts').values(account).execute();
    }
  });
  for (const { id, classIds } of people) for (const classId of classIds) await enrol(db, id, classId);
}
