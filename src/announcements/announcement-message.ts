import type { Choice, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { ChannelName } from '../config.ts';
import type { Announcement } from './announcements-store.ts';

/*
 * What the buttons of announcements do. All begin with "tb"; each takes the announcement's id next. `CONFIRM` and `ASK`
 * stand under the announcement itself and are everybody's; the others are officers'.
 */
export const CONFIRM = 'tb-ok';
export const ASK = 'tb-hoi';
/** The preview of a draft. */
export const SHOW = 'tb-truoc';
/** Plans it for a time, from the preview. */
export const SCHEDULE = 'tb-hen';
/** One that was sent: how it went. */
export const REPORT = 'tb-xem';
/** All that were sent, and all that are planned. */
export const LIST = 'tb-ds';
export const PLANNED = 'tb-lich';
export const TEMPLATES = 'tb-mau';

/** UTF-16 units of an announcement: one message of Telegram, two of Zalo at most. */
export const LONGEST_ANNOUNCEMENT = 3500;

/** What could not be sent by then is of no use any more: a page that is never opened, a plan that is used up. */
export const SENT_WITHIN = { hours: 7 * 24 };

/** What a recipient on this platform gets, without what can be picked. */
export function announcementMessage(
  { markdown, file }: Pick<Announcement, 'markdown' | 'file'>,
  channel: ChannelName,
  publicUrl: string | undefined,
): Pick<Outgoing, 'markdown' | 'shared'> {
  if (!file?.isPublic) return { markdown };
  if (channel === 'telegram') return { markdown, shared: { kind: file.kind, id: file.telegramId } };
  const link = fileLink(file, publicUrl);
  if (link === undefined) return { markdown };
  return { markdown: `${markdown}\n\nTệp kèm theo: ${escapeMarkdown(file.name)}\n${link}` };
}

/** Where the file can be had without Telegram; undefined: there is no public address. */
export function fileLink(
  { token, name }: NonNullable<Announcement['file']>,
  publicUrl: string | undefined,
): string | undefined {
  return publicUrl === undefined ? undefined : `${publicUrl}/files/${token}/${encodeURIComponent(name)}`;
}

/** What can be picked under an announcement. */
export function announcementChoices(id: string): Choice[] {
  return [
    { id: `${CONFIRM}.${id}`, label: 'Đã nhận' },
    { id: `${ASK}.${id}`, label: 'Hỏi lại người gửi' },
  ];
}
