/** SQLITE_READONLY, SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_FULL, SQLITE_CANTOPEN, SQLITE_NOTADB. */
const STORAGE = new Set([8, 10, 11, 13, 14, 26]);

/** Whether the disk failed, not the statement. The lower byte of the code is its kind; the rest says more. */
export function isStorageFailure(error: unknown): boolean {
  return STORAGE.has(((error as { errcode?: number }).errcode ?? 0) & 0xff);
}

/** Whether what was written last got onto the disk. */
export interface StorageTrouble {
  /** Runs one statement. */
  watch<T extends object>(text: string, inTransaction: boolean, run: () => T): T;
  /** In SQLite's words, such as "database or disk is full"; undefined: the last write succeeded. */
  now(): string | undefined;
}

/** Notes it when the disk fails, until something was written again. */
export function createStorageTrouble(): StorageTrouble {
  let trouble: string | undefined;
  /** Something is waiting for its commit. */
  let written = false;
  return {
    watch(text, inTransaction, run) {
      try {
        const result = run();
        const changed = 'changes' in result && Number(result.changes) > 0;
        if (text === 'begin') written = false;
        else if (changed) written = true;
        if (written && (text === 'commit' || (changed && !inTransaction))) trouble = undefined;
        return result;
      } catch (error) {
        if (isStorageFailure(error)) trouble = (error as { errstr?: string }).errstr ?? 'the disk failed';
        throw error;
      }
    },
    now: () => trouble,
  };
}
