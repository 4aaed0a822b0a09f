import { afterEach, describe, expect, test } from 'vitest';
import { DeliveryError, type Outgoing } from '../../src/bot/channel.ts';
import { createInbox, type Inbox } from '../../src/bot/inbox.ts';
import { createTelegram } from '../../src/bot/telegram/telegram.ts';
import { createMetrics } from '../../src/metrics.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { startFakeTelegram } from '../fakes/telegram.ts';
import { startFakeZalo } from '../fakes/zalo.ts';
import { drivenClock, drivenTime, type DrivenTime } from '../support/clock.ts';
import { createGate } from '../support/gate.ts';
import { textFrom } from '../support/incoming.ts';
import { watchedLog } from '../support/log.ts';
import { startZaloBench } from '../support/zalo.ts';

const START = '2026-11-21T08:00:00Z';

async function unanswered(db: Database): Promise<number> {
  return (await db.selectFrom('inbox').select('update_id').where('message', 'is not', null).execute()).length;
}

describe('a platform that refuses connections for a minute', () => {
  interface Bench {
    inbox: Inbox;
    /** Chat and text of what arrived. */
    arrived(): string[];
    handled: string[];
    end(): Promise<void>;
  }
  const BACK_AFTER = { seconds: 60 };

  async function telegram(): Promise<Bench> {
    const fake = await startFakeTelegram();
    const gate = createGate(fake.root);
    const db = await openDatabase('sqlite::memory:');
    const clock = drivenClock(START);
    const back = clock.now().add(BACK_AFTER);
    const handled: string[] = [];
    const wait = async (milliseconds: number): Promise<void> => {
      const before = clock.now();
      clock.advance({ milliseconds });
      const isBack = [before, clock.now()].map((now) => Temporal.Instant.compare(now, back) >= 0);
      if (!isBack[0] && isBack[1]) await gate.open();
      await new Promise((resolve) => setImmediate(resolve));
    };
    const platform = createTelegram(
      {
        token: fake.token,
        apiRoot: gate.root,
        proxy: undefined,
        webhook: undefined,
        rate: 28,
        commands: [],
        officers: () => Promise.resolve([]),
      },
      { inbox: { accept: () => Promise.resolve() }, clock, wait, log: watchedLog(), metrics: createMetrics() },
    );
    const inbox = createInbox({
      db,
      clock,
      wait,
      log: watchedLog(),
      channels: new Map([['telegram', platform]]),
      handle: ({ text }) => {
        handled.push(text);
        return Promise.resolve([{ markdown: `re ${text}` }]);
      },
    });
    return {
      inbox,
      handled,
      arrived: () => fake.sent.map(({ chatId, text }) => `${chatId}: ${text}`),
      async end() {
        expect(await unanswered(db)).toBe(0);
        await db.destroy();
        await gate.close();
        await fake.close();
      },
    };
  }

  async function zalo(): Promise<Bench> {
    const fake = await startFakeZalo();
    const gate = createGate(fake.root);
    const handled: string[] = [];
    let isBack = false;
    const bench = await startZaloBench({
      fake,
      apiRoot: gate.root,
      handle: ({ text }) => {
        handled.push(text);
        return Promise.resolve([{ markdown: `re ${text}` }]);
      },
      async waited(now) {
        if (isBack || Temporal.Instant.compare(now, Temporal.Instant.from(START).add(BACK_AFTER)) < 0) return;
        isBack = true;
        await gate.open();
      },
    });
    return {
      inbox: bench.inbox,
      handled,
      arrived: () => fake.sent.map(({ chatId, text }) => `${chatId}: ${text}`),
      async end() {
        expect(await unanswered(bench.db)).toBe(0);
        await bench[Symbol.asyncDispose]();
        await gate.close();
        await fake.close();
      },
    };
  }

  test.each([
    ['telegram', telegram],
    ['zalo', zalo],
  ] as const)('%s: every answer arrives once, in its order', async (channel, create) => {
    const bench = await create();
    for (const [id, text, chat] of [
      ['1', 'a', '7'],
      ['2', 'b', '7'],
      ['3', 'c', '8'],
    ] as const) {
      await bench.inbox.accept(id, { ...textFrom(text, chat), channel });
    }
    await bench.inbox.idle();
    expect(bench.handled.toSorted()).toEqual(['a', 'b', 'c']);
    expect(bench.arrived().filter((line) => line.startsWith('7'))).toEqual(['7: re a', '7: re b']);
    expect(bench.arrived().filter((line) => line.startsWith('8'))).toEqual(['8: re c']);
    await bench.end();
  });
});

describe('answers that wait', () => {
  let db: Database;
  let time: DrivenTime;
  /** How the platform fails, by what is sent. */
  let failure: (markdown: string) => DeliveryError | undefined;
  let tries: string[];
  let sent: Outgoing[];
  let handled: string[];
  const refused = (): DeliveryError => new DeliveryError('retry', 'connection: ECONNREFUSED');

  async function setUp(handle?: (text: string) => Promise<Outgoing[]>): Promise<Inbox> {
    db = await openDatabase('sqlite::memory:');
    time = drivenTime(START);
    [tries, sent, handled] = [[], [], []];
    failure = refused;
    return start(handle);
  }
  afterEach(() => db.destroy());

  /** A process on the database. */
  function start(handle = (text: string): Promise<Outgoing[]> => Promise.resolve([{ markdown: `re ${text}` }])): Inbox {
    return createInbox({
      db,
      clock: time.clock,
      wait: time.wait,
      log: watchedLog(),
      channels: new Map([
        [
          'telegram',
          {
            async send(_chatId, reply) {
              tries.push(reply.markdown);
              const error = failure(reply.markdown);
              if (error) throw error;
              sent.push(reply);
              return { messageId: '1' };
            },
          },
        ],
      ]),
      handle({ text }) {
        handled.push(text);
        return handle(text);
      },
    });
  }
  const texts = (): string[] => sent.map(({ markdown }) => markdown);

  test('are given up after ten minutes, and hold up only their chat', async () => {
    const inbox = await setUp();
    failure = (markdown) => (markdown === 're a' ? refused() : undefined);
    await inbox.accept('1', textFrom('a', 'lan'));
    await inbox.accept('2', textFrom('b', 'hoa'));
    await time.pass({ minutes: 9 });
    await inbox.accept('3', textFrom('c', 'lan'));
    await time.pass({ seconds: 40 });
    expect(texts()).toEqual(['re b']);
    await time.pass({ seconds: 30 });
    await inbox.idle();
    expect(texts()).toEqual(['re b', 're c']);
    expect(await unanswered(db)).toBe(0);
    // One, two, four, eight seconds, then every fifteen.
    expect(tries.filter((text) => text === 're a').length).toBeLessThan(45);
  });

  test('are sent four times at most when each may have arrived, and once to who blocked the bot', async () => {
    const inbox = await setUp();
    failure = (markdown) => new DeliveryError(markdown === 're a' ? 'unknown' : 'gone', '');
    await inbox.accept('1', textFrom('a', 'lan'));
    await inbox.accept('2', textFrom('b', 'hoa'));
    await time.pass({ minutes: 2 });
    await inbox.idle();
    expect(tries.toSorted()).toEqual(['re a', 're a', 're a', 're a', 're b']);
  });

  test('are not tried while the platform asks to wait, and not at all when that is too long', async () => {
    const inbox = await setUp();
    failure = (markdown) => new DeliveryError('paused', '', { retryAfter: (markdown === 're a' ? 300 : 900) * 1000 });
    await inbox.accept('1', textFrom('a', 'lan'));
    await inbox.accept('2', textFrom('b', 'hoa'));
    await time.pass({ seconds: 299 });
    expect(tries).toEqual(['re a', 're b']);
    failure = () => undefined;
    await time.pass({ seconds: 2 });
    expect(texts()).toEqual(['re a']);
    await inbox.idle();
  });

  test('are tried for a few seconds also when their turn came late', async () => {
    const inbox = await setUp();
    let release = (_replies: Outgoing[]): void => undefined;
    const slow = start(() => new Promise((resolve) => (release = resolve)));
    await slow.accept('1', textFrom('a'));
    await time.pass({ minutes: 20 });
    release([{ markdown: 're a' }]);
    await time.pass({ seconds: 4 });
    failure = () => undefined;
    await time.pass({ seconds: 4 });
    await Promise.all([slow.idle(), inbox.idle()]);
    expect(texts()).toEqual(['re a']);
  });

  test('are left at a stop, sent and not handled again by the next process, and followed by what came after', async () => {
    const noted: string[] = [];
    const file = { name: 'a.csv', bytes: new Uint8Array([0, 255, 7]) };
    const picture = { png: new Uint8Array([1, 2]), alt: 'mã' };
    const first = await setUp((text) =>
      Promise.resolve([
        { markdown: `${text}1` },
        { markdown: `${text}2`, choices: [{ id: 'x', label: 'X' }], picture },
        { markdown: `${text}3`, file, onSent: async (id) => void noted.push(id) },
      ]),
    );
    failure = (markdown) => (markdown === 'a2' ? refused() : undefined);
    await first.accept('1', textFrom('a'));
    await time.pass({ seconds: 10 });
    await first.accept('2', textFrom('b'));
    await first.stop();
    expect([texts(), handled]).toEqual([['a1'], ['a']]);

    failure = () => undefined;
    const second = start();
    await second.resume();
    await time.pass({ seconds: 1 });
    await second.idle();
    expect(handled).toEqual(['a', 'b']);
    expect(texts()).toEqual(['a1', 'a2', 'a3', 're b']);
    expect(sent[1]).toEqual({
      markdown: 'a2',
      choices: [{ id: 'x', label: 'X' }],
      picture: { ...picture, png: Buffer.from(picture.png) },
    });
    expect(sent[2]?.file).toEqual({ ...file, bytes: Buffer.from(file.bytes) });
    expect(noted).toEqual([]);
    const rows = await db.selectFrom('inbox').select(['message', 'replies']).execute();
    expect(rows).toEqual([
      { message: null, replies: null },
      { message: null, replies: null },
    ]);
  });

  test('are left after a crash with what has not gone, and not sent by a process that starts too late', async () => {
    const first = await setUp((text) => Promise.resolve([{ markdown: `${text}1` }, { markdown: `${text}2` }]));
    await first.accept('1', textFrom('a', 'lan'));
    await time.pass({ seconds: 1 });
    failure = (markdown) => (markdown === 'a2' ? refused() : undefined);
    await first.accept('2', textFrom('b', 'hoa'));
    await time.pass({ seconds: 5 });
    // The first never wakes up again: as if it were killed.
    const stored = await db.selectFrom('inbox').select('replies').where('update_id', '=', '1').executeTakeFirst();
    expect(JSON.parse(stored?.replies ?? '')).toEqual([{ markdown: 'a2' }]);
    expect(texts().toSorted()).toEqual(['a1', 'b1', 'b2']);

    failure = () => undefined;
    const clock = drivenClock(time.clock.now().add({ minutes: 11 }).toString());
    time = { ...time, clock };
    const late = start();
    await late.resume();
    await late.idle();
    expect(texts()).toHaveLength(3);
    expect(await unanswered(db)).toBe(0);
  });

  test('are not stored again for who was erased meanwhile', async () => {
    const inbox = await setUp(async () => {
      await db.updateTable('inbox').set({ message: null, replies: null }).execute();
      return [{ markdown: 'đã xóa' }];
    });
    await inbox.accept('1', textFrom('xóa'));
    await time.pass({ seconds: 2 });
    expect(await db.selectFrom('inbox').select('replies').execute()).toEqual([{ replies: null }]);
    failure = () => undefined;
    await time.pass({ seconds: 5 });
    expect(texts()).toEqual(['đã xóa']);
    await inbox.idle();
  });
});
