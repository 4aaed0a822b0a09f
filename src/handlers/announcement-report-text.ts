import type { Announcement } from '../announcements/announcements-store.ts';
import type { LeftOutWhy } from '../announcements/audience-store.ts';
import { changeWords } from '../announcements/changing.ts';
import type { ChangeCounts } from '../announcements/changes-store.ts';
import { LEFT_OUT_WORDS, type AnnouncementReport } from '../announcements/report.ts';
import { momentWords } from '../announcements/schedule.ts';
import { number } from '../announcements/status-text.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { ChannelName } from '../config.ts';
import { excerptOf } from './announcement-list.ts';
import { PLATFORMS } from '../bot/platforms.ts';

/** Lines of each list in a text; the file has all. */
const MOST_LINES = 30;

export interface ShownReport {
  announcement: Announcement;
  report: AnnouncementReport;
  /** Whom it was for, as the reader may see it. */
  label: string;
  changes: ChangeCounts;
  /** How many of its author's recipients the reader does not see; undefined: not theirs to know. */
  hidden: number | undefined;
  timeZone: string;
}

/** How an announcement went, in words. */
export function reportText({ announcement, report, label, changes, hidden, timeZone }: ShownReport): string {
  const { markdown, sentAt, state } = announcement;
  const recalled = state === 'recalled';
  const parts = [
    `**Báo cáo thông báo**${sentAt ? ` gửi lúc ${momentWords(sentAt, timeZone)}` : ''}`,
    recalled ? '' : `*${escapeMarkdown(excerptOf(markdown))}*`,
    label === '' ? '' : `Gửi tới: ${escapeMarkdown(label)}.`,
    state === 'stopped' ? 'Đã **dừng** giữa chừng.' : '',
    recalled ? `Đã **thu hồi**: ${changeWords('remove', changes)}.` : '',
    !recalled && Object.keys(changes.edit).length > 0 ? `Đã **sửa nội dung**: ${changeWords('edit', changes)}.` : '',
    countLines(report),
    hidden === undefined ? '' : leftOutLine(announcement),
    hidden === undefined || hidden === 0 ? '' : `Ngoài ra có ${number(hidden)} người ở ngoài phạm vi của đồng chí.`,
    report.byUnit.length > 1 ? unitLines(report) : '',
    remindedLine(announcement, timeZone),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function countLines({ byFate, total, reasons, confirmed, unconfirmed }: AnnouncementReport): string {
  const notSent = byFate.failed + byFate['not sent'];
  const why = reasons.map(({ reason, count }) => `${reason}: ${number(count)}`).join('; ');
  const lines = [
    `- Đã gửi: **${number(byFate.sent)}**/${number(total)} người`,
    byFate.waiting > 0 ? `- Đang chờ gửi: ${number(byFate.waiting)}` : '',
    byFate.unknown > 0 ? `- Chưa rõ đã tới hay chưa: **${number(byFate.unknown)}**` : '',
    notSent > 0 ? `- Không gửi được: **${number(notSent)}** (${why})` : '',
    `- Đã xác nhận: **${number(confirmed)}**; đã gửi mà chưa xác nhận: **${number(unconfirmed)}**`,
  ];
  return lines.filter((line) => line !== '').join('\n');
}

function leftOutLine({ leftOut }: Announcement): string {
  const parts = Object.entries(leftOut).map(([why, count]) => `${LEFT_OUT_WORDS[why as LeftOutWhy]}: ${number(count)}`);
  return parts.length === 0 ? '' : `Không gửi từ đầu: ${parts.join('; ')}.`;
}

function unitLines({ byUnit }: AnnouncementReport): string {
  const lines = byUnit.map(
    ({ unit, sent, people, confirmed }) => `- ${escapeMarkdown(unit)}: gửi ${sent}/${people}, xác nhận ${confirmed}`,
  );
  return `**Theo đơn vị**\n\n${shortened(lines, 'đơn vị')}`;
}

function remindedLine({ remindAt, remindedAt }: Announcement, timeZone: string): string {
  if (remindedAt) return `Đã nhắc người chưa xác nhận lúc ${momentWords(remindedAt, timeZone)}.`;
  return remindAt ? `Sẽ nhắc người chưa xác nhận lúc ${momentWords(remindAt, timeZone)}.` : '';
}

/** Those to be called, with why. */
export function toCallText({ toCall }: AnnouncementReport): string {
  const lines = toCall.map(({ name, unit, channel, what }) => {
    const who = escapeMarkdown([name ?? 'Chưa có tên', unit].filter(Boolean).join(', '));
    return [`- ${who}`, channel === undefined ? '' : platformName(channel), what].filter(Boolean).join(' · ');
  });
  return `**Người cần gọi (${number(toCall.length)})**\n\n${shortened(lines, 'người')}`;
}

function shortened(lines: readonly string[], of: string): string {
  const more =
    lines.length > MOST_LINES ? [`- … và ${number(lines.length - MOST_LINES)} ${of} nữa (xem bảng Excel)`] : [];
  return [...lines.slice(0, MOST_LINES), ...more].join('\n');
}

/** A platform of the outbox as people call it. */
export function platformName(channel: string): string {
  return PLATFORMS[channel as ChannelName];
}
