import type { Kysely, Transaction } from 'kysely';
import { timestamp, type Clock } from '../clock.ts';
import type { NewMessage, OutboxStore } from '../delivery/outbox-store.ts';
import { recordAudit } from '../people/audit-store.ts';
import type { PersonHooks } from '../people/people-store.ts';
import { heardAt, recipientsOf } from '../people/recipients-store.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';

/** So many topics one person may follow: more is no choice any more, and each change would be a flood. */
export const MOST_FOLLOWED = 50;

/** What those who follow a topic are told. */
export interface RuleChange {
  /** What makes the same change the same. */
  key: string;
  entryIds: readonly string[];
  /** What one person is told, given the topics that they follow. */
  message: (entryIds: readonly string[]) => NewMessage['message'];
}

/** Who wishes to hear when the rules on a topic change. */
export interface FollowsStore {
  /** `full`: they follow as many as one may. */
  add(personId: string, entryId: string): Promise<'added' | 'known' | 'full'>;
  /** False: they did not follow it. */
  remove(personId: string, entryId: string): Promise<boolean>;
  /** Ids of entries, the newest first. */
  of(personId: string): Promise<string[]>;
  /** How many people follow one of these. */
  count(entryIds: readonly string[]): Promise<number>;
  /**
   * Tells each person who follows one of these once, in the transaction of what changed them.
   *
   * @returns how many are told
   */
  tell(transaction: Transaction<Schema>, change: RuleChange): Promise<number>;
  /** The same by an officer's word, which the audit log keeps. */
  tellBy(change: RuleChange, by: string): Promise<number>;
}

export interface FollowsDeps {
  db: Database;
  clock: Clock;
  timeZone: string;
  outbox: Pick<OutboxStore, 'enqueue'>;
}

export function createFollowsStore({ db, clock, timeZone, outbox }: FollowsDeps): FollowsStore {
  async function followers(
    handle: Kysely<Schema>,
    entryIds: readonly string[],
  ): Promise<Map<string, { entry_id: string }[]>> {
    // All at once, sorted out here: a condition with hundreds of ids would be no faster.
    const wanted = new Set(entryIds);
    const rows = await handle.selectFrom('follows').select(['person_id', 'entry_id']).orderBy('since').execute();
    return Map.groupBy(
      rows.filter(({ entry_id }) => wanted.has(entry_id)),
      ({ person_id }) => person_id,
    );
  }

  async function tell(transaction: Transaction<Schema>, { key, entryIds, message }: RuleChange): Promise<number> {
    const found = await followers(transaction, entryIds);
    const recipients = await recipientsOf(transaction, [...found.keys()]);
    const messages = [...recipients.values()].map((to): NewMessage => {
      const { personId, channel, chatId } = to;
      const topics = (found.get(personId) ?? []).map(({ entry_id }) => entry_id);
      return {
        key: `${key}:${personId}`,
        class: 'announcement',
        channel,
        chatId,
        personId,
        message: message(topics),
        dueAt: heardAt(to, clock.now(), timeZone),
      };
    });
    return outbox.enqueue(transaction, messages);
  }

  return {
    add(personId, entryId) {
      return db.transaction().execute(async (transaction) => {
        const rows = await transaction
          .selectFrom('follows')
          .select('entry_id')
          .where('person_id', '=', personId)
          .execute();
        if (rows.some(({ entry_id }) => entry_id === entryId)) return 'known';
        if (rows.length >= MOST_FOLLOWED) return 'full';
        await transaction
          .insertInto('follows')
          .values({ person_id: personId, entry_id: entryId, since: timestamp(clock.now()) })
          .execute();
        return 'added';
      });
    },
    async remove(personId, entryId) {
      const { numDeletedRows } = await db
        .deleteFrom('follows')
        .where('person_id', '=', personId)
        .where('entry_id', '=', entryId)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
    async of(personId) {
      const rows = await db
        .selectFrom('follows')
        .select('entry_id')
        .where('person_id', '=', personId)
        .orderBy('since', 'desc')
        .orderBy('entry_id')
        .execute();
      return rows.map(({ entry_id }) => entry_id);
    },
    count: async (entryIds) => (await followers(db, entryIds)).size,
    tell,
    tellBy: (change, by) =>
      db.transaction().execute(async (transaction) => {
        const told = await tell(transaction, change);
        if (told > 0) {
          await recordAudit(transaction, clock, { actor: by, action: 'rule change told', detail: { added: told } });
        }
        return told;
      }),
  };
}

/** What somebody follows goes with them; two who turn out to be one follow the topics of both. */
export const followHooks: PersonHooks = {
  async onErase(transaction, personId) {
    await transaction.deleteFrom('follows').where('person_id', '=', personId).execute();
  },
  async onMerge(transaction, from, to) {
    const rows = await transaction.selectFrom('follows').selectAll().where('person_id', '=', from).execute();
    await transaction.deleteFrom('follows').where('person_id', '=', from).execute();
    for (const row of rows) {
      await transaction
        .insertInto('follows')
        .values({ ...row, person_id: to })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
  },
};
