import { timestamp, type Clock } from '../clock.ts';
import type { Database } from '../store/database.ts';
import type { Outgoing } from './channel.ts';

/** How long a number typed under a message still picks from it. */
const KEEP_HOURS = 24;

/** A message whose choices can be picked by typing, and how far it has been shown. */
export interface ShownMessage {
  message: Outgoing;
  /** The last part that was shown, from 0. */
  part: number;
}

/** The last list of each chat, for platforms without buttons. */
export interface ChoiceLists {
  /** Replaces what this chat had before. */
  keep(chatId: string, shown: ShownMessage): Promise<void>;
  /** Undefined: there is none, or it is older than a day. @returns with the time when it was shown */
  last(chatId: string): Promise<(ShownMessage & { at: Temporal.Instant }) | undefined>;
}

export function createChoiceLists(db: Database, clock: Clock, channel: string): ChoiceLists {
  let pruneAfter = clock.now();

  const oldest = (): string => timestamp(clock.now().subtract({ hours: KEEP_HOURS }));

  async function prune(): Promise<void> {
    const now = clock.now();
    if (Temporal.Instant.compare(now, pruneAfter) < 0) return;
    pruneAfter = now.add({ hours: 1 });
    await db.deleteFrom('choice_lists').where('sent_at', '<', oldest()).execute();
  }

  return {
    async keep(chatId, { message, part }) {
      // A picture is shown once, with the message.
      const { markdown, choices } = message;
      const row = { message: JSON.stringify({ markdown, choices }), part, sent_at: timestamp(clock.now()) };
      await db
        .insertInto('choice_lists')
        .values({ channel, chat_id: chatId, ...row })
        .onConflict((conflict) => conflict.columns(['channel', 'chat_id']).doUpdateSet(row))
        .execute();
      await prune();
    },
    async last(chatId) {
      await prune();
      const row = await db
        .selectFrom('choice_lists')
        .select(['message', 'part', 'sent_at'])
        .where('channel', '=', channel)
        .where('chat_id', '=', chatId)
        .where('sent_at', '>=', oldest())
        .executeTakeFirst();
      if (!row) return undefined;
      const message = JSON.parse(row.message) as Outgoing;
      return { message, part: row.part, at: Temporal.Instant.from(row.sent_at) };
    },
  };
}
