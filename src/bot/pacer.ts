import { steadyTime, type Clock } from '../clock.ts';

/** Between two messages to one chat. */
const CHAT_INTERVAL_MS = 1000;
const MINUTE_MS = 60_000;

/** `direct`: somebody asked and waits; `outbox`: the bot sends by itself. */
export type Urgency = 'direct' | 'outbox';

export interface Pacer {
  /** Resolves when a message may go to this chat; those of one chat and urgency go in the order of their calls. */
  turn(chatId: string, urgency?: Urgency): Promise<void>;
  /** Nobody has a turn for so many milliseconds: the platform asked everybody to wait. */
  pause(milliseconds: number): void;
}

export interface PacerOptions {
  /** Messages a second to all chats together; they go evenly spaced, not in bursts. */
  perSecond: number;
  /** Messages a minute to a chat, where it has such a limit. */
  perMinute?: (chatId: string) => number | undefined;
  /** Direct replies too wait out the second between two messages to a chat; otherwise they only count. */
  repliesSpaced: boolean;
  clock: Clock;
  /** Resolves after so many milliseconds, or at once when the signal comes. */
  wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

interface Waiter {
  chatId: string;
  go: () => void;
}

/**
 * Keeps a platform's pace: one message a second to a chat, `perSecond` overall. All that sends on a platform shares one
 * pacer; direct replies go ahead of the rest. A chat that has much to get waits for itself and takes no turns from the
 * others.
 */
export function createPacer({ perSecond, perMinute, repliesSpaced, clock, wait }: PacerOptions): Pacer {
  const interval = 1000 / perSecond;
  const now = steadyTime(clock);
  const waiting: Record<Urgency, Waiter[]> = { direct: [], outbox: [] };
  /** By chat, the one that was served longest ago first: when its last turns were, as far as they count. */
  const turns = new Map<string, number[]>();
  let nextFree = 0;
  let running = false;
  /** Until when `run` sleeps, when it does. */
  let asleep: { until: number; wake: AbortController } | undefined;

  function readyAt(chatId: string, urgency: Urgency): number {
    const times = turns.get(chatId) ?? [];
    const spaced = urgency === 'outbox' || repliesSpaced ? (times.at(-1) ?? -CHAT_INTERVAL_MS) + CHAT_INTERVAL_MS : 0;
    const most = perMinute?.(chatId);
    const early = most === undefined ? undefined : times.at(-most);
    return Math.max(nextFree, spaced, early === undefined ? 0 : early + MINUTE_MS);
  }

  /** Who is next and when: the first who can go now, else who can go soonest. */
  function next(): { urgency: Urgency; at: number; index: number } | undefined {
    let soonest: { urgency: Urgency; at: number; index: number } | undefined;
    for (const urgency of ['direct', 'outbox'] as const) {
      for (const [index, { chatId }] of waiting[urgency].entries()) {
        const at = readyAt(chatId, urgency);
        if (at <= now()) return { urgency, at, index };
        if (!soonest || at < soonest.at) soonest = { urgency, at, index };
      }
    }
    return soonest;
  }

  function forgetOld(): void {
    for (const [chatId, times] of turns) {
      const kept = perMinute?.(chatId) === undefined ? CHAT_INTERVAL_MS : MINUTE_MS;
      if ((times.at(-1) ?? 0) + kept > now()) return;
      turns.delete(chatId);
    }
  }

  function serve({ urgency, index }: { urgency: Urgency; index: number }, onTime: boolean): void {
    const [waiter] = waiting[urgency].splice(index, 1);
    if (!waiter) return;
    // Timers are late by a little; counting from when the turn was meant to be keeps the pace all the same.
    nextFree = (onTime ? Math.max(nextFree, now() - interval) : now()) + interval;
    forgetOld();
    const times = [...(turns.get(waiter.chatId) ?? []), now()];
    turns.delete(waiter.chatId);
    turns.set(waiter.chatId, times.slice(-(perMinute?.(waiter.chatId) ?? 1)));
    waiter.go();
  }

  async function run(): Promise<void> {
    let onTime = false;
    for (let one = next(); one; one = next()) {
      const left = one.at - now();
      if (left > 0) {
        onTime = one.at === nextFree;
        asleep = { until: one.at, wake: new AbortController() };
        await wait(Math.ceil(left), asleep.wake.signal);
        asleep = undefined;
      } else {
        serve(one, onTime);
        onTime = false;
      }
    }
    running = false;
  }

  return {
    turn: (chatId, urgency = 'direct') =>
      new Promise((go) => {
        waiting[urgency].push({ chatId, go });
        if (asleep && readyAt(chatId, urgency) < asleep.until) asleep.wake.abort();
        if (running) return;
        running = true;
        // All that asks at the same moment is weighed together.
        queueMicrotask(() => void run());
      }),
    pause(milliseconds) {
      nextFree = Math.max(nextFree, now() + milliseconds);
    },
  };
}
