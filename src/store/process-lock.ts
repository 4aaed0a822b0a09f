import { DatabaseSync } from 'node:sqlite';

/** What only one process on a database may do, for as long as it lives. */
export interface ProcessLock {
  /** Takes it, or says that it is still ours; false while another process has it. */
  take(): boolean;
  /** Gives it up. */
  release(): void;
}

/**
 * A lock of the operating system on a file beside the database. It is gone in the moment its process is, however that
 * ended, and knows no time: neither must a killed sender be waited for, nor does a clock that jumps give it away. The
 * file stays and holds nothing.
 *
 * @param url of the database; one in memory has only one process
 */
export function createProcessLock(url: string, name: string): ProcessLock {
  const file = url.slice('sqlite:'.length);
  let held: DatabaseSync | undefined;
  if (file === ':memory:') return { take: () => true, release: () => undefined };
  return {
    take() {
      if (held) return true;
      const database = new DatabaseSync(`${file}-${name}.lock`);
      try {
        // The way to such a lock that every system has: SQLite's own, on an empty database.
        database.exec('BEGIN EXCLUSIVE');
        held = database;
        return true;
      } catch (error) {
        database.close();
        if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return false;
        throw error;
      }
    },
    release() {
      held?.close();
      held = undefined;
    },
  };
}

const SQLITE_BUSY = 5;
