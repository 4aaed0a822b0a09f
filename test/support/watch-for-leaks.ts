import { afterAll, afterEach } from 'vitest';
import { takeLeaks, watchForLeaks } from './leaks.ts';

/* Runs before each test file: a test during which a secret was given away fails. */

watchForLeaks();
// Registered first, they run last: after what tests themselves close and clear away.
afterEach(failOnLeaks);
afterAll(failOnLeaks);

function failOnLeaks(): void {
  const leaks = takeLeaks();
  if (leaks.length > 0) throw new Error(`a secret was given away:\n${leaks.join('\n')}`);
}
