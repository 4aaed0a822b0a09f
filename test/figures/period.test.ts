import { expect, test } from 'vitest';
import { partsOf, periodOf, type Span } from '../../src/figures/period.ts';

test.each<[Span, string, number, string, string, string]>([
  ['week', '2026-11-22', 0, '2026-11-16', '2026-11-22', 'tuần 16/11–22/11/2026'],
  ['week', '2026-11-23', 0, '2026-11-23', '2026-11-23', 'tuần 23/11–29/11/2026'],
  ['week', '2027-01-02', 0, '2026-12-28', '2027-01-02', 'tuần 28/12–3/1/2027'],
  ['week', '2026-11-22', 1, '2026-11-09', '2026-11-15', 'tuần 9/11–15/11/2026'],
  ['month', '2026-03-31', 1, '2026-02-01', '2026-02-28', 'tháng 2/2026'],
  ['month', '2026-01-15', 2, '2025-11-01', '2025-11-30', 'tháng 11/2025'],
  ['quarter', '2026-05-31', 0, '2026-04-01', '2026-05-31', 'quý II/2026'],
  ['quarter', '2026-01-01', 1, '2025-10-01', '2025-12-31', 'quý IV/2025'],
])('%s of %s, %i back', (span, today, back, from, to, name) => {
  const period = periodOf(span, Temporal.PlainDate.from(today), back);
  expect([period.from.toString(), period.to.toString(), period.name]).toEqual([from, to, name]);
  const parts = partsOf(span, period);
  expect(parts[0]?.from.equals(period.from) && parts.at(-1)?.to.equals(period.to)).toBe(true);
  for (const [i, part] of parts.entries()) {
    const next = parts[i + 1];
    if (next) expect(part.to.add({ days: 1 }).toString()).toBe(next.from.toString());
  }
});
