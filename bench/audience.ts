import { audienceOf, union, type Audience } from '../src/announcements/audience.ts';
import { createAudienceStore } from '../src/announcements/audience-store.ts';
import type { Reach } from '../src/people/reach.ts';
import { openDatabase, type Database } from '../src/store/database.ts';
import { median } from './figures.ts';

const PEOPLE = 50_000;
const COMMUNES = 100;
const CELLS = 20;
const CLASS_SIZE = 100;
const TIMES = 15;
const AT = '2026-11-22T03:00:00.000Z';
/** Rows of one INSERT: SQLite takes 32,766 parameters. */
const BATCH = 1000;

async function insert<T>(rows: readonly T[], add: (rows: T[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < rows.length; at += BATCH) await add(rows.slice(at, at + BATCH));
}

/** A province: communes, cells of 25 people with a secretary each, every twentieth person on Zalo, and one class. */
async function fill(db: Database): Promise<void> {
  const communes = Array.from({ length: COMMUNES }, (_, i) => ({ id: `x${i}`, path: `t/x${i}/`, parent_id: 't' }));
  const cells = communes.flatMap(({ id, path }) =>
    Array.from({ length: CELLS }, (_, i) => ({ id: `${id}c${i}`, path: `${path}${id}c${i}/`, parent_id: id })),
  );
  await insert([{ id: 't', path: 't/', parent_id: null }, ...communes, ...cells], (rows) =>
    db
      .insertInto('units')
      .values(rows.map((row) => ({ ...row, name: row.id, kind: 'chi bộ', key: row.id })))
      .execute(),
  );
  const people = Array.from({ length: PEOPLE }, (_, i) => ({
    // As random as real ids are: neighbours in the list are none in the index.
    id: ((i * 2_654_435_761) % 2 ** 32).toString(16).padStart(18, '0'),
    channel: i % 20 === 0 ? 'zalo' : 'telegram',
    chatId: String(10 ** 9 + i),
    unitId: cells[i % cells.length]?.id ?? '',
  }));
  await insert(people, (rows) =>
    db
      .insertInto('people')
      .values(
        rows.map(({ id, channel, chatId, unitId }) => ({
          id,
          consent_version: 'v1',
          consented_at: AT,
          created_at: AT,
          unit_id: unitId,
          preferred_channel: channel,
          preferred_chat_id: chatId,
        })),
      )
      .execute(),
  );
  await insert(people, (rows) =>
    db
      .insertInto('accounts')
      .values(rows.map(({ id, channel, chatId }) => ({ channel, chat_id: chatId, first_seen: AT, person_id: id })))
      .execute(),
  );
  await insert(people.slice(0, cells.length), (rows) =>
    db
      .insertInto('roles')
      .values(
        rows.map(({ id, unitId }) => ({
          id: `r${id}`,
          person_id: id,
          role: 'secretary' as const,
          unit_id: unitId,
          granted_at: AT,
        })),
      )
      .execute(),
  );
  const made = { title: 'Lớp', place: 'Hội trường', unit_id: 'x0', made_by: 'cli', made_at: AT };
  await db
    .insertInto('classes')
    .values({ id: 'c', code: 'c', key: 'c', state: 'open', ...made })
    .execute();
  await insert(people.slice(-CLASS_SIZE), (rows) =>
    db
      .insertInto('enrolments')
      .values(rows.map(({ id }) => ({ class_id: 'c', person_id: id, state: 'enrolled' as const, at: AT })))
      .execute(),
  );
}

/** How long it takes to know who an announcement goes to. */
export async function benchAudience(): Promise<void> {
  const db = await openDatabase('sqlite::memory:');
  await db.transaction().execute((transaction) => fill(transaction));
  const store = createAudienceStore(() => ['telegram', 'zalo']);
  const all: Reach = { all: true };
  const unit = audienceOf({ kind: 'unit', unitId: 't' });
  const oneOfClass = audienceOf({ kind: 'class', classId: 'c' });
  const secretaries = audienceOf({ kind: 'role', role: 'secretary' }, { kind: 'unit', unitId: 't' });
  const cases: [string, Audience, Reach][] = [
    ['everyone', audienceOf({ kind: 'everyone' }), all],
    ['everyone, by an officer of the province', audienceOf({ kind: 'everyone' }), { all: false, paths: ['t/'] }],
    ['the province, and a class', union(unit, oneOfClass), all],
    ['the secretaries of the province', secretaries, all],
    ['one commune', audienceOf({ kind: 'unit', unitId: 'x7' }), all],
    ['one cell', audienceOf({ kind: 'unit', unitId: 'x7c3' }), all],
    ['one class, by its officer', oneOfClass, { all: false, paths: ['t/x0/'] }],
  ];
  const rows: Record<string, unknown> = {};
  for (const [name, audience, reach] of cases) {
    const times: number[] = [];
    let people = 0;
    for (let i = 0; i < TIMES; i++) {
      const began = performance.now();
      people = (await store.select(db, audience, reach)).recipients.length;
      times.push(performance.now() - began);
    }
    rows[`of ${PEOPLE}: ${name}`] = {
      people,
      'median, ms': median(times).toFixed(0),
      'best, ms': Math.min(...times).toFixed(0),
    };
  }
  console.table(rows);
  await db.destroy();
}
