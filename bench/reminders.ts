import { timestamp } from '../src/clock.ts';
import { createOutboxStore } from '../src/delivery/outbox-store.ts';
import { createLogger } from '../src/log.ts';
import { createReminderTick } from '../src/reminders/tick.ts';
import { openDatabase, type Database } from '../src/store/database.ts';
import { drivenClock } from '../test/support/clock.ts';
import { simulateYear } from '../test/support/reminder-year.ts';
import { median } from './figures.ts';

const NOW = Temporal.Instant.from('2026-12-01T03:00:00Z');
const TRAINEES = 10_000;
const SESSIONS = 20;
const CLASS_SIZE = 100;
const TICKS = 20;
/** Rows of one INSERT: SQLite takes 32,766 parameters. */
const BATCH = 1000;

/** Classes of a hundred people; each with twenty sessions, two a day from the first day on. */
async function addClasses(db: Database, name: string, count: number, firstDay: number): Promise<void> {
  const of = Array.from({ length: count }, (_, i) => `${name}${i}`);
  const state = firstDay < 0 ? ('finished' as const) : ('open' as const);
  const made = { title: 'Lớp', place: 'Hội trường', made_by: 'cli', made_at: timestamp(NOW), state };
  await insert(
    of.map((id) => ({ id, code: id, key: id, ...made })),
    (rows) => db.insertInto('classes').values(rows).execute(),
  );
  const sessions = of.flatMap((class_id) =>
    Array.from({ length: SESSIONS }, (_, i) => {
      const start = NOW.add({ hours: 24 * (firstDay + Math.floor(i / 2)) + (i % 2 === 0 ? -2 : 4) });
      const times = { starts_at: timestamp(start), ends_at: timestamp(start.add({ hours: 3 })) };
      return { id: `${class_id}.${i}`, class_id, ...times, topic: 'Chuyên đề', state: 'planned' as const };
    }),
  );
  await insert(sessions, (rows) => db.insertInto('sessions').values(rows).execute());
  const enrolments = of.flatMap((class_id, at) =>
    Array.from({ length: CLASS_SIZE }, (_, i) => ({
      class_id,
      person_id: `p${(at * CLASS_SIZE + i) % TRAINEES}`,
      state: 'enrolled' as const,
      at: timestamp(NOW),
    })),
  );
  await insert(enrolments, (rows) => db.insertInto('enrolments').values(rows).execute());
}

async function insert<T>(rows: readonly T[], add: (rows: T[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < rows.length; at += BATCH) await add(rows.slice(at, at + BATCH));
}

/** One tick that finds nothing due, and the one that puts everybody's digest into the outbox. Milliseconds. */
async function measure(finished: number): Promise<{ usual: number; planning: number; writing: number }> {
  const clock = drivenClock(NOW.toString());
  const db = await openDatabase('sqlite::memory:');
  const at = timestamp(NOW);
  const people = Array.from({ length: TRAINEES }, (_, i) => `p${i}`);
  await insert(
    people.map((id, i) => ({
      id,
      consent_version: 'v1',
      consented_at: at,
      created_at: at,
      minutes_before: i % 7 === 0 ? 30 : null,
    })),
    (rows) => db.insertInto('people').values(rows).execute(),
  );
  await insert(
    people.map((id) => ({ channel: 'telegram', chat_id: id, first_seen: at, person_id: id })),
    (rows) => db.insertInto('accounts').values(rows).execute(),
  );
  await addClasses(db, 'c', TRAINEES / CLASS_SIZE, 0);
  await addClasses(db, 'f', finished, -30);
  const outbox = createOutboxStore(db, clock);
  let writing = 0;
  const tick = createReminderTick({
    db,
    clock,
    timeZone: 'Asia/Ho_Chi_Minh',
    quietHours: { from: Temporal.PlainTime.from('22:00'), to: Temporal.PlainTime.from('06:00') },
    outbox: {
      async enqueue(transaction, messages) {
        const began = performance.now();
        const added = await outbox.enqueue(transaction, messages);
        writing = performance.now() - began;
        return added;
      },
    },
    channels: () => ['telegram'],
    admins: [],
    others: [],
    log: createLogger('silent', []),
  });
  const timed = async (): Promise<number> => {
    const began = performance.now();
    await tick.run();
    return performance.now() - began;
  };
  await tick.run();
  const usual: number[] = [];
  for (let i = 0; i < TICKS; i++) {
    clock.advance({ minutes: 1 });
    usual.push(await timed());
  }
  clock.advance({ hours: 9, minutes: 10 });
  const busiest = await timed();
  await db.destroy();
  return { usual: median(usual), planning: busiest - writing, writing };
}

/** How long planning a tick takes, and the year of test/reminders at full size. */
export async function benchReminders(): Promise<void> {
  const [few, many] = [await measure(0), await measure(500)];
  const row = ({ usual, planning, writing }: typeof few) => ({
    'a usual tick, ms': usual.toFixed(0),
    [`planning ${TRAINEES} digests, ms`]: planning.toFixed(0),
    'putting them into the outbox, ms': writing.toFixed(0),
  });
  console.table({
    [`${TRAINEES} trainees × ${SESSIONS} sessions`]: row(few),
    'beside 500 finished classes': row(many),
  });
  const began = performance.now();
  const year = await simulateYear({ classes: 200, people: 5000, stepMinutes: 60 });
  console.table({
    'a year, 200 classes, 5,000 people': {
      seed: year.seed,
      planned: year.planned,
      changes: year.changes,
      missing: year.missing.length,
      'not wanted': year.unwanted.length,
      seconds: Math.round((performance.now() - began) / 1000),
    },
  });
}
