import type { Outgoing } from '../bot/channel.ts';
import type { ChannelName } from '../config.ts';
import { announcementChoices, announcementMessage } from './announcement-message.ts';
import type { Announcement } from './announcements-store.ts';
import { momentWords } from './schedule.ts';

type Message = Pick<Outgoing, 'markdown' | 'choices' | 'shared'>;

/** What people get about an announcement that they had before, on each platform. */
export interface FollowUpMessages {
  /** The announcement itself, as it reads now. */
  itself(announcement: Announcement, channel: ChannelName): Message;
  /** To those who have not confirmed; with the text, since the announcement may be far up by now. */
  reminder(announcement: Announcement): Message;
  /** To those whose message could not be edited. */
  correction(announcement: Announcement): Message;
  /** To those whose message could not be deleted; repeats nothing of it. */
  recall(announcement: Announcement): Message;
}

export function createFollowUpMessages(timeZone: string, publicUrl: string | undefined): FollowUpMessages {
  const sent = ({ sentAt }: Announcement): string => (sentAt ? ` gửi lúc ${momentWords(sentAt, timeZone)}` : '');

  /** The file came with the announcement, and is not sent again. */
  function text(announcement: Announcement, head: string): Message {
    const markdown = [head, announcement.markdown].filter((part) => part !== '').join('\n\n');
    return { markdown, choices: announcementChoices(announcement.id) };
  }

  return {
    itself: (announcement, channel) => ({
      ...announcementMessage(announcement, channel, publicUrl),
      choices: announcementChoices(announcement.id),
    }),
    reminder: (announcement) =>
      text(announcement, `**Nhắc đồng chí xác nhận** đã nhận thông báo${sent(announcement)}:`),
    correction: (announcement) =>
      text(announcement, `**Đính chính** thông báo${sent(announcement)}. Nội dung đúng là:`),
    recall: (announcement) => ({
      markdown: `Thông báo${sent(announcement)} **đã được thu hồi**. Đồng chí bỏ qua nội dung đó và không chuyển tiếp.`,
    }),
  };
}
