import { expect, test } from 'vitest';
import { parseQuietHours, quietUntil } from '../../src/delivery/quiet-hours.ts';

const HANOI = 'Asia/Ho_Chi_Minh';

test.each([
  ['22:00-06:00', '2026-11-21T21:59:59.999', undefined],
  ['22:00-06:00', '2026-11-21T22:00', '2026-11-22T06:00'],
  ['22:00-06:00', '2026-11-21T23:59', '2026-11-22T06:00'],
  ['22:00-06:00', '2026-11-22T00:00', '2026-11-22T06:00'],
  ['22:00-06:00', '2026-11-22T05:59', '2026-11-22T06:00'],
  ['22:00-06:00', '2026-11-22T06:00', undefined],
  ['00:00-05:00', '2026-12-31T00:00', '2026-12-31T05:00'],
  ['00:00-05:00', '2026-12-31T23:59', undefined],
  ['20:00-00:00', '2026-12-31T21:00', '2027-01-01T00:00'],
  ['20:00-00:00', '2027-01-01T00:00', undefined],
  ['11:30-13:30', '2026-11-21T12:00', '2026-11-21T13:30'],
  ['11:30-13:30', '2026-11-21T13:30', undefined],
])('%s at %s: quiet until %s', (hours, at, until) => {
  const instant = (text: string): Temporal.Instant =>
    Temporal.PlainDateTime.from(text).toZonedDateTime(HANOI).toInstant();
  expect(quietUntil(instant(at), parseQuietHours(hours), HANOI)?.toString()).toBe(until && instant(until).toString());
});

test('the hour that summer time skips or repeats does no harm', () => {
  const hours = parseQuietHours('22:00-02:30');
  const until = (text: string): string | undefined =>
    quietUntil(Temporal.Instant.from(text), hours, 'Europe/Berlin')?.toString();
  expect(until('2026-03-28T22:00:00Z')).toBe('2026-03-29T01:30:00Z');
  expect(until('2026-10-24T22:00:00Z')).toBe('2026-10-25T00:30:00Z');
});

test.each(['', '22-6', '22:00', '25:00-06:00', '22:00-22:00', '22:00–06:00'])('%j is refused', (text) => {
  expect(() => parseQuietHours(text)).toThrow(RangeError);
});
