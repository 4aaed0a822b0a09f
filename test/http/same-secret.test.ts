import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sameSecret } from '../../src/http/same-secret.ts';
import { WEBHOOK_SECRET } from '../support/canaries.ts';

test('only the secret itself, whole, is the secret', () => {
  expect(sameSecret(WEBHOOK_SECRET, WEBHOOK_SECRET)).toBe(true);
  for (const given of [
    undefined,
    '',
    WEBHOOK_SECRET.slice(0, -1),
    `${WEBHOOK_SECRET}x`,
    WEBHOOK_SECRET.toUpperCase(),
    `${WEBHOOK_SECRET}\0`,
  ]) {
    expect(sameSecret(given, WEBHOOK_SECRET)).toBe(false);
  }
  expect(sameSecret(undefined, '')).toBe(false);
  fc.assert(fc.property(fc.string(), fc.string(), (a, b) => sameSecret(a, b) === (a === b)));
});
