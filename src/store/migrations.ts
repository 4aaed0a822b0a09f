import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** In order of their names; one that was released is never changed. */
export const migrations: Record<string, Migration> = {
  '0001_ask': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('accounts')
        .addColumn('channel', 'text', (column) => column.notNull())
        .addColumn('chat_id', 'text', (column) => column.notNull())
        .addColumn('first_seen', 'text', (column) => column.notNull())
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
    },
  },
  '0002_zalo': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('choice_lists')
        .addColumn('channel', 'text', (column) => column.notNull())
        .addColumn('chat_id', 'text', (column) => column.notNull())
        .addColumn('message', 'text', (column) => column.notNull())
        .addColumn('part', 'integer', (column) => column.notNull())
        .addColumn('sent_at', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('choice_lists_pk', ['channel', 'chat_id'])
        .execute();
      await db.schema.createIndex('choice_lists_sent').on('choice_lists').column('sent_at').execute();
      await db.schema
        .createTable('leases')
        .addColumn('name', 'text', (column) => column.primaryKey().notNull())
        .addColumn('holder', 'text', (column) => column.notNull())
        .addColumn('expires_at', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('message_counts')
        .addColumn('channel', 'text', (column) => column.notNull())
        .addColumn('month', 'text', (column) => column.notNull())
        .addColumn('sent', 'integer', (column) => column.notNull())
        .addColumn('warned_at', 'text')
        .addPrimaryKeyConstraint('message_counts_pk', ['channel', 'month'])
        .execute();
      await db.schema
        .createTable('webhooks')
        .addColumn('channel', 'text', (column) => column.primaryKey().notNull())
        .addColumn('fingerprint', 'text', (column) => column.notNull())
        .execute();
    },
  },
};
