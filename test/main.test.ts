import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { openDatabase } from '../src/store/database.ts';
import { startFakeTelegram } from './fakes/telegram.ts';
import { PROXY_PASSWORD } from './support/canaries.ts';
import { chat, SOON, spawnBot, startBot, temporaryFolder } from './support/process.ts';

test.each(['SIGINT', 'SIGTERM'] as const)('%s finishes what is in hand and ends with status 0', async (signal) => {
  using folder = temporaryFolder();
  const telegram = await startFakeTelegram();
  const bot = await startBot({
    ...telegram.env,
    DATABASE_URL: `sqlite:${folder.path}/sotay.db`,
  });
  let release = (): void => undefined;
  const sending = new Promise<void>((resolve) => (release = resolve));
  telegram.hold = (method) => (method === 'sendMessage' ? sending : undefined);
  const asked = telegram.nextCall('sendMessage');
  telegram.say(1, 'tuổi kết nạp đv');
  await asked;
  const ended = bot.end(signal);
  release();
  expect(await ended).toBe(0);
  expect(telegram.sent).toHaveLength(1);
  await telegram.close();
});

test('a second signal ends it at once', async () => {
  using folder = temporaryFolder();
  const telegram = await startFakeTelegram();
  const bot = await startBot({
    ...telegram.env,
    DATABASE_URL: `sqlite:${folder.path}/sotay.db`,
  });
  telegram.hold = (method) => (method === 'sendMessage' ? new Promise(() => undefined) : undefined);
  const asked = telegram.nextCall('sendMessage');
  telegram.say(1, 'tuổi kết nạp đv');
  await asked;
  const ended = bot.end('SIGTERM');
  await expect.poll(() => bot.output()).toContain('stopping');
  bot.child.kill('SIGTERM');
  expect(await ended).toBe(1);
  await telegram.close();
});

test('a killed process answers after the restart what it had accepted', async () => {
  using folder = temporaryFolder();
  const telegram = await startFakeTelegram();
  const env = {
    ...telegram.env,
    DATABASE_URL: `sqlite:${folder.path}/sotay.db`,
  };
  const first = await startBot(env);
  telegram.hold = (method) => (method === 'sendMessage' ? new Promise(() => undefined) : undefined);
  const asked = telegram.nextCall('sendMessage');
  telegram.say(1, 'tuổi kết nạp đv');
  await asked;
  // Of the second the answer is known already and waits for the platform.
  telegram.fault = (method) =>
    method === 'sendMessage' ? { error: 429, description: 'Too Many Requests', retryAfter: 60 } : undefined;
  telegram.say(2, 'máy bay không người lái bay cao mấy mét');
  await expect.poll(() => first.output(), SOON).toContain('answer is sent again');
  await first.end('SIGKILL');
  telegram.hold = () => undefined;
  telegram.fault = () => undefined;
  const second = await startBot(env);
  expect((await telegram.nextMessage(1)).text).toContain('Từ đủ 18 tuổi');
  await telegram.nextMessage(2);
  await second.end();
  expect(telegram.sent).toHaveLength(2);
  // The first was asked anew, the second only sent.
  const db = await openDatabase(env.DATABASE_URL);
  const questions = await db.selectFrom('questions').select('text').orderBy('text').execute();
  expect(questions.map(({ text }) => text.slice(0, 8))).toEqual(['máy bay ', 'tuổi kết', 'tuổi kết']);
  await db.destroy();
  await telegram.close();
});

test('a port that is taken is said in one line', async () => {
  using folder = temporaryFolder();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { exited, output } = spawnBot({ PORT: String(port), DATABASE_URL: `sqlite:${folder.path}/sotay.db` });
  expect(await exited).toBe(2);
  expect(output()).toContain(`PORT: cổng ${port} đang có chương trình khác dùng`);
  server.close();
});

test('a sick platform leaves the rest working, and /health names it', async () => {
  using folder = temporaryFolder();
  const telegram = await startFakeTelegram();
  const bot = await startBot({
    TELEGRAM_BOT_TOKEN: '1:wrong',
    TELEGRAM_API_ROOT: telegram.root,
    WEB_CHAT: 'on',
    DATABASE_URL: `sqlite:${folder.path}/sotay.db`,
  });
  await expect.poll(async () => (await fetch(`${bot.url}/health`)).status).toBe(503);
  expect(await (await fetch(`${bot.url}/health`)).json()).toMatchObject({
    status: 'down',
    channels: { web: 'on', telegram: 'down' },
    problems: ['telegram: getMe: 401 Unauthorized'],
  });
  const { body } = await chat(bot.url, { user: 'lan', text: 'tuổi kết nạp đv' });
  expect(body.replies[0]?.markdown).toContain('Từ đủ 18 tuổi');
  expect(await bot.end()).toBe(0);
  await telegram.close();
});

test("the platform's calls go through the proxy", async () => {
  using folder = temporaryFolder();
  const telegram = await startFakeTelegram();
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(request.url ?? '');
    const target = new URL(request.url ?? '');
    const onward = forward(`${telegram.root}${target.pathname}`, { method: 'POST' }, (answer) => answer.pipe(response));
    // A poll that is cut off when the bot ends.
    request.pipe(onward.on('error', () => response.destroy()));
  }).on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const HTTPS_PROXY = `http://sotay:${PROXY_PASSWORD}@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const common = { HTTPS_PROXY, TELEGRAM_BOT_TOKEN: telegram.token };

  const forwarded = await startBot({
    ...common,
    TELEGRAM_API_ROOT: 'http://telegram.invalid',
    DATABASE_URL: `sqlite:${folder.path}/a.db`,
  });
  await expect.poll(() => asked.some((url) => url === `http://telegram.invalid/bot${telegram.token}/getMe`)).toBe(true);
  await forwarded.end();
  const tunnelled = await startBot({ ...common, DATABASE_URL: `sqlite:${folder.path}/b.db` });
  await expect.poll(() => asked).toContain('CONNECT api.telegram.org:443');
  await tunnelled.end();
  proxy.close();
  await telegram.close();
});
