import type { Announcement, AnnouncementsStore } from '../announcements/announcements-store.ts';
import type { ReportStore } from '../announcements/report-store.ts';
import type { Incoming } from '../bot/channel.ts';
import type { Reach } from '../people/reach.ts';
import type { RolesStore } from '../people/roles-store.ts';

export interface AnnouncementAccessDeps {
  store: Pick<AnnouncementsStore, 'byId'>;
  reports: Pick<ReportStore, 'reaching'>;
  roles: Pick<RolesStore, 'reach' | 'actor'>;
}

/** Which announcements an officer may see and change. Asked anew at every step. */
export interface AnnouncementAccess {
  /** One that they wrote, or any for who reaches everything: it may be changed. */
  own(message: Incoming, id: string): Promise<Announcement | undefined>;
  /** Of these what has not gone: a draft of their own, or something planned. */
  plannable(message: Incoming, id: string): Promise<Announcement | undefined>;
  /** What its author reaches now. */
  authorsReach(announcement: Announcement): Promise<Reach>;
  /** One that they wrote, or that went to somebody within their reach. */
  seen(message: Incoming, id: string): Promise<Announcement | undefined>;
}

export function createAnnouncementAccess({ store, reports, roles }: AnnouncementAccessDeps): AnnouncementAccess {
  async function isOwn(message: Incoming, { author }: Announcement): Promise<boolean> {
    return author === (await roles.actor(message)) || (await roles.reach(message)).all;
  }

  async function own(message: Incoming, id: string): Promise<Announcement | undefined> {
    const announcement = await store.byId(id);
    return announcement && (await isOwn(message, announcement)) ? announcement : undefined;
  }

  return {
    own,
    async plannable(message, id) {
      const found = await own(message, id);
      if (found?.state === 'planned') return found;
      return found?.state === 'draft' && found.author === (await roles.actor(message)) ? found : undefined;
    },
    authorsReach: async ({ account }) => (account ? roles.reach(account) : { all: false, paths: [] }),
    async seen(message, id) {
      const announcement = await store.byId(id);
      if (!announcement) return undefined;
      if (await isOwn(message, announcement)) return announcement;
      return (await reports.reaching([id], await roles.reach(message))).has(id) ? announcement : undefined;
    },
  };
}

export const BEYOND_REACH =
  'Thông báo này có người nhận nay ở ngoài phạm vi của đồng chí, nên đồng chí chỉ xem và thu hồi được.';
