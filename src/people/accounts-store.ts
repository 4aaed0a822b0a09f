import { timestamp, type Clock } from '../clock.ts';
import type { Database } from '../store/database.ts';

/** Accounts on the platforms: that somebody wrote, and since when. */
export interface AccountsStore {
  /** Remembers a chat from its first message on. */
  seen(channel: string, chatId: string): Promise<void>;
}

export function createAccountsStore(db: Database, clock: Clock): AccountsStore {
  return {
    async seen(channel, chatId) {
      // Most messages come from known chats, and a read needs no flush to disk.
      const known = await db
        .selectFrom('accounts')
        .select('first_seen')
        .where('channel', '=', channel)
        .where('chat_id', '=', chatId)
        .executeTakeFirst();
      if (known) return;
      await db
        .insertInto('accounts')
        .values({ channel, chat_id: chatId, first_seen: timestamp(clock.now()) })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
  };
}
