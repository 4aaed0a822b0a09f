import { chmodSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock, type Clock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { examine } from '../../src/doctor/examine.ts';
import { asideName, nightlyCopy } from '../../src/store/backup-folder.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startFakeTelegram, type FakeTelegram } from '../fakes/telegram.ts';
import { startFakeZalo, type FakeZalo } from '../fakes/zalo.ts';
import { BACKUP_KEY, CANARY, WEBHOOK_SECRET } from '../support/canaries.ts';
import { runCli } from '../support/cli.ts';
import { look } from '../support/leaks.ts';
import { SOON, startBot, temporaryFolder, webhookEnv } from '../support/process.ts';

let zalo: FakeZalo;
let telegram: FakeTelegram;
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(async () => {
  [zalo, telegram] = [await startFakeZalo(), await startFakeTelegram()];
  folder = temporaryFolder();
  // The whole one takes a second to read all these times.
  mkdirSync(`${folder.path}/handbook/a`, { recursive: true });
  writeFileSync(`${folder.path}/handbook/a/mot.md`, '---\nquestion: Một?\n---\nTrả lời.');
});
afterEach(async () => {
  await Promise.all([zalo.close(), telegram.close()]);
  folder[Symbol.dispose]();
});

const environment = (): Record<string, string> => ({
  ...zalo.env,
  ...telegram.env,
  DATABASE_URL: `sqlite:${folder.path}/data/sotay.db`,
  HANDBOOK_DIR: `${folder.path}/handbook`,
  ADMINS: 'zalo:op1,telegram:5',
  BACKUP_KEY,
  PORT: '9',
});

/** What the doctor says about an environment, and whether all is well. */
async function examined(
  env: Record<string, string>,
  { clock = systemClock, to = '' }: { clock?: Clock; to?: string } = {},
): Promise<{ well: boolean; output: string }> {
  const lines: string[] = [];
  const recipients = readConfig({ ADMINS: to }).ADMINS;
  const well = await examine(readConfig(env), clock, { recipients, print: (line) => lines.push(line) });
  const output = lines.join('\n');
  look('what the doctor says', output);
  expect(output).not.toMatch(/^\s+at /m);
  return { well, output };
}

test('all is well, before the first start', async () => {
  const { output, well } = await examined({ ...environment(), BACKUP_DIR: `${folder.path}/copies` });
  expect(output).toContain('✓ Node.js: phiên bản 26.');
  expect(output).toContain('✓ Thư mục dữ liệu: ');
  expect(output).toContain('✓ Đồng hồ: đúng giờ.');
  expect(output).toMatch(/✓ Sổ tay: \d+ câu/);
  expect(output).toContain('✓ Telegram: mã của bot: đúng, bot là @SoTayBot.');
  expect(output).toContain('✓ Telegram: webhook: không dùng');
  expect(output).toContain('✓ Zalo: mã của bot: đúng, bot là bot.SoTay.');
  expect(output).toContain('✓ Zalo: webhook: không dùng');
  expect(output).toContain('✓ Quản trị viên (ADMINS): 2 tài khoản.');
  expect(output).toContain('✗ Sao lưu: chưa có bản nào');
  expect(output.match(/^✗/gm)).toHaveLength(1);
  expect(well).toBe(false);
});

test.each([
  ['a wrong token', { ZALO_BOT_TOKEN: '1:wrong' }, '✗ Zalo: mã của bot: Zalo không nhận mã này'],
  ['a wrong address', { ZALO_API_ROOT: 'http://127.0.0.1:9' }, 'Kết nối bị từ chối'],
  ['an unknown host', { ZALO_API_ROOT: 'http://zalo.invalid' }, 'Không tìm thấy tên máy chủ'],
  ['a wrong token', { TELEGRAM_BOT_TOKEN: '1:wrong' }, '✗ Telegram: mã của bot: Telegram không nhận mã này'],
  ['a wrong address', { TELEGRAM_API_ROOT: 'http://127.0.0.1:9' }, 'TELEGRAM_API_ROOT'],
  ['no handbook', { HANDBOOK_DIR: '/nowhere' }, '✗ Sổ tay: có'],
  ['no text of consent', { CONSENT_FILE: '/nowhere' }, '✗ Lời đồng ý về dữ liệu cá nhân: CONSENT_FILE'],
  ['nobody to tell', { ADMINS: '' }, '✗ Quản trị viên (ADMINS): chưa có ai'],
  ['one to tell', { ADMINS: 'zalo:a' }, '! Quản trị viên (ADMINS): mới có một tài khoản'],
  ['another time zone', { TIME_ZONE: 'Europe/Paris' }, '! Múi giờ: Europe/Paris'],
  ['no platform', { TELEGRAM_BOT_TOKEN: '', ZALO_BOT_TOKEN: '', ADMINS: '' }, '! Telegram, Zalo: chưa đặt'],
  ['no backups', {}, '✗ Sao lưu: chưa có sao lưu hằng đêm'],
])('%s', async (_name, env, expected) => {
  expect((await examined({ ...environment(), ...env })).output).toContain(expected);
});

test.each([
  [{ html: 502 }, 'có proxy hoặc tường lửa chen vào'],
  [{ code: 429, description: 'Quota exceeded' }, 'Đã hết hạn mức'],
  [{ code: 403, description: 'Internal server error' }, 'Zalo đang trục trặc'],
  [{ drop: 'before' as const }, 'thử lại sau ít phút'],
])('Zalo answers %j', async (fault, expected) => {
  zalo.fault = () => fault;
  expect((await examined(environment())).output).toContain(expected);
});

test.each([
  [{ html: 502 }, 'có proxy hoặc tường lửa chen vào'],
  [{ error: 500, description: 'Internal Server Error' }, 'Telegram đang trục trặc (500)'],
  [{ drop: 'before' as const }, 'thử lại sau ít phút'],
])('Telegram answers %j', async (fault, expected) => {
  telegram.fault = () => fault;
  expect((await examined(environment())).output).toContain(expected);
});

test('a clock that is wrong, by what the platforms say', async () => {
  const late: Clock = { now: () => Temporal.Now.instant().subtract({ minutes: 7 }) };
  expect((await examined(environment(), { clock: late })).output).toMatch(/✗ Đồng hồ: lệch (?:419|42[01]) giây/);
});

test('the database and its copies: well, damaged, of a newer version, old, of another key', async () => {
  const env = { ...environment(), BACKUP_DIR: `${folder.path}/copies` };
  const file = `${folder.path}/data/sotay.db`;
  await (await openDatabase(`sqlite:${file}`)).destroy();
  expect((await runCli('backup', env)).status).toBe(0);
  const well = await examined(env);
  expect(well.output).toContain('✓ Cơ sở dữ liệu: nguyên vẹn.');
  expect(well.output).toMatch(/! Sao lưu: đủ, nhưng .* cùng ổ đĩa/);
  expect(well.well).toBe(true);

  const other = { ...env, BACKUP_KEY: `${BACKUP_KEY}-khac` };
  expect((await examined(other)).output).toContain('! Sao lưu: BACKUP_KEY khác');
  const later: Clock = { now: () => Temporal.Now.instant().add({ hours: 40 }) };
  expect((await examined(env, { clock: later })).output).toMatch(/✗ Sao lưu: bản mới nhất đã (?:39|40) giờ/);
  writeFileSync(`${folder.path}/copies/${nightlyCopy(Temporal.Now.instant().add({ hours: 900 }), false)}`, '');
  expect((await examined(env)).output, 'a name from the time to come').toContain('! Sao lưu: đủ');

  const database = new DatabaseSync(file);
  database.exec("INSERT INTO kysely_migration VALUES ('9999_future', 'x')");
  database.close();
  expect((await examined(env)).output).toContain('✗ Cơ sở dữ liệu: đã dùng với phiên bản mới hơn');
  writeFileSync(file, 'no database at all');
  expect((await examined(env)).output).toContain('✗ Cơ sở dữ liệu: bị hỏng');
});

test('what restores put aside is named, and after 30 days should be gone', async () => {
  const env = { ...environment(), TELEGRAM_BOT_TOKEN: '', ZALO_BOT_TOKEN: '' };
  const file = `${folder.path}/data/sotay.db`;
  const in31Days: Clock = { now: () => Temporal.Now.instant().add({ hours: 31 * 24 }) };
  mkdirSync(`${folder.path}/data`);
  expect((await examined(env)).output).toContain('✓ Bản cũ còn lại: không có.');
  const aside = asideName(file, Temporal.Now.instant());
  writeFileSync(aside, '');
  // A database that nobody had written to for long.
  utimesSync(aside, 0, 0);
  const now = (await examined(env)).output;
  expect(now).toContain(
    `✓ Bản cũ còn lại: dữ liệu từ trước lần phục hồi, khi chắc không cần nữa thì xóa đi: ${aside}\n`,
  );
  writeFileSync(asideName(file, in31Days.now()), '');
  const later = (await examined(env, { clock: in31Days })).output;
  expect(later).toContain(`! Bản cũ còn lại: còn dữ liệu từ trước một lần phục hồi, quá 30 ngày; xóa đi: ${aside}\n`);
});

test('a folder that others can enter, or nobody can write to', async () => {
  mkdirSync(`${folder.path}/data`);
  chmodSync(`${folder.path}/data`, 0o755);
  expect((await examined(environment())).output).toContain(`! Thư mục dữ liệu: ai trên máy này`);
  const nowhere = { ...environment(), DATABASE_URL: 'sqlite:/proc/nowhere/sotay.db' };
  expect((await examined(nowhere)).output).toContain('✗ Thư mục dữ liệu: không ghi được vào /proc');
});

test('a test message: sent, refused, and counted where the plan counts', async () => {
  const { output } = await examined(environment(), { to: 'zalo:op1,telegram:5' });
  expect(output).toContain('✓ Tin thử tới zalo:op1: đã gửi; mở Zalo để xem. Tháng này đã gửi 1 tin, còn 2999.');
  expect(output).toContain('✓ Tin thử tới telegram:5: đã gửi');
  expect(zalo.sent.map(({ chatId }) => chatId)).toEqual(['op1']);
  expect(telegram.sent.map(({ chatId }) => chatId)).toEqual(['5']);
  zalo.fault = (method) => (method === 'sendMessage' ? { code: 400, description: 'Bad request' } : undefined);
  telegram.fault = (method) => (method === 'sendMessage' ? { error: 403, description: 'Forbidden' } : undefined);
  const refused = await examined(environment(), { to: 'zalo:nobody,telegram:6' });
  expect(refused.output).toContain('chưa từng nhắn cho bot này');
  expect(refused.output).toContain('chưa bấm Bắt đầu');
});

test('with the bot running: webhooks, its health, who wrote, and the exit status', async () => {
  const env = { ...environment(), ...webhookEnv(), ADMINS: '' };
  const before = await examined(env);
  expect(before.output).toContain('ECONNREFUSED');
  expect(before.output).toContain('Bot vừa khởi động thì chờ 15 giây rồi chạy lại');
  const bot = await startBot(env);
  await expect.poll(() => bot.output(), SOON).toContain('Zalo is ready');
  await expect.poll(() => bot.output(), SOON).toContain('Telegram is ready');
  zalo.say('a1b2c3', 'xin chào');
  await zalo.nextMessage('a1b2c3');
  const well = await examined(env);
  expect(well.output).toContain('✓ Telegram: webhook: Telegram gửi tin tới');
  expect(well.output).toContain('✓ Zalo: webhook: Zalo gửi tin tới');
  expect(well.output).toContain('✓ Bot đang chạy: mọi phần đều tốt.');
  expect(well.output).toMatch(/\n {2}zalo:a1b2c3 \(nhắn lần đầu lúc \d\d:\d\d (?:thứ|Chủ) [\p{L}\d /]+\)/u);
  const other = await examined({ ...env, WEBHOOK_SECRET: `${WEBHOOK_SECRET}-khac` });
  expect(other.output.match(/WEBHOOK_SECRET của bot đang chạy khác/g)).toHaveLength(2);
  zalo.webhookUrl = 'https://old.example.vn/hook';
  expect((await examined(env)).output).toContain('✗ Zalo: webhook: đang trỏ tới https://old.example.vn/hook');
  expect((await examined({ ...env, PUBLIC_URL: '' })).output).toContain('bot tự gỡ webhook này');
  const cli = await runCli('doctor', env, 'zalo:a1b2c3');
  expect(cli.output).not.toMatch(/^\s+at /m);
  expect(cli.output).toContain('Sửa các dòng ✗ rồi chạy lại: npm run doctor');
  expect(cli.status).toBe(1);
  await bot.end();
});

test('mistakes of the environment are said first', async () => {
  const { status, output } = await runCli('doctor', { ZALO_BOT_TOKEN: CANARY, PORT: 'x' });
  expect(output).toContain('✗ ZALO_BOT_TOKEN: không đúng dạng');
  expect(output).toContain('✗ PORT:');
  expect(status).toBe(1);
});
