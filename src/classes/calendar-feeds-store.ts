import { randomBytes } from 'node:crypto';
import { timestamp, type Clock } from '../clock.ts';
import type { PersonHooks } from '../people/people-store.ts';
import type { Database } from '../store/database.ts';

/** The secret addresses under which people's calendars can be read. */
export interface CalendarFeedsStore {
  /** The token of a person's address; made at the first call. */
  tokenOf(personId: string): Promise<string>;
  /** A new token; the ones before are no longer good. */
  renew(personId: string): Promise<string>;
  /** Whose token this is; undefined: nobody's (any more). */
  personOf(token: string): Promise<string | undefined>;
}

export function createCalendarFeedsStore(db: Database, clock: Clock): CalendarFeedsStore {
  // 192 random bits: an address that nobody guesses. Kept as it is, since it must be shown again for a second device.
  const row = (person_id: string) => ({
    token: randomBytes(24).toString('base64url'),
    person_id,
    made_at: timestamp(clock.now()),
  });

  return {
    tokenOf(personId) {
      return db.transaction().execute(async (transaction) => {
        const known = await transaction
          .selectFrom('calendar_feeds')
          .select('token')
          .where('person_id', '=', personId)
          .orderBy('made_at', 'desc')
          .executeTakeFirst();
        if (known) return known.token;
        const made = row(personId);
        await transaction.insertInto('calendar_feeds').values(made).execute();
        return made.token;
      });
    },
    renew(personId) {
      return db.transaction().execute(async (transaction) => {
        const made = row(personId);
        await transaction.deleteFrom('calendar_feeds').where('person_id', '=', personId).execute();
        await transaction.insertInto('calendar_feeds').values(made).execute();
        return made.token;
      });
    },
    async personOf(token) {
      const found = await db
        .selectFrom('calendar_feeds')
        .select('person_id')
        .where('token', '=', token)
        .executeTakeFirst();
      return found?.person_id;
    },
  };
}

/** Addresses go with the person; those of both stay good when two turn out to be one. */
export const calendarFeedHooks: PersonHooks = {
  async onErase(transaction, personId) {
    await transaction.deleteFrom('calendar_feeds').where('person_id', '=', personId).execute();
  },
  async onMerge(transaction, from, to) {
    await transaction.updateTable('calendar_feeds').set({ person_id: to }).where('person_id', '=', from).execute();
  },
};
