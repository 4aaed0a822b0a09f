import type { Channel } from '../bot/channel.ts';
import type { Clock } from '../clock.ts';
import type { ChannelName } from '../config.ts';
import type { Logger } from '../log.ts';
import { createProcessLock } from '../store/process-lock.ts';
import type { OutboxClass } from '../store/schema.ts';
import type { Metrics } from '../metrics.ts';
import type { Alarm } from '../watch/alarm.ts';
import { alarmText } from './alarms.ts';
import type { OutboxStore } from './outbox-store.ts';
import { quietUntil, type QuietHours } from './quiet-hours.ts';
import { createSender } from './sender.ts';

const EXPIRE_EVERY_MS = 60_000;
const PRUNE_EVERY = { hours: 1 };

export interface DeliveryDeps {
  store: OutboxStore;
  /** Of the database that the store is in. */
  databaseUrl: string;
  channels: readonly Pick<Channel, 'name' | 'send' | 'reachable'>[];
  clock: Clock;
  /** Resolves after so many milliseconds, or at once when the signal comes. */
  wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  timeZone: string;
  /** Everybody's; undefined: none. */
  quietHours: QuietHours | undefined;
  /** A person's own, beside everybody's. */
  quietHoursOf: (personId: string) => Promise<QuietHours | undefined>;
  /** Classes that wait, as the platform's plan wants it. */
  held: (channel: ChannelName) => Promise<readonly OutboxClass[]>;
  /** A recipient cannot be reached until they write again. */
  onGone: (channel: ChannelName, chatId: string) => Promise<void>;
  /** Tells officers what only they can mend. */
  alarm: Alarm;
  metrics: Pick<Metrics, 'delivered'>;
  /** How long settled rows are kept. */
  keepDays: number;
  log: Logger;
}

export interface Delivery {
  start(): void;
  /** Waits for what is on its way, seven seconds at most; nothing stays claimed. */
  stop(): Promise<void>;
  /** What is wrong, for `/health`; undefined: nothing. */
  problem(): string | undefined;
}

/** Sends what is in the outbox on all platforms, and tidies it up. */
export function createDelivery(deps: DeliveryDeps): Delivery {
  const { store, clock, wait, timeZone, quietHours, log } = deps;
  const stopping = new AbortController();
  const quiet = (hours: QuietHours | undefined): Temporal.Instant | undefined =>
    hours && quietUntil(clock.now(), hours, timeZone);
  const senders = deps.channels.map((channel) =>
    createSender({
      channel,
      store,
      lock: createProcessLock(deps.databaseUrl, `${channel.name}-sender`),
      clock,
      wait,
      quietUntil: () => quiet(quietHours),
      personQuietUntil: async (personId) => quiet(await deps.quietHoursOf(personId)),
      held: () => deps.held(channel.name),
      onGone: (chatId) => deps.onGone(channel.name, chatId),
      onAlarm(cause) {
        const { cause: same, markdown } = alarmText(channel.name, cause);
        void deps.alarm(same, markdown);
      },
      onSettled: (kind, state) => deps.metrics.delivered(channel.name, kind, state),
      log,
    }),
  );
  let tidying: Promise<void> = Promise.resolve();

  async function tidy(): Promise<void> {
    let pruneAfter = clock.now();
    while (!stopping.signal.aborted) {
      try {
        await store.expire();
        if (Temporal.Instant.compare(clock.now(), pruneAfter) >= 0) {
          await store.prune(clock.now().subtract({ hours: deps.keepDays * 24 }));
          pruneAfter = clock.now().add(PRUNE_EVERY);
        }
      } catch (error) {
        log.error({ err: error }, 'outbox not tidied');
      }
      await wait(EXPIRE_EVERY_MS, stopping.signal);
    }
  }

  return {
    start() {
      for (const sender of senders) sender.start();
      tidying = tidy();
    },
    async stop() {
      stopping.abort();
      await Promise.all([tidying, ...senders.map((sender) => sender.stop())]);
    },
    problem: () => (senders.some((sender) => sender.troubled()) ? 'outbox: cannot be read or written' : undefined),
  };
}
