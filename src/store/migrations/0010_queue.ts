import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>) {
  await db.schema
    .createTable('queue_groups')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('field', 'text')
    .addColumn('announcement_id', 'text')
    .addColumn('author', 'text')
    .addColumn('owner', 'text')
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('due_on', 'text', (column) => column.notNull())
    .addColumn('reminded_on', 'text')
    .addColumn('answer', 'text')
    .addColumn('entry_id', 'text')
    .addColumn('answered_by', 'text')
    .addColumn('answered_at', 'text')
    .addColumn('closed_at', 'text')
    .execute();
  // What is closed is most of the table.
  await db.schema
    .createIndex('queue_groups_open')
    .on('queue_groups')
    .columns(['state', 'created_at'])
    .where(sql<boolean>`state <> 'closed'`)
    .execute();
  await db.schema.createIndex('queue_groups_closed').on('queue_groups').column('closed_at').execute();
  await db.schema
    .createTable('queue_questions')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('group_id', 'text', (column) => column.notNull())
    .addColumn('person_id', 'text')
    .addColumn('channel', 'text')
    .addColumn('chat_id', 'text')
    .addColumn('unit_id', 'text')
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('added', 'text')
    .addColumn('terms', 'text', (column) => column.notNull())
    .addColumn('follows', 'text')
    .addColumn('asked_at', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('queue_questions_group').on('queue_questions').column('group_id').execute();
  await db.schema.createIndex('queue_questions_person').on('queue_questions').column('person_id').execute();
  await db.schema.createIndex('queue_questions_follows').on('queue_questions').column('follows').unique().execute();
  await db.schema
    .createTable('field_officers')
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('field', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('field_officers_pk', ['actor', 'field'])
    .execute();
  await db.schema
    .createTable('lecturer_questions')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('session_id', 'text', (column) => column.notNull())
    .addColumn('person_id', 'text')
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('asked_at', 'text', (column) => column.notNull())
    .addColumn('answered_at', 'text')
    .execute();
  await db.schema.createIndex('lecturer_questions_session').on('lecturer_questions').column('session_id').execute();
  await db.schema.createIndex('lecturer_questions_person').on('lecturer_questions').column('person_id').execute();
  await db.schema
    .createTable('phrasing_suggestions')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('entry_id', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('terms', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('salt', 'text', (column) => column.notNull())
    .addColumn('changed_on', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('phrasing_suggestions_entry').on('phrasing_suggestions').column('entry_id').execute();
  await db.schema
    .createTable('phrasing_votes')
    .addColumn('suggestion_id', 'text', (column) => column.notNull())
    .addColumn('mark', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('phrasing_votes_pk', ['suggestion_id', 'mark'])
    .execute();
}
