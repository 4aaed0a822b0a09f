import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../src/clock.ts';

export type DrivenClock = Clock & { advance(duration: Temporal.DurationLike): void };

/** A clock that stands still until it is told otherwise. */
export function drivenClock(start: string): DrivenClock {
  let now = Temporal.Instant.from(start);
  return {
    now: () => now,
    advance(duration) {
      now = now.add(duration);
    },
  };
}

/** A driven clock with a `wait` that it drives. */
export interface DrivenTime {
  clock: DrivenClock;
  wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Lets time pass, stopping wherever somebody waits for; what they do then happens before it goes on. */
  pass(duration: Temporal.DurationLike): Promise<void>;
}

/** What runs between two moments must be done in this many turns of the event loop. */
const TURNS = 12;

export function drivenTime(start: string): DrivenTime {
  const clock = drivenClock(start);
  /** In time that has passed, which a jump of the clock does not change. */
  let passed = 0;
  const waiting = new Set<{ until: number; go: () => void }>();
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    clock,
    wait: (milliseconds, signal) =>
      new Promise((resolve) => {
        const go = (): void => {
          waiting.delete(one);
          signal?.removeEventListener('abort', go);
          resolve();
        };
        const one = { until: passed + milliseconds, go };
        if (signal?.aborted) resolve();
        else waiting.add(one);
        signal?.addEventListener('abort', go);
      }),
    async pass(duration) {
      const end = passed + Temporal.Duration.from(duration).total('milliseconds');
      for (;;) {
        await settle();
        const next = [...waiting].toSorted((a, b) => a.until - b.until)[0];
        if (!next || next.until > end) break;
        clock.advance({ milliseconds: Math.max(next.until - passed, 0) });
        passed = Math.max(next.until, passed);
        next.go();
      }
      clock.advance({ milliseconds: end - passed });
      passed = end;
      await settle();
    },
  };
}

/** A clock that runs so many times as fast as real time, with a `wait` to match: for waits between real calls. */
export function fastTime(factor: number): Pick<DrivenTime, 'wait'> & { clock: Clock } {
  const start = Temporal.Now.instant();
  const began = performance.now();
  return {
    clock: { now: () => start.add({ milliseconds: Math.floor((performance.now() - began) * factor) }) },
    wait: async (milliseconds, signal) => {
      await delay(milliseconds / factor, undefined, signal ? { signal } : {}).catch(() => undefined);
    },
  };
}
