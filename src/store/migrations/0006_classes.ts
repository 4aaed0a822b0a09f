import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>) {
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
}
