/** Where the time comes from; tests drive their own. */
export interface Clock {
  now(): Temporal.Instant;
}

export const systemClock: Clock = { now: () => Temporal.Now.instant() };

/** As times are stored: UTC with milliseconds, so that text order is time order. */
export function timestamp(instant: Temporal.Instant): string {
  return instant.toString({ fractionalSecondDigits: 3 });
}

/**
 * Milliseconds that have passed on this clock since the call, for pauses and pace: a clock that is put back by an hour
 * must not make anybody wait for that hour.
 */
export function steadyTime(clock: Clock): () => number {
  let last = clock.now().epochMilliseconds;
  let passed = 0;
  return () => {
    const now = clock.now().epochMilliseconds;
    passed += Math.max(now - last, 0);
    last = now;
    return passed;
  };
}

/** Today's date in a time zone. The calendar of the zone is asked once a day: that takes as long as to read a row. */
export function todayIn(clock: Clock, timeZone: string): () => Temporal.PlainDate {
  let today: { date: Temporal.PlainDate; from: number; until: number } | undefined;
  return () => {
    const now = clock.now();
    const at = now.epochMilliseconds;
    if (!today || at < today.from || at >= today.until) {
      const date = now.toZonedDateTimeISO(timeZone).toPlainDate();
      const begins = (day: Temporal.PlainDate): number => day.toZonedDateTime(timeZone).epochMilliseconds;
      today = { date, from: begins(date), until: begins(date.add({ days: 1 })) };
    }
    return today.date;
  };
}
