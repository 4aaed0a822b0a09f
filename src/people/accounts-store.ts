import { timestamp, type Clock } from '../clock.ts';
import { withParameters } from '../store/compiled-query.ts';
import type { Database } from '../store/database.ts';
import { createGroupCommit } from '../store/group-commit.ts';

/** Accounts on the platforms: that somebody wrote, since when, and whether they can be written to. */
export interface AccountsStore {
  /** Remembers a chat from its first message on. Whoever writes can be written to again. */
  seen(channel: string, chatId: string, group: boolean): Promise<void>;
  /** Nothing can be sent there: the bot was blocked, or the chat is gone. */
  markBlocked(channel: string, chatId: string): Promise<void>;
  isBlocked(channel: string, chatId: string): Promise<boolean>;
}

export function createAccountsStore(db: Database, clock: Clock): AccountsStore {
  // On the first day everybody is new; who is forgotten by a power cut is known again with the next message.
  const commit = createGroupCommit(db, { waitForDisk: false });
  const byChat = db
    .selectFrom('accounts')
    .select('blocked_at')
    .where('channel', '=', 'channel')
    .where('chat_id', '=', 'chat')
    .compile();

  async function find(channel: string, chatId: string): Promise<{ blocked_at: string | null } | undefined> {
    const { rows } = await db.executeQuery(withParameters(byChat, channel, chatId));
    return rows[0];
  }

  async function setBlocked(channel: string, chatId: string, blocked_at: string | null): Promise<void> {
    await db
      .updateTable('accounts')
      .set({ blocked_at })
      .where('channel', '=', channel)
      .where('chat_id', '=', chatId)
      .execute();
  }

  return {
    async seen(channel, chatId, group) {
      // Most messages come from known chats, and a read needs no flush to disk.
      const known = await find(channel, chatId);
      if (known && known.blocked_at !== null) await setBlocked(channel, chatId, null);
      if (known) return;
      const row = { channel, chat_id: chatId, first_seen: timestamp(clock.now()), is_group: group ? 1 : 0 };
      await commit((transaction) =>
        transaction
          .insertInto('accounts')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .execute(),
      );
    },
    markBlocked: (channel, chatId) => setBlocked(channel, chatId, timestamp(clock.now())),
    async isBlocked(channel, chatId) {
      const row = await find(channel, chatId);
      return row !== undefined && row.blocked_at !== null;
    },
  };
}
