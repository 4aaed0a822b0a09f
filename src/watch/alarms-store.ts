import { timestamp, type Clock } from '../clock.ts';
import type { Database } from '../store/database.ts';

/** When officers were last told of what: a process that starts again and again must not tell them each time. */
export interface AlarmsStore {
  /**
   * Notes that it is said now, unless it was said within this time; then nothing is noted.
   *
   * @returns whether it may be said; a time that is still to come (the clock was put back) does not count
   */
  claim(cause: string, within: Temporal.DurationLike): Promise<boolean>;
  /** It was not said after all. */
  giveBack(cause: string): Promise<void>;
}

export function createAlarmsStore(db: Database, clock: Clock): AlarmsStore {
  return {
    async claim(cause, within) {
      const now = clock.now();
      const said_at = timestamp(now);
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('alarms')
        .values({ cause, said_at })
        .onConflict((conflict) =>
          conflict
            .column('cause')
            .doUpdateSet({ said_at })
            .where((eb) =>
              eb.or([eb('alarms.said_at', '<=', timestamp(now.subtract(within))), eb('alarms.said_at', '>', said_at)]),
            ),
        )
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    async giveBack(cause) {
      await db.deleteFrom('alarms').where('cause', '=', cause).execute();
    },
  };
}
