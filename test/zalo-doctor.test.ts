import { spawn } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startFakeZalo, type FakeZalo } from './fakes/zalo.ts';
import { SOON, startBot, temporaryFolder, webhookEnv } from './support/process.ts';

const SECRET = 'canary-webhook-secret';
let fake: FakeZalo;
let folder: ReturnType<typeof temporaryFolder>;

beforeEach(async () => {
  fake = await startFakeZalo();
  folder = temporaryFolder();
});
afterEach(async () => {
  await fake.close();
  folder[Symbol.dispose]();
});

const environment = (): Record<string, string> => ({
  ...fake.env,
  DATABASE_URL: `sqlite:${folder.path}/sotay.db`,
});

/** Runs `npm run zalo:doctor` the way npm does. */
async function doctor(
  env: Record<string, string>,
  ...args: string[]
): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, ['src/cli/zalo-doctor.ts', ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  expect(output).not.toContain(fake.token);
  expect(output).not.toContain(fake.token.split(':')[1]);
  expect(output).not.toContain(SECRET);
  expect(output).not.toMatch(/^\s+at /m);
  return { status, output };
}

test('all is well: bot, polling, a message to the operator, and what is left of the month', async () => {
  const { status, output } = await doctor({ ...environment(), ADMINS: 'zalo:op1,telegram:5' });
  expect(output).toContain('✓ Mã của bot (getMe): đúng, bot là bot.SoTay.');
  expect(output).toContain('✓ Webhook: không dùng');
  expect(output).toContain('✓ Tin thử: đã gửi tới op1');
  expect(output).toContain('còn 2999');
  expect(status).toBe(0);
  expect(fake.sent.map(({ chatId }) => chatId)).toEqual(['op1']);
  await doctor(environment(), 'op2');
  expect(fake.sent.map(({ chatId }) => chatId)).toEqual(['op1', 'op2']);
});

test.each([
  ['no token', { ZALO_BOT_TOKEN: '' }, 'Chưa đặt ZALO_BOT_TOKEN. Lấy mã trong tin nhắn'],
  ['a token of another form', { ZALO_BOT_TOKEN: 'canary' }, 'ZALO_BOT_TOKEN: không đúng dạng'],
  ['a wrong token', { ZALO_BOT_TOKEN: '1:wrong' }, 'Zalo không nhận mã này'],
  ['a wrong address', { ZALO_API_ROOT: 'http://127.0.0.1:9' }, 'Kết nối bị từ chối'],
  ['an unknown host', { ZALO_API_ROOT: 'http://zalo.invalid' }, 'Không tìm thấy tên máy chủ'],
])('%s', async (_name, env, expected) => {
  const { status, output } = await doctor({ ...environment(), ...env });
  expect(output).toContain(expected);
  expect(status).toBe(1);
});

test.each([
  [{ html: 502 }, 'có proxy hoặc tường lửa chen vào'],
  [{ code: 429, description: 'Quota exceeded' }, 'Đã hết hạn mức'],
  [{ code: 403, description: 'Internal server error' }, 'Zalo đang trục trặc'],
  [{ drop: 'before' as const }, 'thử lại sau ít phút'],
])('Zalo answers %j', async (fault, expected) => {
  fake.fault = () => fault;
  expect((await doctor(environment())).output).toContain(expected);
});

test('without an operator it says how to find the id, and lists who wrote', async () => {
  expect((await doctor(environment())).output).toContain('nhắn cho bot một tin trên Zalo');
  const bot = await startBot(environment());
  fake.say('a1b2c3', 'xin chào');
  await fake.nextMessage('a1b2c3');
  await bot.end();
  const { status, output } = await doctor(environment());
  expect(output).toContain('\n  a1b2c3 (nhắn lần đầu');
  expect(status).toBe(1);
});

test('a refused recipient is explained', async () => {
  fake.fault = (method) => (method === 'sendMessage' ? { code: 400, description: 'Bad request' } : undefined);
  expect((await doctor(environment(), 'nobody')).output).toContain('chưa từng nhắn cho bot này');
});

test('the webhook: well, not registered, another secret, nobody there, one left over', async () => {
  const env = { ...environment(), ...webhookEnv(SECRET) };
  expect((await doctor(env, 'op')).output).toContain('ECONNREFUSED');
  const bot = await startBot(env);
  await expect.poll(() => bot.output(), SOON).toContain('Zalo is ready');
  const well = await doctor(env, 'op');
  expect(well.output).toContain('✓ Webhook: Zalo gửi tin tới');
  expect(well.status).toBe(0);
  expect((await doctor({ ...env, WEBHOOK_SECRET: 'another-secret' }, 'op')).output).toContain(
    'WEBHOOK_SECRET của bot đang chạy khác',
  );
  fake.webhookUrl = 'https://old.example.vn/hook';
  expect((await doctor(env, 'op')).output).toContain('đang trỏ tới https://old.example.vn/hook');
  expect((await doctor(environment(), 'op')).output).toContain('bot tự gỡ webhook này');
  await bot.end();
});
