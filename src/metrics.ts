import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';
import type { DeliveryFailure } from './bot/channel.ts';
import type { ZaloUsage } from './bot/zalo/zalo.ts';
import type { Clock } from './clock.ts';
import type { OutboxCounts } from './delivery/outbox-store.ts';
import type { Outcome } from './search/search.ts';
import type { OutboxClass } from './store/schema.ts';

/** Numbers for the operator's monitoring, without anything about people. */
export interface Metrics {
  question(outcome: Outcome): void;
  /** Measures a search. */
  timed<T>(search: () => T): T;
  /** Measures from a message to its answer, without the platform's own time. */
  answered<T>(channel: string, answer: () => Promise<T>): Promise<T>;
  received(channel: string, kind: string): void;
  /** Begins this platform's counts of trouble at zero: Prometheus overlooks the step that a series begins with. */
  platform(channel: string): void;
  platformError(channel: string, failure: DeliveryFailure): void;
  /** Counts a message that the bot sent by itself, or gave up. */
  delivered(channel: string, kind: OutboxClass, state: (typeof ENDS)[number]): void;
  /** Shows what is used and left of the Zalo plan; asked at every reading. */
  zaloPlan(usage: () => Promise<ZaloUsage>): void;
  /** Shows what the bot has not sent by itself; asked at every reading. */
  outbox(counts: () => Promise<OutboxCounts>, clock: Clock): void;
  /** Shows whether reminders are planned, and how many could not go in time; asked at every reading. */
  reminders(tick: { age: () => number; missed: () => number }): void;
  /** Shows how old the newest backup is; asked at every reading. */
  backup(age: () => number | undefined): void;
  /** Shows how much room the database takes, in bytes; asked at every reading. */
  database(bytes: () => number): void;
  /** Shows which parts are well; asked at every reading. */
  parts(look: () => Promise<{ parts: Readonly<Record<string, 'ok' | 'down'>> }>): void;
  /** Prometheus text format. */
  text(): Promise<{ contentType: string; body: string }>;
}

const FAILURES: readonly DeliveryFailure[] = ['retry', 'paused', 'gone', 'rejected', 'unauthorized', 'unknown'];
const CLASSES: readonly OutboxClass[] = ['reminder', 'announcement', 'answer'];
const ENDS = ['sent', 'failed', 'unknown'] as const;

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const questions = new Counter({
    name: 'sotay_questions_total',
    help: 'Questions by outcome',
    labelNames: ['outcome'] as const,
    registers,
  });
  const seconds = new Histogram({
    name: 'sotay_search_seconds',
    help: 'Time to find the answer to a question',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1],
    registers,
  });
  const answers = new Histogram({
    name: 'sotay_answer_seconds',
    help: "Time from a message to its answer, without the platform's own time",
    labelNames: ['channel'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  const received = new Counter({
    name: 'sotay_received_total',
    help: 'Messages received, by platform and kind',
    labelNames: ['channel', 'kind'] as const,
    registers,
  });
  const errors = new Counter({
    name: 'sotay_platform_errors_total',
    help: 'Failed calls of a platform, by what is to be done about them',
    labelNames: ['channel', 'failure'] as const,
    registers,
  });
  const deliveries = new Counter({
    name: 'sotay_deliveries_total',
    help: 'Messages that the bot sent by itself or gave up, by what they ended as',
    labelNames: ['channel', 'class', 'state'] as const,
    registers,
  });

  /** One number that is asked for at every reading. */
  function gauge(name: string, help: string, value: () => number | null | Promise<number | null>): void {
    const shown: Gauge = new Gauge({
      name,
      help,
      registers,
      async collect() {
        const now = await value();
        if (now !== null) shown.set(now);
      },
    });
  }

  return {
    question: (outcome) => questions.inc({ outcome }),
    timed(search) {
      const stop = seconds.startTimer();
      const result = search();
      stop();
      return result;
    },
    async answered(channel, answer) {
      const stop = answers.startTimer({ channel });
      try {
        return await answer();
      } finally {
        stop();
      }
    },
    received: (channel, kind) => received.inc({ channel, kind }),
    platform(channel) {
      for (const failure of FAILURES) errors.inc({ channel, failure }, 0);
      for (const kind of CLASSES) for (const state of ENDS) deliveries.inc({ channel, class: kind, state }, 0);
    },
    platformError: (channel, failure) => errors.inc({ channel, failure }),
    delivered: (channel, kind, state) => deliveries.inc({ channel, class: kind, state }),
    zaloPlan(usage) {
      const plan = (name: string, help: string, value: (now: ZaloUsage) => number | null): void =>
        gauge(name, help, async () => value(await usage()));
      plan('sotay_zalo_month_messages', 'Messages sent on Zalo this month', ({ messages }) => messages.sent);
      plan('sotay_zalo_month_messages_left', "Messages left of the Zalo plan's month", ({ messages }) => messages.left);
      plan('sotay_zalo_users', 'People known on Zalo', ({ users }) => users.count);
      plan('sotay_zalo_users_left', 'Places left of the Zalo plan', ({ users }) => users.left);
      plan('sotay_zalo_groups', 'Groups known on Zalo', ({ groups }) => groups.count);
      plan('sotay_zalo_groups_left', 'Groups left of the Zalo plan', ({ groups }) => groups.left);
    },
    outbox(counts, clock) {
      // One look for all that is shown of it.
      let looking: Promise<OutboxCounts> | undefined;
      const look = (): Promise<OutboxCounts> =>
        (looking ??= counts().finally(() => {
          looking = undefined;
        }));
      const rows = new Gauge({
        name: 'sotay_outbox_rows',
        help: 'Messages that the bot has not sent by itself (yet), by state',
        labelNames: ['state'] as const,
        registers,
        async collect() {
          for (const [state, count] of Object.entries((await look()).byState)) rows.set({ state }, count);
        },
      });
      const oldest = new Gauge({
        name: 'sotay_outbox_oldest_due_seconds',
        help: 'For how long the oldest message whose time has come has been waiting',
        labelNames: ['channel'] as const,
        registers,
        async collect() {
          const { oldestDue } = await look();
          oldest.reset();
          for (const [channel, since] of oldestDue) {
            oldest.set({ channel }, Math.max(clock.now().since(since).total('seconds'), 0));
          }
        },
      });
    },
    reminders(tick) {
      gauge('sotay_reminders_tick_age_seconds', 'How long ago reminders were last planned', tick.age);
      gauge('sotay_reminders_missed', 'Reminders that could not go in time, since the start', tick.missed);
    },
    backup(age) {
      gauge('sotay_backup_age_seconds', 'How old the newest nightly backup is; -1: there is none', () => age() ?? -1);
    },
    database: (bytes) => gauge('sotay_database_bytes', 'Room that the database takes on the disk', bytes),
    parts(look) {
      const parts = new Gauge({
        name: 'sotay_part_up',
        help: '1: this part of the bot is well, as in /health; 0: it is not',
        labelNames: ['part'] as const,
        registers,
        async collect() {
          for (const [part, state] of Object.entries((await look()).parts)) parts.set({ part }, state === 'ok' ? 1 : 0);
        },
      });
    },
    text: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
