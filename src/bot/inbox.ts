import type { ChannelName } from '../config.ts';
import { timestamp, type Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { Database } from '../store/database.ts';
import { createAnswering } from './answering.ts';
import type { Channel, Incoming, Outgoing } from './channel.ts';
import { readReplies, writeReplies } from './kept-replies.ts';
import { createKeyedQueue } from './keyed-queue.ts';

/** How long the ids of handled updates are kept: Telegram repeats an update for 24 hours at most. */
const KEEP_HOURS = 48;

export interface Inbox {
  /**
   * Keeps an update durably and answers it in the background, after what came before it in the same chat. The same
   * update again, even at the same time, is ignored.
   *
   * @throws when it could not be stored; the platform must then be told to deliver it again
   */
  accept(updateId: string, message: Incoming): Promise<void>;
  /** Handles what an earlier run accepted and did not finish; what was handled and not sent is only sent. */
  resume(): Promise<void>;
  /** Resolves when everything accepted has been answered or given up. */
  idle(): Promise<void>;
  /** Resolves when what is in hand is answered; what waits for a platform that cannot be reached is left for the next run. */
  stop(): Promise<void>;
}

export interface InboxDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  channels: ReadonlyMap<ChannelName, Pick<Channel, 'send'>>;
  handle: (message: Incoming) => Promise<Outgoing[]>;
  /** Resolves after so many milliseconds, or at once when the signal comes. */
  wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** A row of the inbox that is not settled. */
interface Update {
  id: string;
  receivedAt: Temporal.Instant;
  message: Incoming;
  /** What could not be sent of its replies; undefined: it is not handled yet. */
  unsent?: Outgoing[] | undefined;
}

/**
 * Where updates of the platforms enter: stored first, acknowledged to the platform next, handled last. A crash in
 * between loses none; one that was being handled is handled again after the restart. Replies that wait for their platform
 * are stored in its place: to handle it again would take a step of a dialog twice.
 */
export function createInbox({ db, clock, log, channels, handle, wait }: InboxDeps): Inbox {
  const queue = createKeyedQueue();
  const answering = createAnswering({ clock, log, channels, wait });
  /** Chats with replies that were left when the bot stopped: what came after must not overtake them. */
  const left = new Set<string>();
  let pruneAfter = clock.now();

  async function prune(): Promise<void> {
    const now = clock.now();
    if (Temporal.Instant.compare(now, pruneAfter) < 0) return;
    pruneAfter = now.add({ hours: 1 });
    await db
      .deleteFrom('inbox')
      .where('message', 'is', null)
      .where('received_at', '<', timestamp(now.subtract({ hours: KEEP_HOURS })))
      .execute();
  }

  async function change({ id, message }: Update, row: { message?: null; replies: string | null }): Promise<void> {
    await db
      .updateTable('inbox')
      .set(row)
      .where('channel', '=', message.channel)
      .where('update_id', '=', id)
      // Who was erased meanwhile is not brought back.
      .where('message', 'is not', null)
      .execute();
  }

  function process(update: Update): void {
    const { receivedAt, message, unsent } = update;
    const chat = `${message.channel}:${message.chatId}`;
    void queue.run(chat, async () => {
      if (left.has(chat)) return;
      try {
        const replies = unsent ?? (await handle(message));
        const done = await answering.answer({ to: message, receivedAt, replies, kept: unsent !== undefined }, (rest) =>
          change(update, { replies: writeReplies(rest) }).catch((error: unknown) =>
            log.error({ err: error }, 'unsent answer not kept'),
          ),
        );
        if (!done) {
          left.add(chat);
          return;
        }
      } catch (error) {
        log.error({ err: error, channel: message.channel }, 'message not answered');
      }
      await change(update, { message: null, replies: null }).catch((error: unknown) =>
        log.error({ err: error }, 'handled update not marked'),
      );
    });
  }

  return {
    async accept(updateId, message) {
      const receivedAt = clock.now();
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('inbox')
        .values({
          channel: message.channel,
          update_id: updateId,
          received_at: timestamp(receivedAt),
          message: JSON.stringify(message),
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows === 0n) return;
      process({ id: updateId, receivedAt, message });
      await prune();
    },
    async resume() {
      const rows = await db
        .selectFrom('inbox')
        .select(['update_id', 'received_at', 'message', 'replies'])
        .where('message', 'is not', null)
        .orderBy('received_at')
        .orderBy((eb) => eb.fn('length', ['update_id']))
        .orderBy('update_id')
        .execute();
      for (const row of rows) {
        process({
          id: row.update_id,
          receivedAt: Temporal.Instant.from(row.received_at),
          message: JSON.parse(row.message ?? '') as Incoming,
          unsent: row.replies === null ? undefined : readReplies(row.replies),
        });
      }
    },
    idle: () => queue.idle(),
    stop() {
      answering.stop();
      return queue.idle();
    },
  };
}
