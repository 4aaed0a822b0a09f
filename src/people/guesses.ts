import type { Clock } from '../clock.ts';

/** Wrong codes within an hour: of one account, and of all together, so that many accounts are of no use either. */
const OF_ONE = 5;
const OF_ALL = 200;
const WITHIN = { hours: 1 };

/** Counts wrong codes, in memory: a code has far too many possibilities for what a restart gives back. */
export interface Guesses {
  /** Whether this account may try (another) code now. */
  allowed(account: string): boolean;
  wrong(account: string): void;
}

export function createGuesses(clock: Clock): Guesses {
  let wrong: { account: string; at: Temporal.Instant }[] = [];

  function recent(): typeof wrong {
    const since = clock.now().subtract(WITHIN);
    wrong = wrong.filter(({ at }) => Temporal.Instant.compare(at, since) > 0);
    return wrong;
  }

  return {
    allowed: (account) =>
      recent().length < OF_ALL && wrong.filter((guess) => guess.account === account).length < OF_ONE,
    wrong(account) {
      wrong.push({ account, at: clock.now() });
    },
  };
}
