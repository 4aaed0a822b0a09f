import { quietUntil, type QuietHours } from '../delivery/quiet-hours.ts';

/** How long before quiet time a reminder goes that cannot wait for its end. */
const AHEAD = { minutes: 5 };
/** Quiet hours that together leave less than an hour of the day are not heeded: nothing could ever be sent. */
const LONGEST_HOURS = 23;

/**
 * Moves what would fall into quiet time: to its end if that is still before the deadline, otherwise to just before it
 * begins. The end itself is not quiet any more.
 *
 * @param quiet everybody's and the person's own; times that touch count as one
 */
export function outOfQuiet(
  due: Temporal.Instant,
  deadline: Temporal.Instant,
  quiet: readonly QuietHours[],
  timeZone: string,
): Temporal.Instant {
  const span = around(due, quiet, timeZone);
  if (!span) return due;
  return Temporal.Instant.compare(span.to, deadline) < 0 ? span.to : span.from.subtract(AHEAD);
}

interface Span {
  from: Temporal.Instant;
  to: Temporal.Instant;
}

/** The quiet time that a moment lies in, joined with what touches it. */
function around(at: Temporal.Instant, quiet: readonly QuietHours[], timeZone: string): Span | undefined {
  const holding = (moment: Temporal.Instant): Span | undefined =>
    quiet.map((hours) => containing(moment, hours, timeZone)).find((span) => span !== undefined);
  const first = holding(at);
  if (!first) return undefined;
  let { from, to } = first;
  for (;;) {
    if (to.since(from).total('hours') > LONGEST_HOURS) return undefined;
    const [before, after] = [holding(from.subtract({ milliseconds: 1 })), holding(to)];
    if (!before && !after) return { from, to };
    from = before?.from ?? from;
    to = after?.to ?? to;
  }
}

function containing(at: Temporal.Instant, hours: QuietHours, timeZone: string): Span | undefined {
  // By the clock on the wall first: nearly all of what is asked about lies outside.
  if (!quietUntil(at, hours, timeZone)) return undefined;
  const { from, to } = hours;
  const date = at.toZonedDateTimeISO(timeZone).toPlainDate();
  const days = Temporal.PlainTime.compare(from, to) > 0 ? 1 : 0;
  for (const day of [date, date.subtract({ days: 1 })]) {
    const start = day.toZonedDateTime({ timeZone, plainTime: from }).toInstant();
    const end = day.add({ days }).toZonedDateTime({ timeZone, plainTime: to }).toInstant();
    if (Temporal.Instant.compare(start, at) <= 0 && Temporal.Instant.compare(at, end) < 0) {
      return { from: start, to: end };
    }
  }
  return undefined;
}
