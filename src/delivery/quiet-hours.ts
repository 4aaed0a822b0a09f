/** When nothing but direct replies goes out, by the clock on the wall: "22:00" to "06:00". */
export interface QuietHours {
  from: Temporal.PlainTime;
  /** Not part of it any more. */
  to: Temporal.PlainTime;
}

/**
 * Reads "22:00-06:00".
 *
 * @throws {RangeError} when it is something else, or both times are the same
 */
export function parseQuietHours(text: string): QuietHours {
  const [, from = '', to = ''] = /^(\d{2}:\d{2})-(\d{2}:\d{2})$/.exec(text) ?? [];
  const hours = { from: Temporal.PlainTime.from(from), to: Temporal.PlainTime.from(to) };
  if (hours.from.equals(hours.to)) throw new RangeError('quiet hours must not be empty or all day');
  return hours;
}

/** The end of the quiet time that this moment lies in; undefined outside of it. */
export function quietUntil(
  now: Temporal.Instant,
  { from, to }: QuietHours,
  timeZone: string,
): Temporal.Instant | undefined {
  const here = now.toZonedDateTimeISO(timeZone);
  const time = here.toPlainTime();
  const after = (a: Temporal.PlainTime, b: Temporal.PlainTime): boolean => Temporal.PlainTime.compare(a, b) >= 0;
  const overMidnight = after(from, to);
  const quiet = overMidnight ? after(time, from) || !after(time, to) : after(time, from) && !after(time, to);
  if (!quiet) return undefined;
  const date = overMidnight && after(time, from) ? here.toPlainDate().add({ days: 1 }) : here.toPlainDate();
  return date.toZonedDateTime({ timeZone, plainTime: to }).toInstant();
}
