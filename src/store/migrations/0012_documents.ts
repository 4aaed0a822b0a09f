import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>) {
  await db.schema
    .createTable('documents')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('fields', 'text', (column) => column.notNull())
    .addColumn('ends', 'text', (column) => column.notNull())
    .addColumn('changed_at', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('follows')
    .addColumn('person_id', 'text', (column) => column.notNull())
    .addColumn('entry_id', 'text', (column) => column.notNull())
    .addColumn('since', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('follows_pk', ['person_id', 'entry_id'])
    .execute();
  await db.schema.createIndex('follows_entry').on('follows').column('entry_id').execute();
  await db.schema
    .createTable('active_days')
    .addColumn('day', 'text', (column) => column.notNull())
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('people', 'integer', (column) => column.notNull())
    .addColumn('salt', 'text')
    .addPrimaryKeyConstraint('active_days_pk', ['day', 'channel'])
    .execute();
  await db.schema
    .createTable('active_today')
    .addColumn('day', 'text', (column) => column.notNull())
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('mark', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('active_today_pk', ['day', 'channel', 'mark'])
    .execute();
}
