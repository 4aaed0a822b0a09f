import { beforeEach, expect, test } from 'vitest';
import { createAnnouncementsStore, type AnnouncementsStore } from '../../src/announcements/announcements-store.ts';
import { createProgress, type Progress } from '../../src/announcements/progress.ts';
import { momentWords } from '../../src/announcements/schedule.ts';
import { DeliveryError, type Outgoing } from '../../src/bot/channel.ts';
import type { ChannelName } from '../../src/config.ts';
import { createOutboxStore, type OutboxStore } from '../../src/delivery/outbox-store.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { drivenClock } from '../support/clock.ts';
import { watchedLog } from '../support/log.ts';

const clock = drivenClock('2026-11-22T03:00:00Z');
const RATES = { telegram: 28, zalo: 5, web: 1000 };

let db: Database;
let store: AnnouncementsStore;
let outbox: OutboxStore;
let progress: Progress;
let fails: DeliveryError | undefined;
let leftOfZalo: number | null = null;
const shown: string[] = [];

beforeEach(async () => {
  db = await openDatabase('sqlite::memory:');
  store = createAnnouncementsStore(db, clock);
  outbox = createOutboxStore(db, clock);
  shown.length = 0;
  fails = undefined;
  leftOfZalo = null;
  const show = (message: Outgoing): void => {
    if (fails) throw fails;
    shown.push(message.markdown);
  };
  const telegram = {
    send: async (_chatId: string, message: Outgoing) => {
      show(message);
      return Promise.resolve({ messageId: '77' });
    },
    edit: async (_chatId: string, _messageIds: readonly string[], message: Outgoing) => {
      show(message);
      return Promise.resolve();
    },
  };
  const zalo = { send: telegram.send };
  progress = createProgress({
    db,
    store,
    outbox,
    channels: new Map<ChannelName, typeof telegram | typeof zalo>([
      ['telegram', telegram],
      ['zalo', zalo],
    ]),
    lock: { take: () => true, release: () => undefined },
    rates: RATES,
    quietUntil: () => undefined,
    zaloMonth: () => Promise.resolve({ leftForAnnouncements: leftOfZalo }),
    timeZone: 'Asia/Ho_Chi_Minh',
    clock,
    wait: () => Promise.resolve(),
    log: watchedLog(),
  });
  return () => db.destroy();
});

/** An announcement to two people that is being sent. */
async function sending(channel: ChannelName, statusMessageId?: string): Promise<string> {
  const { id } = await store.add(db, { author: 'x', account: { channel, userId: '1' }, markdown: 'Họp.' });
  await store.change(db, id, ['draft'], { state: 'sending', sentAt: clock.now(), statusMessageId });
  const to = { class: 'announcement', channel: 'telegram', groupId: `announcement:${id}`, dueAt: clock.now() } as const;
  const messages = ['a', 'b'].map((chatId) => ({ ...to, key: chatId, chatId, message: { markdown: 'Họp.' } }));
  await db.transaction().execute((transaction) => outbox.enqueue(transaction, messages));
  return id;
}

async function settle(chatId: string): Promise<void> {
  const due = await outbox.due('telegram', { limit: 9, busy: [], held: [], reachable: undefined });
  const row = due.find((one) => one.chatId === chatId);
  const claim = await outbox.claim(row?.id ?? 0);
  await outbox.settle(row?.id ?? 0, claim ?? '', { state: 'sent', messageId: '1' });
}

const told = () => db.selectFrom('outbox').selectAll().where('class', '=', 'answer').execute();

test('the status message is edited when something has changed, every three seconds at most', async () => {
  const id = await sending('telegram', '5');
  await progress.run();
  await progress.run();
  expect(shown).toHaveLength(1);
  await settle('a');
  await progress.run();
  expect(shown).toHaveLength(1);
  clock.advance({ seconds: 3 });
  await progress.run();
  expect(shown.at(-1)).toContain('▓▓▓▓▓░░░░░ 50%');
  await settle('b');
  clock.advance({ seconds: 2 });
  await progress.run();
  expect((await store.byId(id))?.state).toBe('sending');
  clock.advance({ seconds: 1 });
  await progress.run();
  expect(shown.at(-1)).toContain('Đã gửi xong thông báo** tới 2/2 người');
  expect((await store.byId(id))?.state).toBe('sent');
  expect(await told()).toEqual([]);
});

test('without a status message, as after a crash, one is sent and kept', async () => {
  const id = await sending('telegram');
  await progress.run();
  expect(shown).toEqual([]);
  clock.advance({ seconds: 5 });
  await progress.run();
  expect(shown).toHaveLength(1);
  expect((await store.byId(id))?.statusMessageId).toBe('77');
});

test('what cannot be edited is said by a message at the end', async () => {
  const id = await sending('telegram', '5');
  fails = new DeliveryError('rejected', 'message to edit not found');
  await progress.run();
  expect((await store.byId(id))?.state).toBe('sending');
  await settle('a');
  await settle('b');
  clock.advance({ seconds: 3 });
  await progress.run();
  expect(await told()).toMatchObject([{ chat_id: '1', markdown: expect.stringContaining('Đã gửi xong') }]);
  expect((await store.byId(id))?.state).toBe('sent');
  await progress.run();
  expect(await told()).toHaveLength(1);
});

test('the last edit is tried again before that', async () => {
  const id = await sending('telegram', '5');
  await settle('a');
  await settle('b');
  fails = new DeliveryError('unknown', 'timeout');
  await progress.run();
  clock.advance({ seconds: 3 });
  fails = undefined;
  await progress.run();
  expect(shown.at(-1)).toContain('Đã gửi xong');
  expect((await store.byId(id))?.state).toBe('sent');
  expect(await told()).toEqual([]);
});

test('on Zalo there is a message at the end', async () => {
  await sending('zalo');
  await progress.run();
  expect(await told()).toEqual([]);
  await settle('a');
  await settle('b');
  await progress.run();
  expect(await told()).toMatchObject([{ channel: 'zalo', markdown: expect.stringContaining('Đã gửi xong') }]);
  expect(shown).toEqual([]);
});

test.each(['telegram', 'zalo'] as const)('what is recalled on the way has ended too: %s', async (channel) => {
  const id = await sending(channel, channel === 'telegram' ? '5' : undefined);
  await settle('a');
  await progress.run();
  await db.transaction().execute(async (transaction) => {
    await store.change(transaction, id, ['sending'], { state: 'recalled', markdown: '' });
    await outbox.cancel(transaction, `announcement:${id}`);
  });
  clock.advance({ seconds: 3 });
  await progress.run();
  if (channel === 'telegram') expect(shown.at(-1)).toContain('Đã thu hồi thông báo**\n\nĐã gửi 1 · không gửi nữa 1');
  // Whoever sees to the recall says how that went.
  expect(await told()).toEqual([]);
  const { state, endedAt } = (await store.byId(id)) ?? {};
  expect([state, endedAt]).toEqual(['recalled', clock.now()]);
});

test('people who want silence get it later, which the status says', async () => {
  const id = await sending('telegram', '5');
  const silent = clock.now().add({ hours: 30 });
  await db
    .updateTable('outbox')
    .set({ next_at: silent.toString({ smallestUnit: 'millisecond' }) })
    .where('key', '=', 'b')
    .execute();
  await progress.run();
  expect(shown.at(-1)).toMatch(/còn 2\n\nCòn vài giây\. 1 người đang để im lặng; .+$/);
  await settle('a');
  clock.advance({ seconds: 3 });
  await progress.run();
  expect(shown.at(-1)).toMatch(/Đã gửi 1 · còn 1\n\n1 người đang để im lặng; .+$/);
  clock.advance({ hours: 30 });
  await settle('b');
  await progress.run();
  expect(shown.at(-1)).toContain('Đã gửi xong');
  expect((await store.byId(id))?.state).toBe('sent');
});

test("what waits for Zalo's next month is said with its time, and looked at rarely until it goes on", async () => {
  const id = await sending('telegram', '5');
  const since = momentWords(clock.now(), 'Asia/Ho_Chi_Minh');
  await db.updateTable('outbox').set({ channel: 'zalo' }).where('key', '=', 'b').execute();
  leftOfZalo = 0;
  clock.advance({ minutes: 1 });
  await progress.run();
  const held = `1 người nhận qua Zalo đang chờ từ ${since}; sang tháng sau tôi gửi tiếp, vì gói Zalo tháng này đã dùng tới 95%. Chờ quá 7 ngày thì tôi không gửi nữa.`;
  expect(shown.at(-1)).toMatch(/còn 2\n\nCòn vài giây\. 1 người nhận qua Zalo đang chờ/);
  await settle('a');
  clock.advance({ seconds: 3 });
  await progress.run();
  expect(shown.at(-1)?.endsWith(`Đã gửi 1 · còn 1\n\n${held}`), shown.at(-1)).toBe(true);
  leftOfZalo = 10;
  clock.advance({ seconds: 3 });
  await progress.run();
  expect(shown.at(-1)).toContain('tháng sau');
  clock.advance({ minutes: 1 });
  await progress.run();
  expect(shown.at(-1)).toMatch(/Còn vài giây\.$/);
  await db.updateTable('outbox').set({ state: 'sent' }).where('key', '=', 'b').execute();
  clock.advance({ seconds: 3 });
  await progress.run();
  expect((await store.byId(id))?.state).toBe('sent');
});

test('what was stopped has ended when the rest is settled', async () => {
  const id = await sending('telegram', '5');
  await db.transaction().execute(async (transaction) => {
    await store.change(transaction, id, ['sending'], { state: 'stopped' });
    await outbox.cancel(transaction, `announcement:${id}`);
  });
  await progress.run();
  expect(shown.at(-1)).toContain('Đã dừng thông báo');
  const { state, endedAt } = (await store.byId(id)) ?? {};
  expect([state, endedAt]).toEqual(['stopped', clock.now()]);
});
