import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { personHooks } from '../../src/app.ts';
import { createOutboxStore } from '../../src/delivery/outbox-store.ts';
import { createActivityStore } from '../../src/figures/activity-store.ts';
import { createErasureLedger } from '../../src/people/erasure-ledger.ts';
import { createErasure } from '../../src/people/erasure-store.ts';
import { createPeopleStore } from '../../src/people/people-store.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { drivenClock } from '../support/clock.ts';
import { watchedLog } from '../support/log.ts';

/*
 * Every column of text of every table is filled, with the person where a person belongs. What is still there after they
 * erased themselves has to be in the list below, with a reason: a column that is added later fails until it is.
 */

const ID = 'p'.repeat(22);
const ACCOUNT = { channel: 'telegram', userId: '880011223' } as const;
const OTHER_ACCOUNT = { channel: 'zalo', userId: 'z-other' } as const;

/** Whose columns these are, as an id or an account such as "telegram:42". */
const PEOPLE = new Set(['person_id', 'made_by', 'checked_by', 'author', 'released_by', 'owner', 'answered_by']);
const ACTORS: Readonly<Record<string, readonly string[]>> = {
  audit: ['actor', 'subject'],
  field_officers: ['actor'],
  handbook_approvals: ['by'],
  reminder_replans: ['recipient'],
  people: ['id'],
};
/** What the hooks look at; the rest may say anything. */
const GIVEN: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  announcements: { state: 'sent', author_channel: 'telegram', author_chat_id: ACCOUNT.userId },
  attendance: { enrolment_id: 1, checked: 'present' },
  classes: { group_channel: 'telegram', group_chat_id: '-100' },
  enrolments: { id: 1, state: 'enrolled' },
  inbox: { message: JSON.stringify({ userId: ACCOUNT.userId, text: 'inbox.message' }) },
  outbox: { state: 'due', key: `reminder:${ID}` },
  people: {
    preferred_channel: 'telegram',
    preferred_chat_id: ACCOUNT.userId,
    consented_at: '2026-01-01T00:00:00.000Z',
    created_at: '2026-01-01T00:00:00.000Z',
    quiet_from: '22:00',
    quiet_to: '06:00',
    evening_at: '20:00',
    muted_until: '2026-01-01',
  },
  phrasing_suggestions: { state: 'asked' },
  queue_groups: { id: 'queue_questions.group_id', state: 'taken' },
  turned_away: { chat_id: '-100' },
};

/** What stays, by table, and why. */
const KEPT: Readonly<Record<string, readonly [columns: string, why: string]>> = {
  active_days: ['day salt', 'a number of people, and until midnight the salt of the marks'],
  alarms: ['cause said_at', 'about the machine'],
  announcement_changes: ['announcement_id asked_at kind next_at state', 'which message is changed; no person'],
  announcements: [
    'audience awaiting_since created_at ended_at file id left_out markdown plan_id remind_at reminded_at repeat send_at sent_at',
    'the committee’s words and counts; who wrote them is gone',
  ],
  attendance: ['answer answered_at checked_at session_id', 'a number of the class: the line has no name any more'],
  audit: ['action at detail unit_id', 'what was done; who did it is gone'],
  check_in_codes: ['changed_at code previous session_id', 'of a session'],
  classes: [
    'closes_at code evening_reminder id key made_at place quotas state title unit_id',
    'the class; who made it is gone',
  ],
  data_requests: ['answer_by answered_at finish_by id received_at reminded_on', 'that it was answered in time'],
  documents: ['changed_at ends fields id', 'official documents; no person'],
  enrolments: ['at class_id result', 'a number of the class, without a name'],
  erasures: ['erased_at proof receipt salt', 'the proof of an erasure'],
  handbook_approvals: ['at basis entry_id office until words', 'that an entry is approved; by which office'],
  handbook_proposals: ['at content entry_id id reason', 'about the handbook; who proposed it is gone'],
  handbook_versions: ['at base content entry_id merged_at reason', 'about the handbook; who wrote it is gone'],
  inbox: ['received_at update_id', 'that an update was handled'],
  invites: ['expires_at hash id made_at role unit_id used_at', 'a used code; who made it is gone'],
  leases: ['expires_at holder name', 'processes'],
  meeting_changes: ['date meeting_id moved_to state', 'of a unit'],
  meetings: ['ended_at id made_at place rule unit_id', 'of a unit; who recorded it is gone'],
  message_counts: ['month warned_at', 'numbers'],
  outbox: [
    'class claimed_at due_at error expires_at first_attempt_at group_id next_at',
    'that something was sent, for the counts; to whom is gone',
  ],
  phrasing_suggestions: ['changed_on entry_id id salt terms text', 'a way of asking, without who'],
  phrasing_votes: ['suggestion_id', 'six bits, told in SECURITY.md'],
  questions: ['asked_on entry_id feedback id outcome text', 'a question, without who'],
  queue_groups: [
    'announcement_id answered_at closed_at created_at due_on entry_id field reminded_on',
    'that there was a question; what and who is gone',
  ],
  reminder_ticks: ['name planned_until', 'the clock'],
  sessions: [
    'class_id ends_at id lecturer place starts_at state topic',
    'of a class; the lecturer as an officer typed it',
  ],
  turned_away: ['told_at', 'groups'],
  units: ['id key kind name parent_id path', 'organisations'],
  webhooks: ['fingerprint', 'the platform’s'],
};

interface Column {
  table: string;
  name: string;
  type: string;
}

async function columnsOf(db: Database): Promise<Column[]> {
  const { rows } = await sql<Column>`
    select m.name as "table", c.name, c.type from sqlite_master m join pragma_table_info(m.name) c
    where m.type = 'table' and m.name not like 'sqlite%' and m.name not like 'kysely%'`.execute(db);
  return rows;
}

/** A row in each table. */
async function fill(db: Database, columns: readonly Column[], actor: string): Promise<void> {
  await sql`PRAGMA foreign_keys = off`.execute(db);
  for (const [table, of] of Map.groupBy(columns, (column) => column.table)) {
    const values = of.map(({ name, type }) => {
      const given = GIVEN[table]?.[name];
      if (given !== undefined) return given;
      if (/int/i.test(type)) return 1;
      if (name === 'channel') return ACCOUNT.channel;
      if (name === 'chat_id') return ACCOUNT.userId;
      if (name === 'person_id' || table === 'people' || table === 'reminder_replans') {
        if (name === 'person_id' || ACTORS[table]?.includes(name)) return ID;
      }
      return PEOPLE.has(name) || ACTORS[table]?.includes(name) ? actor : `${table}.${name}`;
    });
    await sql`insert into ${sql.table(table)} values (${sql.join(values)})`.execute(db);
  }
}

async function cells(db: Database, columns: readonly Column[]): Promise<{ column: string; value: string }[]> {
  const found: { column: string; value: string }[] = [];
  for (const { table, name } of columns) {
    const { rows } = await sql<{ value: unknown }>`select ${sql.ref(name)} as value from ${sql.table(table)}`.execute(
      db,
    );
    for (const { value } of rows) found.push({ column: `${table}.${name}`, value: String(value) });
  }
  return found;
}

test.each([ID, `${ACCOUNT.channel}:${ACCOUNT.userId}`])(
  'nothing of somebody stays in any column, as %s',
  async (actor) => {
    const db = await openDatabase('sqlite::memory:');
    const clock = drivenClock('2026-11-22T03:00:00Z');
    const hooks = personHooks({ clock, timeZone: 'UTC', outbox: createOutboxStore(db, clock) });
    const columns = await columnsOf(db);
    await fill(db, columns, actor);
    await db.deleteFrom('active_today').execute();
    await createActivityStore(db, clock, 'UTC').seen(ACCOUNT.channel, ACCOUNT.userId);
    await createErasure(db, clock, watchedLog(), hooks, createErasureLedger('sqlite::memory:', [])).erase(ACCOUNT);
    const left = await cells(db, columns);
    expect(left.filter(({ value }) => value.includes(ID) || value.includes(ACCOUNT.userId))).toEqual([]);
    expect(await db.selectFrom('active_today').selectAll().execute()).toEqual([]);
    const kept = Object.entries(KEPT).flatMap(([table, [names]]) => names.split(' ').map((name) => `${table}.${name}`));
    const stayed = left.flatMap(({ column, value }) => (value === column ? column : []));
    expect(stayed.toSorted(), 'what stays, and a reason for it').toEqual(kept.toSorted());
    await db.destroy();
  },
);

test('who turns out to be another has nothing left under the old id', async () => {
  const db = await openDatabase('sqlite::memory:');
  const clock = drivenClock('2026-11-22T03:00:00Z');
  const hooks = personHooks({ clock, timeZone: 'UTC', outbox: createOutboxStore(db, clock) });
  const columns = await columnsOf(db);
  await fill(db, columns, ID);
  const people = createPeopleStore(db, clock, hooks);
  const { id } = await people.register(OTHER_ACCOUNT, 'v1');
  await people.link(id, ACCOUNT);
  const left = (await cells(db, columns)).filter(({ value }) => value.includes(ID));
  // Rows of the outbox go by the chat.
  expect(new Set(left.map(({ column }) => column))).toEqual(new Set(['outbox.person_id', 'outbox.key']));
  await db.destroy();
});

test('SECURITY.md has a row for each table', async () => {
  const db = await openDatabase('sqlite::memory:');
  const tables = new Set((await columnsOf(db)).map(({ table }) => table));
  await db.destroy();
  const rows = readFileSync('SECURITY.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const told = new Set(
    rows.flatMap((row) => [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name)),
  );
  expect(told).toEqual(tables);
});
