import { REPORT } from '../announcements/announcement-message.ts';
import type { Announcement } from '../announcements/announcements-store.ts';
import type { AudienceStore } from '../announcements/audience-store.ts';
import type { AnnouncementChangesStore } from '../announcements/changes-store.ts';
import type { FollowUp } from '../announcements/follow-up.ts';
import type { ReadReachedRows } from '../announcements/reached-rows.ts';
import type { ReportStore } from '../announcements/report-store.ts';
import { announcementReport, type AnnouncementReport, type SentTo } from '../announcements/report.ts';
import { announcementReportFile } from '../announcements/report-workbook.ts';
import { momentWords } from '../announcements/schedule.ts';
import { number } from '../announcements/status-text.ts';
import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import type { Reach } from '../people/reach.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { Database } from '../store/database.ts';
import { BEYOND_REACH, type AnnouncementAccess } from './announcement-access.ts';
import { EDIT, RECALL, REMIND } from './announcement-choices.ts';
import { platformName, reportText, toCallText } from './announcement-report-text.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { PRIVATELY } from './registration.ts';

export interface AnnouncementReportsDeps {
  db: Database;
  access: AnnouncementAccess;
  reports: Pick<ReportStore, 'people'>;
  reachedRows: ReadReachedRows;
  followUp: Pick<FollowUp, 'resend'>;
  audiences: Pick<AudienceStore, 'describe' | 'select'>;
  changes: Pick<AnnouncementChangesStore, 'counts'>;
  roles: Pick<RolesStore, 'reach' | 'actor'>;
  timeZone: string;
}

/** How an announcement went: as text and as a file, with those to be called, and those who may not have got it. */
export function createAnnouncementReports(deps: AnnouncementReportsDeps): Pick<Feature, 'choices'> {
  const { db, access, audiences, changes, roles, timeZone } = deps;

  async function reportFor(
    message: Incoming,
    announcement: Announcement,
  ): Promise<{ report: AnnouncementReport; hidden: number }> {
    const reach = await roles.reach(message);
    const { visible, hidden } = await deps.reachedRows(db, reach, announcement);
    const untried = await deps.reports.people(await untriedOf(announcement, reach, visible));
    return { report: announcementReport(visible, untried), hidden };
  }

  /** Who would have got it, had there been an account to send it to. Who wants nothing is not run after. */
  async function untriedOf(announcement: Announcement, reach: Reach, rows: readonly SentTo[]): Promise<string[]> {
    const { audience } = announcement;
    if (!audience) return [];
    const unreached = async (by: Reach): Promise<Set<string>> => {
      const { leftOut } = await audiences.select(db, audience, by);
      return new Set(leftOut.flatMap(({ personId, why }) => (why === 'stopped' ? [] : [personId])));
    };
    // The author's audience, as far as the reader reaches.
    const ids = (await unreached(await access.authorsReach(announcement))).intersection(await unreached(reach));
    return [...ids.difference(new Set(rows.map(({ personId }) => personId)))];
  }

  async function show(message: Incoming, announcement: Announcement): Promise<Outgoing[]> {
    const { id, audience } = announcement;
    const { report, hidden } = await reportFor(message, announcement);
    const own = (await access.own(message, id)) !== undefined;
    const text = reportText({
      announcement,
      report,
      label: audience ? await audiences.describe(db, audience, await roles.reach(message)) : '',
      changes: await changes.counts(id),
      hidden: own ? hidden : undefined,
      timeZone,
    });
    return say(text, choicesOf(announcement, report, own));
  }

  async function showToCall(message: Incoming, announcement: Announcement): Promise<Outgoing[]> {
    const { report } = await reportFor(message, announcement);
    if (report.toCall.length === 0) return say(NOBODY_TO_CALL);
    return say(toCallText(report), [{ id: choiceId(REPORT, announcement.id, 'tep'), label: 'Tải bảng Excel' }]);
  }

  async function file(message: Incoming, announcement: Announcement): Promise<Outgoing[]> {
    if (message.channel === 'zalo') return say(NO_FILES_ON_ZALO);
    const { report } = await reportFor(message, announcement);
    const when = announcement.sentAt ? momentWords(announcement.sentAt, timeZone) : '';
    const bytes = await announcementReportFile(`Thông báo gửi lúc ${when}`, report, platformName);
    return [{ markdown: KEEP_SAFE, file: { name: 'bao-cao-thong-bao.xlsx', bytes } }];
  }

  async function resend(message: Incoming, id: string): Promise<Outgoing[] | undefined> {
    const announcement = await access.own(message, id);
    if (!announcement || announcement.state === 'recalled') return undefined;
    const by = { actor: await roles.actor(message), reach: await roles.reach(message) };
    const count = await deps.followUp.resend(id, by);
    if (count === undefined) return say(BEYOND_REACH);
    if (count === 0) return say('Không còn trường hợp nào gửi lại được; không có gì để gửi lại.');
    return say(`Đang gửi lại cho **${number(count)}** trường hợp chưa rõ, có ghi "Gửi lại" ở đầu tin.`, [
      { id: choiceId(REPORT, id), label: 'Báo cáo' },
    ]);
  }

  async function press(message: Incoming, [id = '', what]: string[]): Promise<Outgoing[] | undefined> {
    if (message.group) return say(PRIVATELY);
    const announcement = await access.seen(message, id);
    if (!announcement?.sentAt) return undefined;
    switch (what) {
      case undefined:
        return show(message, announcement);
      case 'goi':
        return showToCall(message, announcement);
      case 'tep':
        return file(message, announcement);
      case 'lai':
        return resend(message, id);
      default:
        return undefined;
    }
  }

  return { choices: { [REPORT]: press } };
}

function choicesOf(
  { id, state, remindAt }: Announcement,
  { toCall, byFate, unconfirmed }: AnnouncementReport,
  own: boolean,
): Choice[] {
  const update = { id: choiceId(REPORT, id), label: 'Cập nhật' };
  if (state === 'recalled') return [update];
  const calls = [
    { id: choiceId(REPORT, id, 'goi'), label: 'Người cần gọi' },
    { id: choiceId(REPORT, id, 'tep'), label: 'Tải bảng Excel' },
  ];
  const seen = [update, ...(toCall.length > 0 ? calls : [])];
  if (!own) return seen;
  return [
    ...seen,
    ...(byFate.unknown > 0 ? [{ id: choiceId(REPORT, id, 'lai'), label: 'Gửi lại cho các trường hợp này' }] : []),
    ...(unconfirmed > 0 && !remindAt ? [{ id: choiceId(REMIND, id), label: 'Nhắc người chưa xác nhận' }] : []),
    { id: choiceId(EDIT, id), label: 'Sửa nội dung' },
    { id: choiceId(RECALL, id), label: 'Thu hồi' },
  ];
}

const NOBODY_TO_CALL = 'Không có ai cần gọi: mọi người đã xác nhận, hoặc tin đang chờ gửi.';
const KEEP_SAFE = 'Danh sách người cần gọi ở trong tệp. Tệp có họ tên, đồng chí giữ cẩn thận.';
const NO_FILES_ON_ZALO = 'Trên Zalo tôi chưa gửi được tệp. Đồng chí mở báo cáo này trên Telegram để tải bảng Excel.';
