import type { Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { PLATFORMS } from '../bot/platforms.ts';
import type { MonthUsage } from '../bot/zalo/quota-store.ts';
import { announcementMessage, fileLink } from '../announcements/announcement-message.ts';
import type { Announcement, AnnouncementFile } from '../announcements/announcements-store.ts';
import type { AudienceStore, LeftOutWhy } from '../announcements/audience-store.ts';
import type { Judgement } from '../announcements/dispatch.ts';
import { LEFT_OUT_WORDS } from '../announcements/report.ts';
import { planWords } from '../announcements/schedule.ts';
import { durationWords, number, secondsFor } from '../announcements/status-text.ts';
import type { Clock } from '../clock.ts';
import type { ChannelName } from '../config.ts';
import type { Reach } from '../people/reach.ts';
import { heardAt, type Recipient } from '../people/recipients-store.ts';
import type { Database } from '../store/database.ts';

export interface AnnouncingFactsDeps {
  db: Database;
  audiences: Pick<AudienceStore, 'describe'>;
  /** Messages a second, by platform. */
  rates: Readonly<Record<ChannelName, number>>;
  /** How much of Zalo's month is used up; undefined: Zalo is off. */
  zaloMonth: () => Promise<MonthUsage | undefined>;
  /** Until when nothing goes out; undefined: it goes. */
  quietUntil: () => Temporal.Instant | undefined;
  publicUrl: string | undefined;
  fourEyesAbove: number;
  clock: Clock;
  timeZone: string;
}

/** The announcement as its readers get it, and all about it that has to be known before it goes. */
export type AnnouncingFacts = (
  announcement: Announcement,
  reach: Reach,
  judgement: Judgement,
) => Promise<[look: Outgoing, facts: Outgoing]>;

export function createAnnouncingFacts(deps: AnnouncingFactsDeps): AnnouncingFacts {
  const { db, audiences, rates, clock, timeZone } = deps;

  async function lines(announcement: Announcement, reach: Reach, judgement: Judgement): Promise<[Outgoing, Outgoing]> {
    const { selection, second } = judgement;
    const { recipients, leftOut, perChannel } = selection;
    const { audience, sendAt } = announcement;
    const file = announcement.file?.isPublic ? announcement.file : undefined;
    const label = audience ? await audiences.describe(db, audience, reach) : '';
    const channels = [...perChannel]
      .toSorted(([one], [other]) => ORDER.indexOf(one) - ORDER.indexOf(other))
      .map(([channel, count]) => `${PLATFORMS[channel]} ${number(count)}`)
      .join(', ');
    const facts = [
      `Gửi tới: **${escapeMarkdown(label)}**`,
      ...(sendAt ? [`Hẹn gửi: **${planWords(announcement, timeZone)}**`] : []),
      `Người nhận: **${number(recipients.length)}**${channels === '' ? '' : ` (${channels})`}`,
      ...leftOutLines(leftOut.map(({ why }) => why)),
      ...laterLine(recipients),
      ...(recipients.length > 0 ? [timeLine(perChannel)] : []),
      ...(await zaloLines(perChannel.get('zalo') ?? 0)),
      ...(file ? [fileText(file, perChannel)] : []),
      ...(second === 'many'
        ? [`Trên ${number(deps.fourEyesAbove)} người nhận: một đồng chí khác phải duyệt thì mới gửi.`]
        : []),
      ...(second === 'flagged' ? ['Có chỗ phải giữ kín: một đồng chí khác phải đọc và duyệt thì mới gửi.'] : []),
    ];
    return [
      // As on Telegram, where the preview itself can show the file.
      announcementMessage(announcement, file ? 'telegram' : 'web', undefined),
      {
        markdown: `**Xem trước.** Tin ở trên là tin người nhận sẽ thấy, bên dưới có thêm nút “Đã nhận”.\n\n${facts.map((one) => `- ${one}`).join('\n')}`,
      },
    ];
  }

  function laterLine(recipients: readonly Recipient[]): string[] {
    const now = clock.now();
    const later = recipients.filter((one) => !heardAt(one, now, timeZone).equals(now)).length;
    return later === 0 ? [] : [`Nhận sau: ${number(later)} người đang để im lặng, hết thời gian đó tôi gửi cho họ`];
  }

  function timeLine(perChannel: ReadonlyMap<ChannelName, number>): string {
    const takes = durationWords(secondsFor(perChannel, rates));
    const quiet = deps.quietUntil();
    if (!quiet) return `Thời gian gửi: ${takes}`;
    const time = quiet.toZonedDateTimeISO(timeZone).toPlainTime().toString({ smallestUnit: 'minute' });
    return `Thời gian gửi: ${takes}, bắt đầu lúc ${time} vì đang giờ yên lặng`;
  }

  async function zaloLines(count: number): Promise<string[]> {
    if (count === 0) return [];
    const month = await deps.zaloMonth();
    if (!month || month.left === null || month.leftForAnnouncements === null) return [];
    const [, monthNumber] = month.month.split('-');
    const after = Math.max(month.left - count, 0);
    const line = `Zalo: hết ${number(count)} tin của tháng ${Number(monthNumber)}, sau đó còn ${number(after)}/${number(month.limit)}`;
    return count > month.leftForAnnouncements
      ? [line, 'Gói Zalo tháng này không đủ: phần vượt sẽ chờ, quá 7 ngày thì không gửi nữa']
      : [line];
  }

  function fileText(file: AnnouncementFile, perChannel: ReadonlyMap<ChannelName, number>): string {
    const others = (perChannel.get('zalo') ?? 0) + (perChannel.get('web') ?? 0);
    const name = `Kèm ${file.kind === 'photo' ? 'ảnh' : 'tệp'}: ${escapeMarkdown(file.name)}`;
    if (others === 0) return name;
    return fileLink(file, deps.publicUrl) === undefined
      ? `${name}. ${number(others)} người không dùng Telegram chỉ nhận được chữ, vì bot chưa có địa chỉ công khai để đặt tệp`
      : `${name}. Người không dùng Telegram nhận được đường dẫn tới tệp`;
  }

  return lines;
}

/** In which platforms are listed. */
const ORDER: readonly ChannelName[] = ['telegram', 'zalo', 'web'];

function leftOutLines(whys: readonly LeftOutWhy[]): string[] {
  return (Object.keys(LEFT_OUT_WORDS) as LeftOutWhy[]).flatMap((why) => {
    const count = whys.filter((one) => one === why).length;
    return count === 0 ? [] : [`Không gửi: ${number(count)} người ${LEFT_OUT_WORDS[why]}`];
  });
}
