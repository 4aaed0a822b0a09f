import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { startApp } from '../../src/app.ts';
import type { Clock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { createOutboxStore } from '../../src/delivery/outbox-store.ts';
import { databaseCure, openDatabase } from '../../src/store/database.ts';
import { startFakeTelegram } from '../fakes/telegram.ts';
import { watchedLog } from '../support/log.ts';
import { spawnBot, temporaryFolder } from '../support/process.ts';

const SIZE = '6m';

/** A small disk of its own; undefined: it cannot be had here. */
function smallDisk(folder: string): Disposable | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return { [Symbol.dispose]: () => void execFileSync('umount', ['-l', folder]) };
}

test('a full disk: nothing is sent without a record, /health says why, and it goes on when there is room', async ({
  skip,
}) => {
  using folder = temporaryFolder();
  using disk = smallDisk(folder.path);
  if (!disk) return skip('mounting a small disk needs root');
  const file = `${folder.path}/sotay.db`;
  const telegram = await startFakeTelegram();
  const env = { ...telegram.env, DATABASE_URL: `sqlite:${file}`, PORT: '0', QUIET_HOURS: '' };
  let ahead = 0;
  const clock: Clock = { now: () => Temporal.Now.instant().add({ hours: ahead }) };
  const app = await startApp(readConfig(env), watchedLog(), clock);
  telegram.say(7, 'chào');
  await telegram.nextMessage(7);
  const health = async (): Promise<{ status: number; text: string }> => {
    const response = await fetch(`${app.url}/health`);
    return { status: response.status, text: await response.text() };
  };
  expect((await health()).status).toBe(200);

  const db = await openDatabase(env.DATABASE_URL);
  await db.transaction().execute((transaction) =>
    createOutboxStore(db, clock).enqueue(transaction, [
      {
        key: 'a',
        class: 'announcement',
        channel: 'telegram',
        chatId: '8',
        message: { markdown: 'Thông báo' },
        dueAt: clock.now().add({ hours: 1 }),
      },
    ]),
  );
  await db.destroy();
  const other = new DatabaseSync(file, { timeout: 5000 });
  const filler = `${folder.path}/filler`;
  try {
    writeFileSync(filler, Buffer.alloc(8 * 1024 * 1024));
  } catch {
    // It is full, as it should be.
  }
  const insert = other.prepare("INSERT INTO accounts (channel, chat_id, first_seen) VALUES ('web', ?, ?)");
  expect(() => {
    for (let i = 0; ; i++) insert.run(`filler ${i}`, 'x'.repeat(3000));
  }).toThrow('full');

  ahead = 1;
  telegram.say(7, 'tuổi kết nạp đảng viên');
  await expect.poll(health, { timeout: 10_000 }).toMatchObject({ status: 503 });
  expect((await health()).text).toContain('database: cannot be written: database or disk is full');
  expect(telegram.sent).toHaveLength(1);

  rmSync(filler);
  expect((await telegram.nextMessage(7)).text).toContain('18 tuổi');
  expect((await telegram.nextMessage(8)).text).toBe('Thông báo');
  // Nothing was planned for that hour, which is another matter.
  await expect.poll(async () => (await health()).text, { timeout: 10_000 }).not.toContain('cannot be written');
  other.close();
  expect(telegram.sent).toHaveLength(3);
  await app.stop();
  await telegram.close();
});

test('a disk that cannot be written to ends the start with a sentence that says what to do', async ({ skip }) => {
  using folder = temporaryFolder();
  using disk = smallDisk(folder.path);
  if (!disk) return skip('mounting a small disk needs root');
  const url = `sqlite:${folder.path}/sotay.db`;
  await (await openDatabase(url)).destroy();
  execFileSync('mount', ['-o', 'remount,ro', folder.path]);
  const error = await openDatabase(url).catch((reason: unknown) => reason);
  expect(databaseCure(error)?.text).toContain('không ghi được cơ sở dữ liệu');
  const { exited, output } = spawnBot({ DATABASE_URL: url, PORT: '0' });
  expect(await exited).toBe(1);
  expect(output()).toContain('không ghi được cơ sở dữ liệu');
});
