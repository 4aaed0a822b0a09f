import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { person, privateMessage, startFakeTelegram, type Fault } from './fakes/telegram.ts';
import { startFakeZalo, type ZaloFault } from './fakes/zalo.ts';
import { BACKUP_KEY, WEBHOOK_SECRET } from './support/canaries.ts';
import { runCli } from './support/cli.ts';
import { chat, SOON, startBot, temporaryFolder, webhookEnv } from './support/process.ts';

const TEXT = 'canary-text tuổi kết nạp đv';
/** Also as a question in the database, where the text may stand but no name. */
const NAMES = ['Tên-của-', 'Không-được-ghi', 'nguoi_5'];

const FAULTS: Fault[] = [
  { error: 400, description: 'Bad Request: can\'t parse entities: "canary-text"' },
  { error: 400, description: 'Bad Request: chat not found' },
  { error: 401, description: 'Unauthorized' },
  { error: 403, description: 'Forbidden: bot was blocked by the user' },
  { error: 404, description: 'Not Found' },
  { error: 409, description: 'Conflict: terminated by other getUpdates request' },
  { error: 429, description: 'Too Many Requests: retry after 0', retryAfter: 0 },
  { error: 500, description: 'Internal Server Error' },
  { html: 502 },
  { drop: 'before' },
  { drop: 'after' },
];

const ZALO_FAULTS: ZaloFault[] = [
  { code: 400, description: 'Bad request: "canary-text"' },
  { code: 401, description: 'Unauthorized' },
  { code: 500, description: 'Internal server error' },
  { html: 502 },
  { drop: 'after' },
];

/** What an outsider can send to any route, with something in it that must not come back. */
function strangeRequests(): [route: string, init: RequestInit][] {
  const json = { 'Content-Type': 'application/json' };
  return [
    ['/canary-text', {}],
    ['/calendar/canary-text.ics', {}],
    ['/files/canary-text/canary-text', {}],
    ['/chat/events', {}],
    ['/chat/messages', { method: 'POST', body: TEXT }],
    ['/chat/messages', { method: 'POST', headers: json, body: `{"user":"a","text":"${TEXT}` }],
    ['/chat/messages', { method: 'POST', headers: json, body: JSON.stringify({ user: TEXT.repeat(9), text: TEXT }) }],
    ['/zalo/webhook', { method: 'POST', headers: json, body: TEXT }],
    ['/zalo/webhook', { method: 'POST', headers: { ...json, 'X-Bot-Api-Secret-Token': WEBHOOK_SECRET }, body: TEXT }],
    [
      '/zalo/webhook',
      { method: 'POST', headers: { ...json, 'X-Bot-Api-Secret-Token': `${WEBHOOK_SECRET}x` }, body: '{}' },
    ],
  ];
}

test('no log line, error reply, metric or command on any failure path carries a name or what was written', async () => {
  using folder = temporaryFolder();
  const telegram = await startFakeTelegram();
  const zalo = await startFakeZalo();
  const env = {
    ...webhookEnv(),
    ...telegram.env,
    ...zalo.env,
    WEB_CHAT: 'on',
    DATABASE_URL: `sqlite:${folder.path}/sotay.db`,
    BACKUP_DIR: `${folder.path}/copies`,
    BACKUP_KEY,
  };
  const bot = await startBot(env);
  for (const name of ['Telegram', 'Zalo']) await expect.poll(() => bot.output(), SOON).toContain(`${name} is ready`);

  for (const [i, fault] of FAULTS.entries()) {
    let played = 0;
    telegram.fault = (method) => (method === 'sendMessage' && played++ < 5 ? fault : undefined);
    const tried = telegram.nextCall('sendMessage');
    telegram.say(50 + i, TEXT);
    await tried;
  }
  telegram.fault = () => undefined;
  for (const [i, fault] of ZALO_FAULTS.entries()) {
    let played = 0;
    zalo.fault = (method) => (method === 'sendMessage' && played++ < 5 ? fault : undefined);
    zalo.say(`z${i}`, TEXT);
    await expect.poll(() => played, SOON).toBeGreaterThan(0);
  }
  zalo.fault = () => undefined;
  const webhook = `${bot.url}/telegram/webhook`;
  const replies: string[] = [];
  for (const [secret, body] of [
    ['wrong', '{}'],
    [WEBHOOK_SECRET.slice(0, 10), '{}'],
    [`${WEBHOOK_SECRET}x`, '{}'],
    [WEBHOOK_SECRET, '{"canary-text'],
    [WEBHOOK_SECRET, JSON.stringify({ update_id: 'canary-text', message: { text: TEXT, from: person(5) } })],
    [WEBHOOK_SECRET, JSON.stringify({ update_id: 1, message: { ...privateMessage(5, 1), text: { canary: TEXT } } })],
  ] as const) {
    const response = await fetch(webhook, {
      method: 'POST',
      headers: { 'X-Telegram-Bot-Api-Secret-Token': secret, 'Content-Type': 'application/json' },
      body,
    });
    expect(response.status).toBe(secret === WEBHOOK_SECRET ? 200 : 401);
    replies.push(await response.text());
  }
  expect((await fetch(webhook, { method: 'POST', body: '{}' })).status).toBe(401);
  replies.push(JSON.stringify((await chat(bot.url, { user: 'a', text: 7, canary: TEXT })).body));
  for (const [route, init] of strangeRequests()) {
    const response = await fetch(`${bot.url}${route}`, init);
    if (!route.startsWith('/zalo')) expect(response.status, route).toBeGreaterThanOrEqual(400);
    replies.push(await response.text());
  }
  const commands = [runCli('backup', env), runCli('doctor', env), runCli('restore', env, `${folder.path}/sotay.db`)];
  replies.push(...(await Promise.all(commands)).map(({ output }) => output));
  replies.push(await (await fetch(`${bot.url}/metrics`)).text(), await (await fetch(`${bot.url}/health`)).text());
  await bot.end();

  const seen = [bot.output(), ...replies].join('\n');
  for (const word of ['canary-text', ...NAMES]) expect(seen, `"${word}" was given away`).not.toContain(word);
  expect(bot.output()).toContain('message not answered');
  for (const file of readdirSync(folder.path, { recursive: true, encoding: 'utf8' })) {
    if (statSync(path.join(folder.path, file)).isDirectory()) continue;
    const bytes = readFileSync(path.join(folder.path, file)).toString('latin1');
    for (const name of NAMES) expect(bytes, file).not.toContain(Buffer.from(name).toString('latin1'));
  }
  await Promise.all([telegram.close(), zalo.close()]);
});
