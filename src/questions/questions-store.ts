import { randomUUID } from 'node:crypto';
import { todayIn, type Clock } from '../clock.ts';
import type { Outcome } from '../search/search.ts';
import { withParameters } from '../store/compiled-query.ts';
import type { Database } from '../store/database.ts';
import { createGroupCommit } from '../store/group-commit.ts';
import { withoutPersonalNumbers } from './personal-numbers.ts';

/** A question as it is kept. */
export interface AskedQuestion {
  /** In small letters, without numbers that identify people. */
  text: string;
  outcome: Outcome;
  /** The entry that was given or picked. */
  entryId: string | undefined;
}

/** What was asked and how it was answered; it cannot be traced to who asked. */
export interface QuestionsStore {
  /** @returns the question's id, a secret that only its asker's buttons carry */
  add(question: { text: string; outcome: Outcome; entryId: string | undefined }): Promise<string>;
  /** The asker picked this entry from several; false when there is no such question. */
  picked(id: string, entryId: string): Promise<boolean>;
  /** First word counts, later ones change it; returns what was judged, undefined for an unknown question. */
  judge(id: string, feedback: 'right' | 'wrong'): Promise<AskedQuestion | undefined>;
  /** Undefined: unknown, or no longer kept. */
  find(id: string): Promise<AskedQuestion | undefined>;
  /** Questions without a good answer since a date (ISO), most frequent first. */
  open(since: string): Promise<{ text: string; count: number }[]>;
  /** Removes what was asked longer ago than questions are kept. */
  prune(): Promise<void>;
}

/** @param days how long questions are kept */
export function createQuestionsStore(db: Database, clock: Clock, timeZone: string, days: number): QuestionsStore {
  // Many ask at once, and no answer waits for the disk so that a question is counted.
  const commit = createGroupCommit(db, { waitForDisk: false });
  const today = todayIn(clock, timeZone);
  const insert = db
    .insertInto('questions')
    .values({ id: 'id', asked_on: 'day', text: 'text', outcome: 'none', entry_id: 'entry' })
    .compile();

  async function find(id: string): Promise<AskedQuestion | undefined> {
    const row = await db
      .selectFrom('questions')
      .select(['text', 'outcome', 'entry_id'])
      .where('id', '=', id)
      .executeTakeFirst();
    return row && { text: row.text, outcome: row.outcome, entryId: row.entry_id ?? undefined };
  }

  return {
    async add({ text, outcome, entryId }) {
      const id = newId();
      const row = [id, today().toString(), withoutIdentity(text), outcome, entryId ?? null];
      await commit((transaction) => transaction.executeQuery(withParameters(insert, ...row)));
      return id;
    },
    async picked(id, entryId) {
      const { numUpdatedRows } = await db
        .updateTable('questions')
        .set({ entry_id: entryId })
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
    async judge(id, feedback) {
      await db.updateTable('questions').set({ feedback }).where('id', '=', id).execute();
      return find(id);
    },
    find,
    async open(since) {
      const rows = await db
        .selectFrom('questions')
        .select(['text', (eb) => eb.fn.countAll<number | string>().as('count')])
        .where('asked_on', '>=', since)
        .where((eb) => eb.or([eb('outcome', '=', 'none'), eb('feedback', '=', 'wrong')]))
        .groupBy('text')
        .orderBy('count', 'desc')
        .orderBy('text')
        .execute();
      return rows.map(({ text, count }) => ({ text, count: Number(count) }));
    },
    async prune() {
      await db.deleteFrom('questions').where('asked_on', '<', today().subtract({ days }).toString()).execute();
    },
  };
}

/** 122 random bits, as short as buttons need it. Node keeps those of UUIDs ready; `randomBytes` takes ten times as long. */
function newId(): string {
  return Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url');
}

/** UTF-16 units of a question that are kept. */
export const KEPT_LENGTH = 300;

function withoutIdentity(text: string): string {
  const plain = text.normalize('NFC').toLowerCase().replace(/\s+/gu, ' ').trim();
  return withoutPersonalNumbers(plain).slice(0, KEPT_LENGTH).toWellFormed();
}
