import { timestamp, type Clock } from '../../clock.ts';
import type { Database } from '../../store/database.ts';

/** How many places of the plan are taken. */
export interface PlaceUsage {
  count: number;
  /** 0: none. */
  limit: number;
  /** Null: no limit. */
  left: number | null;
}

/** The plan of a Zalo bot serves so many people and so many groups; who came first keeps the place. */
export interface ZaloPlaces {
  /** True: known already, or there was a place left, which is taken with this. */
  admit(chatId: string, group: boolean): Promise<boolean>;
  /** True for one caller: this group has not been told yet that there is no place for it. */
  claimTelling(chatId: string): Promise<boolean>;
  usage(): Promise<{ users: PlaceUsage; groups: PlaceUsage }>;
}

/** @param limits of the plan; 0: no limit */
export function createZaloPlaces(db: Database, clock: Clock, limits: { users: number; groups: number }): ZaloPlaces {
  const channel = 'zalo';

  const countOf = (is_group: 0 | 1) =>
    db
      .selectFrom('accounts')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('channel', '=', channel)
      .where('is_group', '=', is_group);

  async function isKnown(chatId: string): Promise<boolean> {
    const row = await db
      .selectFrom('accounts')
      .select('first_seen')
      .where('channel', '=', channel)
      .where('chat_id', '=', chatId)
      .executeTakeFirst();
    return row !== undefined;
  }

  async function usageOf(is_group: 0 | 1, limit: number): Promise<PlaceUsage> {
    const { count } = await countOf(is_group).executeTakeFirstOrThrow();
    return { count, limit, left: limit === 0 ? null : Math.max(limit - count, 0) };
  }

  return {
    async admit(chatId, group) {
      const limit = group ? limits.groups : limits.users;
      if (limit === 0 || (await isKnown(chatId))) return true;
      const is_group = group ? 1 : 0;
      // One statement, so that two newcomers cannot both take the last place.
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('accounts')
        .columns(['channel', 'chat_id', 'first_seen', 'is_group'])
        .expression(
          db
            .selectNoFrom((eb) => [
              eb.val(channel).as('channel'),
              eb.val(chatId).as('chat_id'),
              eb.val(timestamp(clock.now())).as('first_seen'),
              eb.val(is_group).as('is_group'),
            ])
            .where(countOf(is_group), '<', limit),
        )
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n || isKnown(chatId);
    },
    async claimTelling(chatId) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('turned_away')
        .values({ channel, chat_id: chatId, told_at: timestamp(clock.now()) })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    async usage() {
      return { users: await usageOf(0, limits.users), groups: await usageOf(1, limits.groups) };
    },
  };
}
