import { randomBytes } from 'node:crypto';
import { timestamp, type Clock } from '../clock.ts';
import type { Database } from '../store/database.ts';
import { withoutPersonalNumbers } from './personal-numbers.ts';

/** Questions of one person that can wait for a session's lecturer. */
const MOST_WAITING = 5;

/** A question for the lecturer of a session; who asked is not shown. */
export interface LecturerQuestion {
  id: string;
  sessionId: string;
  text: string;
  answered: boolean;
}

/** What trainees ask the lecturer of a session. */
export interface LecturerQuestionsStore {
  /** False: they have asked enough for now. */
  add(sessionId: string, personId: string, text: string): Promise<boolean>;
  /** In the order in which they were asked. */
  list(sessionId: string): Promise<LecturerQuestion[]>;
  byId(id: string): Promise<LecturerQuestion | undefined>;
  /** False: it was marked already. */
  markAnswered(id: string): Promise<boolean>;
  /** What this person asked, for `/dulieu`. */
  ofPerson(personId: string): Promise<{ text: string; askedAt: Temporal.Instant }[]>;
  /** Removes what was asked longer ago than questions are kept. */
  prune(): Promise<void>;
}

/** @param days how long questions are kept */
export function createLecturerQuestionsStore(db: Database, clock: Clock, days: number): LecturerQuestionsStore {
  const columns = ['id', 'session_id', 'text', 'answered_at'] as const;

  return {
    add(session_id, person_id, text) {
      return db.transaction().execute(async (transaction) => {
        const waiting = await transaction
          .selectFrom('lecturer_questions')
          .select('id')
          .where('session_id', '=', session_id)
          .where('person_id', '=', person_id)
          .where('answered_at', 'is', null)
          .execute();
        if (waiting.length >= MOST_WAITING) return false;
        const id = randomBytes(8).toString('hex');
        const kept = withoutPersonalNumbers(text.normalize('NFC').trim()).toWellFormed();
        await transaction
          .insertInto('lecturer_questions')
          .values({ id, session_id, person_id, text: kept, asked_at: timestamp(clock.now()) })
          .execute();
        return true;
      });
    },
    async list(sessionId) {
      const rows = await db
        .selectFrom('lecturer_questions')
        .select(columns)
        .where('session_id', '=', sessionId)
        .orderBy('asked_at')
        .orderBy('id')
        .execute();
      return rows.map((row) => toQuestion(row));
    },
    async byId(id) {
      const row = await db.selectFrom('lecturer_questions').select(columns).where('id', '=', id).executeTakeFirst();
      return row && toQuestion(row);
    },
    async markAnswered(id) {
      const { numUpdatedRows } = await db
        .updateTable('lecturer_questions')
        .set({ answered_at: timestamp(clock.now()) })
        .where('id', '=', id)
        .where('answered_at', 'is', null)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
    async ofPerson(personId) {
      const rows = await db
        .selectFrom('lecturer_questions')
        .select(['text', 'asked_at'])
        .where('person_id', '=', personId)
        .orderBy('asked_at')
        .execute();
      return rows.map(({ text, asked_at }) => ({ text, askedAt: Temporal.Instant.from(asked_at) }));
    },
    async prune() {
      const oldest = timestamp(clock.now().subtract({ hours: 24 * days }));
      await db.deleteFrom('lecturer_questions').where('asked_at', '<', oldest).execute();
    },
  };
}

function toQuestion(row: {
  id: string;
  session_id: string;
  text: string;
  answered_at: string | null;
}): LecturerQuestion {
  return { id: row.id, sessionId: row.session_id, text: row.text, answered: row.answered_at !== null };
}
