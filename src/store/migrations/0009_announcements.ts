import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>) {
  await db.schema
    .createTable('announcements')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('author', 'text', (column) => column.notNull())
    .addColumn('author_channel', 'text')
    .addColumn('author_chat_id', 'text')
    .addColumn('markdown', 'text')
    .addColumn('file', 'text')
    .addColumn('audience', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('awaiting_since', 'text')
    .addColumn('released_by', 'text')
    .addColumn('send_at', 'text')
    .addColumn('repeat', 'text')
    .addColumn('sent_at', 'text')
    .addColumn('ended_at', 'text')
    .addColumn('text_hash', 'text')
    .addColumn('left_out', 'text')
    .addColumn('remind_at', 'text')
    .addColumn('reminded_at', 'text')
    .addColumn('status_message_id', 'text')
    .addColumn('plan_id', 'text')
    .execute();
  await db.schema.createIndex('announcements_author').on('announcements').column('author').execute();
  // What is still to be seen to; what is over is most of the table.
  await db.schema
    .createIndex('announcements_open')
    .on('announcements')
    .columns(['state', 'send_at'])
    .where(sql<boolean>`ended_at is null`)
    .execute();
  await db.schema
    .createTable('announcement_confirmations')
    .addColumn('announcement_id', 'text', (column) => column.notNull())
    .addColumn('person_id', 'text', (column) => column.notNull())
    .addColumn('at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('announcement_confirmations_pk', ['announcement_id', 'person_id'])
    .execute();
  await db.schema
    .createIndex('announcement_confirmations_person')
    .on('announcement_confirmations')
    .column('person_id')
    .execute();
  await db.schema
    .createTable('announcement_changes')
    .addColumn('outbox_id', 'integer', (column) => column.primaryKey().notNull())
    .addColumn('announcement_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('tells', 'integer', (column) => column.notNull())
    .addColumn('asked_at', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('next_at', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createIndex('announcement_changes_due')
    .on('announcement_changes')
    .column('next_at')
    .where(sql<boolean>`state = 'due'`)
    .execute();
  await db.schema
    .createIndex('announcement_changes_announcement')
    .on('announcement_changes')
    .columns(['announcement_id', 'state'])
    .execute();
  await db.schema.alterTable('outbox').addColumn('file', 'text').execute();
  await db.schema.alterTable('outbox').addColumn('message_ids', 'text').execute();
}
