import type { Selectable } from 'kysely';
import { timestamp, type Clock } from '../clock.ts';
import type { DocumentFields, RecordedDocument } from '../handbook/recorded-documents.ts';
import { recordAudit } from '../people/audit-store.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';

/** A record as it is kept. */
export interface DocumentRecord extends RecordedDocument {
  /** When it was last changed: who changes it says which state they saw. */
  changedAt: string;
}

/** What officers recorded of documents, over `data/documents.yaml`. */
export interface DocumentsStore {
  /** By id. */
  all(): Promise<DocumentRecord[]>;
  /** Changes whenever a record does. */
  mark(): Promise<string>;
  /**
   * Keeps a record, or what was corrected in it.
   *
   * @param ended the documents whose place it takes; those that the record had before keep their time
   * @param seen `changedAt` of the record that was corrected; undefined: there was none
   * @returns false: somebody else was faster, and nothing was changed
   */
  save(fields: DocumentFields, ended: readonly string[], seen: string | undefined, by: string): Promise<boolean>;
  /** Takes a record back; the file counts again. False: somebody else changed it, or it is gone. */
  withdraw(id: string, seen: string, by: string): Promise<boolean>;
}

export function createDocumentsStore(db: Database, clock: Clock): DocumentsStore {
  return {
    async all() {
      const rows = await db.selectFrom('documents').selectAll().orderBy('id').execute();
      return rows.map(toRecord);
    },
    async mark() {
      const { newest, count } = await db
        .selectFrom('documents')
        .select((eb) => [eb.fn.max('changed_at').as('newest'), eb.fn.countAll<number | string>().as('count')])
        .executeTakeFirstOrThrow();
      return `${newest ?? ''} ${count}`;
    },
    save(fields, ended, seen, by) {
      return db.transaction().execute(async (transaction) => {
        const row = await transaction
          .selectFrom('documents')
          .selectAll()
          .where('id', '=', fields.id)
          .executeTakeFirst();
        if (row?.changed_at !== seen) return false;
        const now = timestamp(clock.now());
        const before = new Map((row ? toRecord(row).ends : []).map(({ id, at }) => [id, timestamp(at)]));
        const values = {
          fields: JSON.stringify(fields),
          ends: JSON.stringify(ended.map((id) => ({ id, at: before.get(id) ?? now }))),
          // Never twice the same, however fast two changes follow each other.
          changed_at: row && row.changed_at >= now ? later(row.changed_at) : now,
        };
        await transaction
          .insertInto('documents')
          .values({ id: fields.id, ...values })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
          .execute();
        await recordAudit(transaction, clock, { actor: by, action: row ? 'document changed' : 'document recorded' });
        return true;
      });
    },
    withdraw(id, seen, by) {
      return db.transaction().execute(async (transaction) => {
        const { numDeletedRows } = await transaction
          .deleteFrom('documents')
          .where('id', '=', id)
          .where('changed_at', '=', seen)
          .executeTakeFirstOrThrow();
        if (numDeletedRows === 0n) return false;
        await recordAudit(transaction, clock, { actor: by, action: 'document withdrawn' });
        return true;
      });
    },
  };
}

function later(time: string): string {
  return timestamp(Temporal.Instant.from(time).add({ milliseconds: 1 }));
}

function toRecord(row: Selectable<Schema['documents']>): DocumentRecord {
  const ends = JSON.parse(row.ends) as { id: string; at: string }[];
  return {
    fields: JSON.parse(row.fields) as DocumentFields,
    ends: ends.map(({ id, at }) => ({ id, at: Temporal.Instant.from(at) })),
    changedAt: row.changed_at,
  };
}
