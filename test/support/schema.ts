import type { DatabaseSync } from 'node:sqlite';

/** The statements that make the schema, without Kysely's own tables, by name. */
export function schemaOf(database: DatabaseSync): string[] {
  const made = database.prepare(
    "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'kysely%' AND name NOT LIKE 'sqlite%' ORDER BY name",
  );
  return made.all().map(({ sql }) => String(sql));
}

/** How many rows each table has. */
export function rowCounts(database: DatabaseSync): Record<string, unknown> {
  return Object.fromEntries(
    tablesOf(database).map((name) => [name, database.prepare(`SELECT count(*) AS n FROM "${name}"`).get()?.['n']]),
  );
}

/** The whole as SQL: schema, one made-up row in each table, and which migrations were run. */
export function dumpOf(database: DatabaseSync): string {
  const rows = tablesOf(database).map((name) => {
    const columns = database.prepare(`PRAGMA table_info("${name}")`).all();
    const values = columns.map(({ name: column, type }) =>
      /int/i.test(String(type)) ? '1' : `'${name}.${String(column)}'`,
    );
    return `INSERT INTO "${name}" VALUES (${values.join(', ')});`;
  });
  const kysely = database
    .prepare("SELECT sql FROM sqlite_master WHERE type = 'table' AND name LIKE 'kysely%' ORDER BY name")
    .all();
  const run = database.prepare('SELECT name FROM kysely_migration ORDER BY name').all();
  return [
    ...schemaOf(database).map((sql) => `${sql};`),
    ...kysely.map(({ sql }) => `${String(sql)};`),
    ...run.map(({ name }) => `INSERT INTO kysely_migration VALUES ('${String(name)}', '2026-01-01T00:00:00.000Z');`),
    "INSERT INTO kysely_migration_lock VALUES ('migration_lock', 0);",
    ...rows,
    '',
  ].join('\n');
}

function tablesOf(database: DatabaseSync): string[] {
  return database
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'kysely%' AND name NOT LIKE 'sqlite%' ORDER BY name",
    )
    .all()
    .map(({ name }) => String(name));
}
