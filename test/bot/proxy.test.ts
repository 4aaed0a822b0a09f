import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api } from 'grammy';
import { platformAgent } from '../../src/bot/proxy.ts';
import { downloadFile } from '../../src/bot/telegram/download.ts';

let elsewhere: Server;
let api: Server;
let asked = 0;

beforeAll(async () => {
  elsewhere = await listening((_request, response) => {
    asked++;
    response.end('{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"x"}}');
  });
  api = await listening((_request, response) => {
    response.writeHead(302, { Location: `${addressOf(elsewhere)}/taken` }).end();
  });
});
afterAll(() => {
  for (const server of [elsewhere, api]) {
    server.closeAllConnections();
    server.close();
  }
});

async function listening(handler: Parameters<typeof createServer>[1]): Promise<Server> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const addressOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

test('a redirect to another host is not followed', async () => {
  const apiRoot = addressOf(api);
  const agent = platformAgent(apiRoot, undefined);
  const client = new Api('1:x', { apiRoot, baseFetchConfig: { agent } });
  await expect(client.getMe()).rejects.toThrow('Network request');
  await expect(downloadFile(`${addressOf(elsewhere)}/file`, agent, 100)).rejects.toThrow('file not downloaded');
  expect(asked).toBe(0);
});

test('what the agent lets pass arrives', async () => {
  const agent = platformAgent(addressOf(elsewhere), undefined);
  const status = await new Promise((resolve, reject) => {
    get(addressOf(elsewhere), { agent }, (response) => resolve(response.resume().statusCode)).on('error', reject);
  });
  expect(status).toBe(200);
  expect(asked).toBe(1);
});
