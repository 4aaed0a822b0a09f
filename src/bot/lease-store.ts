import { randomUUID } from 'node:crypto';
import { timestamp, type Clock } from '../clock.ts';
import type { Database } from '../store/database.ts';

/**
 * Short, so that a killed process is soon replaced by the next; long enough that a busy process, which renews it every
 * third of this, does not lose it.
 */
const LEASE_SECONDS = 15;
export const RENEW_EVERY_MS = (LEASE_SECONDS * 1000) / 3;

/** What only one of several processes on a database may do at a time. */
export interface Lease {
  /** Takes or renews it; false while another process has it. */
  take(): Promise<boolean>;
  /** Gives it up at once, if it is ours. */
  release(): Promise<void>;
}

export function createLease(db: Database, clock: Clock, name: string): Lease {
  const holder = randomUUID();
  return {
    async take() {
      const now = clock.now();
      const expires_at = timestamp(now.add({ seconds: LEASE_SECONDS }));
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('leases')
        .values({ name, holder, expires_at })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet({ holder, expires_at })
            .where((eb) => eb.or([eb('leases.holder', '=', holder), eb('leases.expires_at', '<=', timestamp(now))])),
        )
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    async release() {
      await db.deleteFrom('leases').where('name', '=', name).where('holder', '=', holder).execute();
    },
  };
}
