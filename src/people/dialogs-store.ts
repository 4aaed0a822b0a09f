import { timestamp, type Clock } from '../clock.ts';
import { withParameters } from '../store/compiled-query.ts';
import type { Database } from '../store/database.ts';

/** How long the next message is waited for; after that a text is a question again. */
const KEEP_HOURS = 24;

/** Where a chat stands in something that takes several messages. */
export interface Dialog {
  name: string;
  /** What the feature keeps of it; must survive JSON. */
  state: unknown;
  /** What was typed in it and is lost with it, in Vietnamese: "câu trả lời đang soạn". */
  typed?: string | undefined;
}

/** One that is open. */
export interface OpenDialog extends Dialog {
  /** Of the last step. */
  since: Temporal.Instant;
}

export interface DialogsStore {
  /** Begins a dialog or takes it a step on; the one that was open before is left. */
  open(channel: string, chatId: string, dialog: Dialog): Promise<void>;
  /** Undefined: none, or forgotten for a day. */
  current(channel: string, chatId: string): Promise<OpenDialog | undefined>;
  /** True: there was one. */
  close(channel: string, chatId: string): Promise<boolean>;
  /** Removes those that were forgotten. */
  prune(): Promise<void>;
}

export function createDialogsStore(db: Database, clock: Clock): DialogsStore {
  const oldest = (): string => timestamp(clock.now().subtract({ hours: KEEP_HOURS }));
  const byChat = db
    .selectFrom('dialogs')
    .select(['name', 'state', 'updated_at'])
    .where('channel', '=', 'channel')
    .where('chat_id', '=', 'chat')
    .compile();

  return {
    async open(channel, chat_id, { name, state, typed }) {
      const row = { name, state: JSON.stringify({ state, typed }), updated_at: timestamp(clock.now()) };
      await db
        .insertInto('dialogs')
        .values({ channel, chat_id, ...row })
        .onConflict((conflict) => conflict.columns(['channel', 'chat_id']).doUpdateSet(row))
        .execute();
    },
    async current(channel, chatId) {
      const { rows } = await db.executeQuery(withParameters(byChat, channel, chatId));
      const [row] = rows;
      if (!row || row.updated_at < oldest()) return undefined;
      const { state, typed } = JSON.parse(row.state) as Pick<Dialog, 'state' | 'typed'>;
      return { name: row.name, state, typed, since: Temporal.Instant.from(row.updated_at) };
    },
    async close(channel, chatId) {
      const { numDeletedRows } = await db
        .deleteFrom('dialogs')
        .where('channel', '=', channel)
        .where('chat_id', '=', chatId)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
    async prune() {
      await db.deleteFrom('dialogs').where('updated_at', '<', oldest()).execute();
    },
  };
}
