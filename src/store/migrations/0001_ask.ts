import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>) {
  await db.schema
    .createTable('accounts')
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('chat_id', 'text', (column) => column.notNull())
    .addColumn('first_seen', 'text', (column) => column.notNull())
    .addColumn('is_group', 'integer', (column) => column.notNull().defaultTo(0))
    .addPrimaryKeyConstraint('accounts_pk', ['channel', 'chat_id'])
    .execute();
  await db.schema
    .createTable('inbox')
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('update_id', 'text', (column) => column.notNull())
    .addColumn('received_at', 'text', (column) => column.notNull())
    .addColumn('message', 'text')
    .addPrimaryKeyConstraint('inbox_pk', ['channel', 'update_id'])
    .execute();
  await db.schema.createIndex('inbox_received').on('inbox').column('received_at').execute();
  await db.schema
    .createTable('questions')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('asked_on', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('entry_id', 'text')
    .addColumn('feedback', 'text')
    .execute();
  await db.schema.createIndex('questions_asked').on('questions').column('asked_on').execute();
}
