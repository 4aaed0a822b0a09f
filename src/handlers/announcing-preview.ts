import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { MonthUsage } from '../bot/zalo/quota-store.ts';
import { announcementMessage, fileLink, REPORT, SCHEDULE, SHOW } from '../announcements/announcement-message.ts';
import {
  announcementGroup,
  type Announcement,
  type AnnouncementFile,
  type AnnouncementsStore,
} from '../announcements/announcements-store.ts';
import type { AudienceStore, LeftOutWhy } from '../announcements/audience-store.ts';
import type { Dispatch, Dispatched, Judgement } from '../announcements/dispatch.ts';
import { statusMessage, STOP } from '../announcements/progress.ts';
import { planWords } from '../announcements/schedule.ts';
import { durationWords, number, secondsFor } from '../announcements/status-text.ts';
import type { ChannelName } from '../config.ts';
import type { OutboxStore } from '../delivery/outbox-store.ts';
import type { Reach } from '../people/reach.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { Database } from '../store/database.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { PLATFORMS } from '../bot/platforms.ts';

/** Sends it; sends it though the same went before; leaves it; changes its text, or whom it is for. */
const SEND = 'tb-gui';
const SEND_AGAIN = 'tb-lai';
const LEAVE = 'tb-bo';
export const EDIT = 'tb-sua';
const OTHERS = 'tb-doi';

export interface AnnouncingPreviewDeps {
  db: Database;
  store: AnnouncementsStore;
  audiences: Pick<AudienceStore, 'describe'>;
  dispatch: Dispatch;
  outbox: Pick<OutboxStore, 'tally'>;
  roles: Pick<RolesStore, 'reach' | 'actor'>;
  dialogs: Dialogs;
  /** Messages a second, by platform. */
  rates: Readonly<Record<ChannelName, number>>;
  /** How much of Zalo's month is used up; undefined: Zalo is off. */
  zaloMonth: () => Promise<MonthUsage | undefined>;
  /** Until when nothing goes out; undefined: it goes. */
  quietUntil: () => Temporal.Instant | undefined;
  /** Whether a message on this platform can be changed later. */
  canEdit: (channel: ChannelName) => boolean;
  publicUrl: string | undefined;
  fourEyesAbove: number;
  timeZone: string;
  /** The sender's draft; undefined: there is none. */
  draftOf: (message: Incoming, id: string) => Promise<Announcement | undefined>;
  /** Asks for whom it is. */
  askAudience: (message: Incoming, draft: Announcement) => Promise<Outgoing[]>;
  /** Hands it to second officers. */
  submit: (message: Incoming, draft: Announcement) => Promise<Outgoing[]>;
}

/** The last look before an announcement goes, and the press that lets it go. */
export interface AnnouncingPreview {
  show: (message: Incoming, id: string) => Promise<Outgoing[]>;
  /** The announcement as its readers get it, and all about it that has to be known before it goes. */
  lines: (announcement: Announcement, reach: Reach, judgement: Judgement) => Promise<Outgoing[]>;
  /** The answer that becomes the status message. */
  started(message: Incoming, id: string): Promise<Outgoing[]>;
  choices: Feature['choices'];
}

export function createAnnouncingPreview(deps: AnnouncingPreviewDeps): AnnouncingPreview {
  const { db, store, audiences, dispatch, outbox, roles, dialogs, rates, timeZone, draftOf } = deps;

  async function lines(announcement: Announcement, reach: Reach, judgement: Judgement): Promise<Outgoing[]> {
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
    if (!month || month.left === null) return [];
    const [, monthNumber] = month.month.split('-');
    const after = Math.max(month.left - count, 0);
    const line = `Zalo: hết ${number(count)} tin của tháng ${Number(monthNumber)}, sau đó còn ${number(after)}/${number(month.limit)}`;
    const most = Math.floor(month.limit * 0.95) - month.sent;
    return count > most
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

  async function show(message: Incoming, id: string): Promise<Outgoing[]> {
    const draft = await draftOf(message, id);
    if (!draft) return say(GONE);
    if (!draft.audience) return deps.askAudience(message, draft);
    await dialogs.close(message);
    const reach = await roles.reach(message);
    const judgement = await dispatch.judge(db, draft, reach);
    const [look, facts] = await lines(draft, reach, judgement);
    if (!look || !facts) return say(GONE);
    // What only Telegram can show is shown there only.
    const shown = message.channel === 'telegram' ? look : { markdown: look.markdown };
    const nobody = judgement.selection.recipients.length === 0;
    return [
      shown,
      nobody
        ? { markdown: `${facts.markdown}\n\n${NOBODY}`, choices: [changeAudience(id), leave(id)] }
        : { ...facts, choices: previewChoices(id, judgement.second) },
    ];
  }

  const previewChoices = (id: string, second: Judgement['second']): Choice[] => [
    { id: choiceId(SEND, id), label: second ? 'Gửi ngay sau khi duyệt' : 'Gửi ngay' },
    // What the gate stopped is kept a day at most, so it is not planned.
    ...(second === 'flagged' ? [] : [{ id: choiceId(SCHEDULE, id), label: 'Hẹn giờ' }]),
    { id: choiceId(EDIT, id), label: 'Sửa' },
    changeAudience(id),
    leave(id),
  ];

  async function send(message: Incoming, id: string, again: boolean): Promise<Outgoing[] | undefined> {
    const draft = await draftOf(message, id);
    if (!draft) return alreadyOn(message, id);
    const sent = await dispatch.send(id, {
      from: ['draft'],
      reach: await roles.reach(message),
      by: await roles.actor(message),
      again,
    });
    return answer(message, draft, sent);
  }

  async function answer(message: Incoming, draft: Announcement, sent: Dispatched): Promise<Outgoing[] | undefined> {
    const { id } = draft;
    switch (sent.kind) {
      case 'sent':
        return started(message, id);
      case 'second':
        return deps.submit(message, draft);
      case 'nobody':
        return say(NOBODY, [changeAudience(id), leave(id)]);
      case 'same': {
        const at = sent.before.sentAt?.toZonedDateTimeISO(timeZone).toPlainTime().toString({ smallestUnit: 'minute' });
        return say(
          `Đồng chí đã gửi một thông báo có nội dung này lúc ${at ?? ''}. Đồng chí có **gửi lần nữa** không?`,
          [
            { id: choiceId(SEND_AGAIN, id), label: 'Gửi lần nữa' },
            { id: choiceId(REPORT, sent.before.id), label: 'Xem lần gửi trước' },
            leave(id),
          ],
        );
      }
      case 'gone':
        return alreadyOn(message, id);
    }
  }

  /** A second press, or one of another officer meanwhile. */
  async function alreadyOn(message: Incoming, id: string): Promise<Outgoing[] | undefined> {
    const found = await store.byId(id);
    if (!found || found.author !== (await roles.actor(message))) return undefined;
    if (found.state === 'awaiting') return say('Thông báo này đang chờ đồng chí khác duyệt.');
    if (found.state === 'planned') return say('Thông báo này đã được hẹn giờ.');
    return say('Thông báo này đã được gửi rồi, tôi không gửi lần nữa.', [reportChoice(id)]);
  }

  async function started(message: Incoming, id: string): Promise<Outgoing[]> {
    const tally = await outbox.tally(announcementGroup(id));
    const quiet = deps.quietUntil()?.toZonedDateTimeISO(timeZone).toPlainTime().toString({ smallestUnit: 'minute' });
    const status = statusMessage(id, { tally, rates, quietUntil: quiet, stopped: false });
    if (!deps.canEdit(message.channel)) {
      return [{ ...status, markdown: `${status.markdown}\n\nGửi xong tôi sẽ báo đồng chí.` }];
    }
    const onSent = async (statusMessageId: string): Promise<void> => {
      await store.change(db, id, ['sending', 'stopped', 'sent'], { statusMessageId });
    };
    return [{ ...status, onSent }];
  }

  async function stop(message: Incoming, id: string): Promise<Outgoing[] | undefined> {
    const found = await store.byId(id);
    const by = await roles.actor(message);
    // Who reaches everything may stop what somebody else sends by mistake.
    if (!found || (found.author !== by && !(await roles.reach(message)).all)) return undefined;
    const taken = await dispatch.stop(id, by);
    if (taken === undefined) return say('Thông báo này đã gửi xong hoặc đã dừng rồi.', [reportChoice(id)]);
    return say(`Đã dừng. ${number(taken)} tin chưa gửi sẽ không gửi nữa; tin đã gửi thì người nhận vẫn thấy.`, [
      reportChoice(id),
    ]);
  }

  return {
    show,
    lines,
    started,
    choices: {
      [SEND]: (message, [id = '']) => send(message, id, false),
      [SEND_AGAIN]: (message, [id = '']) => send(message, id, true),
      [STOP]: (message, [id = '']) => stop(message, id),
      async [LEAVE](message, [id = '']) {
        if (!(await draftOf(message, id))) return alreadyOn(message, id);
        await store.remove(db, id, ['draft']);
        await dialogs.close(message);
        return say('Đã bỏ, không gửi gì. Đồng chí soạn lại bằng lệnh /thongbao.');
      },
      async [OTHERS](message, [id = '']) {
        const draft = await draftOf(message, id);
        return draft && deps.askAudience(message, draft);
      },
      async [SHOW](message, [id = '']) {
        const draft = await draftOf(message, id);
        return draft && show(message, id);
      },
    },
  };
}

/** In which platforms are listed. */
const ORDER: readonly ChannelName[] = ['telegram', 'zalo', 'web'];

function leftOutLines(whys: readonly LeftOutWhy[]): string[] {
  return (Object.keys(LEFT_OUT) as LeftOutWhy[]).flatMap((why) => {
    const count = whys.filter((one) => one === why).length;
    return count === 0 ? [] : [`Không gửi: ${number(count)} người ${LEFT_OUT[why]}`];
  });
}

const changeAudience = (id: string): Choice => ({ id: choiceId(OTHERS, id), label: 'Đổi người nhận' });
const leave = (id: string): Choice => ({ id: choiceId(LEAVE, id), label: 'Hủy' });
const reportChoice = (id: string): Choice => ({ id: choiceId(REPORT, id), label: 'Báo cáo' });

const LEFT_OUT: Readonly<Record<LeftOutWhy, string>> = {
  stopped: 'đã chọn ngừng nhận tin',
  blocked: 'đã chặn bot',
  off: 'chỉ có tài khoản ở nền tảng đang tắt',
};
const NOBODY = 'Không có ai nhận được thông báo này. Đồng chí đổi người nhận giúp tôi.';
const GONE = 'Bản soạn này không còn nữa. Đồng chí soạn lại bằng lệnh /thongbao.';
