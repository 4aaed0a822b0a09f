import type { Choice } from '../bot/channel.ts';
import { type Clock } from '../clock.ts';
import type { AccountRef, ChannelName } from '../config.ts';
import type { NewMessage, OutboxStore } from '../delivery/outbox-store.ts';
import { recordAudit } from '../people/audit-store.ts';
import type { PeopleStore } from '../people/people-store.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { Database } from '../store/database.ts';
import type { AnnouncementState } from '../store/schema.ts';
import { SHOW } from './announcement-message.ts';
import { KEEP_UNSENT_HOURS, type Announcement, type AnnouncementsStore } from './announcements-store.ts';
import type { AudienceStore } from './audience-store.ts';
import type { Dispatch, Dispatched } from './dispatch.ts';

/** Opens an announcement that waits for a second officer; "tb-duyet.<announcement>". */
export const READ = 'tb-duyet';

export interface ReleaseDeps {
  db: Database;
  store: AnnouncementsStore;
  audiences: Pick<AudienceStore, 'covers'>;
  dispatch: Dispatch;
  outbox: Pick<OutboxStore, 'enqueue'>;
  people: Pick<PeopleStore, 'preferredAccount'>;
  roles: Pick<RolesStore, 'reach' | 'actor' | 'officersOn'>;
  /** Platforms that are on. */
  channels: () => readonly ChannelName[];
  clock: Clock;
}

/**
 * Four eyes: what the secrecy gate stopped, or goes to very many, waits for a second officer. The text of what the gate
 * stopped is kept only until that officer decides, a day at most.
 */
export interface Release {
  /** Hands it to second officers and tells them; returns how many there are. None: nothing was changed. */
  submit(announcement: Announcement, from: readonly AnnouncementState[]): Promise<number>;
  /** The announcement, when this account may decide about it: an officer beside its author whose reach covers its audience. */
  forSecond(account: AccountRef, id: string): Promise<Announcement | undefined>;
  /** Sends it, or lets it go at its time; the caller has asked `forSecond`. */
  release(announcement: Announcement, by: string): Promise<Dispatched | { kind: 'planned' }>;
  /** Does not let it go. False: it was decided already. */
  refuse(announcement: Announcement, by: string): Promise<boolean>;
  /** Erases what nobody decided about in a day. */
  expire(): Promise<void>;
}

export function createRelease(deps: ReleaseDeps): Release {
  const { db, store, audiences, dispatch, outbox, people, roles, clock } = deps;

  /** @param known what was found out for each reach: officers of one unit share it, and working it out reads all people */
  async function mayDecide(
    account: AccountRef,
    announcement: Announcement,
    known = new Map<string, boolean>(),
  ): Promise<boolean> {
    const { audience, author, account: authors } = announcement;
    if (!audience || !authors) return false;
    const actor = await roles.actor(account);
    // Who registers after writing it goes by another name since, and is still its author.
    if (actor === author || actor === (await roles.actor(authors))) return false;
    const by = await roles.reach(account);
    if (!by.all && by.paths.length === 0) return false;
    const key = by.all ? '' : by.paths.toSorted().join('\n');
    const may = known.get(key) ?? (await audiences.covers(db, audience, await roles.reach(authors), by));
    known.set(key, may);
    return may;
  }

  /** One account of each officer who may decide. */
  async function secondOfficers(announcement: Announcement): Promise<AccountRef[]> {
    const found = new Map<string, AccountRef>();
    const known = new Map<string, boolean>();
    for (const channel of deps.channels()) {
      for (const userId of await roles.officersOn(channel)) {
        const account = { channel, userId };
        const actor = await roles.actor(account);
        if (found.has(actor) || !(await mayDecide(account, announcement, known))) continue;
        const to = actor === `${channel}:${userId}` ? account : await people.preferredAccount(actor);
        if (to && deps.channels().includes(to.channel)) found.set(actor, to);
      }
    }
    return [...found.values()];
  }

  function notice(
    { id }: Pick<Announcement, 'id'>,
    to: AccountRef,
    what: string,
    markdown: string,
    choices: readonly Choice[] = [],
  ): NewMessage {
    return {
      key: `announcement:${id}:${what}:${clock.now().epochMilliseconds}:${to.channel}:${to.userId}`,
      class: 'answer',
      channel: to.channel,
      chatId: to.userId,
      message: choices.length > 0 ? { markdown, choices } : { markdown },
      dueAt: clock.now(),
    };
  }

  /** Ends the waiting without sending: what the gate stopped is erased, what is only large goes back to its author. */
  async function end(announcement: Announcement, by: string, why: 'refused' | 'expired'): Promise<boolean> {
    const { id, account } = announcement;
    const reach = account ? await roles.reach(account) : ({ all: false, paths: [] } as const);
    return db.transaction().execute(async (transaction) => {
      const { findings } = await dispatch.judge(transaction, announcement, reach);
      const erased = findings.length > 0 || why === 'expired';
      const done = erased
        ? await store.remove(transaction, id, ['awaiting'])
        : await store.change(transaction, id, ['awaiting'], {
            state: 'draft',
            awaitingSince: undefined,
            sendAt: undefined,
            repeat: undefined,
          });
      if (!done) return false;
      await recordAudit(transaction, clock, { actor: by, action: `announcement ${why}` });
      if (account) {
        const text = why === 'expired' ? EXPIRED : erased ? REFUSED : SENT_BACK;
        const choices = erased ? [] : [{ id: `${SHOW}.${id}`, label: 'Xem lại' }];
        await outbox.enqueue(transaction, [notice(announcement, account, why, text, choices)]);
      }
      return true;
    });
  }

  /** Its time may have come while it waited; whoever sends what is planned sees to that. */
  async function plan({ id }: Announcement, account: AccountRef, by: string): Promise<{ kind: 'planned' | 'gone' }> {
    return db.transaction().execute(async (transaction) => {
      const released = { state: 'planned', releasedBy: by, awaitingSince: undefined } as const;
      if (!(await store.change(transaction, id, ['awaiting'], released))) return { kind: 'gone' };
      await recordAudit(transaction, clock, { actor: by, action: 'announcement released' });
      await outbox.enqueue(transaction, [notice({ id }, account, 'released', RELEASED_FOR_LATER)]);
      return { kind: 'planned' };
    });
  }

  return {
    async submit(announcement, from) {
      const seconds = await secondOfficers(announcement);
      if (seconds.length === 0) return 0;
      const { id } = announcement;
      await db.transaction().execute(async (transaction) => {
        const awaiting = { state: 'awaiting', awaitingSince: clock.now() } as const;
        if (!(await store.change(transaction, id, from, awaiting))) return;
        const read = [{ id: `${READ}.${id}`, label: 'Đọc và quyết định' }];
        const notices = seconds.map((to) => notice(announcement, to, 'submitted', TO_READ, read));
        await outbox.enqueue(transaction, notices);
        await recordAudit(transaction, clock, { actor: announcement.author, action: 'announcement sent for release' });
      });
      return seconds.length;
    },

    async forSecond(account, id) {
      const announcement = await store.byId(id);
      if (announcement?.state !== 'awaiting') return undefined;
      return (await mayDecide(account, announcement)) ? announcement : undefined;
    },

    async release(announcement, by) {
      const { id, account, sendAt } = announcement;
      if (!account) return { kind: 'gone' };
      if (sendAt) return plan(announcement, account, by);
      const reach = await roles.reach(account);
      try {
        return await db.transaction().execute(async (transaction) => {
          await store.change(transaction, id, ['awaiting'], { releasedBy: by });
          const sent = await dispatch.sendWithin(transaction, id, { from: ['awaiting'], reach, by, again: true });
          if (sent.kind !== 'sent') throw new NotSent(sent);
          await recordAudit(transaction, clock, { actor: by, action: 'announcement released' });
          await outbox.enqueue(transaction, [notice(announcement, account, 'released', RELEASED)]);
          return sent;
        });
      } catch (error) {
        if (error instanceof NotSent) return error.outcome;
        throw error;
      }
    },

    refuse: (announcement, by) => end(announcement, by, 'refused'),

    async expire() {
      const before = clock.now().subtract({ hours: KEEP_UNSENT_HOURS });
      for (const announcement of await store.open(['awaiting'])) {
        const { awaitingSince, author } = announcement;
        if (awaitingSince && Temporal.Instant.compare(awaitingSince, before) <= 0)
          await end(announcement, author, 'expired');
      }
    },
  };
}

/** Takes the transaction back. */
class NotSent extends Error {
  override name = 'NotSent';
  readonly outcome: Dispatched;

  constructor(outcome: Dispatched) {
    super('not sent');
    this.outcome = outcome;
  }
}

const TO_READ =
  'Có một thông báo cần đồng chí **đọc và quyết định** trước khi gửi (quy tắc hai người cùng duyệt). Trong 24 giờ không ai quyết định thì thông báo bị xóa.';
const RELEASED = 'Thông báo của đồng chí **đã được duyệt** và đang gửi.';
const RELEASED_FOR_LATER = 'Thông báo của đồng chí **đã được duyệt** và sẽ được gửi đúng giờ đã hẹn.';
const REFUSED =
  'Thông báo của đồng chí **không được duyệt**. Nội dung đã được xóa. Đồng chí soạn lại bằng lệnh /thongbao.';
const SENT_BACK =
  'Thông báo của đồng chí **không được duyệt** để gửi cho đông người như vậy. Đồng chí xem lại nội dung hoặc người nhận.';
const EXPIRED =
  'Quá 24 giờ không có đồng chí nào duyệt thông báo của đồng chí, nên tôi đã xóa. Đồng chí soạn lại bằng lệnh /thongbao.';
