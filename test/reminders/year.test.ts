import { expect, test } from 'vitest';
import { simulateYear } from '../support/reminder-year.ts';

test('in a year of changes, absences, downtime and clock jumps each reminder that is due is planned exactly once', async () => {
  const { seed, missing, unwanted, planned, changes } = await simulateYear({
    classes: 16,
    people: 40,
    stepMinutes: 60,
  });
  expect(missing, `seed ${seed}`).toEqual([]);
  expect(unwanted, `seed ${seed}`).toEqual([]);
  expect(planned).toBeGreaterThan(100);
  expect(changes).toBeGreaterThan(100);
});
