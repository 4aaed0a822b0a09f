import { sql } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import { DeliveryError, type DeliveryFailure } from '../../src/bot/channel.ts';
import { timestamp } from '../../src/clock.ts';
import { createDelivery, type Delivery, type DeliveryDeps } from '../../src/delivery/delivery.ts';
import { createOutboxStore, type NewMessage, type OutboxStore } from '../../src/delivery/outbox-store.ts';
import { parseQuietHours } from '../../src/delivery/quiet-hours.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { createAlarm } from '../../src/watch/alarm.ts';
import { createAlarmsStore } from '../../src/watch/alarms-store.ts';
import { drivenTime, type DrivenTime } from '../support/clock.ts';
import { watchedLog } from '../support/log.ts';
import { messageOf } from '../support/outbox.ts';

interface Bench {
  time: DrivenTime;
  db: Database;
  store: OutboxStore;
  delivery: Delivery;
  /** What the platform took: chat, text, and when. */
  sent: { chat: string; text: string; at: string }[];
  /** What the platform answers to the next messages of a chat, before it takes them. */
  failures: Map<string, DeliveryError[]>;
  gone: string[];
  /** What officers were told. */
  told: string[];
  /** Platform, class and state of what was counted as done with. */
  settled: string[];
  add: (...messages: Partial<NewMessage>[]) => Promise<void>;
  states: () => Promise<Record<string, string>>;
}

const NOON = '2026-11-21T05:00:00Z';
let open: Bench | undefined;

afterEach(async () => {
  if (!open) return;
  const { delivery, time, db } = open;
  open = undefined;
  const stopped = delivery.stop();
  await time.pass({ seconds: 10 });
  await stopped;
  await db.destroy();
});

async function start(
  options: Partial<DeliveryDeps> & { latency?: number; at?: string; reachable?: () => string[] } = {},
): Promise<Bench> {
  const time = drivenTime(options.at ?? NOON);
  const { clock, wait } = time;
  const db = await openDatabase('sqlite::memory:');
  const store = createOutboxStore(db, clock);
  const sent: Bench['sent'] = [];
  const failures: Bench['failures'] = new Map();
  const gone: string[] = [];
  const told: string[] = [];
  const settled: string[] = [];
  const delivery = createDelivery({
    store,
    databaseUrl: 'sqlite::memory:',
    channels: [
      {
        name: 'telegram',
        ...(options.reachable ? { reachable: options.reachable } : {}),
        async send(chat, { markdown: text }, { claim, plain } = {}) {
          if (text === '') return {};
          await claim?.();
          await wait(options.latency ?? 0);
          const failure = failures.get(chat)?.shift();
          if (failure) throw failure;
          sent.push({ chat, text: plain ? `plain ${text}` : text, at: timestamp(clock.now()) });
          return { messageId: `m${sent.length}` };
        },
      },
    ],
    clock,
    wait,
    timeZone: 'Asia/Ho_Chi_Minh',
    quietHours: parseQuietHours('22:00-06:00'),
    quietHoursOf: () => Promise.resolve(undefined),
    held: () => Promise.resolve([]),
    onGone: (_channel, chat) => {
      gone.push(chat);
      return Promise.resolve();
    },
    alarm: createAlarm({
      store: createAlarmsStore(db, clock),
      clock,
      tellOfficers: (text) => Promise.resolve(told.push(text)),
      log: watchedLog(),
    }),
    metrics: { delivered: (...what) => void settled.push(what.join(' ')) },
    keepDays: 365,
    log: watchedLog(),
    ...options,
  });
  delivery.start();
  let number = 0;
  open = {
    time,
    db,
    store,
    delivery,
    sent,
    failures,
    gone,
    told,
    settled,
    async add(...messages) {
      await db.transaction().execute((transaction) =>
        store.enqueue(
          transaction,
          messages.map((one) => ({ ...messageOf('reminder', ++number, clock.now()), groupId: 'g', ...one })),
        ),
      );
    },
    states: async () => Object.fromEntries((await store.rows('g')).map(({ chatId, state }) => [chatId, state])),
  };
  return open;
}

const fail = (failure: DeliveryFailure, options?: object): DeliveryError => new DeliveryError(failure, 'x', options);

describe('when', () => {
  test('what is due goes, in the order of time, and nothing before', async () => {
    const { time, add, sent, settled } = await start();
    const at = (minutes: number): Temporal.Instant => time.clock.now().add({ minutes });
    await add({ chatId: 'c', dueAt: at(3) }, { chatId: 'a', dueAt: at(1) }, { chatId: 'b', dueAt: at(2) });
    await time.pass({ seconds: 59 });
    expect(sent).toEqual([]);
    await time.pass({ minutes: 4 });
    expect(sent.map(({ chat }) => chat)).toEqual(['a', 'b', 'c']);
    expect(settled).toEqual(Array.from({ length: 3 }, () => 'telegram reminder sent'));
    for (const [i, { at: when }] of sent.entries()) {
      const late = Temporal.Instant.from(when).since(Temporal.Instant.from(NOON)).total('seconds') - 60 * (i + 1);
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThanOrEqual(1);
    }
  });

  test("nothing goes in quiet hours, everybody's and the person's own", async () => {
    const { time, add, sent } = await start({
      at: '2026-11-21T14:59:50Z',
      quietHoursOf: (person) => Promise.resolve(person === 'late' ? parseQuietHours('05:00-08:00') : undefined),
    });
    await add({ chatId: 'before' });
    await time.pass({ seconds: 20 });
    await add({ chatId: 'a' }, { chatId: 'b', personId: 'late' }, { chatId: 'c', personId: 'early' });
    for (let hour = 0; hour < 12; hour++) {
      await time.pass({ seconds: 30 });
      time.clock.advance({ minutes: 59, seconds: 30 });
    }
    expect(sent.map(({ chat, at }) => [chat, at.slice(0, 16)])).toEqual([
      ['before', '2026-11-21T14:59'],
      ['a', '2026-11-21T23:00'],
      ['c', '2026-11-21T23:00'],
      ['b', '2026-11-22T01:00'],
    ]);
  });

  test('what is not sent in time is not sent at all', async () => {
    const { time, add, sent, states, db } = await start({ at: '2026-11-21T15:00:00Z' });
    await add({ chatId: 'a', expiresAt: time.clock.now().add({ hours: 7 }) }, { chatId: 'b' });
    time.clock.advance({ hours: 9 });
    await time.pass({ minutes: 2 });
    expect(sent.map(({ chat }) => chat)).toEqual(['b']);
    expect(await states()).toEqual({ a: 'expired', b: 'sent' });
    const texts = await db.selectFrom('outbox').select(['markdown', 'choices']).execute();
    expect(texts).toEqual(Array.from({ length: 2 }, () => ({ markdown: null, choices: null })));
  });

  test.each(['Asia/Ho_Chi_Minh', 'America/New_York'])(
    'a clock that jumps sends nothing early and nothing twice (%s)',
    async (zone) => {
      const host = process.env['TZ'];
      process.env['TZ'] = zone;
      try {
        const { time, add, sent } = await start({ quietHours: undefined });
        const at = (hours: number): Temporal.Instant => time.clock.now().add({ hours });
        await add({ chatId: 'now' }, { chatId: 'in 2', dueAt: at(2) }, { chatId: 'in 48', dueAt: at(48) });
        await time.pass({ seconds: 5 });
        time.clock.advance({ hours: -1 });
        await add({ chatId: 'after the jump' });
        await time.pass({ seconds: 5 });
        expect(sent.map(({ chat }) => chat)).toEqual(['now', 'after the jump']);
        time.clock.advance({ hours: 2, minutes: 58 });
        await time.pass({ minutes: 1 });
        expect(sent).toHaveLength(2);
        await time.pass({ minutes: 1 });
        expect(sent.map(({ chat }) => chat)).toEqual(['now', 'after the jump', 'in 2']);
        time.clock.advance({ hours: 72 });
        await time.pass({ seconds: 5 });
        expect(sent.map(({ chat }) => chat)).toEqual(['now', 'after the jump', 'in 2', 'in 48']);
        time.clock.advance({ hours: -72 });
        await time.pass({ minutes: 10 });
        expect(sent).toHaveLength(4);
      } finally {
        if (host === undefined) delete process.env['TZ'];
        else process.env['TZ'] = host;
      }
    },
  );

  test('a page that is not open is waited for, at no cost', async () => {
    const pages: string[] = [];
    const { time, add, sent, store } = await start({ reachable: () => pages });
    await add({ chatId: 'a' }, { chatId: 'b' });
    await time.pass({ minutes: 10 });
    pages.push('b');
    await time.pass({ seconds: 2 });
    expect(sent.map(({ chat }) => chat)).toEqual(['b']);
    expect((await store.rows('g')).map(({ attempts }) => attempts)).toEqual([0, 1]);
  });

  test('classes that are held wait, the others do not', async () => {
    let full = true;
    const { time, add, sent } = await start({ held: () => Promise.resolve(full ? ['announcement'] : []) });
    await add({ chatId: 'a', class: 'announcement' }, { chatId: 'b' });
    await time.pass({ minutes: 5 });
    expect(sent.map(({ chat }) => chat)).toEqual(['b']);
    full = false;
    await time.pass({ seconds: 2 });
    expect(sent.map(({ chat }) => chat)).toEqual(['b', 'a']);
  });

  test('messages to one chat keep their order and hold up no other', async () => {
    const { time, add, sent } = await start({ latency: 500 });
    await add(...Array.from({ length: 60 }, (_, i) => ({ chatId: 'busy', message: { markdown: `${i}` } })), {
      chatId: 'b',
    });
    await time.pass({ seconds: 5 });
    expect(sent.findIndex(({ chat }) => chat === 'b')).toBeLessThan(3);
    await time.pass({ minutes: 2 });
    expect(sent.filter(({ chat }) => chat === 'busy').map(({ text }) => Number(text))).toEqual(
      Array.from({ length: 60 }, (_, i) => i),
    );
  });
});

describe('failures', () => {
  test('429 holds the whole queue for as long as it says, and costs no attempt', async () => {
    const { time, add, sent, failures, store } = await start();
    failures.set(
      'a',
      Array.from({ length: 12 }, () => fail('paused', { retryAfter: 300_000 })),
    );
    await add({ chatId: 'a' });
    await time.pass({ seconds: 1 });
    await add({ chatId: 'b' });
    await time.pass({ minutes: 4, seconds: 55 });
    expect(sent).toEqual([]);
    await time.pass({ hours: 1 });
    expect(sent.map(({ chat }) => chat)).toContain('b');
    expect(sent.map(({ chat }) => chat)).toContain('a');
    expect((await store.rows('g')).map(({ attempts }) => attempts)).toEqual([1, 1]);
  });

  test('what did not leave is tried eight times within half an hour, then it has failed and is told', async () => {
    const { time, add, failures, states, store, told } = await start();
    failures.set(
      'a',
      Array.from({ length: 20 }, () => fail('retry')),
    );
    await add({ chatId: 'a' });
    await time.pass({ minutes: 30 });
    expect(await states()).toEqual({ a: 'failed' });
    expect((await store.rows('g'))[0]).toMatchObject({ attempts: 8, error: 'retry' });
    expect(told.join()).toContain('không kết nối được với Telegram');
  });

  test('cut off: a reminder goes once more and says so, an announcement waits for the officer', async () => {
    const { time, add, failures, states, sent, store, db } = await start();
    for (const chat of ['a', 'b', 'c']) failures.set(chat, [fail('unknown')]);
    failures.get('c')?.push(fail('unknown'));
    await add(
      { chatId: 'a' },
      { chatId: 'b', class: 'announcement' },
      { chatId: 'c' },
      { chatId: 'd', class: 'answer' },
    );
    await time.pass({ minutes: 5 });
    expect(await states()).toEqual({ a: 'sent', b: 'unknown', c: 'unknown', d: 'sent' });
    expect(sent.find(({ chat }) => chat === 'a')?.text).toMatch(/^\*Nhắc lại .*\*\n\nreminder/);
    expect(sent.find(({ chat }) => chat === 'd')?.text).not.toContain('lại');
    expect(await store.resend(db, 'g')).toBe(2);
    await time.pass({ minutes: 5 });
    expect(await states()).toEqual({ a: 'sent', b: 'sent', c: 'sent', d: 'sent' });
    expect(sent.find(({ chat }) => chat === 'b')?.text).toContain('Gửi lại');
  });

  test('gone: the recipient is marked', async () => {
    const { time, add, failures, states, gone, told } = await start();
    failures.set('a', [fail('gone')]);
    await add({ chatId: 'a' });
    await time.pass({ minutes: 5 });
    expect(await states()).toEqual({ a: 'failed' });
    expect(gone).toEqual(['a']);
    expect(told).toEqual([]);
  });

  test('refused markup goes once more as plain text; what is refused then has failed; officers hear of it once an hour', async () => {
    const { time, add, failures, states, sent, told } = await start();
    const refused = fail('rejected', { markup: true });
    failures.set('a', [refused]);
    failures.set('b', [refused, refused]);
    failures.set('c', [fail('rejected')]);
    await add({ chatId: 'a' }, { chatId: 'b' }, { chatId: 'c' });
    await time.pass({ minutes: 5 });
    expect(await states()).toEqual({ a: 'sent', b: 'failed', c: 'failed' });
    expect(sent.map(({ text }) => text)).toEqual(['plain reminder **1**']);
    expect(told).toHaveLength(2);
    failures.set('d', [fail('rejected')]);
    await add({ chatId: 'd' });
    await time.pass({ minutes: 54 });
    expect(told).toHaveLength(2);
    failures.set('e', [fail('rejected')]);
    await add({ chatId: 'e' });
    await time.pass({ minutes: 2 });
    failures.set('f', [fail('rejected')]);
    await add({ chatId: 'f' });
    await time.pass({ minutes: 2 });
    expect(told).toHaveLength(3);
  });

  test('401 stops the platform and loses nothing', async () => {
    const { time, add, failures, sent, store, told } = await start();
    failures.set('a', [fail('unauthorized')]);
    await add({ chatId: 'a' });
    await time.pass({ seconds: 1 });
    await add({ chatId: 'b' });
    await time.pass({ minutes: 30 });
    expect(sent).toEqual([]);
    expect(await store.report('g')).toEqual({ due: 2 });
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('Telegram không nhận mã của bot');
  });

  test('an empty message fails instead of being tried for ever', async () => {
    const { time, add, states } = await start();
    await add({ chatId: 'a', message: { markdown: '' } });
    await time.pass({ seconds: 2 });
    expect(await states()).toEqual({ a: 'failed' });
  });
});

describe('a database that cannot be written', () => {
  test('stops sending with an alarm, and goes on by itself', async () => {
    const { time, add, sent, told, db, delivery, states } = await start();
    await add({ chatId: 'a' }, { chatId: 'b' });
    await sql`PRAGMA query_only = ON`.execute(db);
    await time.pass({ minutes: 10 });
    expect(sent).toEqual([]);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('không ghi được dữ liệu');
    expect(delivery.problem()).toBe('outbox: cannot be read or written');
    await sql`PRAGMA query_only = OFF`.execute(db);
    await time.pass({ minutes: 2 });
    expect(await states()).toEqual({ a: 'sent', b: 'sent' });
    expect(sent).toHaveLength(2);
    expect(delivery.problem()).toBeUndefined();
  });

  test('keeps what it knows until it can be written down, and sends nothing else meanwhile', async () => {
    const { time, add, sent, db, states } = await start({ latency: 2000 });
    await add({ chatId: 'a' });
    await time.pass({ seconds: 1 });
    expect(await states()).toEqual({ a: 'sending' });
    await sql`PRAGMA query_only = ON`.execute(db);
    await time.pass({ minutes: 10 });
    expect(sent).toHaveLength(1);
    await sql`PRAGMA query_only = OFF`.execute(db);
    await add({ chatId: 'b' });
    await time.pass({ minutes: 2 });
    expect(await states()).toEqual({ a: 'sent', b: 'sent' });
    expect(sent.map(({ chat }) => chat)).toEqual(['a', 'b']);
  });

  test('that is full', async () => {
    const { time, add, sent, told, db, states } = await start();
    await sql`create table filler (bytes blob)`.execute(db);
    // Rows that fill their pages, so that a claim needs another one.
    const message = { markdown: 'x'.repeat(3920) };
    const dueAt = time.clock.now().add({ minutes: 1 });
    await add(...Array.from({ length: 20 }, (_, i) => ({ chatId: `${i}`, message, dueAt })));
    await sql`PRAGMA max_page_count = 1`.execute(db);
    const fill = async (bytes: number): Promise<never> => {
      for (;;) await sql`insert into filler values (zeroblob(${bytes}))`.execute(db);
    };
    // The small ones fill the pages that the large ones leave.
    for (const bytes of [4000, 10]) await expect(fill(bytes)).rejects.toThrow('full');
    await time.pass({ minutes: 5 });
    const claimed = await db.selectFrom('outbox').select('id').where('attempts', '>', 0).execute();
    expect(sent.length).toBe(claimed.length);
    expect(sent.length).toBeLessThan(20);
    expect(told[0]).toContain('ổ đĩa đã đầy');
    await sql`PRAGMA max_page_count = 100000`.execute(db);
    await time.pass({ minutes: 2 });
    expect(new Set(Object.values(await states()))).toEqual(new Set(['sent']));
    expect(sent).toHaveLength(20);
  });
});
