import { createHash, randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import { todayIn, type Clock } from '../clock.ts';
import type { PersonHooks } from '../people/people-store.ts';
import type { Database } from '../store/database.ts';
import { createGroupCommit } from '../store/group-commit.ts';
import type { Schema } from '../store/schema.ts';
import type { Days } from './figures-store.ts';

/**
 * How many people write on a day, by platform. Only the number is kept: who was counted already is known by a salted hash,
 * and hashes and salt are erased when the day is over.
 */
export interface ActivityStore {
  /** Counts who writes in a private chat, once a day. */
  seen(channel: string, chatId: string): Promise<void>;
  /** Erases the marks of days that are over. */
  prune(): Promise<void>;
  /** Days on which somebody wrote, in their order. */
  days(days: Days): Promise<{ day: string; channel: string; people: number }[]>;
}

export function createActivityStore(db: Database, clock: Clock, timeZone: string): ActivityStore {
  const commit = createGroupCommit(db, { waitForDisk: false });
  const date = todayIn(clock, timeZone);
  const today = (): string => date().toString();
  // Most messages come from who was counted already, and a look here needs no query.
  let counted = { day: '', chats: new Set<string>() };

  async function forget(handle: Kysely<Schema>, day: string): Promise<void> {
    await handle.deleteFrom('active_today').where('day', '<', day).execute();
    await handle
      .updateTable('active_days')
      .set({ salt: null })
      .where('day', '<', day)
      .where('salt', 'is not', null)
      .execute();
  }

  return {
    async seen(channel, chatId) {
      const day = today();
      if (counted.day !== day) counted = { day, chats: new Set() };
      const chat = `${channel}:${chatId}`;
      if (counted.chats.has(chat)) return;
      await commit(async (transaction) => {
        await forget(transaction, day);
        await transaction
          .insertInto('active_days')
          .values({ day, channel, people: 0, salt: randomBytes(16).toString('base64url') })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        const { salt } = await transaction
          .selectFrom('active_days')
          .select('salt')
          .where('day', '=', day)
          .where('channel', '=', channel)
          .executeTakeFirstOrThrow();
        const { numInsertedOrUpdatedRows = 0n } = await transaction
          .insertInto('active_today')
          .values({ day, channel, mark: markOf(salt ?? '', chatId) })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirstOrThrow();
        if (numInsertedOrUpdatedRows === 0n) return;
        await transaction
          .updateTable('active_days')
          .set((eb) => ({ people: eb('people', '+', 1) }))
          .where('day', '=', day)
          .where('channel', '=', channel)
          .execute();
      });
      counted.chats.add(chat);
    },
    prune: () => forget(db, today()),
    days: ({ from, to }) =>
      db
        .selectFrom('active_days')
        .select(['day', 'channel', 'people'])
        .where('day', '>=', from.toString())
        .where('day', '<=', to.toString())
        .where('people', '>', 0)
        .orderBy('day')
        .orderBy('channel')
        .execute(),
  };
}

/** The number of the day stays; that it was this account goes. */
export const activityHooks: PersonHooks = {
  async onErase(transaction, _personId, accounts) {
    const rows = await transaction.selectFrom('active_days').selectAll().where('salt', 'is not', null).execute();
    for (const { day, channel, salt } of rows) {
      for (const account of accounts.filter((one) => one.channel === channel)) {
        await transaction
          .deleteFrom('active_today')
          .where('day', '=', day)
          .where('channel', '=', channel)
          .where('mark', '=', markOf(salt ?? '', account.userId))
          .execute();
      }
    }
  },
  onMerge: () => Promise.resolve(),
};

function markOf(salt: string, chatId: string): string {
  return createHash('sha256').update(`${salt} ${chatId}`).digest('base64url').slice(0, 16);
}
