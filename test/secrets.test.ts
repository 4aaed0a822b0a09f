import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { person, privateMessage, startFakeTelegram, type Fault } from './fakes/telegram.ts';
import { chat, startBot, temporaryFolder, webhookEnv } from './support/process.ts';

const SECRET = 'canary-webhook-secret-7f3a';
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

test('no log line, error reply or metric on any failure path carries a token, a name or what was written', async () => {
  using folder = temporaryFolder();
  const telegram = await startFakeTelegram();
  const bot = await startBot({
    ...webhookEnv(SECRET),
    ...telegram.env,
    WEB_CHAT: 'on',
    LOG_LEVEL: 'trace',
    DATABASE_URL: `sqlite:${folder.path}/sotay.db`,
  });
  await expect.poll(() => bot.output()).toContain('Telegram is ready');

  for (const [i, fault] of FAULTS.entries()) {
    let played = 0;
    telegram.fault = (method) => (method === 'sendMessage' && played++ < 5 ? fault : undefined);
    const tried = telegram.nextCall('sendMessage');
    telegram.say(50 + i, TEXT);
    await tried;
  }
  telegram.fault = () => undefined;
  const webhook = `${bot.url}/telegram/webhook`;
  const replies: string[] = [];
  for (const [secret, body] of [
    ['wrong', '{}'],
    [SECRET.slice(0, 10), '{}'],
    [`${SECRET}x`, '{}'],
    [SECRET, '{"canary-text'],
    [SECRET, JSON.stringify({ update_id: 'canary-text', message: { text: TEXT, from: person(5) } })],
    [SECRET, JSON.stringify({ update_id: 1, message: { ...privateMessage(5, 1), text: { canary: TEXT } } })],
  ] as const) {
    const response = await fetch(webhook, {
      method: 'POST',
      headers: { 'X-Telegram-Bot-Api-Secret-Token': secret, 'Content-Type': 'application/json' },
      body,
    });
    expect(response.status).toBe(secret === SECRET ? 200 : 401);
    replies.push(await response.text());
  }
  expect((await fetch(webhook, { method: 'POST', body: '{}' })).status).toBe(401);
  replies.push(JSON.stringify((await chat(bot.url, { user: 'a', text: 7, canary: TEXT })).body));
  replies.push(await (await fetch(`${bot.url}/metrics`)).text(), await (await fetch(`${bot.url}/health`)).text());
  await bot.end();

  const seen = [bot.output(), ...replies].join('\n');
  for (const secret of [telegram.token, telegram.token.split(':')[1] ?? '', SECRET, 'canary-text', ...NAMES]) {
    expect(seen, `"${secret}" was given away`).not.toContain(secret);
  }
  expect(bot.output()).toContain('message not answered');
  for (const file of readdirSync(folder.path)) {
    const bytes = readFileSync(path.join(folder.path, file)).toString('latin1');
    for (const secret of [telegram.token, SECRET, ...NAMES.map((name) => Buffer.from(name).toString('latin1'))]) {
      expect(bytes, `${file} holds "${secret}"`).not.toContain(secret);
    }
  }
  await telegram.close();
});
