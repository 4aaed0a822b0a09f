import { appendFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import type { Outgoing, SendOptions, Sent } from '../../src/bot/channel.ts';
import { createTelegram } from '../../src/bot/telegram/telegram.ts';
import { systemClock } from '../../src/clock.ts';
import { createDelivery } from '../../src/delivery/delivery.ts';
import { createOutboxStore, type OutboxStore } from '../../src/delivery/outbox-store.ts';
import { createLogger } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { openDatabase } from '../../src/store/database.ts';

/*
 * A program that does nothing but send the outbox of a database on Telegram, started and killed by tests. It says
 * "sending" at the first claim, and dies where `DIE_AT` says. With `LEDGER` it notes chats and its own id in that file instead of
 * calling Telegram.
 */
const {
  DATABASE_URL = '',
  TELEGRAM_BOT_TOKEN = '1:x',
  TELEGRAM_API_ROOT = '',
  RATE = '1',
  DIE_AT,
  LEDGER,
} = process.env;

const db = await openDatabase(DATABASE_URL);
const log = createLogger('warn', []);
const wait = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
  await delay(milliseconds, undefined, signal ? { signal } : {}).catch(() => undefined);
};
const telegram = createTelegram(
  {
    token: TELEGRAM_BOT_TOKEN,
    apiRoot: TELEGRAM_API_ROOT,
    proxy: undefined,
    webhook: undefined,
    rate: Number(RATE),
    commands: [],
    officers: () => Promise.resolve([]),
  },
  {
    inbox: { accept: () => Promise.resolve() },
    clock: systemClock,
    wait,
    log,
    metrics: createMetrics(),
  },
);

async function note(chatId: string, _message: Outgoing, { claim }: SendOptions = {}): Promise<Sent> {
  await claim?.();
  appendFileSync(LEDGER ?? '', `${chatId} ${process.pid}\n`);
  return { messageId: chatId };
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

const store = createOutboxStore(db, systemClock);
let sending = false;
const dying: OutboxStore = {
  ...store,
  async claim(id) {
    if (!sending) {
      sending = true;
      // Kept at once, since a killed process does not come to it.
      flushCompileCache();
      console.log('sending');
    }
    if (DIE_AT === 'before claim') die();
    const claim = await store.claim(id);
    if (DIE_AT === 'after claim') die();
    return claim;
  },
  async settle(id, claim, settlement) {
    if (DIE_AT === 'after answer') die();
    await store.settle(id, claim, settlement);
  },
};
const delivery = createDelivery({
  store: dying,
  databaseUrl: DATABASE_URL,
  channels: [LEDGER === undefined ? telegram : { name: 'telegram', send: note }],
  clock: systemClock,
  wait,
  timeZone: 'Asia/Ho_Chi_Minh',
  quietHours: undefined,
  quietHoursOf: () => Promise.resolve(undefined),
  held: () => Promise.resolve([]),
  onGone: () => Promise.resolve(),
  alarm: () => Promise.resolve(0),
  metrics: createMetrics(),
  keepDays: 365,
  log,
});
delivery.start();
process.on('SIGTERM', () => {
  void delivery.stop().then(() => process.exit(0));
});
