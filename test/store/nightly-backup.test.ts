import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { CopyOptions } from '../../src/store/backup-copy.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createNightlyBackup, type NightlyBackup } from '../../src/store/nightly-backup.ts';
import { drivenClock, type DrivenClock } from '../support/clock.ts';
import { watchedLog } from '../support/log.ts';
import { temporaryFolder } from '../support/process.ts';

interface Bench {
  backup: NightlyBackup;
  clock: DrivenClock;
  told: string[];
  copies: () => string[];
  [Symbol.dispose](): void;
}

function bench(start: string, copy?: (options: CopyOptions) => Promise<void>): Bench & { folder: string } {
  const folder = temporaryFolder();
  const clock = drivenClock(start);
  const told: string[] = [];
  const backup = createNightlyBackup({
    databaseUrl: `sqlite:${folder.path}/data/sotay.db`,
    folder: folder.path,
    keep: 3,
    key: undefined,
    timeZone: 'Asia/Ho_Chi_Minh',
    clock,
    alongside: () => undefined,
    tellOfficers: (markdown) => Promise.resolve(told.push(markdown)),
    log: watchedLog(),
    ...(copy ? { copy } : {}),
  });
  const copies = (): string[] => readdirSync(folder.path).filter((name) => name.startsWith('sotay-'));
  return { backup, clock, told, copies, folder: folder.path, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

const written = ({ target }: CopyOptions): Promise<void> => Promise.resolve(writeFileSync(target, ''));

test('one copy a night at half past two, at the start when there is none, and the newest stay', async () => {
  using own = bench('2026-11-22T10:00:00Z', written);
  await own.backup.run();
  await own.backup.run();
  expect(own.copies()).toEqual(['sotay-20261122T100000Z.db']);
  own.clock.advance({ hours: 9, minutes: 29 });
  await own.backup.run();
  expect(own.copies()).toHaveLength(1);
  own.clock.advance({ minutes: 1 });
  await own.backup.run();
  expect(own.copies()).toEqual(['sotay-20261122T100000Z.db', 'sotay-20261122T193000Z.db']);
  for (let night = 0; night < 3; night++) {
    own.clock.advance({ hours: 24 });
    await own.backup.run();
  }
  expect(own.copies()).toEqual(['sotay-20261123T193000Z.db', 'sotay-20261124T193000Z.db', 'sotay-20261125T193000Z.db']);
  expect(own.backup.age()).toBe(0);
});

test('nothing but its own files is deleted, and a name from the time to come keeps none from being made', async () => {
  using own = bench('2026-11-22T20:00:00Z', written);
  const others = ['sotay-cua-toi.db', 'sotay-20200101T000000Z.db.txt', 'ghi-chu.txt'];
  const old = ['sotay-20200101T000000Z.db', 'sotay-20200102T000000Z.db.enc', 'sotay-20990101T000000Z.db'];
  const left = ['sotay-20200101T000000Z.db.part', 'sotay-truoc-nang-cap-0001_ask.db'];
  for (const name of [...others, ...old, ...left]) writeFileSync(`${own.folder}/${name}`, '');
  for (const name of left) utimesSync(`${own.folder}/${name}`, 0, 0);
  await own.backup.run();
  expect(readdirSync(own.folder).toSorted()).toEqual(
    [...others, ...old.slice(1), 'sotay-20261122T200000Z.db'].toSorted(),
  );
});

test('a failure is told once a day, shows in the health report, and is tried again', async () => {
  let full = true;
  using own = bench('2026-11-22T20:00:00Z', (options) =>
    full ? Promise.reject(new Error('disk full')) : written(options));
  await own.backup.run();
  own.clock.advance({ minutes: 10 });
  await own.backup.run();
  expect(own.told).toHaveLength(1);
  expect(own.told[0]).toContain('không sao lưu được');
  expect(own.backup.problem()).toBe('backup: the last one failed');
  own.clock.advance({ hours: 24 });
  await own.backup.run();
  expect(own.told).toHaveLength(2);
  full = false;
  await own.backup.run();
  expect(own.backup.problem()).toBeUndefined();
  expect(own.copies()).toHaveLength(1);
});

test('the copy is made beside the bot, and is a database of its own', async () => {
  using own = bench('2026-11-22T20:00:00Z');
  const db = await openDatabase(`sqlite:${own.folder}/data/sotay.db`);
  await db.insertInto('accounts').values({ channel: 'web', chat_id: 'a', first_seen: 'x' }).execute();
  await own.backup.run();
  await db.destroy();
  expect(own.backup.problem()).toBeUndefined();
  const copy = new DatabaseSync(`${own.folder}/${own.copies()[0]}`, { readOnly: true });
  expect(copy.prepare('SELECT chat_id FROM accounts').all()).toEqual([{ chat_id: 'a' }]);
  expect(copy.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'delete' });
  copy.close();
});
