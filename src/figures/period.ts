import type { Days } from './figures-store.ts';

export type Span = 'week' | 'month' | 'quarter';

/** A week, month or quarter by the calendar, as far as it has come. */
export interface Period extends Days {
  /** "tháng 11/2026" */
  name: string;
}

/** @param back how many periods before the present one */
export function periodOf(span: Span, today: Temporal.PlainDate, back: number): Period {
  const [from, next, name] = whole(span, today, back);
  const end = next.subtract({ days: 1 });
  return { from, to: Temporal.PlainDate.compare(end, today) > 0 ? today : end, name };
}

function whole(
  span: Span,
  today: Temporal.PlainDate,
  back: number,
): [from: Temporal.PlainDate, next: Temporal.PlainDate, name: string] {
  switch (span) {
    case 'week': {
      const from = today.subtract({ days: today.dayOfWeek - 1, weeks: back });
      const next = from.add({ weeks: 1 });
      return [from, next, `tuần ${dayAndMonth(from)}–${dayAndMonth(next.subtract({ days: 1 }))}/${next.year}`];
    }
    case 'month': {
      const from = today.with({ day: 1 }).subtract({ months: back });
      return [from, from.add({ months: 1 }), `tháng ${from.month}/${from.year}`];
    }
    case 'quarter': {
      const first = today.with({ day: 1, month: today.month - ((today.month - 1) % 3) });
      const from = first.subtract({ months: 3 * back });
      return [from, from.add({ months: 3 }), `quý ${['I', 'II', 'III', 'IV'][(from.month - 1) / 3]}/${from.year}`];
    }
  }
}

/** The parts of a period that stand side by side in a chart: days, in a quarter weeks from its first day on. */
export function partsOf(span: Span, { from, to }: Days): (Days & { label: string })[] {
  const days = span === 'quarter' ? 7 : 1;
  const parts: (Days & { label: string })[] = [];
  for (let day = from; Temporal.PlainDate.compare(day, to) <= 0; day = day.add({ days })) {
    const last = day.add({ days: days - 1 });
    const label = span === 'month' ? String(day.day) : dayAndMonth(day);
    parts.push({ from: day, to: Temporal.PlainDate.compare(last, to) > 0 ? to : last, label });
  }
  return parts;
}

function dayAndMonth({ day, month }: Temporal.PlainDate): string {
  return `${day}/${month}`;
}
