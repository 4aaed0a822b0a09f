import { systemClock, timestamp } from '../src/clock.ts';
import { createOutboxStore } from '../src/delivery/outbox-store.ts';
import { openDatabase, type Database } from '../src/store/database.ts';
import { startFakeTelegram, type FakeTelegram } from '../test/fakes/telegram.ts';
import { messageOf } from '../test/support/outbox.ts';
import { startBot, temporaryFolder } from '../test/support/process.ts';
import { median, percentile } from './figures.ts';

const RECIPIENTS = 1000;
/** What Telegram permits, a second; the bot keeps below it by default. */
export const LIMIT = 30;
const LATENCY_MS = 100;
const ASK_EVERY_MS = 500;
const SETTLED = 1_000_000;

/** Answers 429 to the 31st message within a second, as it comes in. */
export function limit(fake: FakeTelegram): { refused: () => number; times: number[] } {
  const times: number[] = [];
  let refused = 0;
  fake.fault = (method) => {
    if (method !== 'sendMessage') return undefined;
    const now = performance.now();
    if (times.length >= LIMIT && now - (times.at(-LIMIT) ?? 0) < 1000) {
      refused++;
      return { error: 429, description: 'Too Many Requests', retryAfter: 1 };
    }
    times.push(now);
    return undefined;
  };
  return { refused: () => refused, times };
}

/** An announcement to a thousand people through a started bot, while somebody asks questions. */
async function benchSending(): Promise<void> {
  using folder = temporaryFolder();
  const fake = await startFakeTelegram();
  const limited = limit(fake);
  fake.hold = (method) =>
    method === 'sendMessage' ? new Promise((resolve) => setTimeout(resolve, LATENCY_MS)) : undefined;
  const DATABASE_URL = `sqlite:${folder.path}/sotay.db`;
  const polling = fake.nextCall('getUpdates');
  const bot = await startBot({
    DATABASE_URL,
    QUIET_HOURS: '',
    TELEGRAM_BOT_TOKEN: fake.token,
    TELEGRAM_API_ROOT: fake.root,
  });
  await polling;
  const db = await openDatabase(DATABASE_URL);
  const store = createOutboxStore(db, systemClock);
  const messages = Array.from({ length: RECIPIENTS }, (_, i) => messageOf('announcement', 1000 + i, systemClock.now()));
  await db.transaction().execute((transaction) => store.enqueue(transaction, messages));

  const answers: number[] = [];
  const enough = new AbortController();
  const questions = (async () => {
    for (let person = 1; !enough.signal.aborted; person = (person % 50) + 1) {
      const asked = performance.now();
      fake.say(person, 'tuổi kết nạp đv');
      await fake.nextMessage(person);
      answers.push(performance.now() - asked);
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
  })();
  while (((await store.report('announcement')).sent ?? 0) < RECIPIENTS) {
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  enough.abort();
  await questions;
  await bot.end();
  await db.destroy();
  await fake.close();

  const seconds = ((limited.times.at(-1) ?? 0) - (limited.times[0] ?? 0)) / 1000;
  console.table({
    [`${RECIPIENTS} recipients, ${LATENCY_MS} ms latency, limit ${LIMIT}/s`]: {
      'messages a second': (limited.times.length / seconds).toFixed(1),
      'of the limit, %': Math.round((limited.times.length / seconds / LIMIT) * 100),
      'answered 429': limited.refused(),
      'direct answers': answers.length,
      'p50, ms': Math.round(percentile(answers, 50)),
      'p95, ms': Math.round(percentile(answers, 95)),
    },
  });
}

async function benchEnqueue(): Promise<void> {
  const times: number[] = [];
  for (let run = 0; run < 5; run++) {
    using folder = temporaryFolder();
    const db = await openDatabase(`sqlite:${folder.path}/sotay.db`);
    const store = createOutboxStore(db, systemClock);
    const messages = Array.from({ length: 20_000 }, (_, i) => ({
      ...messageOf('announcement', i, systemClock.now()),
      personId: `person-${i}`,
      message: { markdown: 'Mời đồng chí dự sinh hoạt chi bộ. '.repeat(15) },
    }));
    const began = performance.now();
    await db.transaction().execute((transaction) => store.enqueue(transaction, messages));
    times.push(performance.now() - began);
    await db.destroy();
  }
  console.table({ '20,000 messages into the outbox': { 'median, ms': Math.round(median(times)) } });
}

/** Milliseconds for looking for what is due, claiming it and settling it, a message. */
export async function claimTimes(db: Database): Promise<number[]> {
  const store = createOutboxStore(db, systemClock);
  const messages = Array.from({ length: 300 }, (_, i) => messageOf('reminder', i, systemClock.now()));
  await db.transaction().execute((transaction) => store.enqueue(transaction, messages));
  const times: number[] = [];
  for (;;) {
    const began = performance.now();
    const [row] = await store.due('telegram', { limit: 1, busy: [], held: [], reachable: undefined });
    if (!row) return times;
    const claim = await store.claim(row.id);
    await store.settle(row.id, claim ?? '', { state: 'sent', messageId: '1' });
    times.push(performance.now() - began);
  }
}

async function benchClaiming(): Promise<void> {
  using folder = temporaryFolder();
  const empty = await openDatabase(`sqlite:${folder.path}/empty.db`);
  const full = await openDatabase(`sqlite:${folder.path}/full.db`);
  for (let at = 0; at < SETTLED; at += 1000) {
    const rows = Array.from({ length: 1000 }, (_, i) => ({
      key: `old:${at + i}`,
      class: 'announcement' as const,
      channel: 'telegram',
      chat_id: String(at + i),
      person_id: `person-${at + i}`,
      group_id: `group-${Math.floor(at / 20_000)}`,
      due_at: timestamp(systemClock.now().subtract({ hours: 24 })),
      next_at: timestamp(systemClock.now().subtract({ hours: 24 })),
      settled_at: timestamp(systemClock.now().subtract({ hours: 24 })),
      state: 'sent' as const,
    }));
    await full.insertInto('outbox').values(rows).execute();
  }
  const few = median(await claimTimes(empty));
  const many = median(await claimTimes(full));
  const began = performance.now();
  await createOutboxStore(full, systemClock).counts();
  const counting = performance.now() - began;
  console.table({
    'claiming and settling a message': {
      'empty, ms': few.toFixed(2),
      [`beside ${SETTLED.toLocaleString('en')} settled rows, ms`]: many.toFixed(2),
      ratio: (many / few).toFixed(2),
      'counting what was not sent, ms': counting.toFixed(1),
    },
  });
  await empty.destroy();
  await full.destroy();
}

export async function benchDelivery(): Promise<void> {
  await benchEnqueue();
  await benchClaiming();
  await benchSending();
}
