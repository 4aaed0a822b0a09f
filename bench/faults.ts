import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { sql } from 'kysely';
import { DeliveryError, type Channel, type Incoming } from '../src/bot/channel.ts';
import { createInbox, type Inbox } from '../src/bot/inbox.ts';
import type { ChannelName } from '../src/config.ts';
import { createDelivery, type Delivery } from '../src/delivery/delivery.ts';
import { createOutboxStore, type NewMessage } from '../src/delivery/outbox-store.ts';
import { createLogger } from '../src/log.ts';
import { createMetrics } from '../src/metrics.ts';
import { createQuestionsStore } from '../src/questions/questions-store.ts';
import { seeded } from '../src/search/eval/typing.ts';
import { openDatabase } from '../src/store/database.ts';
import type { OutboxClass } from '../src/store/schema.ts';
import { createAlarm } from '../src/watch/alarm.ts';
import { createAlarmsStore } from '../src/watch/alarms-store.ts';
import { drivenTime } from '../test/support/clock.ts';

/*
 * Days of use in a time that is driven, with a fault every minute: a platform that refuses, asks to wait, cuts off before or
 * after it has delivered, or does not know the chat; a disk that takes nothing; a bot that is stopped, or dies with messages
 * on their way. What was promised is compared with what the platforms got, in a database of its own.
 */
const HOURS = 24;
const TIME_ZONE = 'Asia/Ho_Chi_Minh';
const CHATS = 400;
const REMINDERS_A_MINUTE = 12;
const QUESTIONS_A_MINUTE = 12;
const ANNOUNCE_EVERY_MINUTES = 30;
const RECIPIENTS = 300;
const RESTART_EVERY_MINUTES = 20;
const PLATFORMS: readonly ChannelName[] = ['telegram', 'zalo'];

type Fault = 'refuses' | 'waits' | 'lost' | 'late' | 'unknown chat' | 'disk';
const FAULTS: readonly Fault[] = ['refuses', 'waits', 'lost', 'late', 'unknown chat', 'disk'];

interface Counts {
  messages: number;
  lost: number;
  'sent and never delivered': number;
  'announcements twice': number;
  unsettled: number;
  'updates not handled': number;
  /** Their answer did not get through within the minutes that somebody waits for it. */
  'answers given up': number;
  /** It was not known whether they had arrived. */
  'answers twice': number;
}

/** What was promised, and what the platforms got; outside of the heap that is watched. */
function createLedger(folder: string, database: string) {
  const ledger = new DatabaseSync(path.join(folder, 'ledger.db'));
  ledger.exec('PRAGMA synchronous=OFF; CREATE TABLE promised (key text primary key); CREATE TABLE got (key text)');
  const promise = ledger.prepare('INSERT INTO promised VALUES (?)');
  const get = ledger.prepare('INSERT INTO got VALUES (?)');
  const count = (text: string): number => Number(ledger.prepare(`SELECT count(*) AS n FROM ${text}`).get()?.['n']);
  return {
    promise: (key: string) => void promise.run(key),
    get: (key: string) => void get.run(key),
    compare(): Counts {
      ledger.exec(`CREATE INDEX got_key ON got (key); ATTACH '${database}' AS bot`);
      return {
        messages: count("promised WHERE key NOT LIKE 'question:%'"),
        lost: count(
          "promised WHERE key NOT LIKE 'question:%' AND NOT EXISTS (SELECT 1 FROM bot.outbox WHERE outbox.key = promised.key)",
        ),
        'sent and never delivered': count("bot.outbox WHERE state = 'sent' AND key NOT IN (SELECT key FROM got)"),
        'announcements twice': count(
          "(SELECT key FROM got WHERE key LIKE 'announcement:%' GROUP BY key HAVING count(*) > 1)",
        ),
        unsettled: count("bot.outbox WHERE state IN ('due', 'sending')"),
        'updates not handled': count('bot.inbox WHERE message IS NOT NULL'),
        'answers given up': count("promised WHERE key LIKE 'question:%' AND key NOT IN (SELECT key FROM got)"),
        'answers twice': count("(SELECT key FROM got WHERE key LIKE 'question:%' GROUP BY key HAVING count(*) > 1)"),
      };
    },
    /** What messages ended as. */
    states: () =>
      Object.fromEntries(
        ledger
          .prepare("SELECT class || ' ' || state AS what, count(*) AS n FROM bot.outbox GROUP BY what")
          .all()
          .map(({ what, n }) => [String(what), Number(n)]),
      ),
    close: () => ledger.close(),
  };
}

/** Bytes that are in use after everything else was collected. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

/** @param hours of simulated use */
export async function benchFaults(hours = HOURS): Promise<void> {
  const began = performance.now();
  const seed = Date.now();
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const folder = mkdtempSync(path.join(tmpdir(), 'sotay-'));
  const file = path.join(folder, 'sotay.db');
  const time = drivenTime('2026-11-22T01:00:00Z');
  const { clock, wait } = time;
  const db = await openDatabase(`sqlite:${file}`);
  const ledger = createLedger(folder, file);
  const log = createLogger('silent', []);
  const store = createOutboxStore(db, clock);
  const questions = createQuestionsStore(db, clock, TIME_ZONE, 180);
  const alarm = createAlarm({ store: createAlarmsStore(db, clock), clock, tellOfficers: async () => 1, log });
  const metrics = createMetrics();
  const faults = new Map<ChannelName, Fault>();

  const platform = (name: ChannelName): Pick<Channel, 'name' | 'send'> => ({
    name,
    async send(_chatId, { markdown }, { claim } = {}) {
      await claim?.();
      const fault = faults.get(name);
      // After the claim, so that something is on its way when the bot stops.
      await wait(100);
      if (fault === 'refuses') throw new DeliveryError('retry', 'connection refused');
      if (fault === 'waits') throw new DeliveryError('paused', '429', { retryAfter: 5000 });
      if (fault === 'lost') throw new DeliveryError('unknown', 'cut off');
      if (fault === 'unknown chat' && random() < 0.1) throw new DeliveryError('gone', 'chat not found');
      ledger.get(/(?:reminder|announcement|question):\S+/.exec(markdown)?.[0] ?? '');
      if (fault === 'late') throw new DeliveryError('unknown', 'cut off');
      return { messageId: '1' };
    },
  });
  const channels = PLATFORMS.map(platform);

  const start = (): Delivery => {
    const delivery = createDelivery({
      store,
      databaseUrl: `sqlite:${file}`,
      channels,
      clock,
      wait,
      timeZone: TIME_ZONE,
      quietHours: undefined,
      quietHoursOf: () => Promise.resolve(undefined),
      held: () => Promise.resolve([]),
      onGone: () => Promise.resolve(),
      alarm,
      metrics,
      keepDays: 365,
      log,
    });
    delivery.start();
    return delivery;
  };
  const open = (): Inbox =>
    createInbox({
      db,
      clock,
      log,
      channels: new Map(channels.map((channel) => [channel.name, channel])),
      async handle({ text }) {
        await questions.add({ text, outcome: 'none', entryId: undefined }).catch(() => undefined);
        return [{ markdown: text }];
      },
      wait,
    });

  /** What could not be stored, to be tried again, as a tick does and a platform. */
  let owed: NewMessage[] = [];
  let updates: { id: string; message: Incoming }[] = [];
  let number = 0;
  function plan(kind: OutboxClass, count: number): void {
    for (let i = 0; i < count; i++) {
      const key = `${kind}:${number++}`;
      const chatId = String(Math.floor(random() * CHATS));
      const message = { markdown: `${key} mời đồng chí` };
      owed.push({ key, class: kind, channel: pick(PLATFORMS), chatId, message, dueAt: clock.now() });
    }
  }
  async function put(): Promise<void> {
    const messages = owed;
    try {
      await db.transaction().execute((transaction) => store.enqueue(transaction, messages));
      for (const { key } of messages) ledger.promise(key);
      owed = [];
    } catch {
      // The disk takes nothing; they are still owed.
    }
  }
  async function receive(inbox: Inbox): Promise<void> {
    const left: typeof updates = [];
    for (const update of updates) {
      await inbox.accept(update.id, update.message).then(
        () => ledger.promise(update.message.text),
        () => left.push(update),
      );
    }
    updates = left;
  }
  function ask(): void {
    for (let i = 0; i < QUESTIONS_A_MINUTE; i++) {
      const id = String(number++);
      const chat = String(Math.floor(random() * CHATS));
      const from = { channel: pick(PLATFORMS), chatId: chat, userId: chat };
      updates.push({ id, message: { ...from, kind: 'text', text: `question:${id}`, group: false } });
    }
  }

  let delivery = start();
  let inbox = open();
  const heap: number[] = [];
  for (let minute = 0; minute < hours * 60; minute++) {
    faults.clear();
    const fault = pick(FAULTS);
    if (fault === 'disk') await sql`PRAGMA query_only = ON`.execute(db);
    else faults.set(pick(PLATFORMS), fault);
    plan('reminder', REMINDERS_A_MINUTE);
    if (minute % ANNOUNCE_EVERY_MINUTES === 0) plan('announcement', RECIPIENTS);
    ask();
    for (let part = 0; part < 4; part++) {
      if (part === 2) {
        await sql`PRAGMA query_only = OFF`.execute(db);
        faults.clear();
      }
      if (owed.length > 0) await put();
      await receive(inbox);
      await time.pass({ seconds: 15 });
    }
    if (minute % RESTART_EVERY_MINUTES === RESTART_EVERY_MINUTES - 1) {
      // Something is always on its way when it stops.
      plan('announcement', 20);
      await put();
      await time.pass({ milliseconds: 1050 });
      const stopped = Promise.all([delivery.stop(), inbox.stop()]);
      await time.pass({ seconds: 10 });
      await stopped;
      // As a process that dies after its claims leaves them.
      for (const row of await store.due('telegram', { limit: 5, busy: [], held: [], reachable: undefined })) {
        await store.claim(row.id);
      }
      delivery = start();
      inbox = open();
      await inbox.resume();
    }
    if (minute % 60 === 59) heap.push(heapInUse());
  }
  faults.clear();
  await put();
  await receive(inbox);
  await time.pass({ minutes: 90 });
  const stopped = delivery.stop();
  await time.pass({ seconds: 10 });
  await stopped;
  const counts = ledger.compare();
  const states = ledger.states();
  ledger.close();
  await db.destroy();
  rmSync(folder, { recursive: true });

  const [first = 0, last = 0] = [heap[Math.min(1, heap.length - 1)], heap.at(-1)];
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
  console.table({
    [`${hours} hours with a fault every minute, seed ${seed}`]: {
      ...counts,
      'heap after 2 h, MB': megabytes(first),
      'heap at the end, MB': megabytes(last),
      'minutes that it took': ((performance.now() - began) / 60_000).toFixed(1),
    },
  });
  console.table(states);
}
