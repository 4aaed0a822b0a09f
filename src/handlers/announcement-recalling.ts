import { REPORT } from '../announcements/announcement-message.ts';
import type { FollowUp } from '../announcements/follow-up.ts';
import type { Announcement } from '../announcements/announcements-store.ts';
import { arrivedOn } from '../announcements/report.ts';
import type { ReportStore } from '../announcements/report-store.ts';
import { number } from '../announcements/status-text.ts';
import type { Incoming, Outgoing } from '../bot/channel.ts';
import type { AccountRef } from '../config.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { AnnouncementAccess } from './announcement-access.ts';
import { RECALL } from './announcement-choices.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { PRIVATELY } from './registration.ts';

export interface AnnouncementRecallingDeps {
  access: Pick<AnnouncementAccess, 'own'>;
  followUp: Pick<FollowUp, 'recall'>;
  reports: Pick<ReportStore, 'rows'>;
  roles: Pick<RolesStore, 'actor'>;
  /** Sends by itself to one account. */
  notify: (account: AccountRef, markdown: string) => Promise<unknown>;
}

/** "Thu hồi": takes an announcement back, from those who have it too. */
export function createAnnouncementRecalling(deps: AnnouncementRecallingDeps): Pick<Feature, 'choices'> {
  const { access, followUp, roles } = deps;

  async function recall(message: Incoming, { id, author, account }: Announcement): Promise<Outgoing[]> {
    const actor = await roles.actor(message);
    const done = await followUp.recall(id, actor);
    if (!done) return say(NOTHING);
    if (account && author !== actor) await deps.notify(account, BY_ANOTHER);
    const parts = [
      'Đang **thu hồi**.',
      done.cancelled > 0 ? `${number(done.cancelled)} tin chưa gửi thì không gửi nữa.` : '',
      done.sent > 0 ? `${number(done.sent)} tin đã gửi đang được xóa hoặc báo thu hồi; xong tôi báo kết quả.` : '',
    ];
    return say(parts.filter((part) => part !== '').join(' '), [{ id: choiceId(REPORT, id), label: 'Báo cáo' }]);
  }

  return {
    choices: {
      async [RECALL](message, [id = '', step]) {
        if (message.group) return say(PRIVATELY);
        const announcement = await access.own(message, id);
        if (!announcement?.sentAt || announcement.state === 'recalled') return undefined;
        if (step === 'ok') return recall(message, announcement);
        const onZalo = arrivedOn(await deps.reports.rows(id), 'zalo');
        const cost = onZalo > 0 ? ` Việc này tốn ${number(onZalo)} tin Zalo của tháng.` : '';
        return say(`${QUESTION}${cost}`, [
          { id: choiceId(RECALL, id, 'ok'), label: 'Xác nhận thu hồi' },
          { id: choiceId(REPORT, id), label: 'Thôi' },
        ]);
      },
    },
  };
}

const QUESTION =
  '**Thu hồi thông báo này?** Tin chưa gửi thì không gửi nữa. Trên Telegram, tin gửi chưa quá 48 giờ được xóa khỏi máy người nhận. Trên Zalo và với tin không xóa được, người nhận được báo là thông báo đã thu hồi. Nội dung cũng bị xóa khỏi bot.';
const NOTHING = 'Thông báo này đã được thu hồi rồi.';
const BY_ANOTHER = 'Một thông báo của đồng chí vừa được đồng chí quản trị **thu hồi**. Đồng chí gõ /thongbao để xem.';
