import type { Holidays } from '../meetings/holidays.ts';

/**
 * Monday to Friday, public holidays aside.
 *
 * @param holidays none for a date that the law sets: one that is wrong in our list would make it late
 */
export function addWorkingDays(
  from: Temporal.PlainDate,
  days: number,
  holidays: Holidays = new Map(),
): Temporal.PlainDate {
  let date = from;
  for (let left = days; left > 0;) {
    date = date.add({ days: 1 });
    if (date.dayOfWeek <= 5 && !holidays.has(date.toString())) left--;
  }
  return date;
}
