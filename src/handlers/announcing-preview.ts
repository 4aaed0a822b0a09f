import { createHash } from 'node:crypto';
import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { REPORT, SCHEDULE, SHOW } from '../announcements/announcement-message.ts';
import { announcementGroup, type Announcement, type AnnouncementsStore } from '../announcements/announcements-store.ts';
import type { Dispatch, Dispatched, Judgement } from '../announcements/dispatch.ts';
import { statusMessage, STOP } from '../announcements/progress.ts';
import { number } from '../announcements/status-text.ts';
import type { MonthUsage } from '../bot/zalo/quota-store.ts';
import type { ChannelName } from '../config.ts';
import type { OutboxStore } from '../delivery/outbox-store.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { Database } from '../store/database.ts';
import type { AnnouncingFacts } from './announcing-facts.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';

/** Sends it; sends it though the same went before; leaves it; changes its text, or whom it is for. */
const SEND = 'tb-gui';
const SEND_AGAIN = 'tb-lai';
const LEAVE = 'tb-bo';
export const EDIT = 'tb-sua';
const OTHERS = 'tb-doi';

export interface AnnouncingPreviewDeps {
  db: Database;
  store: AnnouncementsStore;
  dispatch: Dispatch;
  outbox: Pick<OutboxStore, 'tally'>;
  roles: Pick<RolesStore, 'reach' | 'actor'>;
  dialogs: Dialogs;
  /** Messages a second, by platform. */
  rates: Readonly<Record<ChannelName, number>>;
  /** Until when nothing goes out; undefined: it goes. */
  quietUntil: () => Temporal.Instant | undefined;
  /** How much of Zalo's month is used up; undefined: Zalo is off. */
  zaloMonth: () => Promise<MonthUsage | undefined>;
  /** Whether a message on this platform can be changed later. */
  canEdit: (channel: ChannelName) => boolean;
  timeZone: string;
  facts: AnnouncingFacts;
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
  /** The answer that becomes the status message. */
  started(message: Incoming, id: string): Promise<Outgoing[]>;
  choices: Feature['choices'];
}

export function createAnnouncingPreview(deps: AnnouncingPreviewDeps): AnnouncingPreview {
  const { db, store, dispatch, outbox, roles, dialogs, rates, timeZone, draftOf } = deps;

  async function show(message: Incoming, id: string): Promise<Outgoing[]> {
    const draft = await draftOf(message, id);
    if (!draft) return say(GONE);
    if (!draft.audience) return deps.askAudience(message, draft);
    await dialogs.close(message);
    const reach = await roles.reach(message);
    const judgement = await dispatch.judge(db, draft, reach);
    const [look, facts] = await deps.facts(draft, reach, judgement);
    // What only Telegram can show is shown there only.
    const shown = message.channel === 'telegram' ? look : { markdown: look.markdown };
    const nobody = judgement.selection.recipients.length === 0;
    return [
      shown,
      nobody
        ? { markdown: `${facts.markdown}\n\n${NOBODY}`, choices: [changeAudience(id), leave(id)] }
        : { ...facts, choices: previewChoices(draft, judgement.second) },
    ];
  }

  const previewChoices = (draft: Announcement, second: Judgement['second']): Choice[] => {
    const { id } = draft;
    return [
      { id: choiceId(SEND, id, printOf(draft)), label: second ? 'Gửi ngay sau khi duyệt' : 'Gửi ngay' },
      // What the gate stopped is kept a day at most, so it is not planned.
      ...(second === 'flagged' ? [] : [{ id: choiceId(SCHEDULE, id), label: 'Hẹn giờ' }]),
      { id: choiceId(EDIT, id), label: 'Sửa' },
      changeAudience(id),
      leave(id),
    ];
  };

  async function send(message: Incoming, [id = '', print]: string[], again: boolean): Promise<Outgoing[] | undefined> {
    const draft = await draftOf(message, id);
    if (!draft) return alreadyOn(message, id);
    if (print !== printOf(draft)) return [...say(CHANGED), ...(await show(message, id))];
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
            { id: choiceId(SEND_AGAIN, id, printOf(draft)), label: 'Gửi lần nữa' },
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
    const zaloIsFull = (await deps.zaloMonth())?.leftForAnnouncements === 0;
    const status = statusMessage(id, { tally, rates, quietUntil: quiet, zaloIsFull, timeZone, cut: undefined });
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
    started,
    choices: {
      [SEND]: (message, rest) => send(message, rest, false),
      [SEND_AGAIN]: (message, rest) => send(message, rest, true),
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

/** Of what a preview shows, so that the button under an old one does not send what was changed since, or to others. */
function printOf({ markdown, file, audience }: Announcement): string {
  const shown = JSON.stringify([markdown, file?.isPublic ? file.token : '', audience]);
  return createHash('sha256').update(shown).digest('base64url').slice(0, 10);
}

const changeAudience = (id: string): Choice => ({ id: choiceId(OTHERS, id), label: 'Đổi người nhận' });
const leave = (id: string): Choice => ({ id: choiceId(LEAVE, id), label: 'Hủy' });
const reportChoice = (id: string): Choice => ({ id: choiceId(REPORT, id), label: 'Báo cáo' });

const NOBODY = 'Không có ai nhận được thông báo này. Đồng chí đổi người nhận giúp tôi.';
const CHANGED = 'Bản soạn đã thay đổi sau lần xem trước đó, nên tôi **chưa gửi**. Đồng chí xem lại bản mới dưới đây:';
const GONE = 'Bản soạn này không còn nữa. Đồng chí soạn lại bằng lệnh /thongbao.';
