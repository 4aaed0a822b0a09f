import type { DeliveryError } from '../bot/channel.ts';
import type { OutboxClass } from '../store/schema.ts';

/** Tries of one message whose failures leave no doubt that it did not go. */
const MOST_ATTEMPTS = 8;
const LONGEST_TRYING_MS = 30 * 60_000;
/** The waits between eight tries add up to 25 minutes at most, jitter included. */
const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 600_000;

/** What officers are told about, because nobody else can mend it. */
export type AlarmCause = 'unauthorized' | 'rejected' | 'markup' | 'unreachable' | 'storage';

/** An attempt at a row of the outbox. */
export interface Attempt {
  class: OutboxClass;
  /** How many there were, with this one. */
  attempts: number;
  /** Milliseconds since the first. */
  trying: number;
  /** It was marked as possibly sent before. */
  repeated: boolean;
  /** It went without markup. */
  plain: boolean;
}

/** How it failed; `crash`: the process ended, or had to, between the claim and the answer. */
export type Failure = 'crash' | Pick<DeliveryError, 'failure' | 'retryAfter' | 'markup' | 'partly'>;

/** What becomes of the row. */
export type RowOutcome =
  | { state: 'failed' | 'unknown' }
  /** Tried again after `wait` milliseconds; `counted`: this attempt was one of those that it has. */
  | { state: 'due'; wait: number; counted: boolean; repeated?: true; plain?: true };

export interface Outcome {
  row: RowOutcome;
  /** Milliseconds for which the whole platform sends nothing. */
  pause?: number;
  /** The platform sends nothing until the bot is started again. */
  stops?: true;
  /** This recipient cannot be reached until they write again. */
  gone?: true;
  alarm?: AlarmCause;
}

/**
 * What a failed attempt means, for the row and for the platform.
 *
 * No platform has an idempotency key, so after a cut connection nobody knows whether the message arrived. A reminder is
 * then sent once more and says so: it is never missing, but may come twice. An announcement is left to the officer: it
 * never comes twice by itself, but may be missing. After a crash a reminder goes again as often as it takes.
 *
 * @param random in [0, 1), for the jitter
 */
export function outcomeOf(attempt: Attempt, failure: Failure, random: number): Outcome {
  if (failure === 'crash') return { row: afterCrash(attempt) };
  const { partly } = failure;
  switch (failure.failure) {
    case 'retry':
      if (partly) return { row: unsure(attempt, random) };
      if (attempt.attempts >= MOST_ATTEMPTS || attempt.trying >= LONGEST_TRYING_MS) {
        return { row: { state: 'failed' }, alarm: 'unreachable' };
      }
      return { row: { state: 'due', wait: backOff(attempt.attempts, random), counted: true } };
    case 'paused':
      return { row: partly ? unsure(attempt, random) : notCounted, pause: failure.retryAfter };
    case 'unauthorized':
      return { row: partly ? unsure(attempt, random) : notCounted, stops: true, alarm: 'unauthorized' };
    case 'gone':
      return { row: { state: 'failed' }, gone: true };
    case 'rejected':
      if (partly) return { row: unsure(attempt, random), alarm: 'rejected' };
      if (failure.markup && !attempt.plain) {
        return { row: { state: 'due', wait: 0, counted: true, plain: true }, alarm: 'markup' };
      }
      return { row: { state: 'failed' }, alarm: 'rejected' };
    case 'unknown':
      return { row: unsure(attempt, random) };
  }
}

const notCounted: RowOutcome = { state: 'due', wait: 0, counted: false };

/** The platform, or something before it, left it open. */
function unsure({ class: kind, attempts, repeated }: Attempt, random: number): RowOutcome {
  if (kind === 'announcement' || repeated) return { state: 'unknown' };
  return { state: 'due', wait: backOff(attempts, random), counted: true, repeated: true };
}

/** Bounded as well, should the message itself be what ends the process. */
function afterCrash({ class: kind, attempts }: Attempt): RowOutcome {
  if (kind === 'announcement' || attempts >= MOST_ATTEMPTS) return { state: 'unknown' };
  return { state: 'due', wait: 0, counted: true, repeated: true };
}

function backOff(attempts: number, random: number): number {
  const wait = Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS);
  return Math.round(wait * (0.8 + 0.4 * random));
}
