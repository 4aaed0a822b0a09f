import { sql, type Kysely } from 'kysely';
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
        .createTable('turned_away')
        .addColumn('channel', 'text', (column) => column.notNull())
        .addColumn('chat_id', 'text', (column) => column.notNull())
        .addColumn('told_at', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('turned_away_pk', ['channel', 'chat_id'])
        .execute();
      await db.schema
        .createTable('webhooks')
        .addColumn('channel', 'text', (column) => column.primaryKey().notNull())
        .addColumn('fingerprint', 'text', (column) => column.notNull())
        .execute();
    },
  },
  '0003_outbox': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('outbox')
        .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement().notNull())
        .addColumn('key', 'text', (column) => column.notNull().unique())
        .addColumn('class', 'text', (column) => column.notNull())
        .addColumn('channel', 'text', (column) => column.notNull())
        .addColumn('chat_id', 'text', (column) => column.notNull())
        .addColumn('person_id', 'text')
        .addColumn('group_id', 'text')
        .addColumn('markdown', 'text')
        .addColumn('choices', 'text')
        .addColumn('due_at', 'text', (column) => column.notNull())
        .addColumn('next_at', 'text', (column) => column.notNull())
        .addColumn('expires_at', 'text')
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('attempts', 'integer', (column) => column.notNull().defaultTo(0))
        .addColumn('first_attempt_at', 'text')
        .addColumn('claim', 'text')
        .addColumn('claimed_at', 'text')
        .addColumn('repeated', 'integer', (column) => column.notNull().defaultTo(0))
        .addColumn('plain', 'integer', (column) => column.notNull().defaultTo(0))
        .addColumn('error', 'text')
        .addColumn('message_id', 'text')
        .addColumn('settled_at', 'text')
        .execute();
      // Partial, so that what is claimed from is as small as what is open, however much has been settled.
      const index = (name: string, columns: string[], where: string): Promise<void> =>
        db.schema
          .createIndex(`outbox_${name}`)
          .on('outbox')
          .columns(columns)
          .where(sql<boolean>`${sql.raw(where)}`)
          .execute();
      await index('due', ['channel', 'next_at'], "state = 'due'");
      await index('expiring', ['expires_at'], "state = 'due' and expires_at is not null");
      await index('sending', ['channel'], "state = 'sending'");
      await index('settled', ['settled_at'], 'settled_at is not null');
      await index('not_sent', ['state'], "state <> 'sent'");
      await index('group', ['group_id', 'state'], 'group_id is not null');
      await index('person', ['person_id'], 'person_id is not null');
      await db.schema.createIndex('outbox_chat').on('outbox').column('chat_id').execute();
    },
  },
  '0004_people': {
    async up(db: Kysely<unknown>) {
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
    },
  },
  '0005_organisation': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('units')
        .addColumn('id', 'text', (column) => column.primaryKey().notNull())
        .addColumn('parent_id', 'text')
        .addColumn('name', 'text', (column) => column.notNull())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('key', 'text', (column) => column.notNull())
        .addColumn('path', 'text', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('units_path').unique().on('units').column('path').execute();
      await db.schema.createIndex('units_parent').on('units').columns(['parent_id', 'key']).execute();
      await db.schema
        .createTable('roles')
        .addColumn('id', 'text', (column) => column.primaryKey().notNull())
        .addColumn('person_id', 'text', (column) => column.notNull())
        .addColumn('role', 'text', (column) => column.notNull())
        .addColumn('unit_id', 'text')
        .addColumn('granted_at', 'text', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('roles_person').on('roles').columns(['person_id', 'role']).execute();
      await db.schema.createIndex('roles_unit').on('roles').columns(['unit_id', 'role']).execute();
      await db.schema
        .createTable('invites')
        .addColumn('id', 'text', (column) => column.primaryKey().notNull())
        .addColumn('hash', 'text', (column) => column.notNull().unique())
        .addColumn('role', 'text', (column) => column.notNull())
        .addColumn('unit_id', 'text')
        .addColumn('made_by', 'text', (column) => column.notNull())
        .addColumn('made_at', 'text', (column) => column.notNull())
        .addColumn('expires_at', 'text', (column) => column.notNull())
        .addColumn('used_at', 'text')
        .execute();
      await db.schema
        .createTable('audit')
        .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement().notNull())
        .addColumn('at', 'text', (column) => column.notNull())
        .addColumn('actor', 'text', (column) => column.notNull())
        .addColumn('action', 'text', (column) => column.notNull())
        .addColumn('subject', 'text')
        .addColumn('unit_id', 'text')
        .addColumn('detail', 'text', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('audit_unit').on('audit').column('unit_id').execute();
      await db.schema.createIndex('audit_actor').on('audit').column('actor').execute();
      await db.schema.createIndex('audit_subject').on('audit').column('subject').execute();
    },
  },
  '0006_classes': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('classes')
        .addColumn('id', 'text', (column) => column.primaryKey().notNull())
        .addColumn('code', 'text', (column) => column.notNull())
        .addColumn('key', 'text', (column) => column.notNull().unique())
        .addColumn('title', 'text', (column) => column.notNull())
        .addColumn('place', 'text', (column) => column.notNull())
        .addColumn('unit_id', 'text')
        .addColumn('made_by', 'text', (column) => column.notNull())
        .addColumn('made_at', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('capacity', 'integer')
        .addColumn('closes_at', 'text')
        .addColumn('quotas', 'text', (column) => column.notNull().defaultTo('{}'))
        .addColumn('evening_reminder', 'text')
        .addColumn('minutes_before', 'integer')
        .addColumn('group_channel', 'text')
        .addColumn('group_chat_id', 'text')
        .addColumn('sequence', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
      await db.schema.createIndex('classes_unit').on('classes').columns(['unit_id', 'state']).execute();
      await db.schema.createIndex('classes_state').on('classes').column('state').execute();
      await db.schema
        .createTable('sessions')
        .addColumn('id', 'text', (column) => column.primaryKey().notNull())
        .addColumn('class_id', 'text', (column) => column.notNull())
        .addColumn('starts_at', 'text', (column) => column.notNull())
        .addColumn('ends_at', 'text', (column) => column.notNull())
        .addColumn('topic', 'text', (column) => column.notNull())
        .addColumn('lecturer', 'text')
        .addColumn('place', 'text')
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('sequence', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
      await db.schema.createIndex('sessions_class').on('sessions').columns(['class_id', 'starts_at']).execute();
      await db.schema.createIndex('sessions_starts').on('sessions').column('starts_at').execute();
      await db.schema
        .createTable('enrolments')
        .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement().notNull())
        .addColumn('class_id', 'text', (column) => column.notNull())
        .addColumn('person_id', 'text')
        .addColumn('name', 'text')
        .addColumn('unit_text', 'text')
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('at', 'text', (column) => column.notNull())
        .addColumn('result', 'text')
        .execute();
      await db.schema
        .createIndex('enrolments_class_person')
        .unique()
        .on('enrolments')
        .columns(['class_id', 'person_id'])
        .where(sql<boolean>`person_id is not null`)
        .execute();
      await db.schema.createIndex('enrolments_class').on('enrolments').columns(['class_id', 'state']).execute();
      await db.schema.createIndex('enrolments_person').on('enrolments').column('person_id').execute();
      await db.schema
        .createTable('attendance')
        .addColumn('session_id', 'text', (column) => column.notNull())
        .addColumn('enrolment_id', 'integer', (column) => column.notNull())
        .addColumn('answer', 'text')
        .addColumn('reason', 'text')
        .addColumn('answered_at', 'text')
        .addColumn('checked', 'text')
        .addColumn('checked_at', 'text')
        .addColumn('checked_by', 'text')
        .addPrimaryKeyConstraint('attendance_pk', ['session_id', 'enrolment_id'])
        .execute();
      await db.schema.createIndex('attendance_enrolment').on('attendance').column('enrolment_id').execute();
    },
  },
  '0008_trainees': {
    async up(db: Kysely<unknown>) {
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
        .execute();
    },
  },
  '0007_meetings': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('meetings')
        .addColumn('id', 'text', (column) => column.primaryKey().notNull())
        .addColumn('unit_id', 'text', (column) => column.notNull())
        .addColumn('below', 'integer', (column) => column.notNull().defaultTo(0))
        .addColumn('rule', 'text', (column) => column.notNull())
        .addColumn('place', 'text')
        .addColumn('made_by', 'text', (column) => column.notNull())
        .addColumn('made_at', 'text', (column) => column.notNull())
        .addColumn('ended_at', 'text')
        .execute();
      await db.schema.createIndex('meetings_unit').on('meetings').columns(['unit_id', 'ended_at']).execute();
      await db.schema
        .createTable('meeting_changes')
        .addColumn('meeting_id', 'text', (column) => column.notNull())
        .addColumn('date', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('moved_to', 'text')
        .addColumn('sequence', 'integer', (column) => column.notNull().defaultTo(0))
        .addPrimaryKeyConstraint('meeting_changes_pk', ['meeting_id', 'date'])
        .execute();
      await db.schema
        .createTable('reminder_ticks')
        .addColumn('name', 'text', (column) => column.primaryKey().notNull())
        .addColumn('planned_until', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('reminder_replans')
        .addColumn('recipient', 'text', (column) => column.primaryKey().notNull())
        .execute();
    },
  },
};
