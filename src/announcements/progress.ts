import { DeliveryError, type Channel, type Outgoing } from '../bot/channel.ts';
import { steadyTime, type Clock } from '../clock.ts';
import type { MonthUsage } from '../bot/zalo/quota-store.ts';
import type { ChannelName } from '../config.ts';
import type { OutboxStore } from '../delivery/outbox-store.ts';
import { keepDoing } from '../keep-doing.ts';
import type { Logger } from '../log.ts';
import type { Database } from '../store/database.ts';
import type { AnnouncementState } from '../store/schema.ts';
import type { ProcessLock } from '../store/process-lock.ts';
import { REPORT } from './announcement-message.ts';
import { announcementGroup, type Announcement, type AnnouncementsStore } from './announcements-store.ts';
import { isOver, isResting, statusText } from './status-text.ts';

const LOOK_EVERY_MS = 1000;
/** Telegram takes more, but nobody reads faster, and each edit takes a turn from a message. */
const EDIT_EVERY_MS = 3000;
/** Where only silent people are left, or Zalo's month is used up, which may be so for weeks. */
const REST_MS = 60_000;
/** Of the last edit, before a new message says it in its place. */
const MOST_TRIES = 5;
/** By then the answer to "Gửi ngay" is the status message; what has none then gets one. */
const ANSWERED_WITHIN_MS = 5000;

/** Stops what has not gone out; under the status message. */
export const STOP = 'tb-dung';

export interface ProgressDeps {
  db: Database;
  store: Pick<AnnouncementsStore, 'open' | 'change'>;
  outbox: Pick<OutboxStore, 'tally' | 'enqueue'>;
  channels: ReadonlyMap<ChannelName, Pick<Channel, 'send' | 'edit'>>;
  /** Which of several processes on the database shows it. */
  lock: ProcessLock;
  rates: Readonly<Record<ChannelName, number>>;
  /** Until when nothing goes out; undefined: it goes. */
  quietUntil: () => Temporal.Instant | undefined;
  /** How much of Zalo's month is used up; undefined: Zalo is off. */
  zaloMonth: () => Promise<Pick<MonthUsage, 'leftForAnnouncements'> | undefined>;
  timeZone: string;
  clock: Clock;
  /** Resolves after so many milliseconds, or at once when the signal comes. */
  wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  log: Logger;
}

/** Shows authors how their announcements go, and notes when all of one is settled. */
export interface Progress {
  /** Looks once. */
  run(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

/** The status message as it stands, with what can be done about it. */
export function statusMessage(id: string, standing: Parameters<typeof statusText>[0]): Outgoing {
  const report = { id: `${REPORT}.${id}`, label: 'Báo cáo' };
  const over = standing.cut !== undefined || isOver(standing.tally);
  return {
    markdown: statusText(standing),
    choices: over ? [report] : [{ id: `${STOP}.${id}`, label: 'Dừng' }, report],
  };
}

export function createProgress(deps: ProgressDeps): Progress {
  const { db, store, outbox, channels, lock, clock, wait, log } = deps;
  const now = steadyTime(clock);
  const stopping = new AbortController();
  /** By announcement, what its status message says, when it may be edited again, and how often that failed at the end. */
  const shown = new Map<string, { text: string; next: number; failures: number }>();
  /** By announcement, until when there is nothing to be seen as long as it stays in that state. */
  const resting = new Map<string, { state: AnnouncementState; until: number }>();
  let running: Promise<void> = Promise.resolve();

  function quietUntil(): string | undefined {
    return deps.quietUntil()?.toZonedDateTimeISO(deps.timeZone).toPlainTime().toString({ smallestUnit: 'minute' });
  }

  /** Brings the status message up to date. @returns undefined: it has to be looked at again, later */
  async function show(announcement: Announcement, message: Outgoing): Promise<'shown' | 'impossible' | undefined> {
    const { id, account, state, statusMessageId, sentAt } = announcement;
    const channel = account && channels.get(account.channel);
    if (!account || !channel?.edit) return 'impossible';
    const before = shown.get(id);
    if (before?.text === message.markdown) return 'shown';
    if (before && before.next > now()) return undefined;
    shown.set(id, { text: '', next: now() + EDIT_EVERY_MS, failures: before?.failures ?? 0 });
    if (statusMessageId === undefined) {
      const since = sentAt ? clock.now().since(sentAt).total('milliseconds') : ANSWERED_WITHIN_MS;
      if (since < ANSWERED_WITHIN_MS) return undefined;
      const { messageId } = await channel.send(account.userId, message);
      await store.change(db, id, [state], { statusMessageId: messageId });
    } else await channel.edit(account.userId, [statusMessageId], message);
    shown.set(id, { text: message.markdown, next: now() + EDIT_EVERY_MS, failures: 0 });
    return 'shown';
  }

  /** It is only a picture of how things stand: the next one is as good, but for the last. */
  function notShown(id: string, error: unknown): 'impossible' | undefined {
    if (!(error instanceof DeliveryError)) throw error;
    log.warn({ err: error }, 'status of an announcement not shown');
    const before = shown.get(id);
    if (before) before.failures++;
    const mayPass = /^(?:retry|paused|unknown)$/.test(error.failure);
    return mayPass && (before?.failures ?? 0) < MOST_TRIES ? undefined : 'impossible';
  }

  async function look(announcement: Announcement): Promise<void> {
    const { id, state } = announcement;
    const rest = resting.get(id);
    if (rest?.state === state && rest.until > now()) return;
    const tally = await outbox.tally(announcementGroup(id));
    const standing = {
      tally,
      rates: deps.rates,
      quietUntil: quietUntil(),
      zaloIsFull: (await deps.zaloMonth())?.leftForAnnouncements === 0,
      timeZone: deps.timeZone,
      cut: state === 'stopped' || state === 'recalled' ? state : undefined,
    };
    const message = statusMessage(id, standing);
    const outcome = await show(announcement, message).catch((error: unknown) => notShown(id, error));
    if (outcome && isOver(tally)) await end(announcement, outcome === 'shown' ? undefined : message);
    else if (outcome && isResting(standing)) resting.set(id, { state, until: now() + REST_MS });
  }

  /** @param message what its author is told, when the status message cannot say it */
  async function end({ id, account, state }: Announcement, message: Outgoing | undefined): Promise<void> {
    await db.transaction().execute(async (transaction) => {
      const ended = { state: state === 'sending' ? ('sent' as const) : state, endedAt: clock.now() };
      const changed = await store.change(transaction, id, [state], ended);
      // How a recall went is told by who sees to it.
      if (!changed || !message || !account || state === 'recalled') return;
      await outbox.enqueue(transaction, [
        {
          key: `announcement:${id}:over`,
          class: 'answer',
          channel: account.channel,
          chatId: account.userId,
          message,
          dueAt: clock.now(),
        },
      ]);
    });
    shown.delete(id);
    resting.delete(id);
  }

  async function run(): Promise<void> {
    if (!lock.take()) return;
    for (const announcement of await store.open(['sending', 'stopped', 'recalled'])) await look(announcement);
  }

  const runOrLog = (): Promise<void> =>
    run().catch((error: unknown) => log.error({ err: error }, 'progress of announcements not read'));

  return {
    run,
    start() {
      running = keepDoing(runOrLog, LOOK_EVERY_MS, wait, stopping.signal);
    },
    async stop() {
      stopping.abort();
      await running;
      lock.release();
    },
  };
}
