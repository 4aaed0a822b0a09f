import type { ChannelName } from '../config.ts';
import { timestamp, type Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { Database } from '../store/database.ts';
import { DeliveryError, type Channel, type Incoming, type Outgoing } from './channel.ts';
import { createKeyedQueue } from './keyed-queue.ts';

/** How long the ids of handled updates are kept: Telegram repeats an update for 24 hours at most. */
const KEEP_HOURS = 48;
/** How often an answer is tried again; the person is waiting, so not for long. */
const SEND_ATTEMPTS = 4;
const LONGEST_WAIT_MS = 30_000;

export interface Inbox {
  /**
   * Keeps an update durably and answers it in the background, after what came before it in the same chat. The same
   * update again, even at the same time, is ignored.
   *
   * @throws when it could not be stored; the platform must then be told to deliver it again
   */
  accept(updateId: string, message: Incoming): Promise<void>;
  /** Handles what an earlier run accepted and did not finish. */
  resume(): Promise<void>;
  /** Resolves when everything accepted has been handled. */
  idle(): Promise<void>;
}

export interface InboxDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  channels: ReadonlyMap<ChannelName, Pick<Channel, 'send'>>;
  handle: (message: Incoming) => Promise<Outgoing[]>;
  /** Resolves after so many milliseconds. */
  wait: (milliseconds: number) => Promise<void>;
}

/**
 * Where updates of the platforms enter: stored first, acknowledged to the platform next, handled last. A crash in
 * between loses none; one that was being handled is handled again after the restart.
 */
export function createInbox({ db, clock, log, channels, handle, wait }: InboxDeps): Inbox {
  const queue = createKeyedQueue();
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

  function process(updateId: string, message: Incoming): void {
    void queue.run(`${message.channel}:${message.chatId}`, async () => {
      try {
        for (const reply of await handle(message)) await deliver(message, reply);
      } catch (error) {
        log.error({ err: error, channel: message.channel }, 'message not answered');
      }
      await db
        .updateTable('inbox')
        .set({ message: null })
        .where('channel', '=', message.channel)
        .where('update_id', '=', updateId)
        .execute()
        .catch((error: unknown) => log.error({ err: error }, 'handled update not marked'));
    });
  }

  const notNoted = (error: unknown): void => log.error({ err: error }, 'what an answer was sent as is not noted');

  /** A direct reply may be repeated rather than lost: the person asked and waits. */
  async function deliver({ channel, chatId }: Incoming, reply: Outgoing): Promise<void> {
    const platform = channels.get(channel);
    if (!platform) return;
    let plain = false;
    for (let attempt = 1; ; attempt++) {
      try {
        const { messageId } = await platform.send(chatId, reply, { plain });
        if (messageId !== undefined) await reply.onSent?.(messageId).catch(notNoted);
        return;
      } catch (error) {
        if (!(error instanceof DeliveryError) || attempt === SEND_ATTEMPTS) throw error;
        if (error.markup && !plain) {
          log.error({ err: error, channel }, 'markup refused, sent again as plain text');
          plain = true;
          continue;
        }
        if (!/^(?:retry|paused|unknown)$/.test(error.failure)) throw error;
        log.warn({ err: error, channel, attempt }, 'answer is sent again');
        await wait(Math.min(Math.max(error.retryAfter, 500 * 2 ** attempt), LONGEST_WAIT_MS));
      }
    }
  }

  return {
    async accept(updateId, message) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('inbox')
        .values({
          channel: message.channel,
          update_id: updateId,
          received_at: timestamp(clock.now()),
          message: JSON.stringify(message),
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows === 0n) return;
      process(updateId, message);
      await prune();
    },
    async resume() {
      const rows = await db
        .selectFrom('inbox')
        .select(['update_id', 'message'])
        .where('message', 'is not', null)
        .orderBy('received_at')
        .orderBy((eb) => eb.fn('length', ['update_id']))
        .orderBy('update_id')
        .execute();
      for (const row of rows) process(row.update_id, JSON.parse(row.message ?? '') as Incoming);
    },
    idle: () => queue.idle(),
  };
}
