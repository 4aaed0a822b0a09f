import { randomInt } from 'node:crypto';
import type { Kysely, Selectable, Transaction } from 'kysely';
import { timestamp, type Clock } from '../clock.ts';
import type { OutboxStore } from '../delivery/outbox-store.ts';
import { recordAudit } from '../people/audit-store.ts';
import { toSettings, type PersonHooks } from '../people/people-store.ts';
import { heardAt, recipientsOf, type Recipient } from '../people/recipients-store.ts';
import { withdrawGroup } from '../reminders/withdraw.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { changeKey, occurrences, type Meeting, type MeetingChange, type Occurrence, type Secretary } from './duties.ts';
import type { MeetingRule } from './recurrence.ts';

/** Regular meetings as they are to be. */
export interface MeetingDraft {
  unitId: string;
  below: boolean;
  rule: MeetingRule;
  place: string | undefined;
}

/** Who changes something, and what the others are told. */
export interface ChangeBy {
  /** As in `AuditEntry.actor`. */
  actor: string;
  markdown: string;
}

type Span = { from: Temporal.PlainDate; to: Temporal.PlainDate };

export interface MeetingsStore {
  /** Meetings of a unit that go on, its own first, then those set above for everyone below. */
  of(unit: { id: string; path: string }): Promise<Meeting[]>;
  byId(id: string): Promise<Meeting | undefined>;
  /** These meetings as they will be held, by time. */
  occurrences(meetings: readonly Meeting[], span: Span): Promise<Occurrence[]>;
  /** What was decided about single meetings of these; `sequence` counts the decisions about each. */
  changesOf(meetings: readonly Meeting[]): Promise<(MeetingChange & { sequence: number })[]>;
  /** Keeps regular meetings, in the place of those that the unit had; a single date stands beside them. */
  add(draft: MeetingDraft, by: ChangeBy): Promise<Meeting>;
  /** Moves one meeting, calls it off, or has it held as its rule says. */
  change(meeting: Meeting, date: string, to: Temporal.Instant | 'off' | 'as planned', by: ChangeBy): Promise<void>;
  /** How many others would be told if this one changed the meeting. @param actor as in `AuditEntry.actor` */
  toBeTold(meeting: Meeting, actor: string): Promise<number>;
  /** They are not held any more. */
  end(meeting: Meeting, by: ChangeBy): Promise<void>;
}

export interface MeetingsDeps {
  db: Database;
  clock: Clock;
  timeZone: string;
  outbox: Pick<OutboxStore, 'enqueue'>;
}

type Handle = Kysely<Schema>;

export function createMeetingsStore({ db, clock, timeZone, outbox }: MeetingsDeps): MeetingsStore {
  const now = (): string => timestamp(clock.now());

  async function endRow(transaction: Transaction<Schema>, id: string): Promise<void> {
    await transaction.updateTable('meetings').set({ ended_at: now() }).where('id', '=', id).execute();
    await withdrawGroup(transaction, clock, dutiesOf(id));
  }

  async function othersOf(handle: Handle, meeting: Meeting, actor: string): Promise<Recipient[]> {
    const concerned = (await readSecretaries(handle)).of(meeting).map(({ personId }) => personId);
    const others = concerned.filter((personId) => personId !== actor);
    return [...(await recipientsOf(handle, others)).values()];
  }

  /** The other secretaries concerned; once for each change. */
  async function tellOthers(
    transaction: Transaction<Schema>,
    meeting: Meeting,
    what: string,
    { actor, markdown }: ChangeBy,
  ): Promise<void> {
    const messages = (await othersOf(transaction, meeting, actor)).map((to) => ({
      key: `meeting:${meeting.id}:${what}:${to.personId}`,
      class: 'reminder' as const,
      channel: to.channel,
      chatId: to.chatId,
      personId: to.personId,
      groupId: `meeting:${meeting.id}`,
      message: { markdown },
      dueAt: heardAt(to, clock.now(), timeZone),
    }));
    if (messages.length > 0) await outbox.enqueue(transaction, messages);
  }

  const audited = (transaction: Transaction<Schema>, { unitId }: Meeting, { actor }: ChangeBy): Promise<void> =>
    recordAudit(transaction, clock, { actor, action: 'meeting changed', unitId });

  return {
    async of({ id, path }) {
      const above = path.split('/').filter((one) => one !== '' && one !== id);
      const rows = await db
        .selectFrom('meetings')
        .selectAll()
        .where('ended_at', 'is', null)
        .where((eb) =>
          eb.or([
            eb('unit_id', '=', id),
            ...(above.length > 0 ? [eb.and([eb('unit_id', 'in', above), eb('below', '=', 1)])] : []),
          ]),
        )
        .orderBy('made_at')
        .execute();
      const own = (row: { unit_id: string }): number => (row.unit_id === id ? 0 : 1);
      return rows.toSorted((a, b) => own(a) - own(b)).map((row) => toMeeting(row));
    },
    async byId(id) {
      const row = await db
        .selectFrom('meetings')
        .selectAll()
        .where('id', '=', id)
        .where('ended_at', 'is', null)
        .executeTakeFirst();
      return row && toMeeting(row);
    },
    occurrences: (meetings, span) => readOccurrences(db, meetings, span, timeZone),
    async changesOf(meetings) {
      const ids = meetings.map(({ id }) => id);
      if (ids.length === 0) return [];
      const rows = await db.selectFrom('meeting_changes').selectAll().where('meeting_id', 'in', ids).execute();
      return rows.map((row) => ({ ...toChange(row), sequence: row.sequence }));
    },
    add(draft, by) {
      return db.transaction().execute(async (transaction) => {
        if (draft.rule.kind !== 'once') {
          const before = await transaction
            .selectFrom('meetings')
            .selectAll()
            .where('unit_id', '=', draft.unitId)
            .where('below', '=', draft.below ? 1 : 0)
            .where('ended_at', 'is', null)
            .execute();
          for (const row of before) if (toMeeting(row).rule.kind !== 'once') await endRow(transaction, row.id);
        }
        const meeting: Meeting = { id: newId(), ...draft };
        await transaction
          .insertInto('meetings')
          .values({
            id: meeting.id,
            unit_id: draft.unitId,
            below: draft.below ? 1 : 0,
            rule: JSON.stringify(draft.rule),
            place: draft.place ?? null,
            made_by: by.actor,
            made_at: now(),
          })
          .execute();
        await recordAudit(transaction, clock, { actor: by.actor, action: 'meeting set', unitId: draft.unitId });
        await tellOthers(transaction, meeting, 'set', by);
        return meeting;
      });
    },
    change(meeting, date, to, by) {
      return db.transaction().execute(async (transaction) => {
        const before = await transaction
          .selectFrom('meeting_changes')
          .select('sequence')
          .where('meeting_id', '=', meeting.id)
          .where('date', '=', date)
          .executeTakeFirst();
        const sequence = (before?.sequence ?? 0) + 1;
        const moved_to = to instanceof Temporal.Instant ? timestamp(to) : null;
        const state = to === 'as planned' ? ('planned' as const) : to === 'off' ? ('off' as const) : ('moved' as const);
        await transaction
          .insertInto('meeting_changes')
          .values({ meeting_id: meeting.id, date, moved_to, state, sequence })
          .onConflict((conflict) => conflict.columns(['meeting_id', 'date']).doUpdateSet({ moved_to, state, sequence }))
          .execute();
        await withdrawGroup(transaction, clock, dutiesOf(meeting.id));
        await audited(transaction, meeting, by);
        await tellOthers(transaction, meeting, `${date}:${sequence}`, by);
      });
    },
    toBeTold: async (meeting, actor) => (await othersOf(db, meeting, actor)).length,
    end(meeting, by) {
      return db.transaction().execute(async (transaction) => {
        await endRow(transaction, meeting.id);
        await audited(transaction, meeting, by);
        await tellOthers(transaction, meeting, 'ended', by);
      });
    },
  };
}

/** The group of the outbox that reminders about these meetings are in. */
export function dutiesOf(meetingId: string): string {
  return `reminder:meeting-${meetingId}`;
}

/** All meetings that go on. */
export async function readMeetings(handle: Handle): Promise<Meeting[]> {
  const rows = await handle.selectFrom('meetings').selectAll().where('ended_at', 'is', null).execute();
  return rows.map((row) => toMeeting(row));
}

/** These meetings as they will be held, by time: those of the span by their rule, and those moved into it. */
export async function readOccurrences(
  handle: Handle,
  meetings: readonly Meeting[],
  span: Span,
  timeZone: string,
): Promise<Occurrence[]> {
  if (meetings.length === 0) return [];
  const start = span.from.toZonedDateTime(timeZone).toInstant();
  const end = span.to.add({ days: 1 }).toZonedDateTime(timeZone).toInstant();
  const rows = await handle
    .selectFrom('meeting_changes')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb.and([eb('date', '>=', span.from.toString()), eb('date', '<=', span.to.toString())]),
        eb.and([eb('moved_to', '>=', timestamp(start)), eb('moved_to', '<', timestamp(end))]),
      ]),
    )
    .execute();
  const changes = new Map(rows.map((row) => [changeKey(row.meeting_id, row.date), toChange(row)]));
  const outside = new Map(
    [...changes].filter(([, { date }]) => date < span.from.toString() || date > span.to.toString()),
  );
  return meetings
    .flatMap((meeting) => {
      const movedHere = [...outside.values()].filter(({ meetingId }) => meetingId === meeting.id);
      return [
        ...occurrences(meeting, changes, span, timeZone),
        ...movedHere.flatMap(({ date, movedTo }) =>
          movedTo ? [{ meeting, date, startsAt: movedTo, decided: true }] : [],
        ),
      ];
    })
    .toSorted((a, b) => Temporal.Instant.compare(a.startsAt, b.startsAt));
}

/** Who is reminded of which unit's meetings: secretaries who want to hear of something. */
export async function readSecretaries(handle: Handle): Promise<{ of: (meeting: Meeting) => Secretary[] }> {
  const rows = await handle
    .selectFrom('roles')
    .innerJoin('units', 'units.id', 'roles.unit_id')
    .innerJoin('people', 'people.id', 'roles.person_id')
    .select(['units.id as unit', 'units.path', 'people.id', 'evening', 'evening_at', 'minutes_before'])
    .select(['quiet_from', 'quiet_to', 'muted_until', 'stopped'])
    .where('roles.role', '=', 'secretary')
    .where('people.stopped', '=', 0)
    .execute();
  const all = rows.map((row) => {
    const { quiet, mutedUntil } = toSettings(row);
    return { unit: row.unit, path: `/${row.path}`, secretary: { personId: row.id, quiet, mutedUntil } };
  });
  const byUnit = Map.groupBy(all, ({ unit }) => unit);
  return {
    of({ unitId, below }) {
      const found = below ? all.filter(({ path }) => path.includes(`/${unitId}/`)) : (byUnit.get(unitId) ?? []);
      // Who is secretary of several units hears of a meeting once.
      return [...new Map(found.map(({ secretary }) => [secretary.personId, secretary])).values()];
    },
  };
}

/** Meetings stay with their unit; who recorded them goes. */
export const meetingHooks: PersonHooks = {
  async onErase(transaction, personId, accounts) {
    const names = [personId, ...accounts.map(({ channel, userId }) => `${channel}:${userId}`)];
    await transaction.updateTable('meetings').set({ made_by: 'erased' }).where('made_by', 'in', names).execute();
  },
  async onMerge(transaction, from, to) {
    await transaction.updateTable('meetings').set({ made_by: to }).where('made_by', '=', from).execute();
  },
};

const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Letters and digits only: ids stand in the ids of buttons. */
function newId(): string {
  return Array.from({ length: 10 }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join('');
}

function toMeeting(row: Selectable<Schema['meetings']>): Meeting {
  const rule = JSON.parse(row.rule) as MeetingRule;
  return { id: row.id, unitId: row.unit_id, below: row.below === 1, rule, place: row.place ?? undefined };
}

function toChange(row: Selectable<Schema['meeting_changes']>): MeetingChange {
  const movedTo = row.moved_to === null ? undefined : Temporal.Instant.from(row.moved_to);
  return { meetingId: row.meeting_id, date: row.date, state: row.state, movedTo };
}
