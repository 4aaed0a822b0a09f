import { expect, test } from 'vitest';
import { simulateYear } from '../support/reminder-year.ts';

test(
  'in a year of changes, absences, downtime and clock jumps each reminder that is due is planned exactly once',
  { timeout: 120_000 },
  async () => {
    const { seed, missing, unwanted, planned, changes } = await simulateYear({
      classes: 16,
      people: 40,
      stepMinutes: 60,
    });
    expect(missing, `seed ${seed}`).toEqual([]);
    expect(unwanted, `seed ${seed}`).toEqual([]);
    // A class called off early takes most of its reminders with it: between 84 and some 500 are left of 120 random years.
    expect(planned, `seed ${seed}`).toBeGreaterThan(10);
    expect(changes, `seed ${seed}`).toBeGreaterThan(100);
  },
);
