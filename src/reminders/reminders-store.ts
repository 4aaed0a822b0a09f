import type { Transaction } from 'kysely';
import { timestamp } from '../clock.ts';
import type { AccountRef, ChannelName } from '../config.ts';
import { toSettings } from '../people/people-store.ts';
import { recipientsOf } from '../people/recipients-store.ts';
import type { Schema } from '../store/schema.ts';
import { HORIZON, type ClassRules, type Recipient, type ReminderSession, type Window } from './due.ts';

/** Values of one statement: SQLite takes 32,766. */
const AT_ONCE = 5000;
const TICK = 'reminders';

/** A session with what a reminder says about it. */
export interface DescribedSession extends ReminderSession {
  topic: string;
  lecturer: string | undefined;
  place: string;
  classCode: string;
  /** Whose officers run it. */
  unitPath: string | undefined;
}

export interface Material {
  sessions: DescribedSession[];
  rules: Map<string, ClassRules>;
  recipients: Recipient[];
}

/** Where a recipient is written to. */
export interface Address extends AccountRef {
  personId: string | undefined;
}

/** The recipient that stands for a class's group chat. */
const GROUP = 'class-';

/** Up to when reminders have been planned; undefined: never. */
export async function plannedUntil(transaction: Transaction<Schema>): Promise<Temporal.Instant | undefined> {
  const row = await transaction
    .selectFrom('reminder_ticks')
    .select('planned_until')
    .where('name', '=', TICK)
    .executeTakeFirst();
  return row && Temporal.Instant.from(row.planned_until);
}

export async function setPlannedUntil(transaction: Transaction<Schema>, until: Temporal.Instant): Promise<void> {
  const planned_until = timestamp(until);
  await transaction
    .insertInto('reminder_ticks')
    .values({ name: TICK, planned_until })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ planned_until }))
    .execute();
}

/** Whose unsent reminders were taken back since the last time; they are forgotten here. */
export async function takeReplans(transaction: Transaction<Schema>): Promise<Set<string>> {
  const rows = await transaction.selectFrom('reminder_replans').select('recipient').execute();
  if (rows.length > 0) await transaction.deleteFrom('reminder_replans').execute();
  return new Set(rows.map(({ recipient }) => recipient));
}

export interface MaterialOptions {
  timeZone: string;
  /** Whether people have to be read, given the sessions and all that anybody wishes for. */
  mayBeDue: (found: Pick<Material, 'sessions' | 'rules'>, wishes: readonly Recipient['settings'][]) => boolean;
}

/** The sessions that reminders of this window can be about, and who is in them. Reads nothing of other classes. */
export async function readMaterial(
  transaction: Transaction<Schema>,
  { after, until }: Window,
  now: Temporal.Instant,
  { timeZone, mayBeDue }: MaterialOptions,
): Promise<Material> {
  const earliest = after && Temporal.Instant.compare(after, now) < 0 ? after : now;
  // The whole day, since which session is the first of a half-day depends on those that have begun.
  const from = earliest.toZonedDateTimeISO(timeZone).startOfDay().toInstant();
  const rows = await transaction
    .selectFrom('sessions')
    .innerJoin('classes', 'classes.id', 'sessions.class_id')
    .leftJoin('units', 'units.id', 'classes.unit_id')
    .select(['sessions.id', 'sessions.class_id', 'sessions.starts_at', 'sessions.ends_at', 'sessions.topic'])
    .select(['sessions.lecturer', 'sessions.place', 'classes.place as class_place', 'classes.code', 'units.path'])
    .select(['classes.evening_reminder', 'classes.minutes_before', 'classes.group_channel', 'classes.group_chat_id'])
    .where('sessions.starts_at', '>=', timestamp(from))
    .where('sessions.starts_at', '<=', timestamp(until.add(HORIZON)))
    .where('sessions.state', '=', 'planned')
    .where('classes.state', '<>', 'cancelled')
    .orderBy('sessions.starts_at')
    .orderBy('sessions.id')
    .execute();
  const rules = new Map<string, ClassRules>();
  const groups = new Set<string>();
  for (const row of rows) {
    const evening = row.evening_reminder;
    rules.set(row.class_id, {
      evening: evening === null ? undefined : evening === 'off' ? 'off' : Temporal.PlainTime.from(evening),
      minutesBefore: row.minutes_before ?? undefined,
    });
    if (row.group_chat_id !== null) groups.add(row.class_id);
  }
  const instant = createInstants();
  const sessions = rows.map((row) => ({
    id: row.id,
    classId: row.class_id,
    startsAt: instant(row.starts_at),
    endsAt: instant(row.ends_at),
    topic: row.topic,
    lecturer: row.lecturer ?? undefined,
    place: row.place ?? row.class_place,
    classCode: row.code,
    unitPath: row.path ?? undefined,
  }));
  const needed = rows.length > 0 && mayBeDue({ sessions, rules }, [AS_EVERYBODY, ...(await readWishes(transaction))]);
  if (!needed) return { sessions, rules, recipients: [] };
  return {
    sessions,
    rules,
    recipients: [
      ...(await readPeople(
        transaction,
        [...rules.keys()],
        rows.map(({ id }) => id),
      )),
      ...[...groups].map((id) => ({ id: `${GROUP}${id}`, classIds: [id], absentFrom: [], settings: AS_EVERYBODY })),
    ],
  };
}

const AS_EVERYBODY: Recipient['settings'] = {
  evening: true,
  eveningAt: undefined,
  minutesBefore: undefined,
  quiet: undefined,
  mutedUntil: undefined,
};

/** How people wish to be reminded, each way once. */
async function readWishes(transaction: Transaction<Schema>): Promise<Recipient['settings'][]> {
  const rows = await transaction
    .selectFrom('people')
    .select(['evening_at', 'minutes_before', 'quiet_from', 'quiet_to'])
    .distinct()
    .where('stopped', '=', 0)
    .execute();
  return rows.map((row) => toSettings({ ...row, evening: 1, muted_until: null, stopped: 0 }));
}

async function readPeople(
  transaction: Transaction<Schema>,
  classIds: readonly string[],
  sessionIds: readonly string[],
): Promise<Recipient[]> {
  if (classIds.length === 0) return [];
  const people = new Map<string, { classIds: string[]; absentFrom: string[]; settings: Recipient['settings'] }>();
  for (const ids of chunks(classIds)) {
    const rows = await transaction
      .selectFrom('enrolments')
      .innerJoin('people', 'people.id', 'enrolments.person_id')
      .select(['enrolments.class_id', 'people.id', 'evening', 'evening_at', 'minutes_before'])
      .select(['quiet_from', 'quiet_to', 'muted_until', 'stopped'])
      .where('enrolments.class_id', 'in', ids)
      .where('enrolments.state', '=', 'enrolled')
      .where('people.stopped', '=', 0)
      .execute();
    for (const row of rows) {
      const known = people.get(row.id);
      if (known) known.classIds.push(row.class_id);
      else people.set(row.id, { classIds: [row.class_id], absentFrom: [], settings: toSettings(row) });
    }
  }
  for (const ids of chunks(sessionIds)) {
    const rows = await transaction
      .selectFrom('attendance')
      .innerJoin('enrolments', 'enrolments.id', 'attendance.enrolment_id')
      .select(['attendance.session_id', 'enrolments.person_id'])
      .where('attendance.session_id', 'in', ids)
      .where('attendance.answer', '=', 'absent')
      .execute();
    for (const row of rows) people.get(row.person_id ?? '')?.absentFrom.push(row.session_id);
  }
  return [...people].map(([id, one]) => ({ id, ...one }));
}

/** Where these recipients are written to: the account they chose, else another; who has none is left out. */
export async function readAddresses(
  transaction: Transaction<Schema>,
  recipients: readonly string[],
): Promise<Map<string, Address>> {
  const addresses = new Map<string, Address>();
  const people = recipients.filter((id) => !id.startsWith(GROUP));
  for (const { personId, channel, chatId } of (await recipientsOf(transaction, people)).values()) {
    addresses.set(personId, { channel, userId: chatId, personId });
  }
  for (const ids of chunks(recipients.filter((id) => id.startsWith(GROUP)))) {
    const rows = await transaction
      .selectFrom('classes')
      .leftJoin('accounts', (join) =>
        join.onRef('accounts.channel', '=', 'group_channel').onRef('accounts.chat_id', '=', 'group_chat_id'),
      )
      .select(['classes.id', 'group_channel', 'group_chat_id'])
      .where(
        'classes.id',
        'in',
        ids.map((id) => id.slice(GROUP.length)),
      )
      .where('group_chat_id', 'is not', null)
      .where('accounts.blocked_at', 'is', null)
      .execute();
    for (const row of rows) {
      const channel = row.group_channel as ChannelName;
      addresses.set(`${GROUP}${row.id}`, { channel, userId: row.group_chat_id ?? '', personId: undefined });
    }
  }
  return addresses;
}

/** A role that makes somebody hear of what was missed. */
export interface OfficerRole {
  personId: string;
  /** Undefined: everywhere. */
  unitPath: string | undefined;
}

/** Admins and officers by role, with how far each role goes. */
export async function readOfficers(transaction: Transaction<Schema>): Promise<OfficerRole[]> {
  const rows = await transaction
    .selectFrom('roles')
    .leftJoin('units', 'units.id', 'roles.unit_id')
    .select(['roles.person_id', 'roles.role', 'units.path'])
    .where('roles.role', 'in', ['admin', 'officer'])
    .execute();
  return rows.flatMap(({ person_id: personId, role, path }): OfficerRole[] => {
    if (role === 'admin') return [{ personId, unitPath: undefined }];
    return path === null ? [] : [{ personId, unitPath: path }];
  });
}

function* chunks<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += AT_ONCE) yield list.slice(at, at + AT_ONCE);
}

/** Many sessions begin together, and reading a time takes longer than looking it up. */
function createInstants(): (stored: string) => Temporal.Instant {
  const known = new Map<string, Temporal.Instant>();
  return (stored) => {
    let instant = known.get(stored);
    if (!instant) known.set(stored, (instant = Temporal.Instant.from(stored)));
    return instant;
  };
}
