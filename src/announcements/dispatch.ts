import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../clock.ts';
import type { ChannelName } from '../config.ts';
import type { NewMessage, OutboxStore } from '../delivery/outbox-store.ts';
import { recordAudit } from '../people/audit-store.ts';
import type { Reach } from '../people/reach.ts';
import { heardAt, type Recipient } from '../people/recipients-store.ts';
import type { Database } from '../store/database.ts';
import type { AnnouncementState, Schema } from '../store/schema.ts';
import { announcementChoices, announcementMessage, SENT_WITHIN } from './announcement-message.ts';
import { announcementGroup, type Announcement, type AnnouncementsStore } from './announcements-store.ts';
import type { AudienceStore, Selection } from './audience-store.ts';
import { checkSecrecy, type Finding } from './secrecy.ts';

/** The same text by the same author within this is asked about. */
const SAME_TEXT = { minutes: 10 };

export interface DispatchDeps {
  db: Database;
  store: AnnouncementsStore;
  audiences: AudienceStore;
  outbox: Pick<OutboxStore, 'enqueue' | 'cancel'>;
  clock: Clock;
  timeZone: string;
  publicUrl: string | undefined;
  /** Announcements to more people need a second officer. */
  fourEyesAbove: number;
}

/** Whether an announcement may go as it is, and to whom. */
export interface Judgement {
  selection: Selection;
  /** What the secrecy gate found in text and file name. */
  findings: Finding[];
  /** Why a second officer has to let it go first; undefined: nobody has to, or one has. */
  second: 'flagged' | 'many' | undefined;
}

/** What came of sending. */
export type Dispatched =
  | { kind: 'sent'; recipients: number }
  /** A second officer has to let it go first; nothing was changed. */
  | { kind: 'second'; why: 'flagged' | 'many'; recipients: number }
  /** The same went out within ten minutes; nothing was changed. */
  | { kind: 'same'; before: Announcement }
  /** Nobody in the audience can be reached; nothing was changed. */
  | { kind: 'nobody' }
  /** It is not in that state any more, or has no audience: somebody else was faster. */
  | { kind: 'gone' };

export interface DispatchOptions {
  /** States from which it may go. */
  from: readonly AnnouncementState[];
  /** Its author's, as it is now: nobody beyond it gets anything. */
  reach: Reach;
  /** Who sends it, as in the audit log. */
  by: string;
  /** The same text again within ten minutes is wanted. */
  again?: boolean;
}

/** Sends announcements: everything is decided anew and written in one transaction, so that each goes once. */
export interface Dispatch {
  judge(handle: Kysely<Schema>, announcement: Announcement, reach: Reach): Promise<Judgement>;
  send(id: string, options: DispatchOptions): Promise<Dispatched>;
  /** The same within a transaction, which the caller rolls back or not. */
  sendWithin(transaction: Transaction<Schema>, id: string, options: DispatchOptions): Promise<Dispatched>;
  /** Takes back what has not gone out yet. @returns how many; undefined: it is not being sent */
  stop(id: string, by: string): Promise<number | undefined>;
}

export function createDispatch(deps: DispatchDeps): Dispatch {
  const { db, store, audiences, outbox, clock, timeZone, publicUrl, fourEyesAbove } = deps;

  async function judge(handle: Kysely<Schema>, announcement: Announcement, reach: Reach): Promise<Judgement> {
    const { audience, markdown, file, releasedBy } = announcement;
    const nobody: Selection = { recipients: [], leftOut: [], perChannel: new Map() };
    const selection = audience ? await audiences.select(handle, audience, reach) : nobody;
    const findings = checkSecrecy([markdown, file?.name ?? ''].join('\n'));
    const many = selection.recipients.length > fourEyesAbove;
    const why = findings.length > 0 ? ('flagged' as const) : many ? ('many' as const) : undefined;
    return { selection, findings, second: releasedBy === undefined ? why : undefined };
  }

  async function sendWithin(
    transaction: Transaction<Schema>,
    id: string,
    { from, reach, by, again = false }: DispatchOptions,
  ): Promise<Dispatched> {
    const announcement = await store.byId(id, transaction);
    if (!announcement?.audience || !from.includes(announcement.state)) return { kind: 'gone' };
    const { selection, second } = await judge(transaction, announcement, reach);
    const { recipients, leftOut } = selection;
    if (recipients.length === 0) return { kind: 'nobody' };
    if (second) return { kind: 'second', why: second, recipients: recipients.length };
    const now = clock.now();
    const before = await store.sentBefore(announcement, now.subtract(SAME_TEXT), transaction);
    if (before && !again) return { kind: 'same', before };
    const counts: Announcement['leftOut'] = {};
    for (const { why } of leftOut) counts[why] = (counts[why] ?? 0) + 1;
    const changed = await store.change(transaction, id, from, { state: 'sending', sentAt: now, leftOut: counts });
    if (!changed) return { kind: 'gone' };
    await outbox.enqueue(transaction, messagesFor(announcement, recipients, now));
    await recordAudit(transaction, clock, {
      actor: by,
      action: 'announcement sent',
      detail: { added: recipients.length },
    });
    return { kind: 'sent', recipients: recipients.length };
  }

  function messagesFor(
    announcement: Announcement,
    recipients: readonly Recipient[],
    now: Temporal.Instant,
  ): NewMessage[] {
    const { id } = announcement;
    const choices = announcementChoices(id);
    const texts = new Map<ChannelName, NewMessage['message']>();
    return recipients.map((recipient) => {
      const { personId, channel, chatId } = recipient;
      const message = texts.get(channel) ?? { ...announcementMessage(announcement, channel, publicUrl), choices };
      texts.set(channel, message);
      const dueAt = heardAt(recipient, now, timeZone);
      return {
        key: `announcement:${id}:${personId}`,
        class: 'announcement',
        channel,
        chatId,
        personId,
        groupId: announcementGroup(id),
        message,
        dueAt,
        expiresAt: dueAt.add(SENT_WITHIN),
      };
    });
  }

  return {
    judge,
    sendWithin,
    send: (id, options) => db.transaction().execute((transaction) => sendWithin(transaction, id, options)),
    stop: (id, by) =>
      db.transaction().execute(async (transaction) => {
        // It has ended when what is on its way is settled.
        if (!(await store.change(transaction, id, ['sending'], { state: 'stopped' }))) return undefined;
        const taken = await outbox.cancel(transaction, announcementGroup(id));
        await recordAudit(transaction, clock, {
          actor: by,
          action: 'announcement stopped',
          detail: { updated: taken },
        });
        return taken;
      }),
  };
}
