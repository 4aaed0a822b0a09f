import { timestamp, type Clock } from '../clock.ts';
import type { AccountRef } from '../config.ts';
import { personIdOf } from '../people/people-store.ts';
import type { Database } from '../store/database.ts';
import { announcementGroup } from './announcements-store.ts';

/** Announcements of a chat that are looked through for one that is meant. */
const LAST = 20;
const GROUP = /^announcement:([^:]+)/;

/** An announcement as it came to a chat. */
export interface Received {
  announcementId: string;
  sentAt: Temporal.Instant;
}

/** Who has said "Đã nhận". All is looked up by the chat, so that nobody confirms what they were not sent. */
export interface ConfirmationsStore {
  /**
   * Writes down that the person behind this account has read the announcement.
   *
   * @returns whether now or before; undefined: it did not come to this account, or has been recalled
   */
  confirm(announcementId: string, account: AccountRef): Promise<'now' | 'before' | undefined>;
  /** What came to this account since then and is neither confirmed nor recalled, newest first. */
  open(account: AccountRef, since: Temporal.Instant): Promise<Received[]>;
  /** The announcement that came to this account as, or in, the message with this id of the platform. */
  behind(account: AccountRef, messageId: string): Promise<string | undefined>;
  /** How many this person has confirmed. */
  countOf(personId: string): Promise<number>;
  /** Whether the announcement came to this account. */
  cameTo(account: AccountRef, announcementId: string): Promise<boolean>;
}

/** The group of the reminders to those who have not confirmed. */
export function confirmationReminders(announcementId: string): string {
  return `${announcementGroup(announcementId)}:reminder`;
}

export function createConfirmationsStore(db: Database, clock: Clock): ConfirmationsStore {
  /** What was sent to this account, or at least tried. */
  const sentTo = ({ channel, userId }: AccountRef) =>
    db
      .selectFrom('outbox')
      .where('chat_id', '=', userId)
      .where('channel', '=', channel)
      .where('class', '=', 'announcement')
      .where('attempts', '>', 0);

  async function cameTo(account: AccountRef, announcementId: string): Promise<boolean> {
    const groups = [announcementGroup(announcementId), confirmationReminders(announcementId)];
    const row = await sentTo(account).select('id').where('group_id', 'in', groups).executeTakeFirst();
    return row !== undefined;
  }

  return {
    cameTo,
    async confirm(announcementId, account) {
      const personId = await personIdOf(account, db);
      if (personId === undefined || !(await cameTo(account, announcementId))) return undefined;
      const known = await db
        .selectFrom('announcements')
        .select('state')
        .where('id', '=', announcementId)
        .executeTakeFirst();
      if (!known || known.state === 'recalled') return undefined;
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('announcement_confirmations')
        .values({ announcement_id: announcementId, person_id: personId, at: timestamp(clock.now()) })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n ? 'now' : 'before';
    },

    async countOf(personId) {
      const { count } = await db
        .selectFrom('announcement_confirmations')
        .select((eb) => eb.fn.countAll<number | string>().as('count'))
        .where('person_id', '=', personId)
        .executeTakeFirstOrThrow();
      return Number(count);
    },

    async open(account, since) {
      const personId = await personIdOf(account, db);
      if (personId === undefined) return [];
      const rows = await sentTo(account)
        .select(['group_id', 'first_attempt_at'])
        .where('first_attempt_at', '>=', timestamp(since))
        .orderBy('id', 'desc')
        .limit(LAST)
        .execute();
      const sent = new Map<string, string>();
      for (const { group_id, first_attempt_at: at } of rows) {
        const id = GROUP.exec(group_id ?? '')?.[1];
        if (id !== undefined && at !== null && !sent.has(id)) sent.set(id, at);
      }
      if (sent.size === 0) return [];
      const open = await db
        .selectFrom('announcements')
        .select('id')
        .where('id', 'in', [...sent.keys()])
        .where('state', '<>', 'recalled')
        .where('id', 'not in', (eb) =>
          eb.selectFrom('announcement_confirmations').select('announcement_id').where('person_id', '=', personId),
        )
        .execute();
      const ids = new Set(open.map(({ id }) => id));
      return [...sent]
        .filter(([id]) => ids.has(id))
        .map(([announcementId, at]) => ({ announcementId, sentAt: Temporal.Instant.from(at) }));
    },

    async behind(account, messageId) {
      const rows = await sentTo(account)
        .select(['group_id', 'message_id', 'message_ids'])
        .where((eb) => eb.or([eb('message_id', '=', messageId), eb('message_ids', 'is not', null)]))
        .execute();
      const row = rows.find(
        ({ message_id, message_ids: all }) =>
          message_id === messageId || (all !== null && (JSON.parse(all) as string[]).includes(messageId)),
      );
      return row && GROUP.exec(row.group_id ?? '')?.[1];
    },
  };
}
