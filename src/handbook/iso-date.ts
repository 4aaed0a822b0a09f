import { z } from 'zod';

/** A calendar date as the handbook's files write it: 2026-11-21. */
export const isoDate = z.string('ghi ngày như 2026-11-21').refine((text) => {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text;
  } catch {
    return false;
  }
}, 'ghi ngày như 2026-11-21');

/** 2026-11-21 → 21/11/2026 */
export function vietnameseDate(iso: string): string {
  const { day, month, year } = Temporal.PlainDate.from(iso);
  return [String(day).padStart(2, '0'), String(month).padStart(2, '0'), year].join('/');
}
