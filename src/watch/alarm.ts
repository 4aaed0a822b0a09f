import { steadyTime, type Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { AlarmsStore } from './alarms-store.ts';

/** The same is not said again sooner; issue "Operations". */
const SILENCE = { minutes: 60 };
const SILENCE_MS = 3_600_000;
/** What reached nobody is tried again, but not at each of a thousand failures. */
const TRY_AGAIN_MS = 60_000;

/**
 * Tells officers of what only a person can mend, each cause once an hour at most, restarts and other processes included.
 * Never throws.
 *
 * @param cause such as "down:telegram"; no names and no ids
 * @returns how many officers it reached; 0 also when it was said already
 */
export type Alarm = (cause: string, markdown: string) => Promise<number>;

export interface AlarmDeps {
  store: AlarmsStore;
  clock: Clock;
  /** Resolves with how many officers it reached. */
  tellOfficers: (markdown: string) => Promise<number>;
  log: Logger;
}

export function createAlarm({ store, clock, tellOfficers, log }: AlarmDeps): Alarm {
  const now = steadyTime(clock);
  const silentUntil = new Map<string, number>();

  /** A full disk is a cause, too: then only this process knows what it has said. */
  const claim = (cause: string): Promise<boolean> =>
    store.claim(cause, SILENCE).catch((error: unknown) => {
      log.error({ err: error }, 'alarm not noted');
      return true;
    });

  return async (cause, markdown) => {
    const until = silentUntil.get(cause);
    if (until !== undefined && until > now()) return 0;
    silentUntil.set(cause, now() + TRY_AGAIN_MS);
    if (!(await claim(cause))) return 0;
    log.error({ cause }, 'alarm');
    try {
      const reached = await tellOfficers(markdown);
      if (reached > 0) silentUntil.set(cause, now() + SILENCE_MS);
      else await store.giveBack(cause);
      return reached;
    } catch (error) {
      log.error({ err: error }, 'officers not told of an alarm');
      return 0;
    }
  };
}
