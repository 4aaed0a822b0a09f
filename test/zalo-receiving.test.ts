import { request } from 'node:http';
import { expect, test } from 'vitest';
import { startFakeTelegram } from './fakes/telegram.ts';
import { startFakeZalo, zaloText } from './fakes/zalo.ts';
import { WEBHOOK_SECRET } from './support/canaries.ts';
import { chat, type RunningBot, SOON, startBot, temporaryFolder, webhookEnv } from './support/process.ts';
import { startZaloBench } from './support/zalo.ts';
import { openDatabase } from '../src/store/database.ts';

const hook = (url: string): { url: string; secret: string } => ({ url, secret: WEBHOOK_SECRET });

test('three hours of outage end by themselves, without hammering', async () => {
  await using bench = await startZaloBench();
  const { fake, zalo, clock } = bench;
  const end = clock.now().add({ hours: 3 });
  const oddities = [{ html: 502 }, { code: 403 }, { drop: 'before' as const }, { empty: 504 }, { html: 200 }];
  let calls = 0;
  fake.fault = () => (Temporal.Instant.compare(clock.now(), end) < 0 ? oddities[calls++ % oddities.length] : undefined);
  zalo.start();
  await expect.poll(() => calls, SOON).toBeGreaterThan(20);
  expect(zalo.state().state).toBe('down');
  fake.say('lan', 'còn đó không');
  expect((await fake.nextMessage('lan')).text).toBe('re còn đó không');
  expect(zalo.state()).toEqual({ state: 'up', by: 'polling' });
  // One try a minute, and the first few sooner.
  expect(calls).toBeLessThan(3 * 60 + 15);
});

test('an outage that begins while polling backs off the same way', async () => {
  await using bench = await startZaloBench();
  const { fake, zalo, clock } = bench;
  zalo.start();
  fake.say('lan', 'một');
  await fake.nextMessage('lan');
  const end = clock.now().add({ hours: 3 });
  let calls = 0;
  fake.fault = (method) => {
    if (method !== 'getUpdates' || Temporal.Instant.compare(clock.now(), end) >= 0) return undefined;
    calls++;
    return { html: 502 };
  };
  fake.say('lan', 'hai');
  fake.say('lan', 'ba');
  await fake.nextMessage('lan');
  expect((await fake.nextMessage('lan')).text).toBe('re ba');
  expect(calls).toBeGreaterThan(100);
  expect(calls).toBeLessThan(3 * 60 + 15);
});

test('a wrong token is not tried again', async () => {
  await using bench = await startZaloBench({ token: '1:wrong' });
  bench.zalo.start();
  await expect.poll(() => bench.zalo.state(), SOON).toEqual({ state: 'down', reason: 'getMe: 401 Unauthorized' });
  expect(bench.fake.calls).toHaveLength(1);
});

test('an idle poll that does not wait is not repeated at once', async () => {
  await using bench = await startZaloBench();
  const { fake, zalo, clock } = bench;
  let polls = 0;
  const start = clock.now();
  fake.fault = (method) =>
    method === 'getUpdates' && ++polls <= 10 ? { code: 408, description: 'Request timeout' } : undefined;
  zalo.start();
  fake.say('lan', 'a');
  await fake.nextMessage('lan');
  expect(clock.now().since(start).total('seconds')).toBeGreaterThanOrEqual(10);
  expect(bench.log()).not.toContain('not reachable');
});

test('an update that cannot be stored is held and stored later, not dropped', async () => {
  const stored: string[] = [];
  let failures = 5;
  await using bench = await startZaloBench({
    inbox: {
      accept: (_id, { text }) => {
        if (failures-- > 0) return Promise.reject(new Error('disk full'));
        stored.push(text);
        return Promise.resolve();
      },
    },
  });
  bench.zalo.start();
  bench.fake.say('lan', 'a');
  bench.fake.say('lan', 'b');
  await expect.poll(() => stored, SOON).toEqual(['a', 'b']);
  expect(failures).toBeLessThan(0);
});

test('of two processes on one database one polls, and the other takes over when it stops', async () => {
  using folder = temporaryFolder();
  const zalo = await startFakeZalo();
  const env = {
    ...zalo.env,
    DATABASE_URL: `sqlite:${folder.path}/sotay.db`,
  };
  const state = async ({ url }: RunningBot): Promise<unknown> =>
    ((await (await fetch(`${url}/health`)).json()) as { channels: { zalo: string } }).channels.zalo;
  const first = await startBot(env);
  await expect.poll(() => state(first), SOON).toBe('polling');
  const second = await startBot(env);
  await expect.poll(() => state(second), SOON).toBe('standby');
  for (const person of ['a', 'b', 'c']) {
    zalo.say(person, 'tuổi kết nạp đv');
    await zalo.nextMessage(person);
  }
  await first.end();
  await expect.poll(() => state(second), { timeout: 10_000 }).toBe('polling');
  zalo.say('d', 'tuổi kết nạp đv');
  await zalo.nextMessage('d');
  await second.end();
  expect(zalo.mostPolls).toBe(1);
  await zalo.close();
});

test('polling takes away a webhook that is left from before', async () => {
  const fake = await startFakeZalo();
  fake.webhookUrl = 'https://old.example.vn/hook';
  await using bench = await startZaloBench({ fake });
  bench.zalo.start();
  await expect.poll(() => bench.zalo.state(), SOON).toEqual({ state: 'up', by: 'polling' });
  expect(fake.webhookUrl).toBe('');
  await bench.zalo.stop();
  await fake.close();
});

test('a webhook is set only when it differs, in address or secret', async () => {
  const fake = await startFakeZalo();
  const db = await openDatabase('sqlite::memory:');
  fake.verification = { ok: true, outcome: 'webhook.ok' };
  const sets = async (webhook: { url: string; secret: string }): Promise<number> => {
    const before = fake.calls.length;
    await using bench = await startZaloBench({ fake, db, webhook });
    bench.zalo.start();
    await expect.poll(() => bench.zalo.state(), SOON).toEqual({ state: 'up', by: 'webhook' });
    return fake.calls.slice(before).filter(({ method }) => method === 'setWebhook').length;
  };
  fake.webhookUrl = 'https://bot.example.vn/zalo/webhook';
  expect(await sets(hook('https://bot.example.vn/zalo/webhook'))).toBe(0);
  expect(await sets(hook('https://new.example.vn/zalo/webhook'))).toBe(1);
  expect(await sets(hook('https://new.example.vn/zalo/webhook'))).toBe(0);
  expect(await sets({ url: 'https://new.example.vn/zalo/webhook', secret: `${WEBHOOK_SECRET}-new` })).toBe(1);
  expect(await sets({ url: 'https://new.example.vn/zalo/webhook', secret: `${WEBHOOK_SECRET}-new` })).toBe(0);
  await db.destroy();
  await fake.close();
});

test('a webhook that Zalo cannot call is told, tried at the next start, and well when a call comes', async () => {
  const fake = await startFakeZalo();
  const db = await openDatabase('sqlite::memory:');
  fake.verification = { ok: false, status_code: 403, outcome: 'webhook.http.403', hint: 'canary-hint' };
  const webhook = hook('https://bot.example.vn/zalo/webhook');
  for (const start of [1, 2]) {
    await using bench = await startZaloBench({ fake, db, webhook });
    bench.zalo.start();
    await expect
      .poll(() => bench.zalo.state(), SOON)
      .toEqual({ state: 'down', reason: 'Zalo cannot call the webhook: webhook.http.403' });
    expect(bench.log()).toContain('npm run doctor');
    expect(fake.calls.filter(({ method }) => method === 'setWebhook')).toHaveLength(start);
    await bench.zalo.receive(JSON.stringify(zaloText('lan', 'a', `m${start}`)));
    expect(bench.zalo.state()).toEqual({ state: 'up', by: 'webhook' });
  }
  await db.destroy();
  await fake.close();
});

test("a stranger's webhook call is refused and nothing is stored", async () => {
  using folder = temporaryFolder();
  const zalo = await startFakeZalo();
  const bot = await startBot({
    ...webhookEnv(),
    ...zalo.env,
    DATABASE_URL: `sqlite:${folder.path}/sotay.db`,
  });
  await expect.poll(() => bot.output(), SOON).toContain('Zalo is ready');
  const body = JSON.stringify(zaloText('stranger', 'x', 'm'));
  const url = `${bot.url}/zalo/webhook`;
  const post = async (secret: string | undefined, text: string): Promise<number> => {
    const headers = secret === undefined ? {} : { 'X-Bot-Api-Secret-Token': secret };
    return (await fetch(url, { method: 'POST', headers, body: text })).status;
  };
  for (const secret of [
    undefined,
    '',
    'wrong',
    WEBHOOK_SECRET.slice(0, -1),
    `${WEBHOOK_SECRET}x`,
    WEBHOOK_SECRET.toUpperCase(),
  ]) {
    expect(await post(secret, body)).toBe(401);
  }
  expect(
    (await fetch(url, { method: 'POST', headers: { 'X-Telegram-Bot-Api-Secret-Token': WEBHOOK_SECRET }, body })).status,
  ).toBe(401);
  expect([401, 413]).toContain(await statusOfLargeBody(url, 'wrong'));
  expect(await statusOfLargeBody(url, WEBHOOK_SECRET)).toBe(413);
  expect((await fetch(url)).status).toBe(404);
  // With the secret: an empty probe and nonsense are answered and do nothing.
  expect(await post(WEBHOOK_SECRET, '')).toBe(200);
  for (const text of ['{"canary', '[]', '5', '"x"', '{"ok":true}', '['.repeat(50_000)]) {
    expect(await post(WEBHOOK_SECRET, text)).toBe(200);
  }
  expect((await fetch(`${bot.url}/health`)).status).toBe(200);
  const asked = Date.now();
  expect(await post(WEBHOOK_SECRET, JSON.stringify(zaloText('lan', 'tuổi kết nạp đv', 'm')))).toBe(200);
  expect(Date.now() - asked).toBeLessThan(2000);
  await zalo.nextMessage('lan');
  await bot.end();
  const db = await openDatabase(`sqlite:${folder.path}/sotay.db`);
  expect(await db.selectFrom('inbox').select('update_id').execute()).toEqual([{ update_id: 'm' }]);
  expect(await db.selectFrom('accounts').select('chat_id').execute()).toEqual([{ chat_id: 'lan' }]);
  await db.destroy();
  await zalo.close();
});

test('a slow answer does not hold up what Zalo is told', async () => {
  let release = (): void => undefined;
  const slow = new Promise<void>((resolve) => (release = resolve));
  await using bench = await startZaloBench({ handle: () => slow.then(() => []) });
  await bench.zalo.receive(JSON.stringify(zaloText('lan', 'a', 'm')));
  const rows = await bench.db.selectFrom('inbox').select('message').execute();
  expect(rows).toEqual([{ message: expect.stringContaining('"a"') as string }]);
  release();
});

test(
  'a killed process answers after the restart what it had accepted, and soon polls again',
  { timeout: 60_000 },
  async () => {
    using folder = temporaryFolder();
    const zalo = await startFakeZalo();
    const env = {
      ...zalo.env,
      DATABASE_URL: `sqlite:${folder.path}/sotay.db`,
    };
    const first = await startBot(env);
    zalo.hold = (method) => (method === 'sendMessage' ? new Promise(() => undefined) : undefined);
    const asked = zalo.nextCall('sendMessage');
    zalo.say('lan', 'tuổi kết nạp đv');
    await asked;
    await first.end('SIGKILL');
    zalo.hold = () => undefined;
    const second = await startBot(env);
    expect((await zalo.nextMessage('lan')).text).toContain('Từ đủ 18 tuổi');
    zalo.say('hoa', 'tuổi kết nạp đv');
    await zalo.nextMessage('hoa');
    await second.end();
    expect(zalo.sent).toHaveLength(2);
    await zalo.close();
  },
);

test('what Zalo hands over while the process is being stopped is not lost', async () => {
  using folder = temporaryFolder();
  const zalo = await startFakeZalo();
  const env = {
    ...zalo.env,
    DATABASE_URL: `sqlite:${folder.path}/sotay.db`,
  };
  const first = await startBot(env);
  // The update is on its way, longer than the poll was meant to last, when the stop comes.
  let handOver = (): void => undefined;
  const onItsWay = new Promise<void>((resolve) => (handOver = resolve));
  zalo.hold = (method) => (method === 'getUpdates' ? onItsWay : undefined);
  await zalo.nextCall('getUpdates');
  zalo.say('lan', 'tuổi kết nạp đv');
  zalo.say('hoa', 'tuổi kết nạp đv');
  const ended = first.end();
  await expect.poll(() => first.output(), SOON).toContain('stopping');
  handOver();
  expect(await ended).toBe(0);
  // One poll brings one update, and no other was asked for.
  expect(zalo.sent.map(({ chatId }) => chatId)).toEqual(['lan']);
  const second = await startBot(env);
  await zalo.nextMessage('hoa');
  await second.end();
  expect(zalo.sent).toHaveLength(2);
  await zalo.close();
});

test('a poll that does not end is cut off', async () => {
  await using bench = await startZaloBench();
  const { fake, zalo, clock } = bench;
  fake.hold = (method) => (method === 'getUpdates' ? new Promise(() => undefined) : undefined);
  zalo.start();
  await fake.nextCall('getUpdates');
  const asked = clock.now();
  await zalo.stop();
  // The app waits for eight seconds; what the poll brought at the last moment has to be answered in them.
  expect(clock.now().since(asked).total('seconds')).toBe(6);
});

test('a message is stored before Zalo is told so; one that cannot be stored is refused', async () => {
  await using bench = await startZaloBench({ inbox: { accept: () => Promise.reject(new Error('disk full')) } });
  await expect(bench.zalo.receive(JSON.stringify(zaloText('lan', 'a', 'm')))).rejects.toThrow('disk full');
});

test.each(['zalo', 'telegram'] as const)('with both platforms on, a sick %s leaves the other working', async (sick) => {
  using folder = temporaryFolder();
  const zalo = await startFakeZalo();
  const telegram = await startFakeTelegram();
  const ways = { token: 'bad token', network: 'no network' };
  for (const way of Object.keys(ways)) {
    const nowhere = 'http://127.0.0.1:9';
    const bot = await startBot({
      TELEGRAM_BOT_TOKEN: sick === 'telegram' && way === 'token' ? '1:wrong' : telegram.token,
      TELEGRAM_API_ROOT: sick === 'telegram' && way === 'network' ? nowhere : telegram.root,
      ZALO_BOT_TOKEN: sick === 'zalo' && way === 'token' ? '1:wrong' : zalo.token,
      ZALO_API_ROOT: sick === 'zalo' && way === 'network' ? nowhere : zalo.root,
      WEB_CHAT: 'on',
      DATABASE_URL: `sqlite:${folder.path}/${way}.db`,
    });
    const well = sick === 'zalo' ? 'telegram' : 'zalo';
    const health = async (): Promise<unknown> => (await fetch(`${bot.url}/health`)).json();
    await expect.poll(health, SOON).toMatchObject({
      status: 'down',
      channels: { [sick]: 'down', [well]: 'polling', web: 'on' },
      problems: [
        expect.stringMatching(new RegExp(`^${sick}: .*${way === 'token' ? '401' : 'ECONNREFUSED'}`)) as string,
      ],
    });
    if (well === 'zalo') {
      zalo.say(`u-${way}`, 'tuổi kết nạp đv');
      expect((await zalo.nextMessage(`u-${way}`)).text).toContain('Từ đủ 18 tuổi');
    } else {
      const id = way === 'token' ? 5 : 6;
      telegram.say(id, 'tuổi kết nạp đv');
      expect((await telegram.nextMessage(id)).text).toContain('Từ đủ 18 tuổi');
    }
    const { body } = await chat(bot.url, { user: 'lan', text: 'tuổi kết nạp đv' });
    expect(body.replies[0]?.markdown).toContain('Từ đủ 18 tuổi');
    expect(await bot.end()).toBe(0);
  }
  await zalo.close();
  await telegram.close();
});

/** fetch would report the cut connection instead of the answer that came before it. */
function statusOfLargeBody(url: string, secret: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const headers = { 'X-Bot-Api-Secret-Token': secret };
    const sending = request(url, { method: 'POST', headers }, (response) => resolve(response.statusCode));
    sending.on('error', () => undefined);
    sending.end(JSON.stringify({ text: 'x'.repeat(1024 * 1024) }));
  });
}
