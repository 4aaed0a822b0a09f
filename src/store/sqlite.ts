import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import {
  CompiledQuery,
  sql,
  SqliteAdapter,
  SqliteDialect,
  type Dialect,
  type Expression,
  type Kysely,
  type RawBuilder,
  type SqliteDatabase,
  type SqliteStatement,
  type Transaction,
} from 'kysely';
import type { Schema } from './schema.ts';
import { createStorageTrouble, type StorageTrouble } from './storage-trouble.ts';
import { shareUse } from './use-lock.ts';

/*
 * All that is SQLite's own. The stores write portable SQL; another engine needs a file like this one.
 */

/** Statements that are kept ready; texts with lists of ids are many, so that all are dropped when there are more. */
const MOST_PREPARED = 500;

/** The database is being replaced by a copy at this moment. */
export class DatabaseReplacedError extends Error {
  override name = 'DatabaseReplacedError';
}

/**
 * Opens the file, making its folder, for its owner only, when missing.
 *
 * WAL lets readers (backups, reports) go on beside the writer; `synchronous=FULL` makes a commit survive a power cut,
 * which the promise "what was accepted is not lost" needs (but see `commitWithoutDisk`); `secure_delete` overwrites what is erased.
 *
 * @throws {DatabaseReplacedError}; the engine's error when the file cannot be opened
 */
export function sqliteDialect(file: string, trouble = createStorageTrouble()): Dialect {
  if (file !== ':memory:') mkdirSync(path.dirname(path.resolve(file)), { recursive: true, mode: 0o700 });
  const release = file === ':memory:' ? () => undefined : shareUse(file);
  if (!release) throw new DatabaseReplacedError();
  const database = new DatabaseSync(file, { timeout: 5000 });
  database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON');
  return new TransactionalDialect({ database: forKysely(database, release, trouble) });
}

/**
 * Kysely runs SQLite's migrations without a transaction, so that one that fails half-way would leave its half. Statements
 * that change SQLite's schema can be taken back like any other.
 */
class TransactionalDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalAdapter();
  }
}

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/**
 * node:sqlite in the shape that Kysely's dialect expects. A transaction takes the write lock at its beginning: one that
 * reads first and then writes would fail at once, without waiting, when another process has written in between.
 */
function forKysely(database: DatabaseSync, release: () => void, trouble: StorageTrouble): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  const watched = <T extends object>(text: string, run: () => T): T => trouble.watch(text, database.isTransaction, run);
  function prepare(text: string): SqliteStatement {
    const statement = database.prepare(text === 'begin' ? 'begin immediate' : text);
    return {
      // Asked once: it takes three times as long as to read a row.
      reader: statement.columns().length > 0,
      all: (parameters) => watched(text, () => statement.all(...(parameters as SQLInputValue[]))),
      run: (parameters) => watched(text, () => statement.run(...(parameters as SQLInputValue[]))),
      iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
    };
  }
  return {
    close() {
      database.close();
      release();
    },
    prepare(text) {
      let statement = prepared.get(text);
      if (!statement) {
        if (prepared.size >= MOST_PREPARED) prepared.clear();
        statement = prepare(text);
        prepared.set(text, statement);
      }
      return statement;
    },
  };
}

const WAITING = CompiledQuery.raw('pragma synchronous=full');
const NOT_WAITING = CompiledQuery.raw('pragma synchronous=normal');

/**
 * A transaction whose commit does not wait for the disk. It survives the end of the process, but a power cut only once
 * something else was committed that waited.
 */
export async function commitWithoutDisk<T>(
  db: Kysely<Schema>,
  write: (transaction: Transaction<Schema>) => Promise<T>,
): Promise<T> {
  return db.connection().execute(async (connection) => {
    await connection.executeQuery(NOT_WAITING);
    try {
      return await connection.transaction().execute(write);
    } finally {
      await connection.executeQuery(WAITING);
    }
  });
}

/** All rows of a query as one JSON text of arrays, for queries that bring very many: handing over rows costs most of them. */
export function rowsInOne(columns: readonly Expression<unknown>[]): RawBuilder<string> {
  return sql<string>`json_group_array(json_array(${sql.join(columns)}))`;
}

/** Where a row of this table is: found without its key's index, and in the order of the table. For use within one statement. */
export function placeOf(table: string): RawBuilder<number> {
  return sql<number>`${sql.ref(`${table}.rowid`)}`;
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
