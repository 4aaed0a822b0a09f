import type { Kysely, Transaction } from 'kysely';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { timestamp, type Clock } from '../clock.ts';
import type { OutboxStore } from '../delivery/outbox-store.ts';
import { recordAudit } from '../people/audit-store.ts';
import { withdrawRemindersOf } from '../reminders/withdraw.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { organisersOf } from './organisers-store.ts';
import { timeWords } from './session-words.ts';

/** Who comes this long after the beginning is late, in minutes. */
const LATE_AFTER = 15;

export type Checked = 'present' | 'late' | 'absent';

/** What somebody said and did about a session. */
export interface Attendance {
  sessionId: string;
  enrolmentId: number;
  answer: 'attending' | 'absent' | undefined;
  reason: string | undefined;
  checked: Checked | undefined;
}

/** What came of an answer. */
export type Answered = 'kept' | 'not enrolled' | 'over' | 'cancelled';

export interface AttendanceStore {
  /** They mean to come. */
  attending(sessionId: string, personId: string): Promise<Answered>;
  /** They ask to be absent; the organisers are told why. */
  absent(sessionId: string, personId: string, reason: string): Promise<Answered>;
  /** They are there: present, or late. Who was marked otherwise by an officer stays so. */
  checkIn(sessionId: string, personId: string): Promise<{ checked: Checked } | 'not enrolled'>;
  /** What an officer saw. Null: nothing any more. */
  mark(sessionId: string, enrolmentIds: readonly number[], checked: Checked | null, by: string): Promise<void>;
  ofSession(sessionId: string): Promise<Attendance[]>;
  ofClass(classId: string): Promise<Attendance[]>;
}

export interface AttendanceDeps {
  db: Database;
  clock: Clock;
  timeZone: string;
  outbox: Pick<OutboxStore, 'enqueue'>;
}

/** Whether somebody who comes now is late. */
function isLate(startsAt: Temporal.Instant, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(now, startsAt.add({ minutes: LATE_AFTER })) > 0;
}

export function createAttendanceStore({ db, clock, timeZone, outbox }: AttendanceDeps): AttendanceStore {
  const now = (): string => timestamp(clock.now());

  async function answer(
    sessionId: string,
    personId: string,
    fields: { answer: 'attending' | 'absent'; reason: string | null },
  ): Promise<Answered> {
    return db.transaction().execute(async (transaction) => {
      const session = await sessionOf(transaction, sessionId);
      const enrolment = session && (await enrolmentIn(transaction, session.class_id, personId));
      if (!session || !enrolment) return 'not enrolled';
      if (session.state === 'cancelled' || session.classState === 'cancelled') return 'cancelled';
      if (session.ends_at <= now()) return 'over';
      const before = await transaction
        .selectFrom('attendance')
        .select(['answer', 'reason'])
        .where('session_id', '=', sessionId)
        .where('enrolment_id', '=', enrolment)
        .executeTakeFirst();
      if (before?.answer === fields.answer && before.reason === fields.reason) return 'kept';
      await put(transaction, sessionId, enrolment, { ...fields, answered_at: now() });
      if (fields.answer === 'absent' || before?.answer === 'absent') {
        // Who will be absent is not reminded; a digest that waits may name the session.
        await withdrawRemindersOf(transaction, clock, personId);
        await tellOrganisers(transaction, session, { personId, enrolment, reason: fields.reason });
      }
      return 'kept';
    });
  }

  async function tellOrganisers(
    transaction: Transaction<Schema>,
    session: NonNullable<Awaited<ReturnType<typeof sessionOf>>>,
    { personId, enrolment, reason }: { personId: string; enrolment: number; reason: string | null },
  ): Promise<void> {
    const person = await transaction
      .selectFrom('people')
      .leftJoin('units', 'units.id', 'people.unit_id')
      .select(['people.name', 'people.unit_text', 'units.name as unit'])
      .where('people.id', '=', personId)
      .executeTakeFirst();
    const who = [person?.name, person?.unit ?? person?.unit_text].filter((part) => typeof part === 'string').join(', ');
    const time = timeWords(
      { startsAt: Temporal.Instant.from(session.starts_at), endsAt: Temporal.Instant.from(session.ends_at) },
      timeZone,
    );
    const said = reason === null ? 'không xin vắng nữa, sẽ tham dự' : `xin vắng. Lý do:\n\n> ${escapeMarkdown(reason)}`;
    const markdown = `**Lớp ${escapeMarkdown(session.code)}**, buổi ${time} (${escapeMarkdown(session.topic)}): đồng chí **${escapeMarkdown(who)}** ${said}`;
    const organisers = await organisersOf(transaction, session.class_id);
    const at = clock.now();
    await outbox.enqueue(
      transaction,
      organisers.map(({ channel, chatId }) => ({
        key: `absence:${session.id}:${enrolment}:${reason === null ? 0 : 1}:${at.epochMilliseconds}:${channel}:${chatId}`,
        class: 'reminder',
        channel,
        chatId,
        // The trainee, whom it is about: with them it goes, when they have everything erased.
        personId,
        message: { markdown },
        dueAt: at,
        expiresAt: Temporal.Instant.from(session.ends_at),
      })),
    );
  }

  return {
    attending: (sessionId, personId) => answer(sessionId, personId, { answer: 'attending', reason: null }),
    absent: (sessionId, personId, reason) => answer(sessionId, personId, { answer: 'absent', reason }),
    checkIn(sessionId, personId) {
      return db.transaction().execute(async (transaction) => {
        const session = await sessionOf(transaction, sessionId);
        const enrolment = session && (await enrolmentIn(transaction, session.class_id, personId));
        if (!session || !enrolment) return 'not enrolled';
        const before = await transaction
          .selectFrom('attendance')
          .select('checked')
          .where('session_id', '=', sessionId)
          .where('enrolment_id', '=', enrolment)
          .executeTakeFirst();
        if (before && before.checked !== null) return { checked: before.checked };
        const late = isLate(Temporal.Instant.from(session.starts_at), clock.now());
        const checked: Checked = late ? 'late' : 'present';
        await put(transaction, sessionId, enrolment, { checked, checked_at: now(), checked_by: personId });
        return { checked };
      });
    },
    async mark(sessionId, enrolmentIds, checked, by) {
      await db.transaction().execute(async (transaction) => {
        const session = await sessionOf(transaction, sessionId);
        if (!session || enrolmentIds.length === 0) return;
        // Only who is in this class, whatever ids came in.
        const rows = await transaction
          .selectFrom('enrolments')
          .select('id')
          .where('class_id', '=', session.class_id)
          .where('state', '=', 'enrolled')
          .where('id', 'in', enrolmentIds)
          .execute();
        const marks = checked === null ? { checked, checked_at: null, checked_by: null } : undefined;
        for (const { id } of rows) {
          await put(transaction, sessionId, id, marks ?? { checked, checked_at: now(), checked_by: by });
        }
        await recordAudit(transaction, clock, {
          actor: by,
          action: 'attendance marked',
          unitId: session.unit_id ?? undefined,
          detail: { updated: rows.length },
        });
      });
    },
    async ofSession(sessionId) {
      const rows = await attendance(db).where('session_id', '=', sessionId).execute();
      return rows.map((row) => toAttendance(row));
    },
    async ofClass(classId) {
      const rows = await attendance(db)
        .innerJoin('sessions', 'sessions.id', 'attendance.session_id')
        .where('sessions.class_id', '=', classId)
        .execute();
      return rows.map((row) => toAttendance(row));
    },
  };
}

const attendance = (handle: Kysely<Schema>) =>
  handle
    .selectFrom('attendance')
    .select([
      'attendance.session_id',
      'attendance.enrolment_id',
      'attendance.answer',
      'attendance.reason',
      'attendance.checked',
    ]);

function sessionOf(transaction: Transaction<Schema>, id: string) {
  return transaction
    .selectFrom('sessions')
    .innerJoin('classes', 'classes.id', 'sessions.class_id')
    .select(['sessions.id', 'sessions.class_id', 'sessions.starts_at', 'sessions.ends_at', 'sessions.topic'])
    .select(['sessions.state', 'classes.state as classState', 'classes.code', 'classes.unit_id'])
    .where('sessions.id', '=', id)
    .executeTakeFirst();
}

async function enrolmentIn(
  transaction: Transaction<Schema>,
  classId: string,
  personId: string,
): Promise<number | undefined> {
  const row = await transaction
    .selectFrom('enrolments')
    .select('id')
    .where('class_id', '=', classId)
    .where('person_id', '=', personId)
    .where('state', '=', 'enrolled')
    .executeTakeFirst();
  return row?.id;
}

async function put(
  transaction: Transaction<Schema>,
  session_id: string,
  enrolment_id: number,
  fields: Partial<Omit<Schema['attendance'], 'session_id' | 'enrolment_id'>>,
): Promise<void> {
  await transaction
    .insertInto('attendance')
    .values({ session_id, enrolment_id, ...fields })
    .onConflict((conflict) => conflict.columns(['session_id', 'enrolment_id']).doUpdateSet(fields))
    .execute();
}

function toAttendance(row: {
  session_id: string;
  enrolment_id: number;
  answer: 'attending' | 'absent' | null;
  reason: string | null;
  checked: Checked | null;
}): Attendance {
  return {
    sessionId: row.session_id,
    enrolmentId: row.enrolment_id,
    answer: row.answer ?? undefined,
    reason: row.reason ?? undefined,
    checked: row.checked ?? undefined,
  };
}
