import { createHash, randomInt } from 'node:crypto';
import { timestamp, type Clock } from '../clock.ts';
import { sameSecret } from '../http/same-secret.ts';
import type { Database } from '../store/database.ts';

/** How long a code can be typed on the other platform. Minutes. */
export const CODE_MINUTES = 10;
/** Wrong codes until those that are open no longer count. */
const TRIES = 5;

/** One-time codes with which a person's other account is linked. */
export interface LinkCodes {
  /** Six digits; the one before is no longer good. */
  make(personId: string): Promise<string>;
  /**
   * Whose code this is; it is used up with this. A wrong one counts as a try against every code that is open, since
   * nobody can tell which was meant.
   */
  redeem(code: string): Promise<string | undefined>;
  prune(): Promise<void>;
}

export function createLinkCodes(db: Database, clock: Clock): LinkCodes {
  const open = (now: string) =>
    db.selectFrom('link_codes').selectAll().where('expires_at', '>', now).where('tries', '<', TRIES);

  return {
    async make(person_id) {
      const code = String(randomInt(1_000_000)).padStart(6, '0');
      const expires_at = timestamp(clock.now().add({ minutes: CODE_MINUTES }));
      const row = { hash: hash(person_id, code), expires_at, tries: 0 };
      await db
        .insertInto('link_codes')
        .values({ person_id, ...row })
        .onConflict((conflict) => conflict.column('person_id').doUpdateSet(row))
        .execute();
      return code;
    },
    async redeem(code) {
      const now = timestamp(clock.now());
      const rows = await open(now).execute();
      const found = rows.filter((row) => sameSecret(hash(row.person_id, code), row.hash));
      const [only] = found;
      if (!only || found.length > 1) {
        await db
          .updateTable('link_codes')
          .set((eb) => ({ tries: eb('tries', '+', 1) }))
          .where('expires_at', '>', now)
          .execute();
        return undefined;
      }
      // Of two that type it at the same time one gets it.
      const { numDeletedRows } = await db
        .deleteFrom('link_codes')
        .where('person_id', '=', only.person_id)
        .where('hash', '=', only.hash)
        .executeTakeFirstOrThrow();
      return numDeletedRows === 1n ? only.person_id : undefined;
    },
    async prune() {
      await db.deleteFrom('link_codes').where('expires_at', '<=', timestamp(clock.now())).execute();
    },
  };
}

function hash(personId: string, code: string): string {
  return createHash('sha256').update(`${personId}:${code}`).digest('base64url');
}
