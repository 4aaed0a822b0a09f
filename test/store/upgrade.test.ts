import { globSync, readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import { expect, test } from 'vitest';
import { copyDatabase } from '../../src/store/backup-copy.ts';
import { databaseCure, openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations.ts';
import { sqliteDialect } from '../../src/store/sqlite.ts';
import { temporaryFolder } from '../support/process.ts';
import { rowCounts, schemaOf } from '../support/schema.ts';

/*
 * test/store/released holds the database of every version that was released, as database.test.ts wrote it at the time.
 * Those of earlier versions are never changed.
 */

test.each(globSync('test/store/released/*.sql'))(
  'a database of %s comes up to date and keeps its rows',
  async (dump) => {
    using folder = temporaryFolder();
    const old = new DatabaseSync(`${folder.path}/sotay.db`);
    old.exec(readFileSync(dump, 'utf8'));
    const before = rowCounts(old);
    old.close();
    for (const file of [`${folder.path}/sotay.db`, `${folder.path}/new.db`]) {
      await (await openDatabase(`sqlite:${file}`)).destroy();
    }
    const upgraded = new DatabaseSync(`${folder.path}/sotay.db`);
    const fresh = new DatabaseSync(`${folder.path}/new.db`);
    expect(schemaOf(upgraded)).toEqual(schemaOf(fresh));
    expect(rowCounts(upgraded)).toMatchObject(before);
    expect(upgraded.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    upgraded.close();
    fresh.close();
  },
);

test('a migration that fails half-way leaves nothing, nor do those before it, and a copy was made', async () => {
  using folder = temporaryFolder();
  const file = `${folder.path}/sotay.db`;
  const names = Object.keys(migrations);
  const first = Object.fromEntries(names.slice(0, 1).map((name) => [name, migrations[name]!]));
  const open = (): Kysely<unknown> => new Kysely<unknown>({ dialect: sqliteDialect(file) });
  const old = open();
  await migrate(old, first, () => Promise.reject(new Error('nothing to be copied yet')));
  await sql`insert into accounts values ('web', 'a', 'x', 0)`.execute(old).catch(() => undefined);
  await old.destroy();
  const state = (): unknown => {
    const database = new DatabaseSync(file);
    const found = [
      schemaOf(database),
      rowCounts(database),
      database.prepare('SELECT name FROM kysely_migration').all(),
    ];
    database.close();
    return found;
  };
  const before = state();
  const broken = {
    ...migrations,
    '9999_broken': {
      up: async (db: Kysely<unknown>) => {
        await sql`create table half (a text)`.execute(db);
        await sql`delete from accounts`.execute(db);
        throw new Error('half-way');
      },
    },
  };
  const copied: string[] = [];
  const db = open();
  const upgrade = migrate(db, broken, async (from) => {
    copied.push(from);
    await copyDatabase({ databaseUrl: `sqlite:${file}`, target: `${folder.path}/copy.db`, key: undefined });
  });
  await expect(upgrade).rejects.toThrow('half-way');
  await db.destroy();
  expect(copied).toEqual(names.slice(0, 1));
  expect(state()).toEqual(before);
  expect(readdirSync(folder.path)).toContain('copy.db');
});

test('opening an older database copies it first, once for each old version; a new one is not copied', async () => {
  using folder = temporaryFolder();
  const file = `${folder.path}/sotay.db`;
  const url = `sqlite:${file}`;
  const copies = (): string[] => readdirSync(folder.path).filter((name) => name.includes('nang-cap'));
  await (await openDatabase(url)).destroy();
  expect(copies()).toEqual([]);
  const names = Object.keys(migrations);
  using older = temporaryFolder();
  const db = new Kysely<unknown>({ dialect: sqliteDialect(`${older.path}/sotay.db`) });
  await migrate(db, { [names[0]!]: migrations[names[0]!]! }, () => Promise.resolve());
  await db.destroy();
  await (await openDatabase(`sqlite:${older.path}/sotay.db`, { folder: folder.path, key: 'k'.repeat(16) })).destroy();
  expect(copies()).toEqual([`sotay-truoc-nang-cap-${names[0]}.db.enc`]);
});

test('a database of a newer version is left alone, and the operator told what to do', async () => {
  using folder = temporaryFolder();
  const url = `sqlite:${folder.path}/sotay.db`;
  const db = await openDatabase(url);
  await sql`insert into kysely_migration values ('9999_future', 'x')`.execute(db);
  await db.destroy();
  const error = await openDatabase(url).catch((reason: unknown) => reason);
  expect(databaseCure(error)?.text).toContain('phiên bản mới hơn');
});
