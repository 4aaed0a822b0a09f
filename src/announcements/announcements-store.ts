import { createHash, randomBytes } from 'node:crypto';
import type { Kysely, Selectable, Transaction, Updateable } from 'kysely';
import type { SharedFile } from '../bot/channel.ts';
import { timestamp, type Clock } from '../clock.ts';
import type { AccountRef, ChannelName } from '../config.ts';
import { actorNames, ERASED } from '../people/audit-store.ts';
import type { PersonHooks } from '../people/people-store.ts';
import type { Database } from '../store/database.ts';
import type { AnnouncementState, Schema } from '../store/schema.ts';
import { readAudience, type Audience } from './audience.ts';
import type { LeftOutWhy } from './audience-store.ts';

/** A file that an officer sends with an announcement. */
export interface AnnouncementFile {
  kind: SharedFile['kind'];
  /** As people read it, made safe for a path and a link. */
  name: string;
  /** Telegram's. */
  telegramId: string;
  /** Under which it is kept and, with a public address, linked; random. */
  token: string;
  /** Bytes. */
  size: number;
  /** Its officer said that it may be spread in public; until then it is neither fetched nor sent. */
  isPublic: boolean;
}

/** What an officer tells many at once, from the first word until long after it has gone. */
export interface Announcement {
  id: string;
  /** As in the audit log: a person's id, or an account such as "telegram:42". */
  author: string;
  /** Where its author is told how it goes; undefined: they had everything erased. */
  account: AccountRef | undefined;
  /** Empty: a file is there, and its text not yet. */
  markdown: string;
  file: AnnouncementFile | undefined;
  /** Undefined: not chosen yet. */
  audience: Audience | undefined;
  state: AnnouncementState;
  createdAt: Temporal.Instant;
  awaitingSince: Temporal.Instant | undefined;
  /** The second officer who let it go, as `author`. */
  releasedBy: string | undefined;
  /** While it is planned: when it goes; undefined: at once. */
  sendAt: Temporal.Instant | undefined;
  /** By which rule it goes again, as JSON of those who plan. */
  repeat: string | undefined;
  /** When it went into the outbox. */
  sentAt: Temporal.Instant | undefined;
  /** When the last of it was settled, or it was stopped. */
  endedAt: Temporal.Instant | undefined;
  /** How many of the audience were left out when it was sent. */
  leftOut: Partial<Record<LeftOutWhy, number>>;
  remindAt: Temporal.Instant | undefined;
  remindedAt: Temporal.Instant | undefined;
  /** The message in the author's chat that shows how it goes. */
  statusMessageId: string | undefined;
  /** The recurring announcement of which this is one time. */
  planId: string | undefined;
}

/** What of an announcement can be set; a key that is there and undefined empties it. */
export type AnnouncementChange = Partial<Omit<Announcement, 'id' | 'author' | 'createdAt' | 'leftOut' | 'audience'>> & {
  audience?: Audience | undefined;
  leftOut?: Announcement['leftOut'];
};

export interface NewAnnouncement {
  author: string;
  account: AccountRef;
  markdown: string;
  file?: AnnouncementFile | undefined;
  audience?: Audience | undefined;
}

type Handle = Kysely<Schema>;

/** How long what an officer left half done is kept, and how long a second officer has. */
export const KEEP_UNSENT_HOURS = 24;

/** All SQL about announcements, but for who is in an audience and who confirmed. */
export interface AnnouncementsStore {
  /** A new draft. */
  add(handle: Handle, draft: NewAnnouncement): Promise<Announcement>;
  byId(id: string, handle?: Handle): Promise<Announcement | undefined>;
  /**
   * Changes it if it is in one of these states; the one way in which the state changes, so that of two presses of a
   * button one wins.
   *
   * @returns whether it was
   */
  change(handle: Handle, id: string, from: readonly AnnouncementState[], change: AnnouncementChange): Promise<boolean>;
  /** Removes it with its text, if it is in one of these states; returns whether it was. */
  remove(handle: Handle, id: string, from: readonly AnnouncementState[]): Promise<boolean>;
  /** All in one of these states that have not ended. Oldest first. */
  open(states: readonly AnnouncementState[]): Promise<Announcement[]>;
  /** The newest other one that its author sent with the same text since then. */
  sentBefore(announcement: Announcement, since: Temporal.Instant, handle?: Handle): Promise<Announcement | undefined>;
  /** How many this author wrote that are still kept. */
  countOf(author: string): Promise<number>;
  /** Those of which people are to be reminded by now, and have not been. */
  toRemind(now: Temporal.Instant): Promise<Announcement[]>;
  /** Newest first: what has gone into the outbox, whoever wrote it. */
  sent(page: { offset: number; limit: number }): Promise<Announcement[]>;
  /** Removes drafts that were left, what ended or was forgotten before this, and confirmations of what is gone. */
  prune(endedBefore: Temporal.Instant): Promise<void>;
  /** Tokens of the files that announcements still have. */
  fileTokens(): Promise<Set<string>>;
}

/** What an announcement's rows of the outbox are reported on, cancelled and sent again by. */
export function announcementGroup(id: string): string {
  return `announcement:${id}`;
}

export function createAnnouncementsStore(db: Database, clock: Clock): AnnouncementsStore {
  async function byId(id: string, handle: Handle = db): Promise<Announcement | undefined> {
    const row = await handle.selectFrom('announcements').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toAnnouncement(row);
  }

  return {
    async add(handle, { author, account, markdown, file, audience }) {
      const id = randomBytes(8).toString('hex');
      await handle
        .insertInto('announcements')
        .values({
          id,
          author,
          author_channel: account.channel,
          author_chat_id: account.userId,
          markdown,
          file: file ? JSON.stringify(file) : null,
          audience: audience ? JSON.stringify(audience) : null,
          state: 'draft',
          created_at: timestamp(clock.now()),
          text_hash: textHash(author, markdown),
        })
        .execute();
      const added = await byId(id, handle);
      if (!added) throw new Error('the announcement that was just kept is not there');
      return added;
    },

    byId,

    async change(handle, id, from, change) {
      const author = (await handle.selectFrom('announcements').select('author').where('id', '=', id).executeTakeFirst())
        ?.author;
      if (author === undefined) return false;
      const { numUpdatedRows } = await handle
        .updateTable('announcements')
        .set(fromChange(change, author))
        .where('id', '=', id)
        .where('state', 'in', from)
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },

    async remove(handle, id, from) {
      const { numDeletedRows } = await handle
        .deleteFrom('announcements')
        .where('id', '=', id)
        .where('state', 'in', from)
        .executeTakeFirstOrThrow();
      return numDeletedRows === 1n;
    },

    async open(states) {
      const rows = await db
        .selectFrom('announcements')
        .selectAll()
        .where('state', 'in', states)
        .where('ended_at', 'is', null)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map((row) => toAnnouncement(row));
    },

    async sentBefore({ id, author, markdown }, since, handle = db) {
      const row = await handle
        .selectFrom('announcements')
        .selectAll()
        .where('author', '=', author)
        .where('text_hash', '=', textHash(author, markdown))
        .where('sent_at', '>=', timestamp(since))
        .where('id', '<>', id)
        .orderBy('sent_at', 'desc')
        .executeTakeFirst();
      return row && toAnnouncement(row);
    },

    async countOf(author) {
      const { count } = await db
        .selectFrom('announcements')
        .select((eb) => eb.fn.countAll<number | string>().as('count'))
        .where('author', '=', author)
        .executeTakeFirstOrThrow();
      return Number(count);
    },

    async toRemind(now) {
      const rows = await db
        .selectFrom('announcements')
        .selectAll()
        .where('remind_at', '<=', timestamp(now))
        .where('reminded_at', 'is', null)
        .where('state', 'in', ['sending', 'sent', 'stopped'])
        .execute();
      return rows.map((row) => toAnnouncement(row));
    },

    async sent({ offset, limit }) {
      const rows = await db
        .selectFrom('announcements')
        .selectAll()
        .where('sent_at', 'is not', null)
        .orderBy('sent_at', 'desc')
        .orderBy('id')
        .offset(offset)
        .limit(limit)
        .execute();
      return rows.map((row) => toAnnouncement(row));
    },

    async prune(endedBefore) {
      const left = timestamp(clock.now().subtract({ hours: KEEP_UNSENT_HOURS }));
      await db.deleteFrom('announcements').where('state', '=', 'draft').where('created_at', '<', left).execute();
      await db.deleteFrom('announcements').where('ended_at', '<', timestamp(endedBefore)).execute();
      // Its time passed, and its author never came back to it.
      await db
        .deleteFrom('announcements')
        .where('state', '=', 'planned')
        .where('send_at', 'is', null)
        .where('created_at', '<', timestamp(endedBefore))
        .execute();
      await db
        .deleteFrom('announcement_confirmations')
        .where('announcement_id', 'not in', (eb) => eb.selectFrom('announcements').select('id'))
        .execute();
    },

    async fileTokens() {
      const rows = await db.selectFrom('announcements').select('file').where('file', 'is not', null).execute();
      return new Set(rows.map(({ file }) => (JSON.parse(file ?? '') as AnnouncementFile).token));
    },
  };
}

/** Announcements stay as the committee's; who wrote and who confirmed them goes. What had not gone yet goes as well. */
export const announcementHooks: PersonHooks = {
  async onErase(transaction, personId, accounts) {
    const names = actorNames(personId, accounts);
    await transaction
      .deleteFrom('announcements')
      .where('author', 'in', names)
      .where('state', 'in', ['draft', 'awaiting', 'planned'])
      .execute();
    await transaction
      .updateTable('announcements')
      .set({ author: ERASED, author_channel: null, author_chat_id: null, status_message_id: null, text_hash: null })
      .where('author', 'in', names)
      .execute();
    await transaction
      .updateTable('announcements')
      .set({ released_by: ERASED })
      .where('released_by', 'in', names)
      .execute();
    await transaction.deleteFrom('announcement_confirmations').where('person_id', '=', personId).execute();
  },
  async onMerge(transaction, from, to) {
    await transaction.updateTable('announcements').set({ author: to }).where('author', '=', from).execute();
    await transaction.updateTable('announcements').set({ released_by: to }).where('released_by', '=', from).execute();
    await mergeConfirmations(transaction, from, to);
  },
};

async function mergeConfirmations(transaction: Transaction<Schema>, from: string, to: string): Promise<void> {
  await transaction
    .insertInto('announcement_confirmations')
    .columns(['announcement_id', 'person_id', 'at'])
    .expression((eb) =>
      eb
        .selectFrom('announcement_confirmations')
        .select(['announcement_id', eb.val(to).as('person_id'), 'at'])
        .where('person_id', '=', from),
    )
    .onConflict((conflict) => conflict.columns(['announcement_id', 'person_id']).doNothing())
    .execute();
  await transaction.deleteFrom('announcement_confirmations').where('person_id', '=', from).execute();
}

/** The same words, however they were spaced, by the same author. */
function textHash(author: string, markdown: string): string {
  const words = markdown.normalize('NFC').replace(/\s+/gu, ' ').trim().toLowerCase();
  return createHash('sha256').update(`${author}\n${words}`).digest('base64url');
}

function fromChange(change: AnnouncementChange, author: string): Updateable<Schema['announcements']> {
  const row: Updateable<Schema['announcements']> = {};
  if (change.state !== undefined) row.state = change.state;
  if (change.leftOut !== undefined) row.left_out = JSON.stringify(change.leftOut);
  if (change.markdown !== undefined) {
    row.markdown = change.markdown;
    row.text_hash = textHash(author, change.markdown);
  }
  if ('account' in change) {
    row.author_channel = change.account?.channel ?? null;
    row.author_chat_id = change.account?.userId ?? null;
  }
  if ('file' in change) row.file = change.file ? JSON.stringify(change.file) : null;
  if ('audience' in change) row.audience = change.audience ? JSON.stringify(change.audience) : null;
  if ('awaitingSince' in change) row.awaiting_since = time(change.awaitingSince);
  // Who let it go has read what it was then.
  const isOther = 'markdown' in change || 'file' in change || 'audience' in change;
  if ('releasedBy' in change || isOther) row.released_by = change.releasedBy ?? null;
  if ('sendAt' in change) row.send_at = time(change.sendAt);
  if ('repeat' in change) row.repeat = change.repeat ?? null;
  if ('sentAt' in change) row.sent_at = time(change.sentAt);
  if ('endedAt' in change) row.ended_at = time(change.endedAt);
  if ('remindAt' in change) row.remind_at = time(change.remindAt);
  if ('remindedAt' in change) row.reminded_at = time(change.remindedAt);
  if ('planId' in change) row.plan_id = change.planId ?? null;
  if ('statusMessageId' in change) row.status_message_id = change.statusMessageId ?? null;
  return row;
}

function time(at: Temporal.Instant | undefined): string | null {
  return at ? timestamp(at) : null;
}

function instant(text: string | null): Temporal.Instant | undefined {
  return text === null ? undefined : Temporal.Instant.from(text);
}

function toAnnouncement(row: Selectable<Schema['announcements']>): Announcement {
  return {
    id: row.id,
    author: row.author,
    account:
      row.author_channel === null || row.author_chat_id === null
        ? undefined
        : { channel: row.author_channel as ChannelName, userId: row.author_chat_id },
    markdown: row.markdown ?? '',
    file: row.file === null ? undefined : (JSON.parse(row.file) as AnnouncementFile),
    audience: row.audience === null ? undefined : readAudience(row.audience),
    state: row.state,
    createdAt: Temporal.Instant.from(row.created_at),
    awaitingSince: instant(row.awaiting_since),
    releasedBy: row.released_by ?? undefined,
    sendAt: instant(row.send_at),
    repeat: row.repeat ?? undefined,
    sentAt: instant(row.sent_at),
    endedAt: instant(row.ended_at),
    leftOut: row.left_out === null ? {} : (JSON.parse(row.left_out) as Announcement['leftOut']),
    remindAt: instant(row.remind_at),
    remindedAt: instant(row.reminded_at),
    statusMessageId: row.status_message_id ?? undefined,
    planId: row.plan_id ?? undefined,
  };
}
