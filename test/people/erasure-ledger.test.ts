import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createAccountsStore } from '../../src/people/accounts-store.ts';
import { createErasureLedger } from '../../src/people/erasure-ledger.ts';
import { createErasure, type Erasure } from '../../src/people/erasure-store.ts';
import { createPeopleStore } from '../../src/people/people-store.ts';
import { copyDatabase } from '../../src/store/backup-copy.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { drivenClock } from '../support/clock.ts';
import { watchedLog } from '../support/log.ts';
import { temporaryFolder } from '../support/process.ts';

const LAN = { channel: 'telegram', userId: '880011223' } as const;
const HOA = { channel: 'zalo', userId: 'zalo5f2e77' } as const;

test('a copy from before forgets again, but not who came back, nor twice', async () => {
  using folder = temporaryFolder();
  const clock = drivenClock('2026-11-22T03:00:00Z');
  const [url, copies] = [`sqlite:${folder.path}/sotay.db`, `${folder.path}/copies`];
  const ledger = createErasureLedger(url, [copies]);
  const erasureOf = (db: Database): Erasure => createErasure(db, clock, watchedLog(), [], ledger);
  const arrive = async (db: Database, { channel, userId }: typeof LAN | typeof HOA): Promise<void> => {
    clock.advance({ seconds: 1 });
    await createAccountsStore(db, clock).seen(channel, userId, false);
    await createPeopleStore(db, clock, []).register({ channel, userId }, 'v1');
  };
  const known = async (db: Database): Promise<string[]> =>
    (await db.selectFrom('accounts').select('chat_id').where('person_id', 'is not', null).execute()).map(
      ({ chat_id }) => chat_id,
    );
  const live = await openDatabase(url);
  await arrive(live, LAN);
  await arrive(live, HOA);
  await copyDatabase({ databaseUrl: url, target: `${folder.path}/before.db`, key: undefined });
  const { receipt } = await erasureOf(live).erase(LAN);
  expect(await erasureOf(live).eraseAgain()).toBe(0);
  await arrive(live, LAN);
  expect(await erasureOf(live).eraseAgain(), 'who came back has agreed anew').toBe(0);
  expect(await known(live)).toEqual([HOA.userId, LAN.userId]);
  await live.destroy();

  const written = readFileSync(`${folder.path}/sotay.db-erasures.jsonl`, 'utf8');
  for (const trace of [LAN.userId, HOA.userId]) expect(written).not.toContain(trace);
  // The disk with the database is gone, and a crash had cut off a line.
  rmSync(`${folder.path}/sotay.db-erasures.jsonl`);
  appendFileSync(`${copies}/erasures.jsonl`, '\n{"receipt":"AB');
  const restored = await openDatabase(`sqlite:${folder.path}/before.db`);
  expect(await known(restored)).toEqual([LAN.userId, HOA.userId]);
  expect(await erasureOf(restored).eraseAgain()).toBe(1);
  expect(await known(restored)).toEqual([HOA.userId]);
  expect(await erasureOf(restored).erasedAt(receipt, LAN)).toBeDefined();
  expect(await erasureOf(restored).eraseAgain()).toBe(0);
  await restored.destroy();
  ledger.spread();
  expect(createErasureLedger(url, []).read()).toEqual(ledger.read());
});

test('nobody is told to be erased when that cannot be noted', async () => {
  using folder = temporaryFolder();
  const db = await openDatabase('sqlite::memory:');
  const clock = drivenClock('2026-11-22T03:00:00Z');
  await createAccountsStore(db, clock).seen(LAN.channel, LAN.userId, false);
  const ledger = createErasureLedger(`sqlite:${folder.path}/sotay.db`, []);
  const full = {
    ...ledger,
    append: () => {
      throw new Error('disk full');
    },
  };
  await expect(createErasure(db, clock, watchedLog(), [], full).erase(LAN)).rejects.toThrow('disk full');
  expect(await db.selectFrom('accounts').selectAll().execute()).toHaveLength(1);
  await db.destroy();
});
