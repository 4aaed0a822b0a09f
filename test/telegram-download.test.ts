import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { DeliveryError } from '../src/bot/channel.ts';
import { platformAgent } from '../src/bot/proxy.ts';
import { downloadFile } from '../src/bot/telegram/download.ts';

test('a document comes whole, one that is too large is cut, and a failure does not name the address', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/cut') request.socket.destroy();
    else if (request.url === '/half')
      response.writeHead(200, { 'Content-Length': 100 }).write('half', () => response.destroy());
    else if (request.url === '/none') response.writeHead(404).end();
    else response.end(Buffer.alloc(Number(request.url?.slice(1)), 7));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const agent = platformAgent(root, undefined);
  const download = (path: string): Promise<Uint8Array> => downloadFile(`${root}/${path}`, agent, 1000);
  expect(await download('1000')).toEqual(new Uint8Array(1000).fill(7));
  expect(await download('5000000')).toHaveLength(1001);
  for (const path of ['none', 'cut', 'half']) {
    const error: unknown = await download(path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DeliveryError);
    expect(String(error)).not.toContain(root);
  }
  server.closeAllConnections();
  server.close();
});
