import type { Clock } from '../clock.ts';
import { createKeyedQueue } from './keyed-queue.ts';

/** Between two messages to one chat. */
const CHAT_INTERVAL_MS = 1000;

export interface Pacer {
  /** Resolves when a message may go to this chat; those of one chat go in the order of their calls. */
  turn(chatId: string): Promise<void>;
}

export interface PacerOptions {
  /** Messages a second to all chats together; they go evenly spaced, not in bursts. */
  perSecond: number;
  clock: Clock;
  /** Resolves after so many milliseconds. */
  wait: (milliseconds: number) => Promise<void>;
}

/**
 * Keeps a platform's pace: one message a second to a chat, `perSecond` overall. All that sends on a platform shares one
 * pacer. A chat that has much to get waits for itself and takes no turns from the others.
 */
export function createPacer({ perSecond, clock, wait }: PacerOptions): Pacer {
  const interval = 1000 / perSecond;
  const queue = createKeyedQueue();
  /** By chat, oldest first: when the last turn was. */
  const last = new Map<string, number>();
  let nextFree = 0;

  const now = (): number => clock.now().epochMilliseconds;

  async function until(time: number): Promise<void> {
    for (let left = time - now(); left > 0; left = time - now()) await wait(Math.ceil(left));
  }

  function forgetOld(): void {
    for (const [chatId, time] of last) {
      if (time + CHAT_INTERVAL_MS > now()) return;
      last.delete(chatId);
    }
  }

  return {
    turn: (chatId) =>
      queue.run(chatId, async () => {
        await until((last.get(chatId) ?? 0) + CHAT_INTERVAL_MS);
        const mine = Math.max(now(), nextFree);
        nextFree = mine + interval;
        await until(mine);
        forgetOld();
        last.delete(chatId);
        last.set(chatId, now());
      }),
  };
}
