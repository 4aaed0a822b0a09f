import { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from './migrations.ts';
import type { Schema } from './schema.ts';
import { sqliteDialect } from './sqlite.ts';

export type Database = Kysely<Schema>;

/**
 * Opens the database and brings its schema up to date.
 *
 * Inside `db.transaction()` only the transaction's own handle may be used: there is one connection, and the outer
 * handle would wait for it for ever.
 *
 * @param url `sqlite:<file>`, or `sqlite::memory:`
 * @throws the engine's error when the file cannot be opened or a migration fails; nothing of a failed one stays
 */
export async function openDatabase(url: string): Promise<Database> {
  const db = new Kysely<Schema>({ dialect: sqliteDialect(url.slice('sqlite:'.length)) });
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    await db.destroy();
    throw error instanceof Error ? error : new Error('migration failed', { cause: error });
  }
  return db;
}
