import type { Clock } from '../../src/clock.ts';

/** A clock that stands still until it is told otherwise. */
export function drivenClock(start: string): Clock & { advance(duration: Temporal.DurationLike): void } {
  let now = Temporal.Instant.from(start);
  return {
    now: () => now,
    advance(duration) {
      now = now.add(duration);
    },
  };
}
