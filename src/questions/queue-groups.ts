import { randomBytes } from 'node:crypto';
import type { Kysely, Selectable } from 'kysely';
import type { Clock } from '../clock.ts';
import type { AccountRef } from '../config.ts';
import type { NewMessage, OutboxStore } from '../delivery/outbox-store.ts';
import type { Holidays } from '../meetings/holidays.ts';
import { reaches, type Reach } from '../people/reach.ts';
import type { Database } from '../store/database.ts';
import type { QueueState, Schema } from '../store/schema.ts';
import type { Nearest } from './nearest.ts';
import type { ReadTerms } from './question-terms.ts';
import { chatsOf, reachingAll, toldOf, type OfficerChat } from './responsible-store.ts';

export interface QueueDeps {
  db: Database;
  clock: Clock;
  timeZone: string;
  /** No working days. */
  holidays: Holidays;
  outbox: Pick<OutboxStore, 'enqueue' | 'cancel'>;
  /** Who is named in ADMINS. */
  admins: readonly AccountRef[];
  readTerms: ReadTerms;
  /** What the handbook has that comes near a question. */
  nearest: (text: string) => Nearest;
  /** How long closed questions are kept. */
  days: number;
}

export type GroupRow = Selectable<Schema['queue_groups']>;
export type Handle = Kysely<Schema>;

/** One row for each question of a group, with where it belongs. */
export interface QuestionRow extends Selectable<Schema['queue_questions']> {
  path: string | null;
}

/** Questions alike, as far as they are within somebody's reach. */
export interface QueueGroup {
  id: string;
  state: QueueState;
  /** What officers did so far; an action that was offered at another version is late. */
  version: number;
  field: string | undefined;
  announcementId: string | undefined;
  /** As in an audit entry. */
  owner: string | undefined;
  ownerName: string | undefined;
  askedAt: Temporal.Instant;
  dueOn: Temporal.PlainDate;
  overdue: boolean;
  /** The officer's words, or why it was closed. */
  answer: string | undefined;
  /** The entry that was given as the answer. */
  entryId: string | undefined;
  answeredAt: Temporal.Instant | undefined;
  questions: QueueQuestion[];
}

/** What one person asked. */
export interface QueueQuestion {
  id: string;
  text: string;
  added: string | undefined;
  /** As in an audit entry; undefined: cut. */
  askedBy: string | undefined;
  /** Undefined: not registered, or cut. */
  personName: string | undefined;
  unitName: string | undefined;
  /** What this one asks back about. */
  earlier: { text: string; answer: string | undefined; entryId: string | undefined } | undefined;
}

/** Letters and digits only: it stands in the ids of buttons. */
export function newId(): string {
  return randomBytes(8).toString('hex');
}

/** Today, where the bot is at home. */
export function todayOf({ clock, timeZone }: Pick<QueueDeps, 'clock' | 'timeZone'>): Temporal.PlainDate {
  return clock.now().toZonedDateTimeISO(timeZone).toPlainDate();
}

function isOpen(state: QueueState): boolean {
  return state === 'new' || state === 'taken';
}

/** Whether a question of a unit with this path is within reach; of no unit: within everything only. */
export function isWithin(reach: Reach, path: string | null): boolean {
  return reach.all || (path !== null && reaches(reach, path));
}

export async function groupRow(handle: Handle, id: string): Promise<GroupRow | undefined> {
  return handle.selectFrom('queue_groups').selectAll().where('id', '=', id).executeTakeFirst();
}

/** In the order in which they were asked. */
export async function questionRows(handle: Handle, groupIds: readonly string[]): Promise<QuestionRow[]> {
  if (groupIds.length === 0) return [];
  return handle
    .selectFrom('queue_questions')
    .leftJoin('units', 'units.id', 'queue_questions.unit_id')
    .selectAll('queue_questions')
    .select('units.path')
    .where('queue_questions.group_id', 'in', groupIds)
    .orderBy('queue_questions.asked_at')
    .orderBy('queue_questions.id')
    .execute();
}

/** Groups with those of their questions that are within reach; groups without any are left out. */
export async function describe(
  handle: Handle,
  rows: readonly GroupRow[],
  reach: Reach,
  today: Temporal.PlainDate,
): Promise<QueueGroup[]> {
  const ids = rows.map(({ id }) => id);
  const questions = (await questionRows(handle, ids)).filter(({ path }) => isWithin(reach, path));
  const names = await namesOf(handle, [
    ...rows.flatMap(({ owner }) => owner ?? []),
    ...questions.flatMap(({ person_id }) => person_id ?? []),
  ]);
  const units = await unitNames(
    handle,
    questions.flatMap(({ unit_id }) => unit_id ?? []),
  );
  const earlier = await earlierOf(
    handle,
    questions.flatMap(({ follows }) => follows ?? []),
  );
  const byGroup = Map.groupBy(questions, ({ group_id }) => group_id);
  return rows.flatMap((row): QueueGroup[] => {
    const own = byGroup.get(row.id);
    if (!own) return [];
    const dueOn = Temporal.PlainDate.from(row.due_on);
    return [
      {
        id: row.id,
        state: row.state,
        version: row.version,
        field: row.field ?? undefined,
        announcementId: row.announcement_id ?? undefined,
        owner: row.owner ?? undefined,
        ownerName: names.get(row.owner ?? ''),
        askedAt: Temporal.Instant.from(row.created_at),
        dueOn,
        overdue: isOpen(row.state) && Temporal.PlainDate.compare(dueOn, today) < 0,
        answer: row.answer ?? undefined,
        entryId: row.entry_id ?? undefined,
        answeredAt: row.answered_at === null ? undefined : Temporal.Instant.from(row.answered_at),
        questions: own.map((question) => ({
          id: question.id,
          text: question.text,
          added: question.added ?? undefined,
          askedBy: askerOf(question),
          personName: names.get(question.person_id ?? ''),
          unitName: units.get(question.unit_id ?? ''),
          earlier: earlier.get(question.follows ?? ''),
        })),
      },
    ];
  });
}

/** The owner; of what nobody took, or whose owner cannot be written to, all who are responsible. */
export async function seesTo(handle: Handle, row: GroupRow, admins: readonly AccountRef[]): Promise<OfficerChat[]> {
  const units = new Set((await questionRows(handle, [row.id])).map(({ unit_id }) => unit_id ?? undefined));
  // A role may have been taken away since.
  const may = (await reachingAll(handle, [...units], admins)).map(({ actor }) => actor);
  const first = row.owner ?? row.author;
  const own = first !== null && may.includes(first) ? await chatsOf(handle, [first]) : [];
  if (own.length > 0) return own;
  const found = new Map<string, OfficerChat>();
  for (const unitId of units) {
    const told = await toldOf(handle, { unitId, field: row.field ?? undefined }, admins);
    for (const to of told) found.set(to.actor, to);
  }
  return [...found.values()];
}

/** By what a notice about a group is found in the outbox, as long as it waits there. */
export function noticesOf(groupId: string): string {
  return `queue:${groupId}`;
}

/**
 * Something that an officer is told: once more when nobody knows whether it arrived.
 *
 * @param about the group that it quotes from; undefined: from none
 */
export function noticeTo(
  { channel, chatId, personId }: OfficerChat,
  { key, message, dueAt, about }: Pick<NewMessage, 'key' | 'message' | 'dueAt'> & { about?: string },
): NewMessage {
  return {
    key,
    class: 'reminder',
    channel,
    chatId,
    ...(personId === undefined ? {} : { personId }),
    ...(about === undefined ? {} : { groupId: noticesOf(about) }),
    message,
    dueAt,
  };
}

/** Names of people, by id; who has none is left out. */
export async function namesOf(handle: Handle, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await handle
    .selectFrom('people')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.flatMap(({ id, name }) => (name === null ? [] : [[id, name] as const])));
}

async function unitNames(handle: Handle, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await handle
    .selectFrom('units')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** What the questions that are asked back about were answered with, by their id. */
async function earlierOf(handle: Handle, ids: readonly string[]): Promise<Map<string, QueueQuestion['earlier']>> {
  if (ids.length === 0) return new Map();
  const rows = await handle
    .selectFrom('queue_questions')
    .innerJoin('queue_groups', 'queue_groups.id', 'queue_questions.group_id')
    .select(['queue_questions.id', 'queue_questions.text', 'queue_groups.answer', 'queue_groups.entry_id'])
    .where('queue_questions.id', 'in', ids)
    .execute();
  return new Map(
    rows.map(({ id, text, answer, entry_id }) => [
      id,
      { text, answer: answer ?? undefined, entryId: entry_id ?? undefined },
    ]),
  );
}

function askerOf({ person_id, channel, chat_id }: QuestionRow): string | undefined {
  return person_id ?? (channel === null ? undefined : `${channel}:${chat_id}`);
}
