import { clockWords, dayWords } from '../classes/session-words.ts';

/** When a unit meets: on a day of each month, on a weekday of each month, or once. */
export type MeetingRule = { time: string } & (
  | { kind: 'day'; /** 1–31; a month without it takes its last day. */ day: number }
  | { kind: 'weekday'; /** 1: Monday. */ weekday: number; /** 1–4; -1: the last. */ nth: number }
  | { kind: 'once'; /** ISO date. */ date: string }
);

/** The dates of a rule from the first to the last of a span, both included; by the calendar only, in no time zone. */
export function datesOf(rule: MeetingRule, from: Temporal.PlainDate, to: Temporal.PlainDate): Temporal.PlainDate[] {
  const within = (date: Temporal.PlainDate): boolean =>
    Temporal.PlainDate.compare(from, date) <= 0 && Temporal.PlainDate.compare(date, to) <= 0;
  if (rule.kind === 'once') return [Temporal.PlainDate.from(rule.date)].filter(within);
  const dates: Temporal.PlainDate[] = [];
  let month = from.with({ day: 1 });
  while (Temporal.PlainDate.compare(month, to) <= 0) {
    dates.push(dateIn(month, rule));
    month = month.add({ months: 1 });
  }
  return dates.filter(within);
}

function dateIn(first: Temporal.PlainDate, rule: Exclude<MeetingRule, { kind: 'once' }>): Temporal.PlainDate {
  if (rule.kind === 'day') return first.with({ day: Math.min(rule.day, first.daysInMonth) });
  if (rule.nth > 0) return first.add({ days: ((rule.weekday - first.dayOfWeek + 7) % 7) + (rule.nth - 1) * 7 });
  const last = first.with({ day: first.daysInMonth });
  return last.subtract({ days: (last.dayOfWeek - rule.weekday + 7) % 7 });
}

/** The moment at which the meeting of this date begins. */
export function startOf(rule: Pick<MeetingRule, 'time'>, date: Temporal.PlainDate, timeZone: string): Temporal.Instant {
  return date.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(rule.time) }).toInstant();
}

/** "19:30 ngày 5 hằng tháng" */
export function ruleWords(rule: MeetingRule): string {
  const time = clockWords(Temporal.PlainTime.from(rule.time));
  switch (rule.kind) {
    case 'day':
      return rule.day === 31 ? `${time} ngày cuối tháng, hằng tháng` : `${time} ngày ${rule.day} hằng tháng`;
    case 'weekday':
      return `${time} ${WEEKDAYS[rule.weekday - 1]} ${NTH[String(rule.nth)]} hằng tháng`;
    case 'once':
      return `${time} ${dayWords(Temporal.PlainDate.from(rule.date))}`;
  }
}

const WEEKDAYS = ['thứ Hai', 'thứ Ba', 'thứ Tư', 'thứ Năm', 'thứ Sáu', 'thứ Bảy', 'Chủ nhật'] as const;
const NTH: Readonly<Record<string, string>> = {
  '1': 'đầu tiên',
  '2': 'tuần thứ hai',
  '3': 'tuần thứ ba',
  '4': 'tuần thứ tư',
  '-1': 'cuối cùng',
};
