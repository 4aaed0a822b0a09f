import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createOutboxStore, type NewMessage } from '../../src/delivery/outbox-store.ts';
import { outcomeOf } from '../../src/delivery/outcome.ts';
import { copyDatabase } from '../../src/store/backup-copy.ts';
import { BackupError } from '../../src/store/backup-error.ts';
import { openDatabase } from '../../src/store/database.ts';
import { putInPlace, stageCopy } from '../../src/store/restore.ts';
import { BACKUP_KEY } from '../support/canaries.ts';
import { drivenClock } from '../support/clock.ts';
import { runCli } from '../support/cli.ts';
import { watchedLog } from '../support/log.ts';
import { chat, startBot, temporaryFolder } from '../support/process.ts';

const ERASED = 'Hoàng Văn Bách Canary';
const STAYS = 'Lò Thị Mây Canary';

const bytesOf = (file: string): string =>
  [file, `${file}-wal`]
    .filter((name) => existsSync(name))
    .map((name) => readFileSync(name).toString('latin1'))
    .join('\n');
const holds = (file: string, text: string): boolean => bytesOf(file).includes(Buffer.from(text).toString('latin1'));

async function says(url: string, user: string, ...texts: string[]): Promise<string> {
  let last = '';
  for (const text of texts) last = (await chat(url, { user, text })).body.replies[0]?.markdown ?? '';
  return last;
}

async function presses(url: string, user: string, text: string, ...labels: string[]): Promise<string> {
  let [reply] = (await chat(url, { user, text })).body.replies;
  for (const label of labels) {
    const choice = reply?.choices.find((one) => one.label.includes(label))?.id;
    [reply] = (await chat(url, { user, choice })).body.replies;
  }
  return reply?.markdown ?? '';
}

const FUTURE = "INSERT INTO kysely_migration VALUES ('9999_future', 'x')";

function change(file: string, statement: string): void {
  const database = new DatabaseSync(file);
  database.exec(statement);
  database.close();
}

function failureOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof BackupError) return error.failure;
    throw error;
  }
  return 'none';
}

test('a copy taken under load is whole, and restored without who was erased since', { timeout: 60_000 }, async () => {
  using folder = temporaryFolder();
  const file = `${folder.path}/data/sotay.db`;
  const copy = `${folder.path}/copies/hom-nay.db.enc`;
  const env = { DATABASE_URL: `sqlite:${file}`, WEB_CHAT: 'on', BACKUP_KEY, RATE_LIMIT: 'off' };
  const bot = await startBot(env);
  for (const [user, name] of [
    ['bach', ERASED],
    ['may', STAYS],
  ] as const) {
    await says(bot.url, user, '/caidat', 'Tôi đồng ý', name, 'Chi bộ Ngõ Trạm');
    expect(await says(bot.url, user, '/dulieu')).toContain(name);
  }
  mkdirSync(`${folder.path}/data/files/abc`, { recursive: true });
  writeFileSync(`${folder.path}/data/files/abc/giay-moi.pdf`, 'tệp đính kèm');

  let asked = 0;
  const load = new AbortController();
  const writers = Array.from({ length: 2 }, async (_, writer) => {
    while (!load.signal.aborted) await says(bot.url, `nguoi-${writer}-${asked++}`, 'tuổi kết nạp đv');
  });
  const before = asked;
  const backup = await runCli('backup', env, copy);
  expect(backup.output).toContain(`Đã sao lưu vào ${copy} (đã mã hóa bằng BACKUP_KEY).`);
  expect(backup.status).toBe(0);
  expect(asked, 'questions went on meanwhile').toBeGreaterThan(before);
  load.abort();
  await Promise.all(writers);
  expect(statSync(copy).mode & 0o077).toBe(0);
  expect(holds(copy, STAYS)).toBe(false);

  expect(await presses(bot.url, 'bach', '/dulieu', 'Xóa dữ liệu của tôi', 'Xác nhận xóa')).toContain('đã xóa hết');
  expect(holds(file, ERASED)).toBe(false);
  const refused = await runCli('restore', env, copy);
  expect(refused.output).toContain('Dừng bot rồi chạy lại');
  expect(refused.status).toBe(1);
  await bot.end('SIGKILL');

  const restored = await runCli('restore', env, copy);
  expect(restored.output).toContain('Có 1 người đã xóa dữ liệu của mình');
  expect(restored.status).toBe(0);
  expect(holds(file, ERASED)).toBe(false);
  expect(holds(file, STAYS)).toBe(true);
  const left = globSync('*', { cwd: `${folder.path}/data` });
  const aside = left.find((name) => name.includes('truoc-phuc-hoi'));
  expect(left.filter((name) => !/\.lock|truoc-phuc-hoi/.test(name)).toSorted()).toEqual([
    'files',
    'sotay.db',
    'sotay.db-erasures.jsonl',
  ]);
  expect(holds(`${folder.path}/data/${aside}`, STAYS), 'the old one with what stood in its log').toBe(true);

  const app = await startApp(readConfig({ ...env, PORT: '0' }), watchedLog());
  expect(await says(app.url, 'may', '/dulieu')).toContain(STAYS);
  expect(await says(app.url, 'bach', '/dulieu')).toContain('chưa giữ');
  await app.stop();
  const database = new DatabaseSync(file, { readOnly: true });
  expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  expect(database.prepare("SELECT name FROM sqlite_master WHERE name = 'backup_files'").all()).toEqual([]);
  database.close();
});

test.each([
  ['encrypted, and no key', BACKUP_KEY, undefined, () => undefined, 'no-key'],
  ['another key', BACKUP_KEY, `${BACKUP_KEY}-khac`, () => undefined, 'wrong-key'],
  ['cut off', undefined, undefined, (copy: string) => truncateSync(copy, 9000), 'damaged'],
  ['no database', undefined, undefined, (copy: string) => writeFileSync(copy, 'x'.repeat(5000)), 'damaged'],
  ['of something else', undefined, undefined, (copy: string) => change(copy, 'DROP TABLE kysely_migration'), 'foreign'],
  ['of a newer version', undefined, undefined, (copy: string) => change(copy, FUTURE), 'newer'],
])('a copy is refused and nothing touched: %s', async (_name, madeWith, key, spoil, expected) => {
  using folder = temporaryFolder();
  const file = `${folder.path}/data/sotay.db`;
  const copy = `${folder.path}/copy`;
  await (await openDatabase(`sqlite:${file}`)).destroy();
  await copyDatabase({ databaseUrl: `sqlite:${file}`, target: copy, key: madeWith });
  spoil(copy);
  const before = readdirSync(`${folder.path}/data`);
  expect(failureOf(() => stageCopy(copy, file, key))).toBe(expected);
  expect(readdirSync(`${folder.path}/data`)).toEqual(before);
});

test('a database beyond reading is put aside as it lies, with its log', async () => {
  using folder = temporaryFolder();
  const [good, file, copy] = [`${folder.path}/good.db`, `${folder.path}/data/sotay.db`, `${folder.path}/copy`];
  await (await openDatabase(`sqlite:${good}`)).destroy();
  await copyDatabase({ databaseUrl: `sqlite:${good}`, target: copy, key: undefined });
  mkdirSync(`${folder.path}/data`);
  writeFileSync(file, 'hỏng');
  writeFileSync(`${file}-wal`, 'nhật ký');
  expect(putInPlace(stageCopy(copy, file, undefined), file, `${file}.cu`)).toBe(true);
  expect(readFileSync(`${file}.cu`, 'utf8')).toBe('hỏng');
  expect(readFileSync(`${file}.cu-wal`, 'utf8')).toBe('nhật ký');
  await (await openDatabase(`sqlite:${file}`)).destroy();
});

test('a copy is never made over the database itself', async () => {
  using folder = temporaryFolder();
  const databaseUrl = `sqlite:${folder.path}/sotay.db`;
  await (await openDatabase(databaseUrl)).destroy();
  const copy = copyDatabase({ databaseUrl, target: `${folder.path}/./sotay.db`, key: undefined });
  await expect(copy).rejects.toMatchObject({ failure: 'same-file' });
});

test('what was due in a copy may have gone since: an announcement is not sent again, a reminder says so', async () => {
  using folder = temporaryFolder();
  const clock = drivenClock('2026-11-22T03:00:00Z');
  const db = await openDatabase(`sqlite:${folder.path}/sotay.db`);
  const outbox = createOutboxStore(db, clock);
  const message = (key: string, kind: 'announcement' | 'reminder', minutes: number): NewMessage => ({
    key,
    class: kind,
    channel: 'web',
    chatId: key,
    message: { markdown: key },
    dueAt: clock.now().add({ minutes }),
  });
  await db
    .transaction()
    .execute((transaction) =>
      outbox.enqueue(transaction, [
        message('said', 'announcement', -5),
        message('reminded', 'reminder', -5),
        message('later', 'announcement', 5),
      ]),
    );
  await outbox.doubtDue();
  const rows = await outbox.sending('web');
  expect(rows.map(({ chatId }) => chatId)).toEqual(['said', 'reminded']);
  expect(rows.map((row) => outcomeOf({ ...row, trying: 0 }, 'crash', 0).row.state)).toEqual(['unknown', 'due']);
  await db.destroy();
});
