import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Outcome } from '../search/search.ts';
import type { Database } from '../store/database.ts';

/** What was asked and how it was answered; it cannot be traced to who asked. */
export interface QuestionsStore {
  /** @returns the question's id, a secret that only its asker's buttons carry */
  add(question: { text: string; outcome: Outcome; entryId: string | undefined }): Promise<string>;
  /** The asker picked this entry from several; false when there is no such question. */
  picked(id: string, entryId: string): Promise<boolean>;
  /** First word counts, later ones change it; returns the entry that was judged, undefined for an unknown question. */
  judge(id: string, feedback: 'right' | 'wrong'): Promise<{ entryId: string | undefined } | undefined>;
  /** Questions without a good answer since a date (ISO), most frequent first. */
  open(since: string, limit: number): Promise<{ text: string; count: number }[]>;
  /** Removes what was asked longer ago than questions are kept. */
  prune(): Promise<void>;
}

/** @param days how long questions are kept */
export function createQuestionsStore(db: Database, clock: Clock, timeZone: string, days: number): QuestionsStore {
  const today = (): Temporal.PlainDate => clock.now().toZonedDateTimeISO(timeZone).toPlainDate();

  return {
    async add({ text, outcome, entryId }) {
      const id = randomBytes(16).toString('base64url');
      const asked_on = today().toString();
      await db
        .insertInto('questions')
        .values({ id, asked_on, text: withoutIdentity(text), outcome, entry_id: entryId ?? null, feedback: null })
        .execute();
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
      const row = await db.selectFrom('questions').select('entry_id').where('id', '=', id).executeTakeFirst();
      if (!row) return undefined;
      await db.updateTable('questions').set({ feedback }).where('id', '=', id).execute();
      return { entryId: row.entry_id ?? undefined };
    },
    async open(since, limit) {
      const rows = await db
        .selectFrom('questions')
        .select(['text', (eb) => eb.fn.countAll<number | string>().as('count')])
        .where('asked_on', '>=', since)
        .where((eb) => eb.or([eb('outcome', '=', 'none'), eb('feedback', '=', 'wrong')]))
        .groupBy('text')
        .orderBy('count', 'desc')
        .orderBy('text')
        .limit(limit)
        .execute();
      return rows.map(({ text, count }) => ({ text, count: Number(count) }));
    },
    async prune() {
      await db.deleteFrom('questions').where('asked_on', '<', today().subtract({ days }).toString()).execute();
    },
  };
}

const KEPT_LENGTH = 300;

/** Long runs of digits are telephone, identity or party-card numbers: they never enter the log of questions. */
function withoutIdentity(text: string): string {
  const plain = text.normalize('NFC').toLowerCase().replace(/\s+/gu, ' ').trim();
  return plain
    .replace(/\d(?:[ .-]?\d){6,}/g, '#')
    .slice(0, KEPT_LENGTH)
    .toWellFormed();
}
