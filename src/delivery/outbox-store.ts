import { randomUUID } from 'node:crypto';
import { sql, type Expression, type ExpressionBuilder, type Kysely, type SqlBool, type Transaction } from 'kysely';
import type { Choice, Outgoing } from '../bot/channel.ts';
import { timestamp, type Clock } from '../clock.ts';
import type { ChannelName } from '../config.ts';
import type { Database } from '../store/database.ts';
import type { OutboxClass, OutboxState, Schema } from '../store/schema.ts';
import { createGroupCommit } from './group-commit.ts';
import type { RowOutcome } from './outcome.ts';

/** Rows of one INSERT: SQLite takes 32,766 parameters. */
const BATCH = 1000;
/** Settled rows that are cut at a time, so that sending goes on in between. */
const PRUNE_BATCH = 500;

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
  message: Pick<Outgoing, 'markdown' | 'choices'>;
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

export type Settlement = { state: 'sent'; messageId: string | undefined } | (RowOutcome & { error: string });

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
  settledAt: Temporal.Instant | undefined;
}

export interface OutboxCounts {
  byState: Record<OutboxState, number>;
  /** Rows whose time has come. */
  due: number;
  /** Since when the oldest of them could have gone. */
  oldestDue: Temporal.Instant | undefined;
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
  /** Rows that are being sent. */
  sending(channel: ChannelName): Promise<ClaimedRow[]>;
  /** Marks what has not gone in time. */
  expire(): Promise<void>;
  /** How many messages of a group are in which state. */
  report(groupId: string): Promise<Partial<Record<OutboxState, number>>>;
  /** The messages of a group, in the order in which they were put in. */
  rows(groupId: string): Promise<ReportRow[]>;
  /** Takes back what of a group has not gone yet; returns how many. What is being sent goes on. */
  cancel(handle: Handle, groupId: string): Promise<number>;
  /** Sends again, marked as repeated, what of a group may or may not have arrived; returns how many. */
  resend(handle: Handle, groupId: string): Promise<number>;
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
              due_at: timestamp(one.dueAt),
              next_at: timestamp(one.dueAt),
              expires_at: one.expiresAt ? timestamp(one.expiresAt) : null,
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
                return { state: settlement.state, error: settlement.error, settled_at: now() };
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

    async rows(groupId) {
      const rows = await db
        .selectFrom('outbox')
        .select(['channel', 'chat_id', 'person_id', 'state', 'attempts', 'error', 'message_id', 'settled_at'])
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

    async resend(handle, groupId) {
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
        })
        .where('group_id', '=', groupId)
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
        .set({ key: sql`'forgotten:' || id`, chat_id: '', person_id: null, message_id: null, ...WITHOUT_TEXT })
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
      const byState: OutboxCounts['byState'] = { ...NONE };
      const others = await db
        .selectFrom('outbox')
        .select(['state', (eb) => eb.fn.countAll<number | string>().as('count')])
        .where(sql<boolean>`state <> 'sent'`)
        .groupBy('state')
        .execute();
      for (const { state, count } of others) byState[state] = Number(count);
      const settled = await db
        .selectFrom('outbox')
        .select((eb) => eb.fn.countAll<number | string>().as('count'))
        .where('settled_at', 'is not', null)
        .executeTakeFirstOrThrow();
      // Those that were sent are nearly all there are; counted by what they are not, they need no index of their own.
      byState.sent = Number(settled.count) - byState.failed - byState.unknown - byState.expired - byState.cancelled;
      const waiting = await db
        .selectFrom('outbox')
        .select((eb) => [eb.fn.countAll<number | string>().as('count'), eb.fn.min('next_at').as('oldest')])
        .where(inState('due'))
        .where('next_at', '<=', now())
        .executeTakeFirstOrThrow();
      return {
        byState,
        due: Number(waiting.count),
        oldestDue: waiting.oldest === null ? undefined : Temporal.Instant.from(waiting.oldest),
      };
    },
  };
}

const NONE = { due: 0, sending: 0, sent: 0, failed: 0, unknown: 0, expired: 0, cancelled: 0 };

/** What has gone, or never will, needs no text any more. */
const WITHOUT_TEXT = { markdown: null, choices: null };

const ROW = [
  'id',
  'class',
  'chat_id',
  'person_id',
  'markdown',
  'choices',
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
  attempts: number;
  first_attempt_at: string | null;
  repeated: number;
  plain: number;
}

function dueRow(row: Row): DueRow {
  const { markdown, choices } = row;
  return {
    id: row.id,
    class: row.class,
    chatId: row.chat_id,
    personId: row.person_id ?? undefined,
    message: {
      markdown: markdown ?? '',
      ...(choices === null ? {} : { choices: JSON.parse(choices) as readonly Choice[] }),
    },
    attempts: row.attempts,
    firstAttemptAt: row.first_attempt_at === null ? undefined : Temporal.Instant.from(row.first_attempt_at),
    repeated: row.repeated === 1,
    plain: row.plain === 1,
  };
}
