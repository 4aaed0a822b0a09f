import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LEAST_SHOWN, mayBeShown, shownCount } from '../../src/figures/hidden-counts.ts';

test.each([
  [
    [12, 7, 9],
    [true, true, true],
  ],
  [
    [12, 3, 9],
    [true, false, false],
  ],
  [
    [12, 1, 2, 9],
    [true, false, false, false],
  ],
  [
    [12, 3, 4, 9],
    [true, false, false, true],
  ],
  [
    [12, 0, 9],
    [true, true, true],
  ],
  [[3], [false]],
  [[], []],
])('of %j may be shown %j', (counts, shown) => {
  expect(mayBeShown(counts)).toEqual(shown);
});

test('small numbers are not said', () => {
  expect([0, 1, 4, 5, 1234].map((count) => shownCount(count))).toEqual(['0', 'dưới 5', 'dưới 5', '5', '1.234']);
});

test('no small count is shown, and what the sum leaves is never one count or a small sum', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(12), { maxLength: 8 }), (counts) => {
      const shown = mayBeShown(counts);
      const hidden = counts.filter((_, i) => !shown[i]);
      expect(counts.every((count, i) => !shown[i] || count === 0 || count >= LEAST_SHOWN)).toBe(true);
      if (hidden.length === 0) return;
      const rest = counts.filter((count, i) => shown[i] && count > 0);
      const safe = hidden.length > 1 && hidden.reduce((sum, count) => sum + count, 0) >= LEAST_SHOWN;
      // Unless there is nothing left to hide it behind; then the sum is hidden, or it is small itself.
      expect(safe || rest.length === 0).toBe(true);
    }),
  );
});
