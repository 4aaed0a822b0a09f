import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>) {
  await db.schema
    .createTable('calendar_feeds')
    .addColumn('token', 'text', (column) => column.primaryKey().notNull())
    .addColumn('person_id', 'text', (column) => column.notNull())
    .addColumn('made_at', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('calendar_feeds_person').on('calendar_feeds').column('person_id').execute();
  await db.schema
    .createTable('check_in_codes')
    .addColumn('session_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('changed_at', 'text', (column) => column.notNull())
    .addColumn('previous', 'text')
    .addColumn('turns', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}
