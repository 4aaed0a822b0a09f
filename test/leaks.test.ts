import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { startFakeTelegram } from './fakes/telegram.ts';
import { startFakeZalo } from './fakes/zalo.ts';
import { CANARY, WEBHOOK_SECRET } from './support/canaries.ts';
import { takeLeaks } from './support/leaks.ts';
import { watchedLog } from './support/log.ts';
import { temporaryFolder } from './support/process.ts';

/* The watch over all tests (support/watch-for-leaks.ts) must not go blind. Cut in two is how a secret is hardest to see. */

const HALF = CANARY.length / 2;
const FIRST = CANARY.slice(0, HALF);
const SECOND = CANARY.slice(HALF);

/** Fetches from a server that answers so. */
async function fetched(answer: (response: ServerResponse) => void): Promise<void> {
  const server = createServer((_request, response) => answer(response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x`)).text();
  server.closeAllConnections();
  server.close();
}

async function posted(fake: { root: string; token: string }, method: string, params: object): Promise<void> {
  await fetch(`${fake.root}/bot${fake.token}/${method}`, { method: 'POST', body: JSON.stringify(params) });
}

test('the output of a process is seen', async () => {
  const code = `process.stderr.write('${FIRST}'); setTimeout(() => process.stderr.write('${SECOND}'), 20)`;
  await once(spawn(process.execPath, ['-e', code]), 'close');
  expect(takeLeaks()).toEqual([expect.stringMatching(/^output of -e .*canary/)]);
});

test('so are a reply and its headers', async () => {
  await fetched((response) => response.write(FIRST, () => setTimeout(() => response.end(SECOND), 20)));
  expect(takeLeaks()).toEqual([`reply to GET /x: ${CANARY}`]);
  await fetched((response) => response.setHeader('X-Secret', CANARY).end());
  expect(takeLeaks()).toEqual([expect.stringMatching(/^headers of GET \/x: .*canary/)]);
});

test('so is what reaches a database, a file or the log', () => {
  const database = new DatabaseSync(':memory:');
  database.prepare('SELECT ?').get(CANARY);
  database.close();
  expect(takeLeaks()).toEqual([`database: SELECT '${CANARY}'`]);
  {
    using folder = temporaryFolder();
    mkdirSync(`${folder.path}/copies`);
    // Read in pieces of a mebibyte.
    writeFileSync(`${folder.path}/copies/a.db`, 'x'.repeat(2 ** 20 - HALF) + CANARY);
  }
  expect(takeLeaks()).toEqual([expect.stringMatching(/^file copies\/a.db: x+canary/)]);
  watchedLog().trace({ token: CANARY }, 'x');
  expect(takeLeaks()).toEqual([expect.stringMatching(/^log: .*canary/)]);
});

test('so is what a platform is told, but for the secret of its webhook', async () => {
  const telegram = await startFakeTelegram();
  const zalo = await startFakeZalo();
  await posted(telegram, 'answerCallbackQuery', { text: CANARY });
  await posted(zalo, 'sendChatAction', { chat_id: 'lan', action: CANARY });
  expect(takeLeaks()).toEqual([
    expect.stringMatching(/^Telegram's answerCallbackQuery: .*canary/),
    expect.stringMatching(/^Zalo's sendChatAction: .*canary/),
  ]);
  const webhook = { url: 'http://127.0.0.1:9/x', secret_token: WEBHOOK_SECRET };
  for (const fake of [telegram, zalo]) await posted(fake, 'setWebhook', webhook);
  expect(takeLeaks()).toEqual([]);
  await Promise.all([telegram.close(), zalo.close()]);
});
