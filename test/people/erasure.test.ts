import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { sweep } from '../../src/store/sqlite.ts';
import { startFakeTelegram } from '../fakes/telegram.ts';
import { startFakeZalo } from '../fakes/zalo.ts';
import { chat, startBot, temporaryFolder } from '../support/process.ts';
import { randomNumbers } from '../support/random.ts';

const TELEGRAM = 880_011_223;
const ZALO = 'zalo5f2e7700canary';
const WEB = 'trinh-duyet-canary';
const NAME = 'Hoàng Văn Bách Canary';
const UNIT = 'Chi bộ Ngõ Trạm Canary';
const REQUEST = 'Đề nghị canary chuyển chi bộ';

/** Rows of one statement. */
const BATCH = 1000;

/** Everything that stands in the files of the database. */
function bytesOf(file: string): string {
  return ['', '-wal', '-shm', '-journal']
    .map((suffix) => `${file}${suffix}`)
    .filter((name) => existsSync(name))
    .map((name) => readFileSync(name).toString('latin1'))
    .join('\n');
}

function holds(bytes: string, text: string): boolean {
  const written = [text, text.toLowerCase(), JSON.stringify(text).slice(1, -1)];
  return written.some((one) => bytes.includes(Buffer.from(one).toString('latin1')));
}

test('nothing of an erased person is left in the files of the database and in the log', async () => {
  using folder = temporaryFolder();
  const file = `${folder.path}/sotay.db`;
  const [telegram, zalo] = [await startFakeTelegram(), await startFakeZalo()];
  const env = {
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.root,
    ZALO_BOT_TOKEN: zalo.token,
    ZALO_API_ROOT: zalo.root,
    ZALO_RATE: '100',
    WEB_CHAT: 'on',
    ADMINS: 'telegram:9',
    QUIET_HOURS: '',
    DATABASE_URL: `sqlite:${file}`,
  };
  const bot = await startBot(env);
  const onTelegram = async (text: string): Promise<string> => {
    telegram.say(TELEGRAM, text);
    return (await telegram.nextMessage(TELEGRAM)).text;
  };
  const pressed = async (label: string): Promise<string> => {
    telegram.press(TELEGRAM, label);
    return (await telegram.nextMessage(TELEGRAM)).text;
  };
  const onZalo = async (text: string): Promise<string> => {
    zalo.say(ZALO, text);
    return (await zalo.nextMessage(ZALO)).text;
  };
  const picked = async (label: string): Promise<string> => {
    zalo.pick(ZALO, label);
    return (await zalo.nextMessage(ZALO)).text;
  };

  expect(await onTelegram('/caidat')).toContain('Ai chịu trách nhiệm');
  expect(await pressed('Tôi đồng ý')).toContain('họ và tên');
  expect(await onTelegram(NAME)).toContain('đơn vị');
  expect(await onTelegram(UNIT)).toContain(UNIT);
  expect(await onTelegram('im lặng đến hết ngày mai')).toContain('đến hết ngày');
  const code = /\d{6}/.exec(await onTelegram('/lienket'))?.[0] ?? '';
  expect(await onZalo(`/lienket ${code}`)).toContain('Đã liên kết');
  expect((await telegram.nextMessage(TELEGRAM)).text).toContain('vừa được liên kết');
  const next = /\d{6}/.exec(await onTelegram('/lienket'))?.[0] ?? '';
  const linked = await chat(bot.url, { user: WEB, text: `/lienket ${next}` });
  expect(linked.body.replies[0]?.markdown).toContain('Đã liên kết');
  expect((await telegram.nextMessage(TELEGRAM)).text).toContain('vừa được liên kết');
  expect((await zalo.nextMessage(ZALO)).text).toContain('vừa được liên kết');
  expect(await onZalo('/dulieu')).toContain(NAME);
  expect(await picked('Gửi yêu cầu khác')).toContain('viết yêu cầu');
  expect(await onZalo(REQUEST)).toContain('đã chuyển yêu cầu');
  expect((await telegram.nextMessage(9)).text).toContain('/yeucau');

  expect(await onTelegram('/dulieu')).toContain(NAME);
  expect(await pressed('Tải về')).toContain(UNIT);
  const { document } = await telegram.nextMessage(TELEGRAM);
  expect(document?.name).toBe('du-lieu-cua-toi.txt');
  expect(await document?.text()).toContain(`Họ và tên: ${NAME}\nĐơn vị: ${UNIT}\n`);

  const db = await openDatabase(env.DATABASE_URL);
  const { id } = await db.selectFrom('people').select('id').executeTakeFirstOrThrow();
  await db.destroy();
  const traces = [id, String(TELEGRAM), ZALO, WEB, NAME, UNIT, REQUEST];
  for (const trace of traces) expect(holds(bytesOf(file), trace), `${trace} before`).toBe(true);

  expect(await onZalo('/dulieu')).toContain(NAME);
  expect(await picked('Xóa dữ liệu của tôi')).toContain('chắc không');
  expect(await picked('Xác nhận xóa')).toContain('đã xóa hết');
  for (const trace of traces) expect(holds(bytesOf(file), trace), `${trace} after`).toBe(false);
  await bot.end('SIGKILL');
  for (const trace of traces) expect(holds(bytesOf(file), trace), `${trace} after the kill`).toBe(false);

  const again = await startBot(env);
  expect((await chat(again.url, { user: 'hoa', text: '/dulieu' })).body.replies[0]?.markdown).toContain('chưa giữ');
  expect(await again.end()).toBe(0);
  const kept = bytesOf(file) + bot.output() + again.output();
  for (const trace of traces) expect(holds(kept, trace), `${trace} after a restart`).toBe(false);
  expect(bot.output() + again.output()).not.toMatch(/handler failed|not answered|upkeep failed/);
  await telegram.close();
  await zalo.close();
});

test('who blocked the bot on Telegram is not written to until they write again', async () => {
  using folder = temporaryFolder();
  const telegram = await startFakeTelegram();
  const DATABASE_URL = `sqlite:${folder.path}/sotay.db`;
  const env = { TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_ROOT: telegram.root, DATABASE_URL };
  const bot = await startBot(env);
  const db = await openDatabase(DATABASE_URL);
  const blocked = async (): Promise<boolean | undefined> => {
    const row = await db.selectFrom('accounts').select('blocked_at').where('chat_id', '=', '7').executeTakeFirst();
    return row && row.blocked_at !== null;
  };
  const becomes = (status: string): number =>
    telegram.push({
      my_chat_member: {
        chat: { id: 7, type: 'private' },
        from: { id: 7, is_bot: false },
        date: 1,
        new_chat_member: { status },
      },
    });

  telegram.say(7, 'chào');
  await telegram.nextMessage(7);
  expect(await blocked()).toBe(false);
  becomes('kicked');
  await expect.poll(blocked).toBe(true);
  becomes('member');
  telegram.say(8, 'chào');
  await telegram.nextMessage(8);
  expect(await blocked()).toBe(true);
  telegram.say(7, 'chào');
  await telegram.nextMessage(7);
  expect(await blocked()).toBe(false);
  expect(telegram.sent.filter(({ chatId }) => chatId === '7')).toHaveLength(2);
  await db.destroy();
  await bot.end();
  await telegram.close();
});

test(
  'sweeping leaves no stray copy of deleted rows, where overwriting them alone does',
  { timeout: 60_000 },
  async () => {
    using folder = temporaryFolder();
    const file = `${folder.path}/sotay.db`;
    const random = randomNumbers();
    const db = await openDatabase(`sqlite:${file}`);
    const token = (): string =>
      `dau-vet-${Array.from({ length: 4 }, () =>
        random
          .number(2 ** 31)
          .toString(36)
          .padStart(6, '0'),
      ).join('')}`;
    const names = Array.from({ length: 40_000 }, token);
    const erased = names.filter((_, i) => i % 2 === 0);
    // In random order, so that pages split again and again.
    for (let at = 0; at < names.length; at += BATCH) {
      const rows = names
        .slice(at, at + BATCH)
        .map((name) => ({ channel: 'web', chat_id: name, first_seen: 'x', person_id: name }));
      await db.insertInto('accounts').values(rows).execute();
    }
    for (let at = 0; at < erased.length; at += BATCH) {
      await db
        .deleteFrom('accounts')
        .where('chat_id', 'in', erased.slice(at, at + BATCH))
        .execute();
    }
    const left = (): number => {
      const found = new Set(bytesOf(file).match(/dau-vet-[0-9a-z]{24}/g));
      return erased.filter((name) => found.has(name)).length;
    };
    expect(await sweep(db)).toBe(true);
    expect(left(), `seed ${random.seed}`).toBe(0);
    await db.destroy();
  },
);
