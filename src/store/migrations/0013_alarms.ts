import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>) {
  await db.schema
    .createTable('alarms')
    .addColumn('cause', 'text', (column) => column.primaryKey().notNull())
    .addColumn('said_at', 'text', (column) => column.notNull())
    .execute();
}
