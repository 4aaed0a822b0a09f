import { afterAll, beforeAll, expect, test } from 'vitest';
import { chat, startBot, temporaryFolder, type RunningBot } from '../support/process.ts';

const folder = temporaryFolder();
let bot: RunningBot;

beforeAll(async () => {
  bot = await startBot({ DATABASE_URL: `sqlite:${folder.path}/sotay.db`, RATE_LIMIT: 'on' });
});
afterAll(async () => {
  await bot.end();
  folder[Symbol.dispose]();
});

/** As a proxy on the same machine passes it on. */
const from = (address: string, path: string): Promise<Response> =>
  fetch(`${bot.url}${path}`, { headers: { 'X-Forwarded-For': `10.0.0.1, ${address}` } });

test('who guesses addresses is refused after thirty, also with the right one; others, and the watch, are not', async () => {
  for (let i = 0; i < 30; i++) expect((await from('203.0.113.7', `/calendar/${'a'.repeat(32)}.ics`)).status).toBe(404);
  const refused = await from('203.0.113.7', '/');
  expect(refused.status).toBe(429);
  expect(refused.headers.get('Retry-After')).toBe('60');
  expect(await refused.json()).toEqual({ error: 'Nhiều yêu cầu quá. Đồng chí thử lại sau một phút.' });
  expect((await from('203.0.113.8', '/')).status).toBe(200);
  expect((await from('203.0.113.7', '/health')).status).toBe(200);
});

test('who writes too much in the web chat is told once', async () => {
  const said: string[] = [];
  for (let i = 0; i < 23; i++) {
    const { body } = await chat(bot.url, { user: 'nhanh', text: '/trogiup' });
    said.push(body.replies.map(({ markdown }) => markdown).join(''));
  }
  expect(said.filter((text) => text.includes('gửi nhanh quá'))).toHaveLength(1);
  expect(said.slice(21)).toEqual(['', '']);
});
