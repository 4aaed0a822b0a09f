import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import type { Channel } from '../bot/channel.ts';
import type { Telegram } from '../bot/telegram/telegram.ts';
import type { Zalo } from '../bot/zalo/zalo.ts';
import type { WebChat } from '../bot/web/web.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { OutboxStore } from '../delivery/outbox-store.ts';
import type { Handbook } from '../handbook/load.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Database } from '../store/database.ts';
import type { NightlyBackup } from '../store/nightly-backup.ts';
import type { ReminderTick } from '../reminders/tick.ts';
import { createCalendarRoute, type CalendarRouteDeps } from './calendar.ts';
import { createChatRoutes, type VisitorRole } from './chat.ts';
import { createFileRoute, type FileRouteDeps } from './files.ts';
import { createHealth } from './health.ts';
import { sameSecret } from './same-secret.ts';

/** Updates of the platforms are a few kilobytes; Telegram's longest text has 4,096 characters, Zalo's 2,000. */
const LARGEST_BODY = 256 * 1024;

export interface RouteDeps extends CalendarRouteDeps, FileRouteDeps {
  /** Undefined: no limit by address. */
  limit: MiddlewareHandler | undefined;
  db: Database;
  outbox: Pick<OutboxStore, 'counts'>;
  delivery: Pick<Delivery, 'problem'>;
  reminders: Pick<ReminderTick, 'problem'>;
  backup: Pick<NightlyBackup, 'problem'> | undefined;
  handbook: Handbook;
  channels: readonly Channel[];
  /** Set: its webhook is served, under this secret. */
  telegramWebhook: { telegram: Telegram; secret: string } | undefined;
  zalo: Zalo | undefined;
  /** Set: Zalo's webhook is served, under this secret. */
  zaloWebhookSecret: string | undefined;
  web: WebChat | undefined;
  visitorRoles: () => Promise<readonly VisitorRole[]>;
  /** When the server is about to close: event streams end. */
  stopping: AbortSignal;
  metrics: Metrics;
  log: Logger;
}

export function createRoutes(deps: RouteDeps): Hono {
  const { log, metrics, web, telegramWebhook, zalo, zaloWebhookSecret } = deps;
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        formAction: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      referrerPolicy: 'no-referrer',
      // Whether the operator's domain is all https is for the proxy in front to say.
      strictTransportSecurity: false,
    }),
  );
  app.use(limitBodies());
  if (deps.limit) app.use(deps.limit);
  const health = createHealth(deps);
  metrics.parts(health);
  app.get('/health', async (c) => {
    const report = await health();
    return c.json(report, report.status === 'ok' ? 200 : 503);
  });
  app.get('/metrics', async (c) => {
    const { body, contentType } = await metrics.text();
    return c.body(body, 200, { 'Content-Type': contentType });
  });
  if (telegramWebhook) {
    app.post('/telegram/webhook', async (c) => {
      if (!sameSecret(c.req.header('X-Telegram-Bot-Api-Secret-Token'), telegramWebhook.secret)) {
        return c.json({ error: 'unauthorized' }, 401);
      }
      let update: unknown;
      try {
        update = await c.req.json();
      } catch {
        log.warn('webhook body is no JSON');
        return c.json({});
      }
      await telegramWebhook.telegram.receive(update);
      return c.json({});
    });
  }
  if (zalo && zaloWebhookSecret !== undefined) {
    app.post('/zalo/webhook', async (c) => {
      if (!sameSecret(c.req.header('X-Bot-Api-Secret-Token'), zaloWebhookSecret)) {
        return c.json({ error: 'unauthorized' }, 401);
      }
      const body = await c.req.text();
      // Nothing in it: Zalo tries whether the address answers.
      if (body.trim() !== '') await zalo.receive(body);
      return c.json({ ok: true });
    });
  }
  app.route('/', createCalendarRoute(deps));
  app.route('/', createFileRoute(deps));
  if (web) app.route('/', createChatRoutes(web, deps.visitorRoles, deps.stopping));
  app.notFound((c) => c.json({ error: 'Không có trang này.' }, 404));
  app.onError((error, c) => {
    log.error({ err: error, route: c.req.routePath }, 'request failed');
    return c.json({ error: 'Máy chủ đang gặp trục trặc. Đồng chí thử lại sau ít phút.' }, 503);
  });
  return app;
}

/**
 * A body says in a header how long it is, or comes in chunks, which Hono counts. Without either there is none. Hono looks for a
 * body in a whole `Request`, and making that took a tenth of what a message costs beside the search.
 */
function limitBodies(): MiddlewareHandler {
  const refuse = (c: Context): Response => c.json({ error: 'Nội dung gửi lên quá lớn.' }, 413);
  const counted = bodyLimit({ maxSize: LARGEST_BODY, onError: refuse });
  return async (c, next) => {
    if (c.req.header('Transfer-Encoding') !== undefined) return counted(c, next);
    return Number(c.req.header('Content-Length') ?? 0) > LARGEST_BODY ? refuse(c) : next();
  };
}
