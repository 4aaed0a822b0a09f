import { globSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { temporaryFolder } from '../support/process.ts';
import { dumpOf } from '../support/schema.ts';

test('the schema is the one in schema.sql', async () => {
  const db = await openDatabase('sqlite::memory:');
  const { rows } = await sql<{ sql: string }>`
    select sql from sqlite_master where sql is not null and name not like 'kysely%' order by name`.execute(db);
  await db.destroy();
  const dump = `${rows.map((row) => `${row.sql};`).join('\n')}\n`;
  await expect(dump).toMatchFileSnapshot('schema.sql');
});

test('the database of this version is kept, for later ones to be upgraded from', async () => {
  using folder = temporaryFolder();
  await (await openDatabase(`sqlite:${folder.path}/sotay.db`)).destroy();
  const database = new DatabaseSync(`${folder.path}/sotay.db`);
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  await expect(dumpOf(database)).toMatchFileSnapshot(`released/${version}.sql`);
  database.close();
});

test('a commit is on disk when it returns, and another process can read beside the writer', async () => {
  using folder = temporaryFolder();
  const db = await openDatabase(`sqlite:${folder.path}/deep/sotay.db`);
  const pragma = async (name: string): Promise<unknown> =>
    Object.values((await sql.raw<Record<string, unknown>>(`PRAGMA ${name}`).execute(db)).rows[0] ?? {})[0];
  expect(await pragma('journal_mode')).toBe('wal');
  expect(await pragma('synchronous')).toBe(2);
  expect(await pragma('secure_delete')).toBe(1);
  await db.destroy();
});

test('opening twice changes nothing', async () => {
  using folder = temporaryFolder();
  const url = `sqlite:${folder.path}/sotay.db`;
  const first = await openDatabase(url);
  await first.insertInto('accounts').values({ channel: 'web', chat_id: 'a', first_seen: 'x' }).execute();
  await first.destroy();
  const again = await openDatabase(url);
  expect(await again.selectFrom('accounts').selectAll().execute()).toHaveLength(1);
  await again.destroy();
});

test('a transaction that has read can still write, whatever another process wants meanwhile', async () => {
  using folder = temporaryFolder();
  const db = await openDatabase(`sqlite:${folder.path}/sotay.db`);
  const other = new DatabaseSync(`${folder.path}/sotay.db`, { timeout: 0 });
  await db.transaction().execute(async (transaction) => {
    await transaction.selectFrom('accounts').selectAll().execute();
    expect(() => other.exec("insert into leases values ('x', 'y', 'z')")).toThrow('locked');
    await transaction.insertInto('accounts').values({ channel: 'web', chat_id: 'a', first_seen: 'x' }).execute();
  });
  other.exec("insert into leases values ('x', 'y', 'z')");
  other.close();
  await db.destroy();
});

test('transactions running side by side do not mix', async () => {
  const db = await openDatabase('sqlite::memory:');
  const add = (chat_id: string): Promise<void> =>
    db.transaction().execute(async (transaction) => {
      await transaction.insertInto('accounts').values({ channel: 'web', chat_id, first_seen: 'x' }).execute();
      if (chat_id === 'b') throw new Error('rolled back');
    });
  await Promise.allSettled(['a', 'b', 'c'].map(add));
  const rows = await db.selectFrom('accounts').select('chat_id').orderBy('chat_id').execute();
  expect(rows.map((row) => row.chat_id)).toEqual(['a', 'c']);
  await db.destroy();
});

test('no store uses the outer handle inside a transaction', () => {
  // With one connection that waits for ever; every store takes the handle it is given under one name.
  for (const file of globSync('src/**/*-store.ts')) {
    const source = readFileSync(file, 'utf8');
    for (const [block] of source.matchAll(/\.transaction\(\)[\s\S]*?\n {2,6}\}\);/g)) {
      expect(block.slice(block.indexOf('=>')), file).not.toMatch(/\bdb\b/);
    }
  }
});
