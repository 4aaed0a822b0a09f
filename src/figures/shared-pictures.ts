import { randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';

const KEEP_HOURS = 24;
/** Pictures of some 50 kB each. */
const MOST_KEPT = 100;

/** Pictures for platforms that cannot be sent any: in memory, for a day, each under an address that nobody guesses. */
export interface SharedPictures {
  /** @returns the token of its address */
  keep(png: Uint8Array): string;
  /** Undefined: there is none, any more. */
  read(token: string): Uint8Array<ArrayBuffer> | undefined;
}

export function createSharedPictures(clock: Clock): SharedPictures {
  const kept = new Map<string, { png: Uint8Array<ArrayBuffer>; until: Temporal.Instant }>();

  return {
    keep(png) {
      const token = randomBytes(24).toString('base64url');
      kept.set(token, { png: new Uint8Array(png), until: clock.now().add({ hours: KEEP_HOURS }) });
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      return token;
    },
    read(token) {
      const found = kept.get(token);
      if (!found) return undefined;
      if (Temporal.Instant.compare(clock.now(), found.until) < 0) return found.png;
      kept.delete(token);
      return undefined;
    },
  };
}
