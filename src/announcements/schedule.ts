import { clockWords, dayWords } from '../classes/session-words.ts';
import type { Announcement } from './announcements-store.ts';
import { datesOf, ruleWords, startOf, type MeetingRule } from '../meetings/recurrence.ts';

/** When an announcement goes out again and again: monthly as meetings are held, or every week. */
export type Repeat =
  | Exclude<MeetingRule, { kind: 'once' }>
  | { kind: 'week'; /** 1: Monday. */ weekday: number; time: string };

/** Each month has a date of each rule, so two months hold the next one. */
const LOOK_AHEAD_DAYS = 62;

/** The first time of the rule after this moment. */
export function nextTime(repeat: Repeat, after: Temporal.Instant, timeZone: string): Temporal.Instant {
  const from = after.toZonedDateTimeISO(timeZone).toPlainDate();
  const dates =
    repeat.kind === 'week'
      ? [0, 7].map((days) => from.add({ days: days + ((repeat.weekday - from.dayOfWeek + 7) % 7) }))
      : datesOf(repeat, from, from.add({ days: LOOK_AHEAD_DAYS }));
  const times = dates.map((date) => startOf(repeat, date, timeZone));
  const next = times.find((time) => Temporal.Instant.compare(time, after) > 0);
  if (!next) throw new Error('a rule without a next date');
  return next;
}

/** "08:00 ngày 25 hằng tháng", "08:00 thứ Hai hằng tuần" */
export function repeatWords(repeat: Repeat): string {
  if (repeat.kind !== 'week') return ruleWords(repeat);
  const [day] = dayWords(new Temporal.PlainDate(2024, 1, repeat.weekday)).split(/ (?=\d)/);
  return `${clockWords(Temporal.PlainTime.from(repeat.time))} ${day} hằng tuần`;
}

/** "07:30 thứ Sáu 25/12/2026" */
export function momentWords(at: Temporal.Instant, timeZone: string): string {
  const here = at.toZonedDateTimeISO(timeZone);
  return `${clockWords(here)} ${dayWords(here)}`;
}

/** "07:30 thứ Sáu 25/12/2026", "08:00 ngày 25 hằng tháng, lần tới 08:00 thứ Sáu 25/12/2026"; empty: no time any more. */
export function planWords({ sendAt, repeat }: Pick<Announcement, 'sendAt' | 'repeat'>, timeZone: string): string {
  if (!sendAt) return '';
  const at = momentWords(sendAt, timeZone);
  return repeat === undefined ? at : `${repeatWords(readRepeat(repeat))}, lần tới ${at}`;
}

/** A rule as announcements keep it. */
export function readRepeat(json: string): Repeat {
  return JSON.parse(json) as Repeat;
}
