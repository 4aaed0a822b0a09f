import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>) {
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
}
