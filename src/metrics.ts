import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from '@prometheus-io/client';
import type { ZaloUsage } from './bot/zalo/zalo.ts';
import type { Clock } from './clock.ts';
import type { OutboxCounts } from './delivery/outbox-store.ts';
import type { Outcome } from './search/search.ts';

/** Numbers for the operator's monitoring, without anything about people. */
export interface Metrics {
  question(outcome: Outcome): void;
  /** Measures a search. */
  timed<T>(search: () => T): T;
  received(channel: string, kind: string): void;
  platformError(channel: string, failure: string): void;
  /** Shows what is used and left of the Zalo plan; asked at every reading. */
  zaloPlan(usage: () => Promise<ZaloUsage>): void;
  /** Shows what the bot sends by itself; asked at every reading. */
  outbox(counts: () => Promise<OutboxCounts>, clock: Clock): void;
  /** Shows whether reminders are planned, and how many could not go in time; asked at every reading. */
  reminders(tick: { age: () => number; missed: () => number }): void;
  /** Prometheus text format. */
  text(): Promise<{ contentType: string; body: string }>;
}

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
  return {
    question: (outcome) => questions.inc({ outcome }),
    timed(search) {
      const stop = seconds.startTimer();
      const result = search();
      stop();
      return result;
    },
    received: (channel, kind) => received.inc({ channel, kind }),
    platformError: (channel, failure) => errors.inc({ channel, failure }),
    zaloPlan(usage) {
      const gauge = (name: string, help: string, value: (now: ZaloUsage) => number | null): void => {
        const plan = new Gauge({
          name,
          help,
          registers,
          async collect() {
            const now = value(await usage());
            if (now !== null) plan.set(now);
          },
        });
      };
      gauge('sotay_zalo_month_messages', 'Messages sent on Zalo this month', ({ messages }) => messages.sent);
      gauge(
        'sotay_zalo_month_messages_left',
        "Messages left of the Zalo plan's month",
        ({ messages }) => messages.left,
      );
      gauge('sotay_zalo_users', 'People known on Zalo', ({ users }) => users.count);
      gauge('sotay_zalo_users_left', 'Places left of the Zalo plan', ({ users }) => users.left);
      gauge('sotay_zalo_groups', 'Groups known on Zalo', ({ groups }) => groups.count);
      gauge('sotay_zalo_groups_left', 'Groups left of the Zalo plan', ({ groups }) => groups.left);
    },
    outbox(counts, clock) {
      const rows = new Gauge({
        name: 'sotay_outbox_rows',
        help: 'Messages that the bot sends by itself, by state',
        labelNames: ['state'] as const,
        registers,
        async collect() {
          for (const [state, count] of Object.entries((await counts()).byState)) rows.set({ state }, count);
        },
      });
      const oldest = new Gauge({
        name: 'sotay_outbox_oldest_due_seconds',
        help: 'For how long the oldest message whose time has come has been waiting',
        registers,
        async collect() {
          const { oldestDue } = await counts();
          oldest.set(oldestDue ? Math.max(clock.now().since(oldestDue).total('seconds'), 0) : 0);
        },
      });
    },
    reminders(tick) {
      const gauge = (name: string, help: string, value: () => number): void => {
        const shown: Gauge = new Gauge({
          name,
          help,
          registers,
          collect() {
            shown.set(value());
          },
        });
      };
      gauge('sotay_reminders_tick_age_seconds', 'How long ago reminders were last planned', tick.age);
      gauge('sotay_reminders_missed', 'Reminders that could not go in time, since the start', tick.missed);
    },
    text: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}
