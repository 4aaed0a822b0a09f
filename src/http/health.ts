import { sql } from 'kysely';
import type { Channel } from '../bot/channel.ts';
import type { Zalo, ZaloUsage } from '../bot/zalo/zalo.ts';
import type { Delivery } from '../delivery/delivery.ts';
import type { OutboxStore } from '../delivery/outbox-store.ts';
import type { Handbook } from '../handbook/load.ts';
import type { ReminderTick } from '../reminders/tick.ts';
import { storageProblem, type Database } from '../store/database.ts';
import type { NightlyBackup } from '../store/nightly-backup.ts';

export interface HealthReport {
  status: 'ok' | 'down';
  /** Database, handbook, outbox, reminders, each platform, and backups when there are any. */
  parts: Record<string, 'ok' | 'down'>;
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
  /** Undefined: nightly backups are off. */
  backup: Pick<NightlyBackup, 'problem'> | undefined;
  handbook: Handbook;
  channels: readonly Channel[];
  zalo: Pick<Zalo, 'usage'> | undefined;
}

/** Looks at each part; the report names the sick ones. */
export function createHealth(deps: HealthDeps): () => Promise<HealthReport> {
  const { db, outbox, handbook, channels, zalo } = deps;

  /** What the database says, or that it says nothing. */
  async function ask(): Promise<Pick<HealthReport, 'outbox' | 'zalo'> & { unreadable?: string }> {
    try {
      await sql`select 1`.execute(db);
      const plan = await zalo?.usage();
      const { due, byState } = await outbox.counts();
      return { outbox: { due, failed: byState.failed }, ...(plan ? { zalo: plan } : {}) };
    } catch {
      return { outbox: { due: 0, failed: 0 }, unreadable: 'database: cannot be read' };
    }
  }

  return async () => {
    const { unreadable, ...known } = await ask();
    const storage = storageProblem(db);
    const states = new Map(channels.map((channel) => [channel.name, channel.state()]));
    const looked: [part: string, problem: string | undefined][] = [
      ['database', unreadable ?? (storage === undefined ? undefined : `database: cannot be written: ${storage}`)],
      ['handbook', handbook.entries.length === 0 ? 'handbook: no entries' : undefined],
      ['outbox', deps.delivery.problem()],
      ['reminders', deps.reminders.problem()],
      ...(deps.backup ? [['backup', deps.backup.problem()] as [string, string | undefined]] : []),
    ];
    for (const [name, state] of states) {
      looked.push([name, state.state === 'down' ? `${name}: ${state.reason}` : undefined]);
    }
    const problems = looked.flatMap(([, problem]) => problem ?? []);
    return {
      status: problems.length === 0 ? 'ok' : 'down',
      parts: Object.fromEntries(looked.map(([part, problem]) => [part, problem === undefined ? 'ok' : 'down'])),
      handbook: { entries: handbook.entries.length },
      channels: Object.fromEntries(
        [...states].map(([name, state]) => [name, state.state === 'up' ? state.by : state.state]),
      ),
      ...known,
      ...(problems.length === 0 ? {} : { problems }),
    };
  };
}
