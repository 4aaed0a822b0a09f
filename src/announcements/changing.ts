import { DeliveryError, type Channel, type Outgoing } from '../bot/channel.ts';
import { timestamp, type Clock } from '../clock.ts';
import type { NewMessage, OutboxStore } from '../delivery/outbox-store.ts';
import type { Logger } from '../log.ts';
import type { Database } from '../store/database.ts';
import type { ProcessLock } from '../store/process-lock.ts';
import type { Announcement, AnnouncementsStore } from './announcements-store.ts';
import {
  corrections,
  type AnnouncementChangesStore,
  type ChangeCounts,
  type ChangeEnd,
  type DueChange,
} from './changes-store.ts';
import { confirmationReminders } from './confirmations-store.ts';
import type { FollowUpMessages } from './follow-up-messages.ts';

const LOOK_EVERY_MS = 1000;
/** Calls on their way at once; the platform's pacer spaces them. */
const AT_ONCE = 16;
const MOST_ATTEMPTS = 6;
const FIRST_WAIT_MS = 2000;
const WHILE_SENDING_MS = 2000;
/** A token that is no longer good is mended by a person. */
const UNAUTHORIZED_WAIT_MS = 600_000;
/** core.telegram.org/bots/api#deletemessage */
const DELETE_WITHIN = { hours: 48 };

export interface ChangingDeps {
  db: Database;
  store: AnnouncementChangesStore;
  announcements: Pick<AnnouncementsStore, 'byId'>;
  outbox: Pick<OutboxStore, 'enqueue' | 'rewrite' | 'cancel'>;
  channels: () => readonly Pick<Channel, 'name' | 'edit' | 'remove'>[];
  /** Who does it, of all processes on the database. */
  lock: ProcessLock;
  clock: Clock;
  /** Resolves after so many milliseconds, or at once when the signal comes. */
  wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  messages: FollowUpMessages;
  log: Logger;
}

export interface AnnouncementChanging {
  start(): void;
  /** Waits for what is on its way; the rest goes on after the next start. */
  stop(): Promise<void>;
  /** Does what is due now; true: there was something. */
  step(): Promise<boolean>;
}

/**
 * Deletes and edits on the platforms what of announcements has been recalled or corrected, and tells those whose message
 * stays. Both can be done twice without harm, so that a crash needs no care.
 */
export function createAnnouncementChanging(deps: ChangingDeps): AnnouncementChanging {
  const { db, store, outbox, clock, wait, messages, log } = deps;
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  async function step(): Promise<boolean> {
    if (!deps.lock.take()) return false;
    const due = await store.due(AT_ONCE);
    const known = new Map<string, Announcement | undefined>();
    for (const { announcementId: id } of due) if (!known.has(id)) known.set(id, await deps.announcements.byId(id));
    // One after the other to a chat, in the order in which they came.
    const byChat = Map.groupBy(due, ({ channel, chatId }) => `${channel}:${chatId}`);
    await Promise.all(
      [...byChat.values()].map(async (theirs) => {
        for (const change of theirs) await one(change, known.get(change.announcementId));
      }),
    );
    return due.length > 0;
  }

  async function one(change: DueChange, announcement: Announcement | undefined): Promise<void> {
    if (change.state === 'sending') return store.postpone(change, WHILE_SENDING_MS, false);
    const arrived = change.state === 'sent' || change.state === 'unknown';
    if (!announcement || !arrived || change.chatId === '') return end(change, announcement, 'nothing');
    try {
      const changed = await onPlatform(change, announcement);
      // Of what may have arrived nobody knows the id.
      await end(change, announcement, changed && change.state === 'sent' ? 'done' : 'told');
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      await failed(change, announcement, error);
    }
  }

  /** False: this platform, or this message, allows it not. */
  async function onPlatform(change: DueChange, announcement: Announcement): Promise<boolean> {
    const { kind, chatId, messageIds, sentAt } = change;
    const channel = deps.channels().find(({ name }) => name === change.channel);
    if (messageIds.length === 0 || !channel) return false;
    if (kind === 'edit') {
      if (!channel.edit) return false;
      await channel.edit(chatId, messageIds, messageOf(change, announcement));
      return true;
    }
    const tooOld = sentAt && Temporal.Instant.compare(sentAt.add(DELETE_WITHIN), clock.now()) <= 0;
    if (!channel.remove || tooOld) return false;
    await channel.remove(chatId, messageIds);
    return true;
  }

  function messageOf({ groupId, channel }: DueChange, announcement: Announcement): Outgoing {
    if (groupId === confirmationReminders(announcement.id)) return messages.reminder(announcement);
    if (groupId === corrections(announcement.id)) return messages.correction(announcement);
    return messages.itself(announcement, channel);
  }

  async function failed(change: DueChange, announcement: Announcement, error: DeliveryError): Promise<void> {
    log.warn({ err: error, channel: change.channel }, 'sent announcement not changed');
    switch (error.failure) {
      case 'paused':
        return store.postpone(change, error.retryAfter, false);
      case 'unauthorized':
        return store.postpone(change, UNAUTHORIZED_WAIT_MS, false);
      case 'retry':
      case 'unknown':
        if (change.attempts + 1 < MOST_ATTEMPTS) {
          return store.postpone(change, FIRST_WAIT_MS * 2 ** change.attempts, true);
        }
        return end(change, announcement, 'told');
      case 'gone':
        return end(change, announcement, 'left');
      case 'rejected':
        return end(change, announcement, 'told');
    }
  }

  /** Settles it; whom nothing can be told keeps the old message. */
  async function end(change: DueChange, announcement: Announcement | undefined, how: ChangeEnd): Promise<void> {
    const tells = how === 'told' && change.tells && change.hears && announcement;
    await db.transaction().execute(async (transaction) => {
      // What waits to be tried again, since it never left, goes with the new text or not at all.
      if (how === 'nothing' && change.state === 'due' && announcement) {
        if (change.kind === 'remove') await outbox.cancel(transaction, change.groupId);
        else await outbox.rewrite(transaction, change, messageOf(change, announcement));
      }
      const last = await store.end(transaction, change, how === 'told' && !tells ? 'left' : how);
      if (last === undefined || !announcement) return;
      const notices: NewMessage[] = [];
      if (tells) notices.push(notice(change, announcement));
      if (last) notices.push(...ended(change, announcement, await store.counts(announcement.id, transaction)));
      if (notices.length > 0) await outbox.enqueue(transaction, notices);
    });
  }

  /** Once to a chat, however many messages of the announcement it has. */
  function notice(change: DueChange, announcement: Announcement): NewMessage {
    const { kind, channel, chatId, personId, announcementId, askedAt } = change;
    const removed = kind === 'remove';
    return {
      key: `${removed ? 'recall' : 'correction'}:${announcementId}:${timestamp(askedAt)}:${channel}:${chatId}`,
      class: removed ? 'answer' : 'announcement',
      channel,
      chatId,
      ...(personId === undefined ? {} : { personId }),
      groupId: removed ? `recall:${announcementId}` : corrections(announcementId),
      message: removed ? messages.recall(announcement) : messages.correction(announcement),
      dueAt: clock.now(),
    };
  }

  function ended({ kind, askedAt }: DueChange, { id, account }: Announcement, counts: ChangeCounts): NewMessage[] {
    if (!account) return [];
    const key = `${kind}-ended:${id}:${timestamp(askedAt)}`;
    const markdown = `${kind === 'remove' ? 'Đã thu hồi xong thông báo' : 'Đã sửa xong thông báo'}: ${changeWords(kind, counts)}.`;
    return [
      {
        key,
        class: 'answer',
        channel: account.channel,
        chatId: account.userId,
        message: { markdown },
        dueAt: clock.now(),
      },
    ];
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      let more = false;
      try {
        more = await step();
      } catch (error) {
        log.error({ err: error }, 'announcements not changed');
      }
      if (!more) await wait(LOOK_EVERY_MS, stopping.signal);
    }
  }

  return {
    step,
    start() {
      running = run();
    },
    async stop() {
      stopping.abort();
      await running;
      deps.lock.release();
    },
  };
}

/** "đã xóa 40 tin, đã báo 5 người, 2 tin không xóa được" */
export function changeWords(kind: 'remove' | 'edit', counts: ChangeCounts): string {
  const { done = 0, told = 0, left = 0, due = 0 } = counts[kind];
  const verb = kind === 'remove' ? 'xóa' : 'sửa';
  const parts = [
    `đã ${verb} ${done} tin`,
    told > 0 ? `${told} tin không ${verb} được thì đã gửi lời ${kind === 'remove' ? 'báo thu hồi' : 'đính chính'}` : '',
    left > 0 ? `${left} tin còn nguyên` : '',
    due > 0 ? `đang làm ${due} tin` : '',
  ];
  return parts.filter((part) => part !== '').join('; ');
}
