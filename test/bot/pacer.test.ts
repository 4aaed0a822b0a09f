import { expect, test } from 'vitest';
import { createPacer, type Pacer, type PacerOptions, type Urgency } from '../../src/bot/pacer.ts';
import { drivenTime, type DrivenTime } from '../support/clock.ts';

interface Bench {
  time: DrivenTime;
  pacer: Pacer;
  /** Asks for a turn, to be found in `turns` when it comes. */
  ask: (chat: string, urgency?: Urgency) => void;
  /** Who had a turn, and after how many milliseconds. */
  turns: [string, number][];
}

function bench(options: Partial<PacerOptions> = {}): Bench {
  const time = drivenTime('2026-11-21T08:00:00Z');
  const { clock, wait } = time;
  const start = clock.now();
  const pacer = createPacer({ perSecond: 5, repliesSpaced: true, clock, wait, ...options });
  const turns: [string, number][] = [];
  return {
    time,
    pacer,
    turns,
    ask(chat, urgency) {
      void pacer.turn(chat, urgency).then(() => turns.push([chat, clock.now().since(start).total('milliseconds')]));
    },
  };
}

test('one message a second to a chat, so many a second overall, and a busy chat holds up no other', async () => {
  const { time, ask, turns } = bench();
  const plan = [...Array.from({ length: 6 }, () => 'a'), 'b', 'c', 'd', 'e', 'f', 'g', 'b'];
  for (const chat of plan) ask(chat);
  await time.pass({ seconds: 10 });
  const times = turns.map(([, at]) => at);
  for (const [i, at] of times.entries()) expect(at - (times[i - 1] ?? -200)).toBeGreaterThanOrEqual(200);
  for (const chat of new Set(plan)) {
    const mine = turns.filter(([of]) => of === chat).map(([, at]) => at);
    expect(mine).toHaveLength(plan.filter((of) => of === chat).length);
    for (const [i, at] of mine.entries()) expect(at - (mine[i - 1] ?? -1000)).toBeGreaterThanOrEqual(1000);
  }
  expect(turns.find(([chat]) => chat === 'g')?.[1]).toBeLessThanOrEqual(1600);
  expect(times.at(-1)).toBeLessThanOrEqual(7000);
});

test('direct replies go ahead of the outbox and count into the same pace', async () => {
  const { time, ask, turns } = bench();
  for (let i = 0; i < 10; i++) ask(`outbox ${i}`, 'outbox');
  await time.pass({ milliseconds: 450 });
  ask('direct 1', 'direct');
  ask('direct 2', 'direct');
  await time.pass({ seconds: 5 });
  expect(turns.map(([chat]) => chat).slice(0, 6)).toEqual([
    'outbox 0',
    'outbox 1',
    'outbox 2',
    'direct 1',
    'direct 2',
    'outbox 3',
  ]);
  expect(turns.map(([, at]) => at)).toEqual(Array.from({ length: 12 }, (_, i) => i * 200));
});

test('where bursts are allowed, replies to one chat need not be spaced; what the bot sends by itself is', async () => {
  const { time, ask, turns } = bench({ repliesSpaced: false });
  for (let i = 0; i < 3; i++) ask('a', 'direct');
  ask('a', 'outbox');
  await time.pass({ seconds: 5 });
  expect(turns.map(([, at]) => at)).toEqual([0, 200, 400, 1400]);
});

test('a group gets no more than its messages a minute', async () => {
  const { time, ask, turns } = bench({
    perMinute: (chat) => (chat === 'group' ? 20 : undefined),
    repliesSpaced: false,
  });
  for (let i = 0; i < 45; i++) ask('group', i % 2 === 0 ? 'direct' : 'outbox');
  ask('person', 'outbox');
  await time.pass({ minutes: 5 });
  const times = turns.filter(([chat]) => chat === 'group').map(([, at]) => at);
  expect(times).toHaveLength(45);
  for (const [i, at] of times.entries()) expect(at - (times[i - 20] ?? -60_000)).toBeGreaterThanOrEqual(60_000);
  expect(turns.find(([chat]) => chat === 'person')?.[1]).toBeLessThan(5000);
});

test('late timers do not add up', async () => {
  const time = drivenTime('2026-11-21T08:00:00Z');
  const pacer = createPacer({
    perSecond: 28,
    repliesSpaced: true,
    clock: time.clock,
    wait: (ms, signal) => time.wait(ms + 3, signal),
  });
  let turns = 0;
  for (let i = 0; i < 400; i++) void pacer.turn(String(i), 'outbox').then(() => turns++);
  await time.pass({ seconds: 10 });
  expect(turns).toBeGreaterThanOrEqual(278);
  expect(turns).toBeLessThanOrEqual(281);
});

test('a pause holds everybody, and a clock that is put back makes nobody wait for it', async () => {
  const { time, pacer, ask, turns } = bench();
  ask('a');
  await time.pass({ seconds: 1 });
  pacer.pause(30_000);
  ask('b', 'direct');
  ask('c', 'outbox');
  await time.pass({ seconds: 29 });
  expect(turns).toHaveLength(1);
  await time.pass({ seconds: 2 });
  expect(turns).toHaveLength(3);

  time.clock.advance({ hours: -1 });
  for (const chat of ['a', 'b', 'c', 'd']) ask(chat, 'outbox');
  await time.pass({ seconds: 3 });
  expect(turns).toHaveLength(7);
  time.clock.advance({ hours: 72 });
  for (const chat of ['a', 'b', 'c', 'd']) ask(chat, 'outbox');
  await time.pass({ seconds: 3 });
  expect(turns).toHaveLength(11);
});
