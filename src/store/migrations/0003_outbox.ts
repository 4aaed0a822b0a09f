import { sql, type Kysely } from 'kysely';

export async function up(db: Kysely<unknown>) {
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
}
