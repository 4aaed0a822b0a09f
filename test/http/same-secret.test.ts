import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sameSecret } from '../../src/http/same-secret.ts';

const SECRET = 'canary-webhook-secret-7f3a';

test('only the secret itself, whole, is the secret', () => {
  expect(sameSecret(SECRET, SECRET)).toBe(true);
  for (const given of [undefined, '', SECRET.slice(0, -1), `${SECRET}x`, SECRET.toUpperCase(), `${SECRET}\0`]) {
    expect(sameSecret(given, SECRET)).toBe(false);
  }
  expect(sameSecret(undefined, '')).toBe(false);
  fc.assert(fc.property(fc.string(), fc.string(), (a, b) => sameSecret(a, b) === (a === b)));
});
