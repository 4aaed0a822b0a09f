import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { SqliteDialect, type Dialect, type SqliteDatabase } from 'kysely';

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

/** node:sqlite in the shape that Kysely's dialect expects. */
function forKysely(database: DatabaseSync): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
        run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
        iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
      };
    },
  };
}
