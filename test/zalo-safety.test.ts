import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../src/config.ts';
import { startFakeZalo, zaloEvent, type ZaloFault } from './fakes/zalo.ts';
import { WEBHOOK_SECRET } from './support/canaries.ts';
import { SOON, startBot, temporaryFolder, webhookEnv } from './support/process.ts';
import { startZaloBench } from './support/zalo.ts';

const TEXT = 'canary-text tuổi kết nạp đv';
const NAMES = ['Tên-của-', 'canary-name'];

const FAULTS: ZaloFault[] = [
  { code: 400, description: 'Bad request: canary-text' },
  { code: 401, description: 'Unauthorized' },
  { code: 403, description: 'Internal server error' },
  { code: 404, description: 'Not found' },
  { code: 408, description: 'Request timeout' },
  { code: 500, description: `canary-text`, key: 'errorCode' },
  { html: 502 },
  { empty: 200 },
  { drop: 'before' },
  { drop: 'after' },
];

test('no log line, error reply or metric on any failure path carries a name or what was written', async () => {
  using folder = temporaryFolder();
  const zalo = await startFakeZalo();
  const bot = await startBot({
    ...webhookEnv(),
    ...zalo.env,
    DATABASE_URL: `sqlite:${folder.path}/sotay.db`,
  });
  await expect.poll(() => bot.output(), SOON).toContain('Zalo is ready');
  zalo.fault = (method, params) => {
    if (method === 'sendChatAction') return { code: 410, description: 'canary-text' };
    return FAULTS[Number(/^chat(\d+)$/.exec(String(params['chat_id']))?.[1])];
  };
  for (const i of FAULTS.keys()) zalo.say(`chat${i}`, TEXT);
  await expect
    .poll(
      () =>
        new Set(zalo.calls.filter(({ method }) => method === 'sendMessage').map(({ params }) => params['chat_id']))
          .size,
      SOON,
    )
    .toBe(FAULTS.length);
  await expect.poll(() => bot.output(), SOON).toContain('message not answered');
  const replies: string[] = [];
  for (const body of [
    '{"canary-text',
    JSON.stringify(zaloEvent('canary-text', 'x', { message_id: 'a', 'canary-text of a field': TEXT })),
    JSON.stringify({ event_name: 'message.text.received', message: { text: { canary: TEXT }, chat: { id: 'x' } } }),
    JSON.stringify(
      zaloEvent('message.image.received', 'y', { message_id: 'b', caption: TEXT, photo_url: 'canary-text' }),
    ),
  ]) {
    const response = await fetch(`${bot.url}/zalo/webhook`, {
      method: 'POST',
      headers: { 'X-Bot-Api-Secret-Token': WEBHOOK_SECRET },
      body,
    });
    replies.push(await response.text());
  }
  replies.push(await (await fetch(`${bot.url}/metrics`)).text(), await (await fetch(`${bot.url}/health`)).text());
  await bot.end();
  const seen = [bot.output(), ...replies].join('\n');
  for (const secret of ['canary-text', ...NAMES]) {
    expect(seen, `"${secret}" was given away`).not.toContain(secret);
  }
  for (const file of readdirSync(folder.path)) {
    const bytes = readFileSync(path.join(folder.path, file)).toString('latin1');
    for (const name of NAMES) expect(bytes, file).not.toContain(Buffer.from(name).toString('latin1'));
  }
  await zalo.close();
});

test('2,000 random updates are answered or skipped, and never fatal', { timeout: 60_000 }, async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom('1', 'hai', 'tiếp', '/start', '', '\u0000', '**x**', '😀'.repeat(3000), 'chi bộ '.repeat(900)),
  );
  const anything = fc.oneof(text, fc.jsonValue(), fc.constant(undefined));
  const message = fc.record(
    {
      message_id: fc.oneof(fc.uuid(), fc.integer(), fc.constant(null)),
      date: anything,
      from: fc.oneof(fc.record({ id: fc.constantFrom('a', 'b'), is_bot: fc.boolean() }), anything),
      chat: fc.oneof(
        {
          weight: 5,
          arbitrary: fc.record({
            id: fc.constantFrom('a', 'b', 7),
            chat_type: fc.constantFrom('PRIVATE', 'GROUP', 'x'),
          }),
        },
        { weight: 1, arbitrary: anything },
      ),
      text: fc.oneof({ weight: 5, arbitrary: text }, { weight: 1, arbitrary: anything }),
      photo_url: anything,
      sticker: anything,
    },
    { requiredKeys: [] },
  );
  const event = fc.constantFrom('message.text.received', 'message.image.received', 'message.new.received', 5, null);
  const update = fc.oneof(
    fc.record({ event_name: event, message }, { requiredKeys: [] }),
    fc.record({ ok: anything, result: fc.record({ event_name: event, message }) }),
    fc.array(fc.record({ message })),
    fc.jsonValue(),
  );
  const seed = Date.now();
  console.log(`seed ${seed}`);
  await using bench = await startZaloBench({
    rate: 1000,
    handle: ({ text: said }) => Promise.resolve([{ markdown: said, choices: [{ id: 'x', label: said }] }]),
  });
  // No number can be made of this, and trying throws.
  const noNumber = { message: { chat: { id: '1' }, from: { id: '1' }, text: 'x', date: { valueOf: 1, toString: 1 } } };
  for (const one of [noNumber, ...fc.sample(update, { numRuns: 2000, seed })]) {
    await bench.zalo.receive(JSON.stringify(one));
  }
  await bench.inbox.idle();
  expect(bench.log()).not.toMatch(/not answered|refused|TypeError/);
  expect(bench.handled.length).toBeGreaterThan(300);
});

describe('the configuration of Zalo', () => {
  test('has defaults, and turns the web chat off', () => {
    expect(readConfig({ ZALO_BOT_TOKEN: '1:a' })).toMatchObject({
      ZALO_API_ROOT: 'https://bot-api.zaloplatforms.com',
      ZALO_RATE: 5,
      ZALO_MAX_USERS: 50,
      ZALO_MAX_GROUPS: 3,
      ZALO_MONTHLY_MESSAGES: 3000,
      WEB_CHAT: 'off',
    });
    expect(
      readConfig({ ZALO_MAX_USERS: '0', ZALO_MAX_GROUPS: '0', ZALO_MONTHLY_MESSAGES: '0', ZALO_RATE: '0.5' }),
    ).toMatchObject({
      ZALO_MAX_USERS: 0,
      ZALO_MAX_GROUPS: 0,
      ZALO_MONTHLY_MESSAGES: 0,
      ZALO_RATE: 0.5,
    });
  });

  test.each([
    ['ZALO_BOT_TOKEN', 'khong-phai-ma'],
    ['ZALO_BOT_TOKEN', '1:a/b'],
    ['ZALO_API_ROOT', 'bot-api.zaloplatforms.com'],
    ['ZALO_RATE', '0'],
    ['ZALO_RATE', 'năm'],
    ['ZALO_MAX_USERS', '-1'],
    ['ZALO_MAX_GROUPS', 'ba'],
    ['ZALO_MONTHLY_MESSAGES', '3.000'],
  ])('%s=%s is one line that names it', (name, value) => {
    const lines = (): readonly string[] => {
      try {
        readConfig({ [name]: value });
      } catch (error) {
        if (error instanceof ConfigError) return error.lines;
      }
      return [];
    };
    expect(lines()).toHaveLength(1);
    expect(lines()[0]).toMatch(new RegExp(`^${name}: .+\\.$`));
  });
});

test('/health and /metrics show what is left of the plan, and the 80% are told to officers on every platform', async () => {
  using folder = temporaryFolder();
  const zalo = await startFakeZalo();
  const bot = await startBot({
    ...zalo.env,
    ZALO_MONTHLY_MESSAGES: '2',
    ZALO_MAX_USERS: '2',
    ADMINS: 'zalo:op,web:can-bo',
    WEB_CHAT: 'on',
    DATABASE_URL: `sqlite:${folder.path}/sotay.db`,
  });
  const stop = new AbortController();
  const events = await fetch(`${bot.url}/chat/events?user=can-bo`, { signal: stop.signal });
  const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (const person of ['lan', 'hoa', 'mai']) {
    zalo.say(person, '/trogiup');
    expect((await zalo.nextMessage(person)).text).toContain(person === 'mai' ? 'chỉ phục vụ được 2 người' : 'Cách hỏi');
  }
  expect((await zalo.nextMessage('op')).text).toContain('2/2 tin của tháng');
  const group = { chat: { id: 'nhom', chat_type: 'GROUP' } };
  zalo.push(zaloEvent('message.text.received', 'lan', { message_id: 'g', text: '/trogiup', ...group }));
  await zalo.nextMessage('nhom');
  let pushed = '';
  while (!pushed.includes('2/2 tin')) pushed += (await reader?.read())?.value ?? '';
  await expect
    .poll(async () => (await fetch(`${bot.url}/health`)).json(), SOON)
    .toMatchObject({
      status: 'ok',
      channels: { zalo: 'polling', web: 'on' },
      zalo: {
        messages: { sent: 5, limit: 2, left: 0 },
        users: { count: 2, limit: 2, left: 0 },
        groups: { count: 1, limit: 3, left: 2 },
      },
    });
  const metrics = await (await fetch(`${bot.url}/metrics`)).text();
  expect(metrics).toMatch(/^sotay_zalo_month_messages 5$/m);
  expect(metrics).toMatch(/^sotay_zalo_month_messages_left 0$/m);
  expect(metrics).toMatch(/^sotay_zalo_users_left 0$/m);
  expect(metrics).toMatch(/^sotay_zalo_groups 1$/m);
  expect(metrics).toMatch(/^sotay_zalo_groups_left 2$/m);
  stop.abort();
  await bot.end();
  await zalo.close();
});
