import { PLANNED, REPORT, SCHEDULE } from '../announcements/announcement-message.ts';
import type { Announcement, AnnouncementsStore } from '../announcements/announcements-store.ts';
import type { AudienceStore } from '../announcements/audience-store.ts';
import type { Dispatch } from '../announcements/dispatch.ts';
import { momentWords, planWords, readRepeat, repeatWords } from '../announcements/schedule.ts';
import { number } from '../announcements/status-text.ts';
import type { Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { Clock } from '../clock.ts';
import type { AccountRef } from '../config.ts';
import { recordAudit } from '../people/audit-store.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { Database } from '../store/database.ts';
import type { AnnouncementAccess } from './announcement-access.ts';
import { excerptOf } from './announcement-list.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { PRIVATELY } from './registration.ts';

const MOST_LISTED = 12;

export interface AnnouncementPlannedDeps {
  db: Database;
  store: Pick<AnnouncementsStore, 'open' | 'add' | 'remove'>;
  access: Pick<AnnouncementAccess, 'plannable' | 'authorsReach'>;
  audiences: Pick<AudienceStore, 'describe'>;
  dispatch: Pick<Dispatch, 'judge' | 'send'>;
  roles: Pick<RolesStore, 'reach' | 'actor'>;
  /** The last look at a draft. */
  preview: (message: Incoming, id: string) => Promise<Outgoing[]>;
  /** Sends by itself to one account. */
  notify: (account: AccountRef, markdown: string) => Promise<unknown>;
  clock: Clock;
  timeZone: string;
}

/** What is planned: the list, and one of it, to be sent now, changed or cancelled. */
export function createAnnouncementPlanned(deps: AnnouncementPlannedDeps): Pick<Feature, 'choices'> {
  const { db, store, access, audiences, dispatch, roles, clock, timeZone } = deps;

  async function list(message: Incoming): Promise<Outgoing[]> {
    const actor = await roles.actor(message);
    const { all } = await roles.reach(message);
    const planned = (await store.open(['planned']))
      .filter(({ author }) => all || author === actor)
      .toSorted((a, b) => (a.sendAt?.epochMilliseconds ?? 0) - (b.sendAt?.epochMilliseconds ?? 0));
    if (planned.length === 0) return say(NONE_PLANNED);
    const rest = planned.length - MOST_LISTED;
    const more = rest > 0 ? `\n\nCòn ${number(rest)} thông báo hẹn xa hơn.` : '';
    return say(
      `**Thông báo đã hẹn.** Đồng chí chọn một thông báo để xem, đổi giờ hoặc hủy:${more}`,
      planned.slice(0, MOST_LISTED).map((one) => ({
        id: choiceId(PLANNED, one.id),
        label: `${whenWords(one)}: ${excerptOf(one.markdown)}`,
      })),
    );
  }

  function whenWords({ sendAt, repeat }: Announcement): string {
    if (!sendAt) return 'Đã quá giờ';
    return repeat === undefined ? momentWords(sendAt, timeZone) : repeatWords(readRepeat(repeat));
  }

  async function show(message: Incoming, announcement: Announcement): Promise<Outgoing[]> {
    const { id, markdown, sendAt, repeat, audience, author } = announcement;
    const { selection } = await dispatch.judge(db, announcement, await access.authorsReach(announcement));
    const label = audience ? await audiences.describe(db, audience, await roles.reach(message)) : '';
    const facts = [
      sendAt ? `Gửi lúc: **${planWords(announcement, timeZone)}**` : '**Đã quá giờ hẹn, chưa gửi**',
      `Gửi tới: ${escapeMarkdown(label)}`,
      `Nếu gửi bây giờ: ${number(selection.recipients.length)} người nhận`,
    ];
    const own = author === (await roles.actor(message));
    return [
      { markdown },
      ...say(facts.map((fact) => `- ${fact}`).join('\n'), [
        { id: choiceId(PLANNED, id, 'gui'), label: 'Gửi ngay' },
        { id: choiceId(SCHEDULE, id), label: 'Đổi giờ' },
        ...(own ? [{ id: choiceId(PLANNED, id, 'soan'), label: 'Sửa nội dung, người nhận' }] : []),
        { id: choiceId(PLANNED, id, 'huy'), label: repeat === undefined ? 'Hủy lịch gửi' : 'Hủy mọi lần gửi' },
      ]),
    ];
  }

  async function sendNow(message: Incoming, announcement: Announcement): Promise<Outgoing[] | undefined> {
    const { id, repeat } = announcement;
    // Of a recurring one the next time would be lost; its text can be sent by itself.
    if (repeat !== undefined) return say(RECURRING);
    const sent = await dispatch.send(id, {
      from: ['planned'],
      reach: await access.authorsReach(announcement),
      by: await roles.actor(message),
      again: true,
    });
    switch (sent.kind) {
      case 'sent':
        return say(`Đang gửi tới **${number(sent.recipients)}** người.`, [
          { id: choiceId(REPORT, id), label: 'Báo cáo' },
        ]);
      case 'nobody':
        return say(NOBODY);
      case 'second':
        return say(SECOND_FIRST);
      case 'same':
      case 'gone':
        return undefined;
    }
  }

  /** Takes the plan back into a draft, which is looked at and sent or planned as any other. */
  async function toDraft(message: Incoming, announcement: Announcement): Promise<Outgoing[] | undefined> {
    const { id, author, account, markdown, file, audience } = announcement;
    if (author !== (await roles.actor(message)) || !account) return undefined;
    const draft = await db.transaction().execute(async (transaction) => {
      if (!(await store.remove(transaction, id, ['planned']))) return undefined;
      return store.add(transaction, { author, account, markdown, file, audience });
    });
    return draft && [{ markdown: BACK_TO_DRAFT }, ...(await deps.preview(message, draft.id))];
  }

  async function cancel(message: Incoming, { id, author, account }: Announcement): Promise<Outgoing[] | undefined> {
    const actor = await roles.actor(message);
    const done = await db.transaction().execute(async (transaction) => {
      const removed = await store.remove(transaction, id, ['planned']);
      if (removed) await recordAudit(transaction, clock, { actor, action: 'announcement plan cancelled' });
      return removed;
    });
    if (!done) return undefined;
    if (account && author !== actor) await deps.notify(account, BY_ANOTHER);
    return say('Đã hủy lịch gửi, thông báo này không gửi nữa.', [{ id: PLANNED, label: 'Thông báo đã hẹn' }]);
  }

  async function choose(message: Incoming, [id, step]: string[]): Promise<Outgoing[] | undefined> {
    if (message.group) return say(PRIVATELY);
    if (id === undefined) return list(message);
    const announcement = await access.plannable(message, id);
    if (announcement?.state !== 'planned') return undefined;
    switch (step) {
      case undefined:
        return show(message, announcement);
      case 'gui':
        return sendNow(message, announcement);
      case 'soan':
        return toDraft(message, announcement);
      case 'huy':
        return cancel(message, announcement);
      default:
        return undefined;
    }
  }

  return { choices: { [PLANNED]: choose } };
}

const NOBODY = 'Lúc này không có ai nhận được thông báo. Đồng chí đổi người nhận giúp tôi.';
const SECOND_FIRST =
  'Thông báo này phải có một đồng chí khác đọc và duyệt. Đồng chí bấm "Sửa nội dung, người nhận" rồi gửi duyệt.';
const NONE_PLANNED = 'Chưa có thông báo nào được hẹn giờ. Đồng chí soạn bằng lệnh /thongbao rồi chọn "Hẹn giờ".';
const RECURRING =
  'Thông báo này gửi định kỳ. Muốn gửi thêm một lần ngay bây giờ, đồng chí soạn lại bằng lệnh /thongbao; lịch định kỳ vẫn giữ nguyên.';
const BY_ANOTHER =
  'Một thông báo mà đồng chí đã hẹn giờ vừa được đồng chí quản trị **hủy**. Đồng chí gõ /thongbao để xem.';
const BACK_TO_DRAFT =
  'Đã bỏ lịch gửi cũ để đồng chí sửa. Sửa xong, đồng chí bấm "Hẹn giờ" hoặc "Gửi ngay"; sau 24 giờ bản soạn bị xóa.';
