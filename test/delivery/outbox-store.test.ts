import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { timestamp } from '../../src/clock.ts';
import { createOutboxStore, type NewMessage, type OutboxStore } from '../../src/delivery/outbox-store.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { drivenClock, type DrivenClock } from '../support/clock.ts';
import { messageOf } from '../support/outbox.ts';

let db: Database;
let clock: DrivenClock;
let store: OutboxStore;

beforeEach(async () => {
  db = await openDatabase('sqlite::memory:');
  clock = drivenClock('2026-11-21T05:00:00Z');
  store = createOutboxStore(db, clock);
});
afterEach(() => db.destroy());

const enqueue = (...messages: NewMessage[]): Promise<number> =>
  db.transaction().execute((transaction) => store.enqueue(transaction, messages));
const reminder = (chat: number, rest: Partial<NewMessage> = {}): NewMessage => ({
  ...messageOf('reminder', chat, clock.now()),
  ...rest,
});
const ALL = { limit: 5000, busy: [], held: [], reachable: undefined };

async function deliver(messageId = 'm'): Promise<void> {
  for (const { id } of await store.due('telegram', ALL)) {
    const claim = await store.claim(id);
    if (claim !== undefined) await store.settle(id, claim, { state: 'sent', messageId });
  }
}

test('the same key counts once, also when it has long been sent', async () => {
  expect(await enqueue(reminder(1), reminder(1), reminder(2))).toBe(2);
  expect(await enqueue(reminder(1), reminder(3))).toBe(1);
  await deliver();
  expect(await enqueue(reminder(1))).toBe(0);
  expect(await store.report('reminder')).toEqual({ sent: 3 });
});

test('what is rolled back was never there', async () => {
  const failing = db.transaction().execute(async (transaction) => {
    await store.enqueue(transaction, [reminder(1)]);
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await store.due('telegram', ALL)).toEqual([]);
});

test('20,000 messages are put in within a second', async () => {
  const messages = Array.from({ length: 20_000 }, (_, i) => reminder(i, { personId: `p${i}` }));
  const began = performance.now();
  expect(await enqueue(...messages)).toBe(20_000);
  // The bench measures it; here it only must not get slow by an order.
  expect(performance.now() - began).toBeLessThan(5000);
});

test('only one of many claims gets a row, and an old claim settles nothing', async () => {
  await enqueue(reminder(1));
  const [row] = await store.due('telegram', ALL);
  const id = row?.id ?? 0;
  const claims = await Promise.all(Array.from({ length: 20 }, () => store.claim(id)));
  const got = claims.filter((one) => one !== undefined);
  expect(got).toHaveLength(1);
  const claim = got[0] ?? '';
  await store.settle(id, claim, { state: 'due', wait: 0, counted: false, error: 'paused' });
  expect((await store.rows('reminder'))[0]).toMatchObject({ state: 'due', attempts: 0, error: 'paused' });
  const second = await store.claim(id);
  await store.settle(id, claim, { state: 'failed', error: 'late' });
  expect((await store.sending('telegram')).map((one) => one.claim)).toEqual([second]);
});

test('a claim that comes when the row is not due any more gets nothing', async () => {
  await enqueue(
    reminder(1, { expiresAt: clock.now().add({ minutes: 1 }) }),
    reminder(2),
    reminder(3, { groupId: 'g' }),
  );
  const rows = await store.due('telegram', ALL);
  clock.advance({ minutes: 1 });
  expect(await store.claim(rows[0]?.id ?? 0)).toBeUndefined();
  await store.cancel(db, 'g');
  expect(await store.claim(rows[2]?.id ?? 0)).toBeUndefined();
  clock.advance({ hours: -1 });
  expect(await store.claim(rows[1]?.id ?? 0)).toBeUndefined();
});

test('a message goes in with its choices and comes out as it was, until it has gone', async () => {
  const message = { markdown: '**Mời họp**', choices: [{ id: 'a.1', label: 'Đã nhận' }] };
  await enqueue(reminder(1, { message }));
  expect((await store.due('telegram', ALL))[0]?.message).toEqual(message);
  await deliver('77');
  const row = await db.selectFrom('outbox').selectAll().executeTakeFirstOrThrow();
  expect(row).toMatchObject({
    markdown: null,
    choices: null,
    state: 'sent',
    message_id: '77',
    settled_at: timestamp(clock.now()),
  });
});

test('a group is reported on and cancelled, and what is unknown of it is sent again', async () => {
  await enqueue(
    ...[1, 2, 3, 4].map((chat) => reminder(chat, { groupId: 'g', class: 'announcement', personId: `p${chat}` })),
  );
  await enqueue(reminder(9));
  const [first, second] = await store.due('telegram', ALL);
  const claims = [await store.claim(first?.id ?? 0), await store.claim(second?.id ?? 0)];
  await store.settle(first?.id ?? 0, claims[0] ?? '', { state: 'unknown', error: 'unknown' });
  expect(await store.cancel(db, 'g')).toBe(2);
  expect(await store.report('g')).toEqual({ unknown: 1, sending: 1, cancelled: 2 });
  expect(await store.rows('g')).toMatchObject([
    { chatId: '1', personId: 'p1', state: 'unknown', error: 'unknown', attempts: 1 },
    { chatId: '2', state: 'sending' },
    { chatId: '3', state: 'cancelled' },
    { chatId: '4', state: 'cancelled' },
  ]);
  expect(await store.resend(db, 'g')).toBe(1);
  expect((await store.due('telegram', ALL)).map(({ chatId, repeated }) => [chatId, repeated])).toEqual([
    ['1', true],
    ['9', false],
  ]);
});

test('who is forgotten leaves only numbers, and gets nothing any more', async () => {
  const theirs = { personId: 'secret-person', groupId: 'g' };
  await enqueue(
    reminder(1, { ...theirs, key: 'reminder:s:r:secret-person' }),
    reminder(2, { ...theirs, chatId: 'secret-chat', class: 'announcement' }),
    reminder(3, { chatId: 'secret-chat', groupId: 'g', message: { markdown: 'secret-text' } }),
    reminder(4, { groupId: 'g' }),
  );
  const [, unknown, flying] = await store.due('telegram', ALL);
  const claim = (await store.claim(unknown?.id ?? 0)) ?? '';
  await store.settle(unknown?.id ?? 0, claim, { state: 'unknown', error: 'crash' });
  const inFlight = (await store.claim(flying?.id ?? 0)) ?? '';
  await db
    .transaction()
    .execute((transaction) =>
      store.forget(transaction, { personId: 'secret-person', chats: [{ channel: 'telegram', chatId: 'secret-chat' }] }),
    );
  await store.settle(flying?.id ?? 0, inFlight, { state: 'due', wait: 0, counted: false, error: 'paused' });
  expect(await store.resend(db, 'g')).toBe(0);
  expect((await store.due('telegram', ALL)).map(({ chatId }) => chatId)).toEqual(['4']);
  expect(JSON.stringify(await db.selectFrom('outbox').selectAll().execute())).not.toContain('secret');
  expect(await store.report('g')).toEqual({ cancelled: 2, unknown: 1, due: 1 });
});

test('settled rows are cut when they are old enough, open ones never', async () => {
  await enqueue(...Array.from({ length: 1200 }, (_, i) => reminder(i)));
  await deliver();
  clock.advance({ hours: 24 });
  await enqueue(reminder(2000), reminder(2001, { dueAt: clock.now().add({ hours: 1 }) }));
  await deliver();
  clock.advance({ hours: 24 * 364 });
  await store.prune(clock.now().subtract({ hours: 24 * 365 - 1 }));
  expect(await store.report('reminder')).toEqual({ sent: 1, due: 1 });
});

test('counts', async () => {
  const start = clock.now();
  await enqueue(reminder(1), reminder(2), reminder(3, { dueAt: clock.now().add({ hours: 1 }) }));
  clock.advance({ minutes: 5 });
  expect(await store.counts()).toMatchObject({ byState: { due: 3, sending: 0, failed: 0 }, due: 2 });
  expect([...(await store.counts()).oldestDue]).toEqual([['telegram', start]]);
  await deliver();
  expect(await store.counts()).toMatchObject({ byState: { due: 1, sending: 0 }, due: 0, oldestDue: new Map() });
});

test('whatever has been settled, what is open is found by an index of its own', async () => {
  const plan = async (query: string): Promise<string> => {
    const { rows } = await sql.raw<{ detail: string }>(`explain query plan ${query}`).execute(db);
    return rows.map(({ detail }) => detail).join('; ');
  };
  // As the store has them; parameters written out.
  const due = db
    .selectFrom('outbox')
    .select('id')
    .where(sql<boolean>`state = 'due'`)
    .where('channel', '=', 'x')
    .where('next_at', '<=', 'x')
    .orderBy('next_at')
    .orderBy('id')
    .compile().sql;
  expect(await plan(due)).toMatch(/^SEARCH outbox USING (COVERING )?INDEX outbox_due \(channel=\? AND next_at<\?\)$/);
  expect(await plan("select * from outbox where state = 'sending' and channel = ?")).toContain('outbox_sending');
  expect(await plan("update outbox set state = 'expired' where state = 'due' and expires_at <= ?")).toContain(
    'outbox_expiring',
  );
  const counts =
    "select state, count(*) from outbox where state <> 'sent' and state in ('due', 'failed') group by state";
  expect(await plan(counts)).toContain('USING COVERING INDEX outbox_not_sent (state=?)');
  expect(await plan('select id from outbox where settled_at < ? order by settled_at limit 5')).toContain(
    'outbox_settled',
  );
});
