import { randomUUID } from 'node:crypto';
import { sql, type Expression, type ExpressionBuilder, type Kysely, type SqlBool, type Transaction } from 'kysely';
import type { Choice, Outgoing, SharedFile } from '../bot/channel.ts';
import { timestamp, type Clock } from '../clock.ts';
import type { ChannelName } from '../config.ts';
import type { Database } from '../store/database.ts';
import { createGroupCommit } from '../store/group-commit.ts';
import type { OutboxClass, OutboxState, Schema } from '../store/schema.ts';
import type { RowOutcome } from './outcome.ts';

/** Rows of one INSERT: enough that the statement does not count, few enough that its syntax tree stays young. */
const BATCH = 100;
/** Settled rows that are cut at a time, so that sending goes on in between. */
const PRUNE_BATCH = 500;

/** No failed attempt is followed by a longer wait; what is due after it waits for its recipient. */
const LATER = { minutes: 15 };

/** Something to be sent. */
export interface NewMessage {
  /** What makes the same message the same, such as "reminder:<session>:<rule>:<person>"; a known key is ignored. */
  key: string;
  class: OutboxClass;
  channel: ChannelName;
  chatId: string;
  personId?: string;
  /** What is reported on, cancelled and sent again together. */
  groupId?: string;
  message: Pick<Outgoing, 'markdown' | 'choices' | 'shared'>;
  dueAt: Temporal.Instant;
  /** Not sent from then on. */
  expiresAt?: Temporal.Instant;
}

/** A row that a sender can take. */
export interface DueRow {
  id: number;
  class: OutboxClass;
  chatId: string;
  personId: string | undefined;
  message: Outgoing;
  attempts: number;
  firstAttemptAt: Temporal.Instant | undefined;
  repeated: boolean;
  plain: boolean;
}

/** A row that a process was sending, with the claim that allows to settle it. */
export interface ClaimedRow extends DueRow {
  claim: string;
  expired: boolean;
}

/** Which rows a sender asks for. */
export interface DueFilter {
  limit: number;
  /** Chats to leave out: something is being sent to them. */
  busy: readonly string[];
  /** Classes that wait. */
  held: readonly OutboxClass[];
  /** Only these chats, where only some can be reached. */
  reachable: readonly string[] | undefined;
}

export type Settlement =
  | { state: 'sent'; messageId: string | undefined; messageIds?: readonly string[] | undefined }
  /** `messageIds`: of the parts that arrived all the same. */
  | (RowOutcome & { error: string; messageIds?: readonly string[] });

/** What became of a message, for whoever caused it. */
export interface ReportRow {
  channel: string;
  chatId: string;
  personId: string | undefined;
  state: OutboxState;
  attempts: number;
  /** The class of the last failure, as `DeliveryFailure`, or "crash". */
  error: string | undefined;
  messageId: string | undefined;
  /** Of all messages that it took, as far as they arrived, in their order. */
  messageIds: readonly string[];
  settledAt: Temporal.Instant | undefined;
}

/** How many messages of a group are in a state on a platform. */
export interface Tally {
  channel: ChannelName;
  state: OutboxState;
  count: number;
  /** How many of them go only when their recipient's own time of silence is over. */
  later: number;
  /** Since when the first of the others could have gone; undefined: none waits. */
  since: Temporal.Instant | undefined;
}

export interface OutboxCounts {
  /** Without `sent`, which counters have, and `cancelled`. */
  byState: Record<(typeof NOT_SENT)[number], number>;
  /** Rows whose time has come. */
  due: number;
  /** Since when the oldest of them could have gone, by platform. */
  oldestDue: ReadonlyMap<string, Temporal.Instant>;
}

type Handle = Kysely<Schema>;

/** What the bot sends by itself: durable from the moment it is decided on. */
export interface OutboxStore {
  /**
   * Puts messages into the outbox, in the transaction of what causes them. 20,000 take less than a second.
   *
   * @returns how many were new
   */
  enqueue(transaction: Transaction<Schema>, messages: readonly NewMessage[]): Promise<number>;
  /** Rows whose time has come, oldest first. */
  due(channel: ChannelName, filter: DueFilter): Promise<DueRow[]>;
  /**
   * Takes a row for one attempt; on disk when it resolves, and only then it may be sent.
   *
   * @returns the claim; undefined when the row is not due (any more)
   */
  claim(id: number): Promise<string | undefined>;
  /** Records what came of a claimed row; a claim that is no longer the row's last changes nothing. */
  settle(id: number, claim: string, settlement: Settlement): Promise<void>;
  /** Puts off a row that is due; no attempt is counted. */
  postpone(id: number, until: Temporal.Instant): Promise<void>;
  /**
   * After a copy was restored: what was due may have gone since the copy was made, so that it is handled as what was
   * being sent when a process was killed.
   */
  doubtDue(): Promise<void>;
  /** Rows that are being sent. */
  sending(channel: ChannelName): Promise<ClaimedRow[]>;
  /** Marks what has not gone in time. */
  expire(): Promise<void>;
  /** How many messages of a group are in which state. */
  report(groupId: string): Promise<Partial<Record<OutboxState, number>>>;
  /** The same by platform. */
  tally(groupId: string): Promise<Tally[]>;
  /** The messages of a group, in the order in which they were put in. */
  rows(groupId: string): Promise<ReportRow[]>;
  /** Takes back what of a group has not gone yet; returns how many. What is being sent goes on. */
  cancel(handle: Handle, groupId: string): Promise<number>;
  /** Changes what of a group is not known to have arrived on a platform; what is being sent goes on as it is. */
  rewrite(
    handle: Handle,
    which: { groupId: string; channel: ChannelName },
    message: NewMessage['message'],
  ): Promise<void>;
  /** Takes the text out of what of a group is not known to have arrived, so that it cannot be sent again. */
  wipe(handle: Handle, groupId: string): Promise<void>;
  /**
   * Sends again, marked as repeated, what of a group may or may not have arrived; returns how many.
   *
   * @param options.expiresAt in place of the time that it had
   * @param options.except ids of rows that stay as they are
   */
  resend(
    handle: Handle,
    groupId: string,
    options?: { expiresAt?: Temporal.Instant; except?: readonly number[] },
  ): Promise<number>;
  /**
   * Settles what still waits for these chats, answers aside, without sending it.
   *
   * @param why `gone`: they cannot be reached; `stopped`: their owner wants nothing more
   */
  withhold(
    handle: Handle,
    chats: readonly { channel: string; chatId: string }[],
    why: 'gone' | 'stopped',
  ): Promise<void>;
  /** Takes everything about a person and their chats out of the rows; only the numbers stay. */
  forget(
    handle: Handle,
    who: { personId: string; chats: readonly { channel: string; chatId: string }[] },
  ): Promise<void>;
  /** Cuts rows that were settled before this. */
  prune(before: Temporal.Instant): Promise<void>;
  /** How it stands, in a time that does not grow with what has been sent. */
  counts(): Promise<OutboxCounts>;
}

export function createOutboxStore(db: Database, clock: Clock): OutboxStore {
  const commit = createGroupCommit(db);
  const now = (): string => timestamp(clock.now());
  // SQLite uses a partial index only when its condition stands in the statement as it is.
  const inState = (state: OutboxState) => sql<boolean>`state = ${sql.lit(state)}`;

  return {
    async enqueue(transaction, messages) {
      let added = 0n;
      const stored = createTimestamps();
      for (let at = 0; at < messages.length; at += BATCH) {
        const { numInsertedOrUpdatedRows = 0n } = await transaction
          .insertInto('outbox')
          .values(
            messages.slice(at, at + BATCH).map((one) => ({
              key: one.key,
              class: one.class,
              channel: one.channel,
              chat_id: one.chatId,
              person_id: one.personId ?? null,
              group_id: one.groupId ?? null,
              markdown: one.message.markdown,
              choices: one.message.choices ? JSON.stringify(one.message.choices) : null,
              file: one.message.shared ? JSON.stringify(one.message.shared) : null,
              due_at: stored(one.dueAt),
              next_at: stored(one.dueAt),
              expires_at: one.expiresAt ? stored(one.expiresAt) : null,
              state: 'due' as const,
            })),
          )
          .onConflict((conflict) => conflict.column('key').doNothing())
          .executeTakeFirstOrThrow();
        added += numInsertedOrUpdatedRows;
      }
      return Number(added);
    },

    async due(channel, { limit, busy, held, reachable }) {
      let query = db
        .selectFrom('outbox')
        .select(ROW)
        .where(inState('due'))
        .where('channel', '=', channel)
        .where('next_at', '<=', now())
        .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now())]))
        .orderBy('next_at')
        .orderBy('id')
        .limit(limit);
      if (busy.length > 0) query = query.where('chat_id', 'not in', busy);
      if (held.length > 0) query = query.where('class', 'not in', held);
      if (reachable) query = query.where('chat_id', 'in', reachable);
      return (await query.execute()).map(dueRow);
    },

    claim(id) {
      const claim = randomUUID();
      return commit(async (transaction) => {
        const { numUpdatedRows } = await transaction
          .updateTable('outbox')
          .set((eb) => ({
            state: 'sending',
            claim,
            claimed_at: now(),
            attempts: eb('attempts', '+', 1),
            first_attempt_at: eb.fn.coalesce('first_attempt_at', eb.val(now())),
          }))
          .where('id', '=', id)
          .where('state', '=', 'due')
          .where('next_at', '<=', now())
          .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now())]))
          .executeTakeFirstOrThrow();
        return numUpdatedRows === 1n ? claim : undefined;
      });
    },

    settle(id, claim, settlement) {
      return commit(async (transaction) => {
        await transaction
          .updateTable('outbox')
          .set((eb) => {
            switch (settlement.state) {
              case 'sent':
                return {
                  state: 'sent',
                  message_id: settlement.messageId ?? null,
                  message_ids: settlement.messageIds ? JSON.stringify(settlement.messageIds) : null,
                  error: null,
                  settled_at: now(),
                  ...WITHOUT_TEXT,
                };
              case 'due':
                return {
                  state: 'due',
                  claim: null,
                  next_at: timestamp(clock.now().add({ milliseconds: settlement.wait })),
                  error: settlement.error,
                  ...(settlement.counted ? {} : { attempts: eb('attempts', '-', 1) }),
                  ...(settlement.repeated ? { repeated: 1 } : {}),
                  ...(settlement.plain ? { plain: 1 } : {}),
                };
              case 'failed':
              case 'unknown':
                return {
                  state: settlement.state,
                  error: settlement.error,
                  settled_at: now(),
                  ...(settlement.messageIds?.length ? { message_ids: JSON.stringify(settlement.messageIds) } : {}),
                };
            }
          })
          .where('id', '=', id)
          .where('claim', '=', claim)
          .execute();
      });
    },

    async postpone(id, until) {
      await db
        .updateTable('outbox')
        .set({ next_at: timestamp(until) })
        .where('id', '=', id)
        .where('state', '=', 'due')
        .execute();
    },

    async doubtDue() {
      await db
        .updateTable('outbox')
        .set({
          state: 'sending',
          claim: randomUUID(),
          claimed_at: now(),
          first_attempt_at: (eb) => eb.fn.coalesce('first_attempt_at', eb.val(now())),
        })
        .where(inState('due'))
        .where('next_at', '<=', now())
        .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now())]))
        .execute();
    },

    async sending(channel) {
      const rows = await db
        .selectFrom('outbox')
        .select([...ROW, 'claim', 'expires_at'])
        .where(inState('sending'))
        .where('channel', '=', channel)
        .execute();
      return rows.map((row) => ({
        ...dueRow(row),
        claim: row.claim ?? '',
        expired: row.expires_at !== null && row.expires_at <= now(),
      }));
    },

    async expire() {
      await db
        .updateTable('outbox')
        .set({ state: 'expired', settled_at: now(), ...WITHOUT_TEXT })
        .where(inState('due'))
        .where('expires_at', '<=', now())
        .execute();
    },

    async report(groupId) {
      const rows = await db
        .selectFrom('outbox')
        .select(['state', (eb) => eb.fn.countAll<number | string>().as('count')])
        .where('group_id', '=', groupId)
        .groupBy('state')
        .execute();
      return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
    },

    async tally(groupId) {
      const rows = await db
        .selectFrom('outbox')
        .select(['channel', 'state', (eb) => eb.fn.countAll<number | string>().as('count')])
        .select((eb) =>
          eb.fn
            .count<number | string>('id')
            .filterWhere('state', '=', 'due')
            .filterWhere('next_at', '>', timestamp(clock.now().add(LATER)))
            .as('later'),
        )
        .select((eb) => eb.fn.min('next_at').filterWhere('state', '=', 'due').as('since'))
        .where('group_id', '=', groupId)
        .groupBy(['channel', 'state'])
        .execute();
      return rows.map(({ channel, state, count, later, since }) => ({
        channel: channel as ChannelName,
        state,
        count: Number(count),
        later: Number(later),
        since: since === null ? undefined : Temporal.Instant.from(since),
      }));
    },

    async rows(groupId) {
      const rows = await db
        .selectFrom('outbox')
        .select(['channel', 'chat_id', 'person_id', 'state', 'attempts', 'error', 'settled_at'])
        .select(['message_id', 'message_ids'])
        .where('group_id', '=', groupId)
        .orderBy('id')
        .execute();
      return rows.map((row) => ({
        channel: row.channel,
        chatId: row.chat_id,
        personId: row.person_id ?? undefined,
        state: row.state,
        attempts: row.attempts,
        error: row.error ?? undefined,
        messageId: row.message_id ?? undefined,
        messageIds:
          row.message_ids === null
            ? [row.message_id].filter((id) => id !== null)
            : (JSON.parse(row.message_ids) as readonly string[]),
        settledAt: row.settled_at === null ? undefined : Temporal.Instant.from(row.settled_at),
      }));
    },

    async cancel(handle, groupId) {
      const { numUpdatedRows } = await handle
        .updateTable('outbox')
        .set({ state: 'cancelled', settled_at: now(), ...WITHOUT_TEXT })
        .where('group_id', '=', groupId)
        .where('state', '=', 'due')
        .executeTakeFirstOrThrow();
      return Number(numUpdatedRows);
    },

    async rewrite(handle, { groupId, channel }, { markdown, choices, shared }) {
      await handle
        .updateTable('outbox')
        .set({
          markdown,
          choices: choices ? JSON.stringify(choices) : null,
          file: shared ? JSON.stringify(shared) : null,
        })
        .where('group_id', '=', groupId)
        .where('channel', '=', channel)
        .where('state', 'in', ['due', 'unknown'])
        .execute();
    },

    async wipe(handle, groupId) {
      await handle
        .updateTable('outbox')
        .set(WITHOUT_TEXT)
        .where('group_id', '=', groupId)
        .where('state', 'in', ['failed', 'unknown'])
        .execute();
    },

    async resend(handle, groupId, { expiresAt, except = [] } = {}) {
      const { numUpdatedRows } = await handle
        .updateTable('outbox')
        .set({
          state: 'due',
          next_at: now(),
          claim: null,
          attempts: 0,
          first_attempt_at: null,
          repeated: 1,
          settled_at: null,
          ...(expiresAt ? { expires_at: timestamp(expiresAt) } : {}),
        })
        .where('group_id', '=', groupId)
        .where('id', 'not in', except)
        .where('state', '=', 'unknown')
        .where('markdown', 'is not', null)
        .executeTakeFirstOrThrow();
      return Number(numUpdatedRows);
    },

    async withhold(handle, chats, why) {
      for (const { channel, chatId } of chats) {
        await handle
          .updateTable('outbox')
          .set({ state: why === 'gone' ? 'failed' : 'cancelled', error: why, settled_at: now(), ...WITHOUT_TEXT })
          .where('state', '=', 'due')
          .where('class', '<>', 'answer')
          .where('channel', '=', channel)
          .where('chat_id', '=', chatId)
          .execute();
      }
    },

    async forget(handle, { personId, chats }) {
      const theirs = (eb: ExpressionBuilder<Schema, 'outbox'>): Expression<SqlBool> =>
        eb.or([
          eb('person_id', '=', personId),
          ...chats.map(({ channel, chatId }) => eb.and([eb('channel', '=', channel), eb('chat_id', '=', chatId)])),
        ]);
      await handle
        .updateTable('outbox')
        .set({ state: 'cancelled', claim: null, settled_at: now() })
        .where('state', 'in', ['due', 'sending'])
        .where(theirs)
        .execute();
      await handle
        .updateTable('outbox')
        .set({
          key: sql`'forgotten:' || id`,
          chat_id: '',
          person_id: null,
          message_id: null,
          message_ids: null,
          ...WITHOUT_TEXT,
        })
        .where(theirs)
        .execute();
    },

    async prune(before) {
      for (;;) {
        const { numDeletedRows } = await db
          .deleteFrom('outbox')
          .where('id', 'in', (eb) =>
            eb
              .selectFrom('outbox')
              .select('id')
              .where('settled_at', '<', timestamp(before))
              .orderBy('settled_at')
              .limit(PRUNE_BATCH),
          )
          .executeTakeFirstOrThrow();
        if (numDeletedRows < BigInt(PRUNE_BATCH)) return;
      }
    },

    async counts() {
      // State by state, since each is a short way in its index, and what was cancelled grows without end.
      const byState: OutboxCounts['byState'] = { due: 0, sending: 0, failed: 0, unknown: 0, expired: 0 };
      const others = await db
        .selectFrom('outbox')
        .select(['state', (eb) => eb.fn.countAll<number | string>().as('count')])
        .where(sql<boolean>`state <> 'sent'`)
        .where('state', 'in', NOT_SENT)
        .groupBy('state')
        .execute();
      for (const { state, count } of others) byState[state as keyof typeof byState] = Number(count);
      const waiting = await db
        .selectFrom('outbox')
        .select('channel')
        .select((eb) => [eb.fn.countAll<number | string>().as('count'), eb.fn.min('next_at').as('oldest')])
        .where(inState('due'))
        .where('next_at', '<=', now())
        .groupBy('channel')
        .execute();
      return {
        byState,
        due: waiting.reduce((sum, { count }) => sum + Number(count), 0),
        oldestDue: new Map(waiting.map(({ channel, oldest }) => [channel, Temporal.Instant.from(oldest)])),
      };
    },
  };
}

/** What somebody may want to know about what did not get sent; nobody asks about what was taken back. */
const NOT_SENT = ['due', 'sending', 'failed', 'unknown', 'expired'] as const;

/** What has gone, or never will, needs no text any more. */
const WITHOUT_TEXT = { markdown: null, choices: null, file: null };

const ROW = [
  'id',
  'class',
  'chat_id',
  'person_id',
  'markdown',
  'choices',
  'file',
  'attempts',
  'first_attempt_at',
  'repeated',
  'plain',
] as const;

interface Row {
  id: number;
  class: OutboxClass;
  chat_id: string;
  person_id: string | null;
  markdown: string | null;
  choices: string | null;
  file: string | null;
  attempts: number;
  first_attempt_at: string | null;
  repeated: number;
  plain: number;
}

function dueRow(row: Row): DueRow {
  const { markdown, choices, file } = row;
  return {
    id: row.id,
    class: row.class,
    chatId: row.chat_id,
    personId: row.person_id ?? undefined,
    message: {
      markdown: markdown ?? '',
      ...(choices === null ? {} : { choices: JSON.parse(choices) as readonly Choice[] }),
      ...(file === null ? {} : { shared: JSON.parse(file) as SharedFile }),
    },
    attempts: row.attempts,
    firstAttemptAt: row.first_attempt_at === null ? undefined : Temporal.Instant.from(row.first_attempt_at),
    repeated: row.repeated === 1,
    plain: row.plain === 1,
  };
}

/** Most messages that are put in together are due at one of a few moments. */
function createTimestamps(): (instant: Temporal.Instant) => string {
  const known = new Map<Temporal.Instant, string>();
  return (instant) => {
    let text = known.get(instant);
    if (text === undefined) known.set(instant, (text = timestamp(instant)));
    return text;
  };
}
