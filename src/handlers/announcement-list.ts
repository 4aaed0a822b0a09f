import { LIST, REPORT } from '../announcements/announcement-message.ts';
import type { Announcement, AnnouncementsStore } from '../announcements/announcements-store.ts';
import type { ReportStore } from '../announcements/report-store.ts';
import { momentWords } from '../announcements/schedule.ts';
import type { Incoming, Outgoing } from '../bot/channel.ts';
import { parseStyled } from '../bot/markdown/styled.ts';
import type { RolesStore } from '../people/roles-store.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { PRIVATELY } from './registration.ts';

/** Announcements of a page. */
const PAGE = 6;
/** Those that are looked through at once for some that concern the officer. */
const BATCH = 50;
/** UTF-16 units. */
const EXCERPT = 60;

export interface AnnouncementListDeps {
  store: Pick<AnnouncementsStore, 'sent'>;
  reports: Pick<ReportStore, 'reaching'>;
  roles: Pick<RolesStore, 'reach' | 'actor'>;
  timeZone: string;
}

/** What was sent: by the officer, or to somebody within their reach. */
export function createAnnouncementList({
  store,
  reports,
  roles,
  timeZone,
}: AnnouncementListDeps): Pick<Feature, 'choices'> {
  async function list(message: Incoming, offset: number): Promise<Outgoing[]> {
    const reach = await roles.reach(message);
    const actor = await roles.actor(message);
    const found: Announcement[] = [];
    // One more than is shown tells whether there are more.
    for (let at = 0; found.length <= offset + PAGE; at += BATCH) {
      const some = await store.sent({ offset: at, limit: BATCH });
      const near = reach.all
        ? new Set()
        : await reports.reaching(
            some.map(({ id }) => id),
            reach,
          );
      found.push(...some.filter(({ id, author }) => reach.all || author === actor || near.has(id)));
      if (some.length < BATCH) break;
    }
    const shown = found.slice(offset, offset + PAGE);
    if (shown.length === 0) return say(NONE_SENT);
    const more = found.length > offset + PAGE ? [{ id: choiceId(LIST, String(offset + PAGE)), label: 'Xem thêm' }] : [];
    return say('**Thông báo đã gửi.** Đồng chí chọn một thông báo để xem báo cáo:', [
      ...shown.map((one) => ({ id: choiceId(REPORT, one.id), label: titleOf(one) })),
      ...more,
    ]);
  }

  function titleOf({ markdown, sentAt, state }: Announcement): string {
    const when = sentAt ? momentWords(sentAt, timeZone) : '';
    return `${when}: ${state === 'recalled' ? 'đã thu hồi' : excerptOf(markdown)}`;
  }

  return {
    choices: {
      [LIST]: (message, [offset = '0']) =>
        message.group ? say(PRIVATELY) : list(message, /^\d{1,6}$/.test(offset) ? Number(offset) : 0),
    },
  };
}

/** The beginning of a text, on one line. */
export function excerptOf(markdown: string): string {
  const line = parseStyled(markdown, 'written').text.replace(/\s+/gu, ' ').trim();
  return line.length > EXCERPT ? `${line.slice(0, EXCERPT).toWellFormed().trimEnd()}…` : line;
}

const NONE_SENT = 'Chưa có thông báo nào đã gửi. Đồng chí soạn bằng lệnh /thongbao.';
