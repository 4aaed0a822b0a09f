import { DatabaseSync } from 'node:sqlite';

const SQLITE_BUSY = 5;

/**
 * Marks the database as open until the returned function is called or the process ends; any number of processes may.
 *
 * @returns undefined: it is being replaced at this moment
 */
export function shareUse(file: string): (() => void) | undefined {
  return lock(file, 'BEGIN; SELECT count(*) FROM sqlite_master');
}

/** @returns undefined: some process has the database open */
export function soleUse(file: string): (() => void) | undefined {
  return lock(file, 'BEGIN EXCLUSIVE');
}

/** As in process-lock.ts: SQLite's own locks on an empty file, which end with the process. */
function lock(file: string, statement: string): (() => void) | undefined {
  const database = new DatabaseSync(`${file}-use.lock`);
  try {
    database.exec(statement);
    return () => database.close();
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
}
