import type { Transaction } from 'kysely';
import type { Clock } from '../clock.ts';
import type { ChannelName } from '../config.ts';
import type { OutboxStore } from '../delivery/outbox-store.ts';
import { recordAudit, type AuditAction } from '../people/audit-store.ts';
import type { Reach } from '../people/reach.ts';
import { heardAt, recipientsOf } from '../people/recipients-store.ts';
import type { Database } from '../store/database.ts';
import type { AnnouncementState, Schema } from '../store/schema.ts';
import { SENT_WITHIN } from './announcement-message.ts';
import { announcementGroup, type Announcement, type AnnouncementsStore } from './announcements-store.ts';
import { corrections, groupsOf, type AnnouncementChangesStore } from './changes-store.ts';
import { confirmationReminders } from './confirmations-store.ts';
import type { AnnouncementFiles } from './files.ts';
import { checkSecrecy, type Finding } from './secrecy.ts';
import type { FollowUpMessages } from './follow-up-messages.ts';
import type { ReadReachedRows } from './reached-rows.ts';

/** States of what has gone out, at least in part, and still stands. */
const OUT: readonly AnnouncementState[] = ['sending', 'sent', 'stopped'];
const CHANNELS: readonly ChannelName[] = ['telegram', 'zalo', 'web'];

export interface FollowUpDeps {
  db: Database;
  store: Pick<AnnouncementsStore, 'byId' | 'change' | 'fileTokens'>;
  files: Pick<AnnouncementFiles, 'prune'>;
  changes: Pick<AnnouncementChangesStore, 'ask'>;
  reachedRows: ReadReachedRows;
  messages: FollowUpMessages;
  outbox: Pick<OutboxStore, 'enqueue' | 'cancel' | 'wipe' | 'rewrite' | 'resend'>;
  /** More recipients need a second officer, also for another text. */
  fourEyesAbove: number;
  clock: Clock;
  timeZone: string;
}

/** Who does it, as in the audit log, and their reach as it is now. */
export interface By {
  actor: string;
  reach: Reach;
}

export type Edited =
  | { kind: 'edited' }
  | { kind: 'findings'; findings: readonly Finding[] }
  /** A second officer would have to read it; some who got it are beyond the reach; it does not stand any more. */
  | { kind: 'many' | 'beyond' | 'gone' };

/** What can still be done about an announcement that has gone out. Each is one transaction, with its audit entry. */
export interface FollowUp {
  /** Takes back what has not gone, has the rest deleted, and forgets the text. @returns undefined: it does not stand */
  recall(id: string, actor: string): Promise<{ cancelled: number; sent: number } | undefined>;
  /** Whether the text may become this one; `edit` asks it again. */
  mayEdit(
    announcement: Announcement,
    markdown: string,
    reach: Reach,
  ): Promise<Exclude<Edited, { kind: 'edited' }> | undefined>;
  /** @param tells whether those whose message cannot be changed get a correction */
  edit(id: string, markdown: string, tells: boolean, by: By): Promise<Edited>;
  /** Sends again to those who may have got it or not. @returns how many; undefined: some are beyond the reach */
  resend(id: string, by: By): Promise<number | undefined>;
  /** Sets when those are reminded who will not have confirmed by then; once. */
  planReminder(id: string, at: Temporal.Instant, actor: string): Promise<boolean>;
  /** Reminds them, those within the reach. @returns how many; undefined: they have been reminded before */
  remind(transaction: Transaction<Schema>, id: string, reach: Reach): Promise<number | undefined>;
}

export function createFollowUp(deps: FollowUpDeps): FollowUp {
  const { db, store, files, changes, reachedRows, messages, outbox, clock, timeZone } = deps;

  const audit = (
    transaction: Transaction<Schema>,
    actor: string,
    action: AuditAction,
    updated: number,
  ): Promise<void> => recordAudit(transaction, clock, { actor, action, detail: { updated } });

  async function mayEdit(
    announcement: Announcement,
    markdown: string,
    reach: Reach,
    handle: Transaction<Schema> | Database = db,
  ): Promise<Exclude<Edited, { kind: 'edited' }> | undefined> {
    if (!OUT.includes(announcement.state)) return { kind: 'gone' };
    const findings = checkSecrecy(markdown);
    if (findings.length > 0) return { kind: 'findings', findings };
    const { visible, hidden } = await reachedRows(handle, reach, announcement);
    if (hidden > 0) return { kind: 'beyond' };
    return visible.length > deps.fourEyesAbove ? { kind: 'many' } : undefined;
  }

  return {
    async recall(id, actor) {
      const done = await db.transaction().execute(async (transaction) => {
        const recalled = await store.change(transaction, id, OUT, {
          state: 'recalled',
          markdown: '',
          file: undefined,
          remindAt: undefined,
        });
        if (!recalled) return undefined;
        let cancelled = 0;
        for (const group of groupsOf(id)) {
          cancelled += await outbox.cancel(transaction, group);
          await outbox.wipe(transaction, group);
        }
        const sent = await changes.ask(transaction, id, 'remove', true);
        await audit(transaction, actor, 'announcement recalled', sent);
        return { cancelled, sent };
      });
      // Whoever has the link to its file finds nothing from now on.
      if (done) await files.prune(await store.fileTokens());
      return done;
    },

    mayEdit,

    edit: (id, markdown, tells, { actor, reach }) =>
      db.transaction().execute(async (transaction): Promise<Edited> => {
        const before = await store.byId(id, transaction);
        if (!before) return { kind: 'gone' };
        const hindered = await mayEdit(before, markdown, reach, transaction);
        if (hindered) return hindered;
        await store.change(transaction, id, OUT, { markdown });
        const now = { ...before, markdown };
        for (const channel of CHANNELS) {
          const to = (groupId: string) => ({ groupId, channel });
          await outbox.rewrite(transaction, to(announcementGroup(id)), messages.itself(now, channel));
          await outbox.rewrite(transaction, to(confirmationReminders(id)), messages.reminder(now));
          await outbox.rewrite(transaction, to(corrections(id)), messages.correction(now));
        }
        await audit(transaction, actor, 'announcement edited', await changes.ask(transaction, id, 'edit', tells));
        return { kind: 'edited' };
      }),

    resend: (id, { actor, reach }) =>
      db.transaction().execute(async (transaction) => {
        const announcement = await store.byId(id, transaction);
        if (!announcement || !OUT.includes(announcement.state)) return 0;
        const { visible, hidden } = await reachedRows(transaction, reach, announcement);
        if (hidden > 0) return undefined;
        const again = await outbox.resend(transaction, announcementGroup(id), {
          expiresAt: clock.now().add(SENT_WITHIN),
          except: visible.flatMap(({ outboxId, stopped }) => (stopped ? [outboxId] : [])),
        });
        if (again > 0) await audit(transaction, actor, 'announcement sent again', again);
        return again;
      }),

    planReminder: (id, at, actor) =>
      db.transaction().execute(async (transaction) => {
        const before = await store.byId(id, transaction);
        if (!before || before.remindAt) return false;
        const planned = await store.change(transaction, id, OUT, { remindAt: at });
        if (planned) await audit(transaction, actor, 'announcement reminder planned', 0);
        return planned;
      }),

    async remind(transaction, id, reach) {
      const announcement = await store.byId(id, transaction);
      if (!announcement || announcement.remindedAt || !OUT.includes(announcement.state)) return undefined;
      const now = clock.now();
      const { visible } = await reachedRows(transaction, reach, announcement);
      const unconfirmed = visible.flatMap(({ state, confirmedAt, personId }) =>
        state === 'sent' && !confirmedAt && personId !== undefined ? [personId] : [],
      );
      const recipients = [...(await recipientsOf(transaction, unconfirmed)).values()];
      const message = messages.reminder(announcement);
      const added = await outbox.enqueue(
        transaction,
        recipients.map((recipient) => {
          const { personId, channel, chatId } = recipient;
          const dueAt = heardAt(recipient, now, timeZone);
          return {
            key: `announcement:${id}:${personId}:reminder`,
            class: 'announcement',
            channel,
            chatId,
            personId,
            groupId: confirmationReminders(id),
            message,
            dueAt,
            expiresAt: dueAt.add(SENT_WITHIN),
          };
        }),
      );
      await store.change(transaction, id, OUT, { remindedAt: now });
      return added;
    },
  };
}
