import type { Transaction } from 'kysely';
import type { Database } from './database.ts';
import type { Schema } from './schema.ts';
import { commitWithoutDisk } from './sqlite.ts';

type Write<T> = (transaction: Transaction<Schema>) => Promise<T>;

interface Waiting {
  write: Write<unknown>;
  done: (value: unknown) => void;
  failed: (error: unknown) => void;
}

/**
 * Commits small writes that come at about the same time together, since each commit waits for the disk. Each write
 * resolves when it is committed; when the commit fails, all in it reject and none has happened.
 *
 * @param waitForDisk false: for what may be lost in a power cut, such as a count; nothing else waits for it then
 */
export function createGroupCommit(db: Database, { waitForDisk = true } = {}): <T>(write: Write<T>) => Promise<T> {
  let waiting: Waiting[] = [];

  async function commit(): Promise<void> {
    const now = waiting;
    waiting = [];
    try {
      const writeAll = async (transaction: Transaction<Schema>): Promise<unknown[]> => {
        const results: unknown[] = [];
        for (const { write } of now) results.push(await write(transaction));
        return results;
      };
      const values = await (waitForDisk ? db.transaction().execute(writeAll) : commitWithoutDisk(db, writeAll));
      for (const [i, { done }] of now.entries()) done(values[i]);
    } catch (error) {
      for (const { failed } of now) failed(error);
    }
  }

  return <T>(write: Write<T>) =>
    new Promise<T>((resolve, reject) => {
      if (waiting.length === 0) setImmediate(() => void commit());
      waiting.push({ write, done: (value) => resolve(value as T), failed: reject });
    });
}
