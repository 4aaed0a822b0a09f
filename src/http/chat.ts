import { readFileSync } from 'node:fs';
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { z } from 'zod';
import type { WebChat, WebMessage } from '../bot/web/web.ts';

const PAGE_FILES = [
  { route: '/', file: 'index.html', type: 'text/html; charset=utf-8' },
  { route: '/chat/chat.css', file: 'chat.css', type: 'text/css; charset=utf-8' },
  { route: '/chat/chat.js', file: 'chat.js', type: 'text/javascript; charset=utf-8' },
  { route: '/favicon.svg', file: 'favicon.svg', type: 'image/svg+xml' },
];

const user = z.string().trim().min(1).max(64);
const body = z.union([z.object({ user, choice: z.string().min(1).max(64) }), z.object({ user, text: z.string() })]);

/** How often an idle event stream says that it is alive, so that proxies keep it open. */
const HEARTBEAT_MS = 25_000;
/** Open pages of one user. */
const MOST_STREAMS = 4;

/** Whom of the sample data a visitor can be. */
export interface VisitorRole {
  user: string;
  label: string;
}

/**
 * The web chat's page, API and event stream.
 *
 * @param roles offered by the page; empty without sample data
 * @param stopping ends the event streams, which would otherwise keep the server from closing
 */
export function createChatRoutes(
  web: WebChat,
  roles: () => Promise<readonly VisitorRole[]>,
  stopping: AbortSignal,
): Hono {
  const app = new Hono();
  app.get('/chat/roles', async (c) => c.json({ roles: await roles() }, 200, { 'Cache-Control': 'no-store' }));
  for (const { route, file, type } of PAGE_FILES) {
    const content = readFileSync(new URL(`../bot/web/page/${file}`, import.meta.url), 'utf8');
    app.get(route, (c) => c.body(content, 200, { 'Content-Type': type, 'Cache-Control': 'no-cache' }));
  }

  app.post('/chat/messages', async (c) => {
    // A JSON body makes browsers ask before another site may post here.
    if (!/^application\/json\b/i.test(c.req.header('Content-Type') ?? '')) return c.json({ error: NOT_JSON }, 415);
    const parsed = body.safeParse(await c.req.json().catch(() => undefined));
    if (!parsed.success) return c.json({ error: BAD_MESSAGE }, 400);
    const message = parsed.data;
    const replies =
      'choice' in message
        ? await web.handle(message.user, 'choice', message.choice)
        : await web.handle(message.user, 'text', message.text);
    return c.json({ replies });
  });

  const streams = new Map<string, number>();
  app.get('/chat/events', (c) => {
    const parsed = user.safeParse(c.req.query('user'));
    if (!parsed.success) return c.json({ error: BAD_MESSAGE }, 400);
    const name = parsed.data;
    if ((streams.get(name) ?? 0) >= MOST_STREAMS) return c.json({ error: TOO_MANY_PAGES }, 429);
    streams.set(name, (streams.get(name) ?? 0) + 1);
    return streamSSE(c, async (stream) => {
      const closed = new AbortController();
      const push = (message: WebMessage): void => {
        void stream.writeSSE({ id: message.id, event: 'message', data: JSON.stringify(message) });
      };
      const stopListening = web.listen(name, push);
      const heartbeat = setInterval(() => void stream.write(': \n\n'), HEARTBEAT_MS);
      await stream.write(': \n\n');
      await new Promise<void>((resolve) => {
        stream.onAbort(resolve);
        if (stopping.aborted) resolve();
        else stopping.addEventListener('abort', () => resolve(), { signal: closed.signal });
      });
      closed.abort();
      clearInterval(heartbeat);
      stopListening();
      const left = (streams.get(name) ?? 1) - 1;
      if (left > 0) streams.set(name, left);
      else streams.delete(name);
    });
  });
  return app;
}

const NOT_JSON = 'Gửi nội dung dạng JSON (Content-Type: application/json).';
const BAD_MESSAGE = 'Cần "user" (1–64 ký tự) và "text" hoặc "choice".';
const TOO_MANY_PAGES = 'Đồng chí đang mở quá nhiều trang trò chuyện; đóng bớt rồi tải lại trang.';
