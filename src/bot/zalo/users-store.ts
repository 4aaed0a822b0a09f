import { timestamp, type Clock } from '../../clock.ts';
import type { Database } from '../../store/database.ts';

/** How many places of the plan are taken. */
export interface UserUsage {
  count: number;
  /** 0: none. */
  limit: number;
  /** Null: no limit. */
  left: number | null;
}

/** The plan of a Zalo bot serves so many people; who came first keeps the place. */
export interface ZaloUsers {
  /** True: known already, or there was a place left, which is taken with this. */
  admit(chatId: string): Promise<boolean>;
  usage(): Promise<UserUsage>;
}

/** @param limit people; 0: no limit */
export function createZaloUsers(db: Database, clock: Clock, limit: number): ZaloUsers {
  const channel = 'zalo';

  async function isKnown(chatId: string): Promise<boolean> {
    const row = await db
      .selectFrom('accounts')
      .select('first_seen')
      .where('channel', '=', channel)
      .where('chat_id', '=', chatId)
      .executeTakeFirst();
    return row !== undefined;
  }

  return {
    async admit(chatId) {
      if (limit === 0 || (await isKnown(chatId))) return true;
      // One statement, so that two newcomers cannot both take the last place.
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('accounts')
        .columns(['channel', 'chat_id', 'first_seen'])
        .expression(
          db
            .selectNoFrom((eb) => [
              eb.val(channel).as('channel'),
              eb.val(chatId).as('chat_id'),
              eb.val(timestamp(clock.now())).as('first_seen'),
            ])
            .where(
              (eb) =>
                eb
                  .selectFrom('accounts')
                  .select((all) => all.fn.countAll<number>().as('count'))
                  .where('channel', '=', channel),
              '<',
              limit,
            ),
        )
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n || isKnown(chatId);
    },
    async usage() {
      const row = await db
        .selectFrom('accounts')
        .select((eb) => eb.fn.countAll<number | string>().as('count'))
        .where('channel', '=', channel)
        .executeTakeFirstOrThrow();
      const count = Number(row.count);
      return { count, limit, left: limit === 0 ? null : Math.max(limit - count, 0) };
    },
  };
}
