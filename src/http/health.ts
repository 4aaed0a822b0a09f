import { sql } from 'kysely';
import type { Channel } from '../bot/channel.ts';
import type { Zalo, ZaloUsage } from '../bot/zalo/zalo.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { OutboxStore } from '../delivery/outbox-store.ts';
import type { Handbook } from '../handbook/load.ts';
import type { ReminderTick } from '../reminders/tick.ts';
import type { Database } from '../store/database.ts';

export interface HealthReport {
  status: 'ok' | 'down';
  handbook: { entries: number };
  /** By platform: how it receives, "starting", or "down". */
  channels: Record<string, string>;
  /** What the bot sends by itself: rows whose time has come, and those that failed for good. */
  outbox: { due: number; failed: number };
  /** What is used and left of the Zalo plan; only when Zalo is on. */
  zalo?: ZaloUsage;
  /** What is wrong, one line a part; only when something is. */
  problems?: string[];
}

export interface HealthDeps {
  db: Database;
  outbox: Pick<OutboxStore, 'counts'>;
  delivery: Pick<Delivery, 'problem'>;
  reminders: Pick<ReminderTick, 'problem'>;
  handbook: Handbook;
  channels: readonly Channel[];
  zalo: Pick<Zalo, 'usage'> | undefined;
}

/** Looks at each part; the report names the sick ones. */
export function createHealth({
  db,
  outbox,
  delivery,
  reminders,
  handbook,
  channels,
  zalo,
}: HealthDeps): () => Promise<HealthReport> {
  return async () => {
    const problems: string[] = [];
    let plan: ZaloUsage | undefined;
    let messages = { due: 0, failed: 0 };
    try {
      await sql`select 1`.execute(db);
      plan = await zalo?.usage();
      const { due, byState } = await outbox.counts();
      messages = { due, failed: byState.failed };
    } catch {
      problems.push('database: cannot be read');
    }
    for (const problem of [delivery.problem(), reminders.problem()]) {
      if (problem !== undefined) problems.push(problem);
    }
    const states: Record<string, string> = {};
    for (const channel of channels) {
      const state = channel.state();
      states[channel.name] = state.state === 'up' ? state.by : state.state;
      if (state.state === 'down') problems.push(`${channel.name}: ${state.reason}`);
    }
    return {
      status: problems.length === 0 ? 'ok' : 'down',
      handbook: { entries: handbook.entries.length },
      channels: states,
      outbox: messages,
      ...(plan ? { zalo: plan } : {}),
      ...(problems.length === 0 ? {} : { problems }),
    };
  };
}
