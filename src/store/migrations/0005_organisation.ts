import type { Kysely } from 'kysely';

export async function up(db: Kysely<unknown>) {
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
}
