import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { ReportRow } from '../../src/delivery/outbox-store.ts';
import { seeded } from '../../src/search/eval/typing.ts';
import type { OutboxClass } from '../../src/store/schema.ts';
import type { SentMessage } from '../fakes/telegram.ts';
import { end, messageOf, startOutboxBench, type OutboxBench } from '../support/outbox.ts';

const OF_EACH_CLASS = 3000;
/** A slow machine is not killed for ever: what is left by then is sent in peace. */
const KILLED_FOR_MS = 30_000;
const SOON = { timeout: 60_000, interval: 100 };

/** What the fake says that it delivered, by chat; each row has its own. */
function ledger({ fake }: OutboxBench): Map<string, SentMessage[]> {
  return Map.groupBy(fake.sent, ({ chatId }) => chatId);
}

async function allSettled({ store }: OutboxBench): Promise<void> {
  await expect.poll(async () => (await store.counts()).byState, SOON).toMatchObject({ due: 0, sending: 0 });
}

test(
  'killed every 120–270 ms: no reminder missing, no announcement twice, each row reported as it is',
  { timeout: 150_000 },
  async () => {
    const seed = Date.now();
    console.log(`seed ${seed}`);
    const random = seeded(seed);
    await using bench = await startOutboxBench();
    const { fake, store } = bench;
    fake.hold = () => delay(2);
    const now = systemClock.now();
    await bench.put(
      Array.from({ length: OF_EACH_CLASS }, (_, i) => [
        messageOf('reminder', 2 * i + 1, now),
        messageOf('announcement', 2 * i + 2, now),
      ]).flat(),
    );

    const began = performance.now();
    let kills = 0;
    while (performance.now() - began < KILLED_FOR_MS && (await store.counts()).byState.due > 0) {
      const child = await bench.start();
      await delay(120 + random() * 150);
      await end(child, 'SIGKILL');
      kills++;
    }
    const last = bench.spawn();
    await allSettled(bench);
    await end(last, 'SIGKILL');

    const delivered = ledger(bench);
    const counts = { kills, repeated: 0, unknown: 0, missing: 0 };
    const check: Record<'reminder' | 'announcement', (row: ReportRow, got: SentMessage[]) => void> = {
      reminder(row, got) {
        expect(row.state).toBe('sent');
        expect(row.messageId).toBe(String(got.at(-1)?.messageId));
        for (const { text } of got.slice(1)) expect(text).toContain('Nhắc lại');
        counts.repeated += got.length - 1;
      },
      announcement(row, got) {
        expect(got.length).toBeLessThanOrEqual(1);
        if (row.state === 'sent') expect(row.messageId).toBe(String(got[0]?.messageId));
        else {
          expect(row.state).toBe('unknown');
          counts.unknown++;
          if (got.length === 0) counts.missing++;
        }
      },
    };
    for (const kind of ['reminder', 'announcement'] as const) {
      const rows = await store.rows(kind);
      expect(rows).toHaveLength(OF_EACH_CLASS);
      for (const row of rows) check[kind](row, delivered.get(row.chatId) ?? []);
    }
    console.log(counts);
    expect(kills).toBeGreaterThan(5);
  },
);

describe('killed once', () => {
  /** Delivered by then, delivered in the end, and as what the row ends. */
  const POINTS: [string, OutboxClass, number, number, string][] = [
    ['before claim', 'reminder', 0, 1, 'sent'],
    ['before claim', 'announcement', 0, 1, 'sent'],
    ['after claim', 'reminder', 0, 1, 'sent'],
    ['after claim', 'announcement', 0, 0, 'unknown'],
    ['after request', 'reminder', 1, 2, 'sent'],
    ['after request', 'announcement', 1, 1, 'unknown'],
    ['after answer', 'reminder', 1, 2, 'sent'],
    ['after answer', 'announcement', 1, 1, 'unknown'],
  ];

  test.each(POINTS)('%s: %s', async (point, kind, byThen, inTheEnd, state) => {
    await using bench = await startOutboxBench();
    const { fake, store, db } = bench;
    await bench.put([messageOf(kind, 1, systemClock.now())]);
    const child = bench.spawn({ DIE_AT: point });
    const died = once(child, 'close');
    // The message has been delivered and the answer not yet been written.
    if (point === 'after request') fake.fault = () => ({ silent: 'after' });
    if (point === 'after request') await expect.poll(() => fake.sent.length, SOON).toBe(1);
    if (point === 'after request') child.kill('SIGKILL');
    await died;
    expect(fake.sent).toHaveLength(byThen);

    fake.fault = () => undefined;
    const next = bench.spawn();
    await allSettled(bench);
    expect(await end(next, 'SIGTERM')).toBe(0);
    expect(fake.sent).toHaveLength(inTheEnd);
    const [row] = await store.rows(kind);
    expect(row?.state).toBe(state);
    const marked = fake.sent.map(({ text }) => text.includes('Nhắc lại'));
    expect(marked).toEqual(inTheEnd === 0 ? [] : [...(inTheEnd === 2 ? [false] : []), isMarked(point, kind)]);

    if (state === 'unknown') {
      expect(await store.resend(db, kind)).toBe(1);
      const officer = bench.spawn();
      await allSettled(bench);
      await end(officer, 'SIGTERM');
      expect(fake.sent.at(-1)?.text).toContain('Gửi lại');
      expect(await store.report(kind)).toEqual({ sent: 1 });
    }
  });

  /** The first try went before its mark could be needed. */
  const isMarked = (point: string, kind: OutboxClass): boolean => kind === 'reminder' && point !== 'before claim';
});

test('SIGTERM leaves nothing claimed, even when the platform does not answer', async () => {
  await using bench = await startOutboxBench();
  const { fake, store } = bench;
  fake.fault = (method, { chat_id: chat }) =>
    method === 'sendMessage' && Number(chat) % 10 === 0 ? { silent: 'after' } : undefined;
  await bench.put(Array.from({ length: 500 }, (_, i) => messageOf('announcement', i + 1, systemClock.now())));
  const child = await bench.start({ RATE: '200' });
  await expect.poll(() => fake.sent.some(({ chatId }) => Number(chatId) % 10 === 0), SOON).toBe(true);
  const began = performance.now();
  expect(await end(child, 'SIGTERM')).toBe(0);
  expect(performance.now() - began).toBeLessThan(10_000);
  const { sending = 0, due = 0, unknown = 0, sent = 0 } = await store.report('announcement');
  expect(sending).toBe(0);
  expect(due).toBeGreaterThan(0);
  expect(unknown).toBeGreaterThan(0);
  expect(sent + unknown).toBe(fake.sent.length);
});

test('two processes on one database send 10,000 rows, none twice, and one takes over from the other', async () => {
  await using bench = await startOutboxBench();
  const count = 10_000;
  await bench.put(Array.from({ length: count }, (_, i) => messageOf('announcement', i + 1, systemClock.now())));
  const LEDGER = path.join(bench.folder, 'ledger');
  const sender = await bench.start({ LEDGER });
  const other = bench.spawn({ LEDGER });
  await expect.poll(async () => (await bench.store.report('announcement')).sent ?? 0, SOON).toBeGreaterThan(count / 10);
  expect(await end(sender, 'SIGTERM')).toBe(0);
  await allSettled(bench);
  await end(other, 'SIGTERM');
  const lines = readFileSync(LEDGER, 'utf8').trim().split('\n');
  const sent = lines.map((line) => line.split(' ').map(Number));
  expect(sent).toHaveLength(count);
  expect(new Set(sent.map(([chat]) => chat)).size).toBe(count);
  const turns = sent.map(([, process]) => process).filter((process, i, all) => process !== all[i - 1]);
  expect(turns).toEqual([sender.pid, other.pid]);
  expect(await bench.store.report('announcement')).toEqual({ sent: count });
});
