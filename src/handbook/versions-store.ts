import { randomBytes } from 'node:crypto';
import type { Selectable, Transaction } from 'kysely';
import { timestamp, type Clock } from '../clock.ts';
import { actorNames, ERASED, recordAudit, type AuditAction } from '../people/audit-store.ts';
import type { PersonHooks } from '../people/people-store.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { contentOf, readContent, type EntryContent } from './entry.ts';

/** One state of an entry that an officer made. */
export interface Version {
  entryId: string;
  /** From 1; 0 is the file. */
  number: number;
  /** Undefined: withdrawn. */
  content: EntryContent | undefined;
  /** As in the audit log. */
  author: string;
  at: Temporal.Instant;
  reason: string;
  /** Fingerprint of the file that it was made over; undefined: there was none. */
  base: string | undefined;
  /** The file says the same by now, and counts from then on. */
  merged: boolean;
}

export interface NewVersion extends Pick<Version, 'entryId' | 'content' | 'author' | 'reason' | 'base'> {
  /** The version that it was made from. */
  from: number;
}

/** A change that waits for somebody who may make it. */
export interface Proposal {
  id: string;
  entryId: string;
  /** The version that it was made from. */
  from: number;
  content: EntryContent;
  author: string;
  at: Temporal.Instant;
  reason: string;
}

export interface VersionsStore {
  /** The newest version of each entry that changed since; with the mark for the next call. */
  newest(since: number): Promise<{ versions: Version[]; mark: number }>;
  /** The newest version of an entry. */
  latest(entryId: string): Promise<Version | undefined>;
  /** Newest first. */
  history(entryId: string): Promise<Version[]>;
  /**
   * Adds versions, all or none.
   *
   * @returns the newest version of the first entry that was changed meanwhile; then nothing is added
   */
  add(
    versions: readonly NewVersion[],
    inTransaction?: (transaction: Transaction<Schema>) => Promise<void>,
  ): Promise<Version | undefined>;
  /** From now on the files count for these. */
  markMerged(entryIds: readonly string[]): Promise<void>;
  /** A version was compared with the file of this fingerprint, and stays over it. */
  keepOver(entryId: string, number: number, base: string | undefined): Promise<void>;
  propose(proposal: Omit<Proposal, 'id' | 'at'>): Promise<void>;
  /** Oldest first. */
  proposals(): Promise<Proposal[]>;
  proposal(id: string): Promise<Proposal | undefined>;
  /** False: somebody else has settled it. */
  settleProposal(id: string): Promise<boolean>;
}

export function createVersionsStore(db: Database, clock: Clock): VersionsStore {
  async function latest(entryId: string, handle: Database | Transaction<Schema>): Promise<Version | undefined> {
    const row = await handle
      .selectFrom('handbook_versions')
      .selectAll()
      .where('entry_id', '=', entryId)
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row && toVersion(row);
  }

  /** One row a saving: an import of hundreds is one thing that somebody did. */
  async function audit(transaction: Transaction<Schema>, versions: readonly NewVersion[]): Promise<void> {
    const [first] = versions;
    if (!first) return;
    const action: AuditAction = first.content ? 'handbook changed' : 'handbook entry withdrawn';
    const added = versions.filter(({ from, base }) => from === 0 && base === undefined).length;
    const detail = versions.length > 1 ? { added, updated: versions.length - added } : {};
    await recordAudit(transaction, clock, { actor: first.author, action, detail });
  }

  return {
    async newest(since) {
      const rows = await db.selectFrom('handbook_versions').selectAll().where('id', '>', since).orderBy('id').execute();
      const byEntry = new Map(rows.map((row) => [row.entry_id, toVersion(row)]));
      return { versions: [...byEntry.values()], mark: rows.at(-1)?.id ?? since };
    },
    latest: (entryId) => latest(entryId, db),
    async history(entryId) {
      const rows = await db
        .selectFrom('handbook_versions')
        .selectAll()
        .where('entry_id', '=', entryId)
        .orderBy('number', 'desc')
        .execute();
      return rows.map((row) => toVersion(row));
    },
    async add(versions, inTransaction) {
      let conflict: Version | undefined;
      await db
        .transaction()
        .execute(async (transaction) => {
          for (const { entryId, from, content, author, reason, base } of versions) {
            const newest = await latest(entryId, transaction);
            if ((newest?.number ?? 0) !== from) {
              conflict = newest;
              throw new Overtaken('a version was overtaken');
            }
            await transaction
              .insertInto('handbook_versions')
              .values({
                entry_id: entryId,
                number: from + 1,
                content: content ? JSON.stringify(contentOf(content)) : null,
                author,
                at: timestamp(clock.now()),
                reason,
                base: base ?? null,
                merged_at: null,
              })
              .execute();
          }
          await audit(transaction, versions);
          await inTransaction?.(transaction);
        })
        .catch((error: unknown) => {
          if (!(error instanceof Overtaken)) throw error;
        });
      return conflict;
    },
    async markMerged(entryIds) {
      if (entryIds.length === 0) return;
      await db
        .updateTable('handbook_versions')
        .set({ merged_at: timestamp(clock.now()) })
        .where('entry_id', 'in', entryIds)
        .where('merged_at', 'is', null)
        .execute();
    },
    async keepOver(entryId, number, base) {
      await db
        .updateTable('handbook_versions')
        .set({ base: base ?? null, merged_at: null })
        .where('entry_id', '=', entryId)
        .where('number', '=', number)
        .execute();
    },
    async propose({ entryId, from, content, author, reason }) {
      const id = randomBytes(9).toString('hex');
      const at = timestamp(clock.now());
      await db
        .insertInto('handbook_proposals')
        .values({
          id,
          entry_id: entryId,
          number: from,
          content: JSON.stringify(contentOf(content)),
          author,
          at,
          reason,
        })
        .execute();
    },
    async proposals() {
      const rows = await db.selectFrom('handbook_proposals').selectAll().orderBy('at').orderBy('id').execute();
      return rows.map((row) => toProposal(row));
    },
    async proposal(id) {
      const row = await db.selectFrom('handbook_proposals').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toProposal(row);
    },
    async settleProposal(id) {
      const { numDeletedRows } = await db
        .deleteFrom('handbook_proposals')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
  };
}

/** Takes the transaction back. */
class Overtaken extends Error {}

/** What was changed stays; who it was goes with the person. */
export const handbookHooks: PersonHooks = {
  onErase: (transaction, personId, accounts) => rename(transaction, actorNames(personId, accounts), ERASED),
  onMerge: (transaction, from, to) => rename(transaction, [from], to),
};

async function rename(transaction: Transaction<Schema>, from: readonly string[], to: string): Promise<void> {
  await transaction.updateTable('handbook_versions').set({ author: to }).where('author', 'in', from).execute();
  await transaction.updateTable('handbook_proposals').set({ author: to }).where('author', 'in', from).execute();
  await transaction.updateTable('handbook_approvals').set({ by: to }).where('by', 'in', from).execute();
}

function toVersion(row: Selectable<Schema['handbook_versions']>): Version {
  return {
    entryId: row.entry_id,
    number: row.number,
    content: row.content === null ? undefined : readContent(row.content),
    author: row.author,
    at: Temporal.Instant.from(row.at),
    reason: row.reason,
    base: row.base ?? undefined,
    merged: row.merged_at !== null,
  };
}

function toProposal(row: Selectable<Schema['handbook_proposals']>): Proposal {
  return {
    id: row.id,
    entryId: row.entry_id,
    from: row.number,
    content: readContent(row.content),
    author: row.author,
    at: Temporal.Instant.from(row.at),
    reason: row.reason,
  };
}
