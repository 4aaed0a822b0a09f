import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { sql, SqliteDialect, type Dialect, type Kysely, type SqliteDatabase } from 'kysely';
import type { Schema } from './schema.ts';

/*
 * All that is SQLite's own. The stores write portable SQL; another engine needs a file like this one.
 */

/**
 * Opens the file, making its folder when missing.
 *
 * WAL lets readers (backups, reports) go on beside the writer; `synchronous=FULL` makes a commit survive a power cut,
 * which the promise "what was accepted is not lost" needs; `secure_delete` overwrites what is erased.
 */
export function sqliteDialect(file: string): Dialect {
  if (file !== ':memory:') mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const database = new DatabaseSync(file, { timeout: 5000 });
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON');
  return new SqliteDialect({ database: forKysely(database) });
}

/**
 * node:sqlite in the shape that Kysely's dialect expects. A transaction takes the write lock at its beginning: one that
 * reads first and then writes would fail at once, without waiting, when another process has written in between.
 */
function forKysely(database: DatabaseSync): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare(text) {
      const statement = database.prepare(text === 'begin' ? 'begin immediate' : text);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
        run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
        iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
      };
    },
  };
}

/**
 * Clears the files of what was erased. `secure_delete` overwrites a row where it stood, but the write-ahead log holds
 * earlier pages, and pages that were split or merged keep stray copies of rows: only rebuilding the file removes them.
 * Takes about a second for every 100 MB, in which nothing else runs.
 *
 * @returns false: another process is reading, and the log could not be emptied; try again later
 */
export async function sweep(db: Kysely<Schema>): Promise<boolean> {
  await sql`vacuum`.execute(db);
  const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(db);
  return rows[0]?.busy === 0;
}
