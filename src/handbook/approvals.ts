import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import { timestamp, todayIn, type Clock } from '../clock.ts';
import { recordAudit } from '../people/audit-store.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import type { Standing } from './answer.ts';
import type { Documents } from './documents.ts';
import { contentHash, contentOf, type Entry } from './entry.ts';

/** How long an approval holds. */
const MONTHS = 12;

/**
 * Who approved which words. An approval holds for what was read and for the state of the documents then: when an entry is
 * changed, or a document that it cites is replaced (recorded by an officer or in a new release), it lapses by itself; it
 * comes back when that is taken back.
 */
export interface Approvals {
  /** Reads what other processes changed. */
  sync(): Promise<void>;
  standing(entry: Entry): Standing;
  /** Stands for all that an approval would be about now. */
  fingerprint(entry: Entry): string;
  /** Approves what the entry says now. */
  approve(entry: Entry, by: string, office: string): Promise<void>;
}

export function createApprovals(deps: {
  db: Database;
  documents: Documents;
  clock: Clock;
  timeZone: string;
}): Approvals {
  const { db, documents, clock, timeZone } = deps;
  const today = todayIn(clock, timeZone);
  let rows = new Map<string, Selectable<Schema['handbook_approvals']>>();

  async function sync(): Promise<void> {
    const all = await db.selectFrom('handbook_approvals').selectAll().execute();
    rows = new Map(all.map((row) => [row.entry_id, row]));
  }

  return {
    sync,
    standing(entry) {
      const row = rows.get(entry.id);
      if (!row) return { state: 'draft', why: 'new' };
      if (row.words !== wordsHash(entry)) return { state: 'draft', why: 'changed' };
      if (row.basis !== basisHash(entry, documents)) return { state: 'draft', why: 'document' };
      const until = Temporal.PlainDate.from(row.until);
      if (Temporal.PlainDate.compare(today(), until) > 0) return { state: 'draft', why: 'expired' };
      const at = Temporal.Instant.from(row.at).toZonedDateTimeISO(timeZone);
      return { state: 'approved', at, until, office: row.office, by: row.by };
    },
    fingerprint: (entry) =>
      createHash('sha256')
        .update(wordsHash(entry) + basisHash(entry, documents))
        .digest('base64url'),
    async approve(entry, by, office) {
      const now = clock.now();
      const until = today().add({ months: MONTHS }).toString();
      const row = {
        words: wordsHash(entry),
        basis: basisHash(entry, documents),
        by,
        office,
        at: timestamp(now),
        until,
      };
      await db.transaction().execute(async (transaction) => {
        await transaction
          .insertInto('handbook_approvals')
          .values({ entry_id: entry.id, ...row })
          .onConflict((conflict) => conflict.column('entry_id').doUpdateSet(row))
          .execute();
        await recordAudit(transaction, clock, { actor: by, action: 'handbook entry approved' });
      });
      await sync();
    },
  };
}

/** Entries never change: what is edited becomes another one. Asked at every answer. */
const wordsHashes = new WeakMap<Entry, string>();

/** What an approval is about: what people read. Ways of asking may be added without asking again. */
export function wordsHash(entry: Entry): string {
  const known = wordsHashes.get(entry);
  if (known !== undefined) return known;
  const { question, short, body, basis, gaps, evidence } = contentOf(entry);
  const none = { phrasings: [], brief: [], keywords: [], sources: [], related: [], also: [] };
  const hash = contentHash({ question, short, body, basis, gaps, evidence, ...none });
  wordsHashes.set(entry, hash);
  return hash;
}

function basisHash(entry: Entry, documents: Documents): string {
  const states = entry.basis.map(({ doc }) => {
    const document = documents.get(doc);
    const currency = document && documents.currency(document);
    if (!currency) return '';
    return 'by' in currency ? currency.by.id : currency.state === 'expired' ? 'expired' : '';
  });
  return createHash('sha256').update(JSON.stringify(states)).digest('base64url');
}
