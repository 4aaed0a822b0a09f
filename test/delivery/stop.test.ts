import { expect, test } from 'vitest';
import { stopUnderLoad } from '../support/stop-under-load.ts';

test('SIGTERM under load: nothing stays claimed, what arrived is known, and it ends in time', async () => {
  const { status, milliseconds, states, arrived, answered } = await stopUnderLoad(false);
  expect(status).toBe(0);
  expect(milliseconds).toBeLessThan(5000);
  expect(states.sending).toBeUndefined();
  expect(states.due).toBeGreaterThan(0);
  expect(states.sent).toBe(arrived);
  expect(answered).toBeGreaterThan(0);
});
