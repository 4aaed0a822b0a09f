import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>) {
  await db.schema
    .createTable('people')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('consent_version', 'text', (column) => column.notNull())
    .addColumn('consented_at', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('name', 'text')
    .addColumn('unit_id', 'text')
    .addColumn('unit_text', 'text')
    .addColumn('preferred_channel', 'text')
    .addColumn('preferred_chat_id', 'text')
    .addColumn('evening', 'integer', (column) => column.notNull().defaultTo(1))
    .addColumn('evening_at', 'text')
    .addColumn('minutes_before', 'integer')
    .addColumn('quiet_from', 'text')
    .addColumn('quiet_to', 'text')
    .addColumn('muted_until', 'text')
    .addColumn('stopped', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema.createIndex('people_unit').on('people').column('unit_id').execute();
  await db.schema.alterTable('accounts').addColumn('person_id', 'text').execute();
  await db.schema.alterTable('accounts').addColumn('blocked_at', 'text').execute();
  await db.schema.createIndex('accounts_person').on('accounts').column('person_id').execute();
  await db.schema
    .createTable('dialogs')
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('chat_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('dialogs_pk', ['channel', 'chat_id'])
    .execute();
  await db.schema
    .createTable('link_codes')
    .addColumn('person_id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'text', (column) => column.notNull())
    .addColumn('tries', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .createTable('data_requests')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('channel', 'text')
    .addColumn('chat_id', 'text')
    .addColumn('text', 'text')
    .addColumn('received_at', 'text', (column) => column.notNull())
    .addColumn('answer_by', 'text', (column) => column.notNull())
    .addColumn('finish_by', 'text', (column) => column.notNull())
    .addColumn('answered_at', 'text')
    .addColumn('done_at', 'text')
    .addColumn('reminded_on', 'text')
    .execute();
  await db.schema
    .createTable('erasures')
    .addColumn('receipt', 'text', (column) => column.notNull())
    .addColumn('salt', 'text', (column) => column.notNull())
    .addColumn('proof', 'text', (column) => column.notNull())
    .addColumn('erased_at', 'text', (column) => column.notNull())
    .addColumn('swept', 'integer', (column) => column.notNull().defaultTo(0))
    .addPrimaryKeyConstraint('erasures_pk', ['receipt', 'proof'])
    .execute();
}
