import { expect, test } from 'vitest';
import { createTelegram, type TelegramOptions } from '../../src/bot/telegram/telegram.ts';
import { createDelivery } from '../../src/delivery/delivery.ts';
import { createOutboxStore } from '../../src/delivery/outbox-store.ts';
import { createMetrics } from '../../src/metrics.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startFakeTelegram, type Fault } from '../fakes/telegram.ts';
import { fastTime } from '../support/clock.ts';
import { watchedLog } from '../support/log.ts';
import { messageOf } from '../support/outbox.ts';

/** How much faster than life; only the time-outs of the calls themselves are real. */
const FACTOR = 20;
const PAUSE_SECONDS = 60;

interface Script {
  name: string;
  fault: Fault;
  /** Also at the second try. */
  always?: true;
  /** How a reminder and an announcement end, and with how many calls each. */
  reminder: [string, number];
  announcement: [string, number];
}

const unknown = { reminder: ['sent', 2], announcement: ['unknown', 1] } as const satisfies Partial<Script>;
const refused = (description: string, error = 400): Script => ({
  name: description,
  fault: { error, description },
  always: true,
  reminder: ['failed', 1],
  announcement: ['failed', 1],
});

const SCRIPTS: Script[] = [
  { name: '500', fault: { error: 500, description: 'Internal Server Error' }, ...unknown },
  {
    name: '500 twice',
    fault: { error: 500, description: 'x' },
    always: true,
    reminder: ['unknown', 2],
    announcement: ['unknown', 1],
  },
  { name: 'HTML with 502', fault: { html: 502 }, ...unknown },
  { name: 'HTML with 200', fault: { html: 200 }, ...unknown },
  { name: 'cut before', fault: { drop: 'before' }, ...unknown },
  { name: 'cut after', fault: { drop: 'after' }, ...unknown },
  { name: 'reset before', fault: { reset: 'before' }, ...unknown },
  { name: 'reset after', fault: { reset: 'after' }, ...unknown },
  { name: 'half-open before', fault: { silent: 'before' }, ...unknown },
  { name: 'half-open after', fault: { silent: 'after' }, ...unknown },
  { name: 'half an answer', fault: { halfBody: true }, ...unknown },
  {
    name: '429',
    fault: { error: 429, description: 'Too Many Requests', retryAfter: PAUSE_SECONDS },
    reminder: ['sent', 2],
    announcement: ['sent', 2],
  },
  refused('Forbidden: bot was blocked by the user', 403),
  refused('Bad Request: chat not found'),
  refused('Bad Request: message is too long'),
  refused('Conflict', 409),
  {
    name: 'markup',
    fault: { error: 400, description: "Bad Request: can't parse entities" },
    reminder: ['sent', 2],
    announcement: ['sent', 2],
  },
  { ...refused("Bad Request: can't parse entities: always"), reminder: ['failed', 2], announcement: ['failed', 2] },
  { name: 'none', fault: { error: 0, description: '' }, reminder: ['sent', 1], announcement: ['sent', 1] },
];

test(
  'every fault ends in the right class, the whole queue waits on 429, and no refusal is repeated',
  { timeout: 90_000 },
  async () => {
    const fake = await startFakeTelegram();
    const { clock, wait } = fastTime(FACTOR);
    const log = watchedLog();
    const db = await openDatabase('sqlite::memory:');
    const store = createOutboxStore(db, clock);
    const options: TelegramOptions = {
      token: fake.token,
      apiRoot: fake.root,
      proxy: undefined,
      webhook: undefined,
      rate: 5,
      commands: [],
      officers: () => Promise.resolve([]),
    };
    const telegram = createTelegram(options, {
      inbox: { accept: () => Promise.resolve() },
      clock,
      wait,
      log,
      metrics: createMetrics(),
    });
    const gone: string[] = [];
    const delivery = createDelivery({
      store,
      databaseUrl: 'sqlite::memory:',
      channels: [telegram],
      clock,
      wait,
      timeZone: 'Asia/Ho_Chi_Minh',
      quietHours: undefined,
      quietHoursOf: () => Promise.resolve(undefined),
      held: () => Promise.resolve([]),
      onGone: (_channel, chat) => {
        gone.push(chat);
        return Promise.resolve();
      },
      alarm: () => Promise.resolve(1),
      metrics: createMetrics(),
      keepDays: 365,
      log,
    });

    /** Even numbers are announcements. */
    const scriptOf = (chat: number): Script | undefined => SCRIPTS[Math.floor(chat / 2)];
    const calls = new Map<number, number>();
    const times: number[] = [];
    const pauses: number[] = [];
    fake.fault = (_method, { chat_id: id }) => {
      const chat = Number(id);
      const script = scriptOf(chat);
      const count = (calls.get(chat) ?? 0) + 1;
      calls.set(chat, count);
      times.push(performance.now());
      if (!script || script.name === 'none' || (count > 1 && !script.always)) return undefined;
      if (script.name === '429') pauses.push(performance.now());
      return script.fault;
    };
    const chats = SCRIPTS.flatMap((_, i) => [2 * i, 2 * i + 1]);
    await db.transaction().execute((transaction) =>
      store.enqueue(
        transaction,
        chats.map((chat) => messageOf(chat % 2 === 0 ? 'announcement' : 'reminder', chat, clock.now())),
      ),
    );
    delivery.start();
    await expect
      .poll(async () => (await store.counts()).byState, { timeout: 80_000, interval: 200 })
      .toMatchObject({ due: 0, sending: 0 });
    await delivery.stop();

    const rows = [...(await store.rows('reminder')), ...(await store.rows('announcement'))];
    const ended = rows.map(({ chatId, state }) => {
      const chat = Number(chatId);
      return [scriptOf(chat)?.name, chat % 2 === 0 ? 'announcement' : 'reminder', state, calls.get(chat)];
    });
    const expected = SCRIPTS.flatMap(({ name, reminder, announcement }) => [
      [name, 'reminder', ...reminder],
      [name, 'announcement', ...announcement],
    ]);
    expect(new Set(ended.map(String))).toEqual(new Set(expected.map(String)));
    expect(gone.map((chat) => scriptOf(Number(chat))?.name)).toHaveLength(4);

    // What was under way when the 429 came may still arrive; from then on nothing, until the time is over.
    expect(pauses).toHaveLength(2);
    const wholePause = (PAUSE_SECONDS * 1000) / FACTOR;
    for (const pause of pauses) {
      const early = times.filter((time) => time > pause + 300 && time < pause + wholePause - 50);
      expect(early.filter((time) => !pauses.includes(time))).toEqual([]);
    }
    for (const { chatId, text } of fake.sent) {
      const count = fake.sent.filter((one) => one.chatId === chatId).length;
      expect(count).toBeLessThanOrEqual(Number(chatId) % 2 === 0 ? 1 : 2);
      expect(text).not.toBe('');
    }
    await db.destroy();
    await fake.close();
  },
);
