import { expect, test } from 'vitest';
import { createSharedPictures } from '../../src/figures/shared-pictures.ts';
import { drivenClock } from '../support/clock.ts';

test('a picture can be had for a day, by its address alone, and the oldest give way', () => {
  const clock = drivenClock('2026-11-22T03:00:00Z');
  const pictures = createSharedPictures(clock);
  const token = pictures.keep(Uint8Array.of(1));
  expect(token).toMatch(/^[\w-]{32}$/);
  expect(pictures.read(token)).toEqual(Uint8Array.of(1));
  expect(pictures.read(`${token}x`)).toBeUndefined();
  clock.advance({ hours: 24 });
  expect(pictures.read(token)).toBeUndefined();
  const tokens = Array.from({ length: 101 }, (_, i) => pictures.keep(Uint8Array.of(i)));
  expect(tokens.map((one) => pictures.read(one) === undefined)).toEqual([true, ...Array<boolean>(100).fill(false)]);
});
