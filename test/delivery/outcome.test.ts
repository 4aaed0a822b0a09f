import { describe, expect, test } from 'vitest';
import { DeliveryError } from '../../src/bot/channel.ts';
import { outcomeOf, type Attempt, type Failure, type Outcome } from '../../src/delivery/outcome.ts';
import type { OutboxClass } from '../../src/store/schema.ts';

const FIRST: Attempt = { class: 'reminder', attempts: 1, trying: 0, repeated: false, plain: false };
const error = (...args: ConstructorParameters<typeof DeliveryError>): DeliveryError => new DeliveryError(...args);
const HALF = 0.5;

const again = { state: 'due', wait: 10_000, counted: true };
const notCounted = { state: 'due', wait: 0, counted: false };
const repeated = { ...again, repeated: true };
const failed = { state: 'failed' };
const unknown = { state: 'unknown' };

type Case = [
  string,
  Partial<Attempt>,
  Failure,
  Record<OutboxClass, Outcome['row']> | Outcome['row'],
  Partial<Outcome>?,
];

const each = (reminder: object, announcement: object): Case[3] =>
  ({ reminder, announcement, answer: reminder }) as Record<OutboxClass, Outcome['row']>;

const CASES: Case[] = [
  ['did not leave', {}, error('retry', 'x'), again as never],
  ['did not leave, third time', { attempts: 3 }, error('retry', 'x'), { ...again, wait: 40_000 } as never],
  ['did not leave, seventh time', { attempts: 7 }, error('retry', 'x'), { ...again, wait: 600_000 } as never],
  ['did not leave, eighth time', { attempts: 8 }, error('retry', 'x'), failed as never, { alarm: 'unreachable' }],
  [
    'did not leave for half an hour',
    { trying: 1_800_000 },
    error('retry', 'x'),
    failed as never,
    { alarm: 'unreachable' },
  ],
  ['429', {}, error('paused', 'x', { retryAfter: 5000 }), notCounted as never, { pause: 5000 }],
  ['429, often', { attempts: 99 }, error('paused', 'x', { retryAfter: 1000 }), notCounted as never, { pause: 1000 }],
  ['401', { attempts: 99 }, error('unauthorized', 'x'), notCounted as never, { stops: true, alarm: 'unauthorized' }],
  ['blocked', {}, error('gone', 'x'), failed as never, { gone: true }],
  ['refused', {}, error('rejected', 'x'), failed as never, { alarm: 'rejected' }],
  [
    'markup refused',
    {},
    error('rejected', 'x', { markup: true }),
    { state: 'due', wait: 0, counted: true, plain: true },
    { alarm: 'markup' },
  ],
  [
    'plain text refused',
    { plain: true },
    error('rejected', 'x', { markup: true }),
    failed as never,
    { alarm: 'rejected' },
  ],
  ['cut off', {}, error('unknown', 'x'), each(repeated, unknown)],
  ['cut off again', { attempts: 2, repeated: true }, error('unknown', 'x'), unknown as never],
  ['crash', {}, 'crash', each({ ...repeated, wait: 0 }, unknown)],
  ['crash again', { attempts: 2, repeated: true }, 'crash', each({ ...repeated, wait: 0 }, unknown)],
  ['crash at every try', { attempts: 8, repeated: true }, 'crash', unknown as never],
  [
    '429 after the first part',
    {},
    error('paused', 'x', { retryAfter: 5, partly: true }),
    each(repeated, unknown),
    { pause: 5 },
  ],
  ['not left after the first part', {}, error('retry', 'x', { partly: true }), each(repeated, unknown)],
  [
    'refused after the first part',
    {},
    error('rejected', 'x', { partly: true }),
    each(repeated, unknown),
    { alarm: 'rejected' },
  ],
  [
    '401 after the first part',
    {},
    error('unauthorized', 'x', { partly: true }),
    each(repeated, unknown),
    { stops: true, alarm: 'unauthorized' },
  ],
];

describe.each(['reminder', 'announcement', 'answer'] as const)('%s', (kind) => {
  test.each(CASES)('%s', (_name, attempt, failure, row, rest = {}) => {
    const expected = 'state' in row ? row : row[kind];
    expect(outcomeOf({ ...FIRST, ...attempt, class: kind }, failure, HALF)).toEqual({ row: expected, ...rest });
  });
});

test('eight tries fit into half an hour, whatever the jitter, and never go at the same moment', () => {
  for (const random of [0, 0.3, 0.999]) {
    let sum = 0;
    for (let attempts = 1; attempts < 8; attempts++) {
      const { row } = outcomeOf({ ...FIRST, attempts, trying: sum }, error('retry', 'x'), random);
      expect(row).toMatchObject({ state: 'due', counted: true });
      if (row.state === 'due') sum += row.wait;
    }
    expect(sum).toBeLessThan(30 * 60_000);
    expect(sum).toBeGreaterThan(15 * 60_000);
  }
  const waits = [0, 0.25, 0.5, 0.75].map((random) => outcomeOf(FIRST, error('retry', 'x'), random).row);
  expect(new Set(waits.map((row) => ('wait' in row ? row.wait : 0))).size).toBe(4);
});
