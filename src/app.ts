import { setTimeout as delay } from 'node:timers/promises';
import type { Channel } from './bot/channel.ts';
import { createInbox, type Inbox } from './bot/inbox.ts';
import type { Telegram } from './bot/telegram/telegram.ts';
import { createWebChat } from './bot/web/web.ts';
import { systemClock, type Clock } from './clock.ts';
import type { ChannelName, Config } from './config.ts';
import { createConversation } from './handlers/conversation.ts';
import { loadHandbook } from './handbook/load.ts';
import { createRoutes } from './http/routes.ts';
import { createHttpServer } from './http/server.ts';
import type { Logger } from './log.ts';
import { createMetrics } from './metrics.ts';
import { createAccountsStore } from './people/accounts-store.ts';
import { createQuestionsStore } from './questions/questions-store.ts';
import { createSearch } from './search/search.ts';
import { openDatabase } from './store/database.ts';

/** How long `stop` waits for what is in hand; what is left then is answered after the next start. */
const STOP_WITHIN_MS = 8000;
const WARM_UP_AFTER_MS = 1000;

export interface App {
  /** Where the HTTP server listens. */
  readonly url: string;
  /** Stops taking messages, finishes those in hand, closes the database. */
  stop(): Promise<void>;
}

/**
 * Starts everything that the configuration asks for.
 *
 * @throws {HandbookError} when the handbook has mistakes; errors of the database or the port as they come
 */
export async function startApp(config: Config, log: Logger, clock: Clock = systemClock): Promise<App> {
  const handbook = loadHandbook(config.HANDBOOK_DIR);
  const db = await openDatabase(config.DATABASE_URL);
  const metrics = createMetrics();
  const search = createSearch(handbook.entries);
  const conversation = createConversation({
    handbook,
    search,
    questions: createQuestionsStore(db, clock, config.TIME_ZONE),
    accounts: createAccountsStore(db, clock),
    isOfficer: ({ channel, userId }) =>
      config.ADMINS.some((admin) => admin.channel === channel && admin.userId === userId),
    metrics,
    clock,
    timeZone: config.TIME_ZONE,
    log,
  });

  const channels = new Map<ChannelName, Channel>();
  const inbox: Inbox = createInbox({
    db,
    clock,
    log,
    channels,
    handle: (message) => (message.channel === 'zalo' && zalo ? zalo.handle(message) : conversation.handle(message)),
    wait: (ms) => delay(ms),
  });
  const web = config.WEB_CHAT === 'on' ? createWebChat({ handle: conversation.handle, metrics }) : undefined;
  if (web) channels.set('web', web);
  let telegramWebhook: { telegram: Telegram; secret: string } | undefined;
  // A platform's library is loaded only when its token is set: together they would be a fifth of the start.
  if (config.TELEGRAM_BOT_TOKEN !== undefined) {
    const { createTelegram } = await import('./bot/telegram/telegram.ts');
    const webhook =
      config.PUBLIC_URL !== undefined && config.WEBHOOK_SECRET !== undefined
        ? { url: `${config.PUBLIC_URL}/telegram/webhook`, secret: config.WEBHOOK_SECRET }
        : undefined;
    const telegram = createTelegram(
      {
        token: config.TELEGRAM_BOT_TOKEN,
        apiRoot: config.TELEGRAM_API_ROOT,
        proxy: config.HTTPS_PROXY,
        webhook,
        commands: conversation.commands,
        officers: config.ADMINS.filter(({ channel }) => channel === 'telegram').map(({ userId }) => userId),
      },
      { inbox, log, metrics },
    );
    channels.set('telegram', telegram);
    if (webhook) telegramWebhook = { telegram, secret: webhook.secret };
  }
  const zaloWebhookSecret = config.PUBLIC_URL === undefined ? undefined : config.WEBHOOK_SECRET;
  const zalo =
    config.ZALO_BOT_TOKEN === undefined
      ? undefined
      : (await import('./bot/zalo/zalo.ts')).createZalo(
          {
            token: config.ZALO_BOT_TOKEN,
            apiRoot: config.ZALO_API_ROOT,
            proxy: config.HTTPS_PROXY,
            webhook:
              zaloWebhookSecret === undefined
                ? undefined
                : { url: `${config.PUBLIC_URL}/zalo/webhook`, secret: zaloWebhookSecret },
            rate: config.ZALO_RATE,
            maxUsers: config.ZALO_MAX_USERS,
            monthlyMessages: config.ZALO_MONTHLY_MESSAGES,
            timeZone: config.TIME_ZONE,
            telegram: config.TELEGRAM_BOT_TOKEN !== undefined,
          },
          { db, clock, log, metrics, inbox, handle: conversation.handle, tellOfficers, wait: abortableDelay },
        );
  if (zalo) {
    channels.set('zalo', zalo);
    metrics.zaloPlan(() => zalo.usage());
  }

  const routes = createRoutes({
    db,
    handbook,
    channels: [...channels.values()],
    telegramWebhook,
    zalo,
    zaloWebhookSecret,
    web,
    metrics,
    log,
  });
  const server = createHttpServer(routes);
  try {
    const { address, port, family } = await server.listen(config.PORT, config.HOST);
    const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    await inbox.resume();
    for (const channel of channels.values()) channel.start();
    log.info({ url, entries: handbook.entries.length, channels: [...channels.keys()] }, 'ready');
    // The first question finds the search warm; not at once, which would keep the first callers waiting.
    setTimeout(() => search.ask('chi bộ'), WARM_UP_AFTER_MS).unref();
    return { url, stop };
  } catch (error) {
    await db.destroy();
    throw error;
  }

  /** Resolves with how many of the officers it reached. */
  async function tellOfficers(markdown: string): Promise<number> {
    const told = await Promise.allSettled(
      config.ADMINS.map(async ({ channel, userId }) => {
        const platform = channels.get(channel);
        if (!platform) throw new Error(`${channel} is off`);
        await platform.send(userId, { markdown });
      }),
    );
    return told.filter(({ status }) => status === 'fulfilled').length;
  }

  async function stop(): Promise<void> {
    const closed = server.close();
    const inHand = Promise.all([...channels.values()].map((channel) => channel.stop())).then(() => inbox.idle());
    await Promise.race([Promise.all([inHand, closed]), delay(STOP_WITHIN_MS, undefined, { ref: false })]);
    await db.destroy();
  }
}

async function abortableDelay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, signal ? { signal } : {}).catch(() => undefined);
}
