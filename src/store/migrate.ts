import type { Kysely } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';

/** The database was written by a newer version of this program; there is no way back. */
export class NewerDatabaseError extends Error {
  override name = 'NewerDatabaseError';
}

/**
 * Brings the schema up to date: all that is missing, or nothing.
 *
 * @param beforeUpgrade called before a database that is in use is changed, with the name of its last migration
 * @throws {NewerDatabaseError}; what a migration throws, and then nothing has changed
 */
export async function migrate<Schema>(
  db: Kysely<Schema>,
  migrations: Record<string, Migration>,
  beforeUpgrade: (from: string) => Promise<void>,
): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const done = await executed(db);
  if (done.some((name) => migrations[name] === undefined)) throw new NewerDatabaseError(done.at(-1));
  const last = done.at(-1);
  if (last !== undefined && done.length < Object.keys(migrations).length) await beforeUpgrade(last);
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error('migration failed', { cause: error });
}

/** Names of the migrations that were run, in order. */
async function executed<Schema>(db: Kysely<Schema>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === 'kysely_migration')) return [];
  const rows = await (db as unknown as Kysely<{ kysely_migration: { name: string } }>)
    .selectFrom('kysely_migration')
    .select('name')
    .orderBy('name')
    .execute();
  return rows.map(({ name }) => name);
}
