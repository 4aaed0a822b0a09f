import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';

/** How soon a connection whose last answer has gone is closed, while the server closes. */
const SWEEP_EVERY_MS = 50;

export interface HttpServer {
  /** Resolves with the address once requests are accepted; rejects when the port cannot be had. */
  listen(port: number, host: string): Promise<AddressInfo>;
  /** Finishes the requests in hand; what never ends by itself, such as an event stream, must be ended by its route. */
  close(): Promise<void>;
}

export function createHttpServer(app: Hono): HttpServer {
  const server = createAdaptorServer({ fetch: app.fetch, createServer }) as ReturnType<typeof createServer>;
  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          resolve(server.address() as AddressInfo);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        // Who goes on asking on an open connection would keep it open for ever.
        server.prependListener('request', (_request, response) => (response.shouldKeepAlive = false));
        const sweeping = setInterval(() => server.closeIdleConnections(), SWEEP_EVERY_MS);
        server.close(() => {
          clearInterval(sweeping);
          resolve();
        });
      }),
  };
}
