import type { Kysely, Transaction } from 'kysely';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { timestamp, type Clock } from '../clock.ts';
import type { OutboxStore } from '../delivery/outbox-store.ts';
import { actorNames, ERASED } from '../people/audit-store.ts';
import type { PersonHooks } from '../people/people-store.ts';
import { heardAt, recipientsOf } from '../people/recipients-store.ts';
import type { Database } from '../store/database.ts';
import type { EnrolmentState, Schema } from '../store/schema.ts';
import { withdrawRemindersOf } from '../reminders/withdraw.ts';
import { noPlaceFor, type NoPlace, type PlaceHolder, type PlaceLimits } from './places.ts';
import type { RosterRow } from './roster-match.ts';

/** Somebody in a class. */
export interface Enrolment {
  id: number;
  classId: string;
  /** Undefined: in the roster, but not yet known to the bot; or erased. */
  personId: string | undefined;
  /** Undefined: erased. */
  name: string | undefined;
  /** Of the list, else as it was typed; undefined: not known, or erased. */
  unit: string | undefined;
  unitId: string | undefined;
  state: EnrolmentState;
  result: string | undefined;
}

/** What came of enrolling. */
export type Enrolled =
  | { outcome: 'enrolled' }
  /** `ahead`: how many wait before them. */
  | { outcome: 'waiting'; ahead: number; why: NoPlace }
  | { outcome: 'already'; state: 'enrolled' | 'waiting' }
  | { outcome: 'closed' };

export interface EnrolmentsStore {
  /** Undefined: they never were in it, or left. */
  of(classId: string, personId: string): Promise<Enrolment | undefined>;
  /** What somebody is in or waits for, in the order of enrolling. */
  mine(personId: string): Promise<Enrolment[]>;
  /** Those who are in it (not waiting), by unit and name. */
  inClass(classId: string): Promise<Enrolment[]>;
  /** How many are in it and how many wait. */
  counts(classId: string): Promise<{ enrolled: number; waiting: number }>;
  /** Lines of the roster that nobody has claimed. */
  unclaimed(classId: string): Promise<RosterRow[]>;
  /** The same of all classes that go on. */
  unclaimedAnywhere(): Promise<(RosterRow & { classId: string })[]>;
  /**
   * Puts somebody into a class, or on its waiting list when there is no place. Twice changes nothing.
   *
   * @param claim the line of the roster that is theirs; it has its place already, also when enrolment is closed
   */
  enrol(classId: string, personId: string, claim?: number): Promise<Enrolled>;
  /** Takes somebody out; who waits moves up and is told. False: they were not in it. */
  leave(classId: string, personId: string): Promise<boolean>;
}

export interface EnrolmentsDeps {
  db: Database;
  clock: Clock;
  timeZone: string;
  outbox: Pick<OutboxStore, 'enqueue'>;
}

type Handle = Kysely<Schema>;

export function createEnrolmentsStore(deps: EnrolmentsDeps): EnrolmentsStore {
  const { db, clock } = deps;
  const now = (): string => timestamp(clock.now());

  async function live(handle: Handle, classId: string, personId: string): Promise<Enrolment | undefined> {
    const row = await enrolments(handle)
      .where('enrolments.class_id', '=', classId)
      .where('enrolments.person_id', '=', personId)
      .where('enrolments.state', '<>', 'cancelled')
      .executeTakeFirst();
    return row && toEnrolment(row);
  }

  /** @param before the row of one who left and comes back: what they attended stays theirs */
  async function enter(
    transaction: Transaction<Schema>,
    classId: string,
    personId: string,
    before: number | undefined,
  ): Promise<Enrolled> {
    if (!(await isOpen(transaction, classId, clock.now()))) return { outcome: 'closed' };
    const why = noPlaceFor(
      await personAsHolder(transaction, personId),
      await holders(transaction, classId),
      await limits(transaction, classId),
    );
    const ahead = why ? await waitingIn(transaction, classId) : 0;
    const state: EnrolmentState = why ? 'waiting' : 'enrolled';
    if (before === undefined) {
      await transaction
        .insertInto('enrolments')
        .values({ class_id: classId, person_id: personId, name: null, unit_text: null, state, at: now(), result: null })
        .execute();
    } else {
      await transaction.updateTable('enrolments').set({ state, at: now() }).where('id', '=', before).execute();
    }
    await withdrawRemindersOf(transaction, clock, personId);
    return why ? { outcome: 'waiting', ahead, why } : { outcome: 'enrolled' };
  }

  return {
    of: (classId, personId) => live(db, classId, personId),
    async mine(personId) {
      const rows = await enrolments(db)
        .where('enrolments.person_id', '=', personId)
        .where('enrolments.state', '<>', 'cancelled')
        .orderBy('enrolments.id')
        .execute();
      return rows.map((row) => toEnrolment(row));
    },
    async inClass(classId) {
      const rows = await enrolments(db)
        .where('enrolments.class_id', '=', classId)
        .where('enrolments.state', '=', 'enrolled')
        .execute();
      const order = new Intl.Collator('vi', { numeric: true });
      return rows
        .map((row) => toEnrolment(row))
        .toSorted(
          (a, b) =>
            order.compare(a.unit ?? '~', b.unit ?? '~') || order.compare(sortName(a), sortName(b)) || a.id - b.id,
        );
    },
    async counts(classId) {
      const rows = await db
        .selectFrom('enrolments')
        .select(['state', (eb) => eb.fn.countAll<number | string>().as('count')])
        .where('class_id', '=', classId)
        .groupBy('state')
        .execute();
      const of = (state: EnrolmentState): number => Number(rows.find((row) => row.state === state)?.count ?? 0);
      return { enrolled: of('enrolled'), waiting: of('waiting') };
    },
    async unclaimed(classId) {
      const rows = await roster(db).where('enrolments.class_id', '=', classId).execute();
      return rows.map(({ id, name, unit_text }) => ({ id, name: name ?? '', unit: unit_text ?? '' }));
    },
    async unclaimedAnywhere() {
      const rows = await roster(db)
        .innerJoin('classes', 'classes.id', 'enrolments.class_id')
        .where('classes.state', 'in', ['open', 'closed'])
        .execute();
      return rows.map(({ id, name, unit_text, class_id: classId }) => ({
        id,
        name: name ?? '',
        unit: unit_text ?? '',
        classId,
      }));
    },
    enrol(classId, personId, claim) {
      return db.transaction().execute(async (transaction) => {
        const known = await live(transaction, classId, personId);
        if (known && known.state !== 'cancelled') return { outcome: 'already', state: known.state };
        const row =
          claim === undefined
            ? undefined
            : await roster(transaction)
                .where('enrolments.id', '=', claim)
                .where('enrolments.class_id', '=', classId)
                .executeTakeFirst();
        const before = await transaction
          .selectFrom('enrolments')
          .select('id')
          .where('class_id', '=', classId)
          .where('person_id', '=', personId)
          .executeTakeFirst();
        if (!row) return enter(transaction, classId, personId, before?.id);
        if (before) {
          await transaction.deleteFrom('attendance').where('enrolment_id', '=', before.id).execute();
          await transaction.deleteFrom('enrolments').where('id', '=', before.id).execute();
        }
        await transaction.updateTable('enrolments').set({ person_id: personId }).where('id', '=', row.id).execute();
        await withdrawRemindersOf(transaction, clock, personId);
        return { outcome: 'enrolled' };
      });
    },
    leave(classId, personId) {
      return db.transaction().execute(async (transaction) => {
        const { numUpdatedRows } = await transaction
          .updateTable('enrolments')
          .set({ state: 'cancelled', at: now() })
          .where('class_id', '=', classId)
          .where('person_id', '=', personId)
          .where('state', '<>', 'cancelled')
          .executeTakeFirstOrThrow();
        if (numUpdatedRows === 0n) return false;
        await withdrawRemindersOf(transaction, clock, personId);
        await moveUp(transaction, classId, deps);
        return true;
      });
    },
  };
}

/** Gives free places to those who wait, in their order, and tells each of them once. */
export async function moveUp(
  transaction: Transaction<Schema>,
  classId: string,
  { clock, timeZone, outbox }: Omit<EnrolmentsDeps, 'db'>,
): Promise<void> {
  const known = await transaction
    .selectFrom('classes')
    .select(['code', 'title', 'state'])
    .where('id', '=', classId)
    .executeTakeFirst();
  const { end } = await transaction
    .selectFrom('sessions')
    .select((eb) => eb.fn.max('ends_at').as('end'))
    .where('class_id', '=', classId)
    .executeTakeFirstOrThrow();
  const over = end !== null && end <= timestamp(clock.now());
  if (!known || known.state === 'cancelled' || known.state === 'finished' || over) return;
  const waiting = await transaction
    .selectFrom('enrolments')
    .leftJoin('people', 'people.id', 'enrolments.person_id')
    .leftJoin('units', 'units.id', 'people.unit_id')
    .select(['enrolments.id', 'enrolments.person_id', 'enrolments.at', 'enrolments.unit_text'])
    .select(['people.unit_text as typed', 'units.path'])
    .where('class_id', '=', classId)
    .where('state', '=', 'waiting')
    .orderBy('enrolments.at')
    .orderBy('enrolments.id')
    .execute();
  if (waiting.length === 0) return;
  const bounds = await limits(transaction, classId);
  const taken = await holders(transaction, classId);
  for (const { id, person_id, at, path, unit_text, typed } of waiting) {
    const one = { unitPath: path ?? undefined, unitText: typed ?? unit_text ?? undefined };
    if (noPlaceFor(one, taken, bounds)) continue;
    taken.push(one);
    await transaction.updateTable('enrolments').set({ state: 'enrolled' }).where('id', '=', id).execute();
    const to = person_id === null ? undefined : (await recipientsOf(transaction, [person_id])).get(person_id);
    if (!to) continue;
    await withdrawRemindersOf(transaction, clock, to.personId);
    const markdown = `Lớp **${escapeMarkdown(known.code)}** (${escapeMarkdown(known.title)}) vừa có chỗ trống, đồng chí **đã được vào lớp**. Đồng chí gõ /lich để xem lịch học. Không học được thì gõ /lop để rút tên.`;
    await outbox.enqueue(transaction, [
      {
        // Once for each time that they wait.
        key: `place:${id}:${at}`,
        class: 'reminder',
        channel: to.channel,
        chatId: to.chatId,
        personId: to.personId,
        message: { markdown },
        dueAt: heardAt(to, clock.now(), timeZone),
        ...(end === null ? {} : { expiresAt: Temporal.Instant.from(end) }),
      },
    ]);
  }
}

/**
 * Somebody who goes leaves a number: who they were and why they were absent goes with them. A place from which nothing
 * has come yet is free again.
 */
export function enrolmentHooks(deps: Omit<EnrolmentsDeps, 'db'>): PersonHooks {
  return {
    async onErase(transaction, personId, accounts) {
      const names = actorNames(personId, accounts);
      await transaction
        .updateTable('attendance')
        .set({ checked_by: ERASED })
        .where('checked_by', 'in', names)
        .execute();
      const theirs = await transaction
        .selectFrom('enrolments')
        .select(['id', 'class_id', 'state'])
        .where('person_id', '=', personId)
        .execute();
      for (const { id, class_id, state } of theirs) {
        await transaction.updateTable('attendance').set({ reason: null }).where('enrolment_id', '=', id).execute();
        const checked = await transaction
          .selectFrom('attendance')
          .select('session_id')
          .where('enrolment_id', '=', id)
          .where('checked', 'is not', null)
          .executeTakeFirst();
        const stays = state === 'enrolled' && checked !== undefined;
        await transaction
          .updateTable('enrolments')
          .set({ person_id: null, name: null, unit_text: null, ...(stays ? {} : { state: 'cancelled' }) })
          .where('id', '=', id)
          .execute();
        if (!stays) await moveUp(transaction, class_id, deps);
      }
    },
    async onMerge(transaction, from, to) {
      const rows = await transaction
        .selectFrom('enrolments')
        .select(['id', 'class_id', 'person_id', 'state'])
        .where('person_id', 'in', [from, to])
        .execute();
      for (const row of rows.filter(({ person_id }) => person_id === from)) {
        const other = rows.find(({ person_id, class_id }) => person_id === to && class_id === row.class_id);
        // In the same class twice: the place that is worth more stays.
        const goes = other && (RANK[row.state] > RANK[other.state] ? other : row);
        if (goes) {
          await transaction.deleteFrom('attendance').where('enrolment_id', '=', goes.id).execute();
          await transaction.deleteFrom('enrolments').where('id', '=', goes.id).execute();
        }
        if (goes !== row) {
          await transaction.updateTable('enrolments').set({ person_id: to }).where('id', '=', row.id).execute();
        }
      }
      await transaction.updateTable('attendance').set({ checked_by: to }).where('checked_by', '=', from).execute();
    },
  };
}

const RANK: Readonly<Record<EnrolmentState, number>> = { enrolled: 2, waiting: 1, cancelled: 0 };

const enrolments = (handle: Handle) =>
  handle
    .selectFrom('enrolments')
    .leftJoin('people', 'people.id', 'enrolments.person_id')
    .leftJoin('units', 'units.id', 'people.unit_id')
    .select(['enrolments.id', 'enrolments.class_id', 'enrolments.person_id', 'enrolments.state', 'enrolments.result'])
    .select(['enrolments.name as rosterName', 'enrolments.unit_text as rosterUnit'])
    .select(['people.name as personName', 'people.unit_text as typedUnit', 'people.unit_id', 'units.name as unitName']);

/** Lines of rosters that nobody has claimed; an erased person's line has no name. */
const roster = (handle: Handle) =>
  handle
    .selectFrom('enrolments')
    .select(['enrolments.id', 'enrolments.class_id', 'enrolments.name', 'enrolments.unit_text'])
    .where('enrolments.person_id', 'is', null)
    .where('enrolments.name', 'is not', null)
    .where('enrolments.state', '=', 'enrolled');

type Row = Awaited<ReturnType<ReturnType<typeof enrolments>['executeTakeFirstOrThrow']>>;

async function isOpen(handle: Handle, classId: string, now: Temporal.Instant): Promise<boolean> {
  const known = await handle
    .selectFrom('classes')
    .select(['state', 'closes_at'])
    .where('id', '=', classId)
    .executeTakeFirst();
  if (known?.state !== 'open') return false;
  const { first } = await handle
    .selectFrom('sessions')
    .select((eb) => eb.fn.min('starts_at').as('first'))
    .where('class_id', '=', classId)
    .where('state', '=', 'planned')
    .executeTakeFirstOrThrow();
  const closes = known.closes_at ?? first;
  return closes === null || timestamp(now) < closes;
}

async function holders(handle: Handle, classId: string): Promise<PlaceHolder[]> {
  const rows = await handle
    .selectFrom('enrolments')
    .leftJoin('people', 'people.id', 'enrolments.person_id')
    .leftJoin('units', 'units.id', 'people.unit_id')
    .select(['units.path', 'people.unit_text as typed', 'enrolments.unit_text'])
    .where('class_id', '=', classId)
    .where('state', '=', 'enrolled')
    .execute();
  return rows.map(({ path, typed, unit_text }) => ({
    unitPath: path ?? undefined,
    unitText: typed ?? unit_text ?? undefined,
  }));
}

async function personAsHolder(handle: Handle, personId: string): Promise<PlaceHolder> {
  const row = await handle
    .selectFrom('people')
    .leftJoin('units', 'units.id', 'people.unit_id')
    .select(['units.path', 'people.unit_text'])
    .where('people.id', '=', personId)
    .executeTakeFirst();
  return { unitPath: row?.path ?? undefined, unitText: row?.unit_text ?? undefined };
}

async function limits(handle: Handle, classId: string): Promise<PlaceLimits> {
  const row = await handle
    .selectFrom('classes')
    .select(['capacity', 'quotas'])
    .where('id', '=', classId)
    .executeTakeFirst();
  const quotas = Object.entries(JSON.parse(row?.quotas ?? '{}') as Record<string, number>);
  if (quotas.length === 0) return { capacity: row?.capacity ?? undefined, quotas: [] };
  const ids = quotas.map(([id]) => id);
  const units = await handle.selectFrom('units').select(['id', 'name']).where('id', 'in', ids).execute();
  const names = new Map(units.map(({ id, name }) => [id, name]));
  return {
    capacity: row?.capacity ?? undefined,
    quotas: quotas.map(([unitId, most]) => ({ unitId, most, unitName: names.get(unitId) ?? '' })),
  };
}

async function waitingIn(handle: Handle, classId: string): Promise<number> {
  const { count } = await handle
    .selectFrom('enrolments')
    .select((eb) => eb.fn.countAll<number | string>().as('count'))
    .where('class_id', '=', classId)
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Vietnamese lists go by the given name, which stands last. */
function sortName({ name = '' }: Enrolment): string {
  const parts = name.split(' ');
  return [parts.at(-1), ...parts.slice(0, -1)].join(' ');
}

function toEnrolment(row: Row): Enrolment {
  return {
    id: row.id,
    classId: row.class_id,
    personId: row.person_id ?? undefined,
    name: row.personName ?? row.rosterName ?? undefined,
    unit: row.unitName ?? row.typedUnit ?? row.rosterUnit ?? undefined,
    unitId: row.unit_id ?? undefined,
    state: row.state,
    result: row.result ?? undefined,
  };
}
