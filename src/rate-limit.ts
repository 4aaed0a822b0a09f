import { steadyTime, type Clock } from './clock.ts';

/** Keys that are remembered; the one that was quiet longest goes first, so that strangers cannot fill the memory. */
const MOST_KEYS = 20_000;
const WINDOW_MS = 60_000;

/** At most so many a minute, by key; in memory. */
export interface RateLimit {
  /** Counts one. False, and not counted: there were as many in the minute before already. */
  take(key: string): boolean;
  /** Whether the next one would be refused. */
  full(key: string): boolean;
}

/** @param most how many within any 60 seconds */
export function createRateLimit(clock: Clock, most: number): RateLimit {
  const now = steadyTime(clock);
  const taken = new Map<string, number[]>();

  function recent(key: string): number[] {
    const since = now() - WINDOW_MS;
    return (taken.get(key) ?? []).filter((at) => at > since);
  }

  return {
    full: (key) => recent(key).length >= most,
    take(key) {
      const times = recent(key);
      if (times.length >= most) return false;
      times.push(now());
      taken.delete(key);
      taken.set(key, times);
      if (taken.size > MOST_KEYS) taken.delete(taken.keys().next().value ?? key);
      return true;
    },
  };
}
