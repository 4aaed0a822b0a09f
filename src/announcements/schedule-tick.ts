import type { Transaction } from 'kysely';
import type { Clock } from '../clock.ts';
import type { AccountRef } from '../config.ts';
import type { NewMessage, OutboxStore } from '../delivery/outbox-store.ts';
import { keepDoing } from '../keep-doing.ts';
import type { Logger } from '../log.ts';
import type { Reach } from '../people/reach.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { PLANNED, REPORT } from './announcement-message.ts';
import type { Announcement, AnnouncementsStore } from './announcements-store.ts';
import type { Dispatch } from './dispatch.ts';
import type { FollowUp } from './follow-up.ts';
import type { Release } from './release.ts';
import { momentWords, nextTime, readRepeat } from './schedule.ts';

const LOOK_EVERY_MS = 15_000;
/** What comes later than this is not sent, but asked about. */
const LATEST = { hours: 24 };

export interface ScheduleDeps {
  db: Database;
  store: Pick<AnnouncementsStore, 'open' | 'byId' | 'add' | 'change' | 'toRemind'>;
  dispatch: Pick<Dispatch, 'sendWithin'>;
  followUp: Pick<FollowUp, 'remind'>;
  release: Pick<Release, 'submit'>;
  roles: Pick<RolesStore, 'reach'>;
  outbox: Pick<OutboxStore, 'enqueue'>;
  clock: Clock;
  /** Resolves after so many milliseconds, or at once when the signal comes. */
  wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  timeZone: string;
  log: Logger;
}

/** Sends what was planned when its time has come, and reminds who has not confirmed. */
export interface AnnouncementSchedule {
  /** Does what is due; each in a transaction that also says that it was done. */
  run(): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

export function createAnnouncementSchedule(deps: ScheduleDeps): AnnouncementSchedule {
  const { db, store, dispatch, outbox, clock, wait, timeZone, log } = deps;
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const isDue = (at: Temporal.Instant | undefined): boolean =>
    at !== undefined && Temporal.Instant.compare(at, clock.now()) <= 0;
  const isTooLate = (at: Temporal.Instant): boolean => Temporal.Instant.compare(at.add(LATEST), clock.now()) < 0;

  async function run(): Promise<void> {
    for (const planned of await store.open(['planned'])) if (isDue(planned.sendAt)) await safely(() => send(planned));
    for (const sent of await store.toRemind(clock.now())) await safely(() => remind(sent));
  }

  /** One that fails must not keep the others from going. */
  async function safely(task: () => Promise<void>): Promise<void> {
    await task().catch((error: unknown) => log.error({ err: error }, 'planned announcement not sent'));
  }

  async function send({ id, account, sendAt }: Announcement): Promise<void> {
    // Before the transaction, in which only its own handle may be used.
    const reach = await reachOf(account);
    const second = await db.transaction().execute(async (transaction): Promise<Announcement | undefined> => {
      const planned = await store.byId(id, transaction);
      if (planned?.state !== 'planned' || !planned.sendAt || !sendAt?.equals(planned.sendAt)) return undefined;
      const at = planned.sendAt;
      const tell = (key: string, what: string, ...choices: [string, string][]): Promise<unknown> =>
        outbox.enqueue(transaction, notice(planned, at, key, what, choices));
      if (!reach) {
        await store.change(transaction, id, ['planned'], { state: 'stopped', endedAt: clock.now() });
        await tell('role', 'không gửi, vì đồng chí không còn vai trò cán bộ phụ trách.');
        return undefined;
      }
      const one = planned.repeat === undefined ? planned : await occurrence(transaction, planned, planned.repeat);
      const toPlan: [string, string] = [`${PLANNED}.${one.id}`, 'Xem lại thông báo'];
      const leave = (): Promise<unknown> =>
        store.change(transaction, one.id, ['planned'], { sendAt: undefined, repeat: undefined });
      if (isTooLate(at)) {
        await leave();
        await tell(
          'late',
          'đã quá giờ hơn một ngày vì bot không hoạt động, nên **chưa gửi**. Đồng chí có gửi bây giờ không?',
          toPlan,
        );
        return undefined;
      }
      const sent = await dispatch.sendWithin(transaction, one.id, {
        from: ['planned'],
        reach,
        by: planned.author,
        again: true,
      });
      switch (sent.kind) {
        case 'sent':
          await tell('sent', `đang gửi tới **${sent.recipients}** người.`, [`${REPORT}.${one.id}`, 'Báo cáo']);
          return undefined;
        case 'second':
          return one;
        case 'nobody':
          await leave();
          await tell('nobody', '**chưa gửi**, vì lúc này không có ai nhận được. Đồng chí xem lại người nhận.', toPlan);
          return undefined;
        case 'same':
        case 'gone':
          return undefined;
      }
    });
    if (second) await askSecond(second);
  }

  /** Until it waits for them it is due, and would be looked at again after a crash. */
  async function askSecond(announcement: Announcement): Promise<void> {
    const { id, sendAt } = announcement;
    const seconds = await deps.release.submit(announcement, ['planned']);
    await db.transaction().execute(async (transaction) => {
      if (seconds === 0) await store.change(transaction, id, ['planned'], { sendAt: undefined });
      const what =
        seconds === 0
          ? '**chưa gửi**: phải có một đồng chí khác đọc và duyệt, mà chưa có ai được quyền duyệt.'
          : '**chưa gửi**: phải có một đồng chí khác đọc và duyệt. Tôi đã nhờ duyệt; có đồng chí duyệt thì gửi ngay.';
      const again: [string, string][] = seconds === 0 ? [[`${PLANNED}.${id}`, 'Xem lại thông báo']] : [];
      await outbox.enqueue(transaction, notice(announcement, sendAt ?? clock.now(), 'second', what, again));
    });
  }

  /** What an officer reaches now; undefined: they are none any more. */
  async function reachOf(account: AccountRef | undefined): Promise<Reach | undefined> {
    const reach = account && (await deps.roles.reach(account));
    return reach && (reach.all || reach.paths.length > 0) ? reach : undefined;
  }

  /** One time of a recurring announcement, as an announcement of its own; the plan goes on to its next. */
  async function occurrence(
    transaction: Transaction<Schema>,
    plan: Announcement,
    repeat: string,
  ): Promise<Announcement> {
    const { author, account, markdown, file, audience, sendAt, releasedBy } = plan;
    if (!account || !sendAt) throw new Error('a plan without an author or a time');
    // Times that were missed altogether are not made up for one by one.
    const next = nextTime(readRepeat(repeat), clock.now(), timeZone);
    await store.change(transaction, plan.id, ['planned'], { sendAt: next });
    const { id } = await store.add(transaction, { author, account, markdown, file, audience });
    await store.change(transaction, id, ['draft'], { state: 'planned', sendAt, releasedBy, planId: plan.id });
    const added = await store.byId(id, transaction);
    if (!added) throw new Error('the announcement that was just kept is not there');
    return added;
  }

  function notice(
    { id, account }: Announcement,
    at: Temporal.Instant,
    key: string,
    what: string,
    choices: readonly [string, string][],
  ): NewMessage[] {
    if (!account) return [];
    const markdown = `Thông báo hẹn lúc ${momentWords(at, timeZone)}: ${what}`;
    return [
      {
        key: `planned:${id}:${at.epochMilliseconds}:${key}`,
        class: 'answer',
        channel: account.channel,
        chatId: account.userId,
        message: { markdown, choices: choices.map(([choice, label]) => ({ id: choice, label })) },
        dueAt: clock.now(),
      },
    ];
  }

  async function remind({ id, account, remindAt }: Announcement): Promise<void> {
    const reach = await reachOf(account);
    await db.transaction().execute(async (transaction) => {
      const nowhere: Reach = { all: false, paths: [] };
      const tooLate = remindAt === undefined || isTooLate(remindAt);
      const count = await deps.followUp.remind(transaction, id, reach && !tooLate ? reach : nowhere);
      if (count === undefined || !account) return;
      const markdown = tooLate
        ? 'Lời nhắc xác nhận đã quá giờ hơn một ngày vì bot không hoạt động, nên tôi không nhắc nữa.'
        : `Đã nhắc **${count}** người chưa xác nhận thông báo.`;
      const choices = [{ id: `${REPORT}.${id}`, label: 'Báo cáo' }];
      const to = { channel: account.channel, chatId: account.userId, class: 'answer' as const, dueAt: clock.now() };
      await outbox.enqueue(transaction, [{ ...to, key: `reminded:${id}`, message: { markdown, choices } }]);
    });
  }

  const runOrLog = (): Promise<void> =>
    run().catch((error: unknown) => log.error({ err: error }, 'planned announcements not read'));

  return {
    run,
    start() {
      running = keepDoing(runOrLog, LOOK_EVERY_MS, wait, stopping.signal);
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
