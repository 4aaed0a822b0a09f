import { sql, type Kysely, type Transaction } from 'kysely';
import { timestamp, type Clock } from '../clock.ts';
import type { ChannelName } from '../config.ts';
import type { Database } from '../store/database.ts';
import type { OutboxState, Schema } from '../store/schema.ts';
import { announcementGroup } from './announcements-store.ts';
import { confirmationReminders } from './confirmations-store.ts';

export type ChangeKind = 'remove' | 'edit';
/** What came of it; see the table. */
export type ChangeEnd = 'done' | 'told' | 'left' | 'nothing';

/** A message that is to be deleted or edited where it was sent to. */
export interface DueChange {
  outboxId: number;
  announcementId: string;
  kind: ChangeKind;
  /** Who keeps the old message is told by another. */
  tells: boolean;
  askedAt: Temporal.Instant;
  attempts: number;
  channel: ChannelName;
  chatId: string;
  personId: string | undefined;
  /** Of the outbox's row. */
  state: OutboxState;
  groupId: string;
  messageIds: readonly string[];
  /** When it was sent, or may have been. */
  sentAt: Temporal.Instant | undefined;
  /** Whether this chat may still be written to. */
  hears: boolean;
}

/** How far a recall or an edit has come. */
export type ChangeCounts = Record<ChangeKind, Partial<Record<ChangeEnd | 'due', number>>>;

/** What of announcements is still to be changed on the platforms; survives a restart. */
export interface AnnouncementChangesStore {
  /**
   * Notes all that has been sent of an announcement, its reminders and corrections, to be deleted or edited; what was
   * noted before gives way.
   *
   * @returns how many messages
   */
  ask(transaction: Transaction<Schema>, announcementId: string, kind: ChangeKind, tells: boolean): Promise<number>;
  /** What is to be done now, oldest first. */
  due(limit: number): Promise<DueChange[]>;
  /** Tried again later. */
  postpone(change: DueChange, milliseconds: number, counted: boolean): Promise<void>;
  /** @returns whether this was the last of what was asked for the announcement; undefined: it was asked anew meanwhile */
  end(transaction: Transaction<Schema>, change: DueChange, how: ChangeEnd): Promise<boolean | undefined>;
  counts(announcementId: string, handle?: Kysely<Schema>): Promise<ChangeCounts>;
  /** Removes what belongs to messages that are no longer known. */
  prune(): Promise<void>;
}

/** The group of the messages that correct what could not be edited. */
export function corrections(announcementId: string): string {
  return `${announcementGroup(announcementId)}:correction`;
}

/** All groups in which the text of an announcement goes out. */
export function groupsOf(announcementId: string): string[] {
  return [announcementGroup(announcementId), confirmationReminders(announcementId), corrections(announcementId)];
}

export function createAnnouncementChangesStore(db: Database, clock: Clock): AnnouncementChangesStore {
  const now = (): string => timestamp(clock.now());

  return {
    async ask(transaction, announcementId, kind, tells) {
      const asked = { kind, tells: tells ? 1 : 0, state: 'due' as const, attempts: 0, next_at: now(), asked_at: now() };
      const { numInsertedOrUpdatedRows = 0n } = await transaction
        .insertInto('announcement_changes')
        .columns(['outbox_id', 'announcement_id', 'kind', 'tells', 'state', 'attempts', 'next_at', 'asked_at'])
        .expression((eb) =>
          eb
            .selectFrom('outbox')
            .select(['outbox.id', eb.val(announcementId).as('announcement_id'), eb.val(asked.kind).as('kind')])
            .select([eb.val(asked.tells).as('tells'), eb.val(asked.state).as('state')])
            .select([eb.val(asked.attempts).as('attempts'), eb.val(asked.next_at).as('next_at')])
            .select(eb.val(asked.asked_at).as('asked_at'))
            .where('outbox.group_id', 'in', groupsOf(announcementId))
            .where('outbox.state', 'in', ['sending', 'sent', 'unknown'])
            .where('outbox.chat_id', '<>', ''),
        )
        .onConflict((conflict) => conflict.column('outbox_id').doUpdateSet(asked))
        .executeTakeFirstOrThrow();
      return Number(numInsertedOrUpdatedRows);
    },

    async due(limit) {
      const rows = await db
        .selectFrom('announcement_changes as change')
        .innerJoin('outbox', 'outbox.id', 'change.outbox_id')
        .leftJoin('accounts', (join) =>
          join.onRef('accounts.channel', '=', 'outbox.channel').onRef('accounts.chat_id', '=', 'outbox.chat_id'),
        )
        .leftJoin('people', 'people.id', 'accounts.person_id')
        .select(['change.outbox_id', 'change.announcement_id', 'change.kind', 'change.tells', 'change.asked_at'])
        .select([
          'change.attempts',
          'outbox.channel',
          'outbox.chat_id',
          'outbox.person_id',
          'outbox.state',
          'outbox.group_id',
        ])
        .select([
          'outbox.message_id',
          'outbox.message_ids',
          'outbox.settled_at',
          'accounts.blocked_at',
          'people.stopped',
        ])
        // As the index has it: SQLite uses a partial one only when its condition stands in the statement.
        .where(sql<boolean>`change.state = 'due'`)
        .where('change.next_at', '<=', now())
        .orderBy('change.next_at')
        .orderBy('change.outbox_id')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        outboxId: row.outbox_id,
        announcementId: row.announcement_id,
        kind: row.kind,
        tells: row.tells === 1,
        askedAt: Temporal.Instant.from(row.asked_at),
        attempts: row.attempts,
        channel: row.channel as ChannelName,
        chatId: row.chat_id,
        personId: row.person_id ?? undefined,
        state: row.state,
        groupId: row.group_id ?? '',
        messageIds:
          row.message_ids === null
            ? row.message_id === null
              ? []
              : [row.message_id]
            : (JSON.parse(row.message_ids) as string[]),
        sentAt: row.settled_at === null ? undefined : Temporal.Instant.from(row.settled_at),
        hears: row.blocked_at === null && row.stopped !== 1,
      }));
    },

    async postpone({ outboxId, askedAt }, milliseconds, counted) {
      await db
        .updateTable('announcement_changes')
        .set((eb) => ({
          next_at: timestamp(clock.now().add({ milliseconds })),
          ...(counted ? { attempts: eb('attempts', '+', 1) } : {}),
        }))
        .where('outbox_id', '=', outboxId)
        .where('asked_at', '=', timestamp(askedAt))
        .where('state', '=', 'due')
        .execute();
    },

    async end(transaction, { outboxId, announcementId, kind, askedAt }, how) {
      const { numUpdatedRows } = await transaction
        .updateTable('announcement_changes')
        .set({ state: how })
        .where('outbox_id', '=', outboxId)
        .where('kind', '=', kind)
        .where('asked_at', '=', timestamp(askedAt))
        .where('state', '=', 'due')
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) return undefined;
      const more = await transaction
        .selectFrom('announcement_changes')
        .select('outbox_id')
        .where('announcement_id', '=', announcementId)
        .where('state', '=', 'due')
        .executeTakeFirst();
      return more === undefined;
    },

    async counts(announcementId, handle = db) {
      const rows = await handle
        .selectFrom('announcement_changes')
        .select(['kind', 'state', (eb) => eb.fn.countAll<number | string>().as('count')])
        .where('announcement_id', '=', announcementId)
        .groupBy(['kind', 'state'])
        .execute();
      const counts: ChangeCounts = { remove: {}, edit: {} };
      for (const { kind, state, count } of rows) counts[kind][state] = Number(count);
      return counts;
    },

    async prune() {
      await db
        .deleteFrom('announcement_changes')
        .where('outbox_id', 'not in', (eb) => eb.selectFrom('outbox').select('id'))
        .execute();
    },
  };
}
