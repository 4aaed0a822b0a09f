import type { Incoming, Outgoing } from '../bot/channel.ts';
import type { Announcement } from '../announcements/announcements-store.ts';
import type { Dispatch } from '../announcements/dispatch.ts';
import { SHOW } from '../announcements/announcement-message.ts';
import { READ, type Release } from '../announcements/release.ts';
import { number } from '../announcements/status-text.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { Database } from '../store/database.ts';
import { findingLines } from './announcement-findings.ts';
import type { AnnouncingFacts } from './announcing-facts.ts';
import { choiceId, say, type Feature } from './feature.ts';

const LET_GO = 'tb-cho';
const REFUSE = 'tb-tuchoi';

export interface AnnouncingReleaseDeps {
  db: Database;
  release: Release;
  dispatch: Pick<Dispatch, 'judge'>;
  roles: Pick<RolesStore, 'reach' | 'actor'>;
  facts: AnnouncingFacts;
}

/** What a second officer does: read an announcement, let it go, or refuse it. */
export interface AnnouncingRelease {
  /** Hands the author's draft to second officers. */
  submit(draft: Announcement): Promise<Outgoing[]>;
  choices: Feature['choices'];
}

export function createAnnouncingRelease(deps: AnnouncingReleaseDeps): AnnouncingRelease {
  const { db, release, dispatch, roles } = deps;

  async function read(message: Incoming, id: string): Promise<Outgoing[]> {
    const announcement = await release.forSecond(message, id);
    if (!announcement?.account) return say(NOT_WAITING);
    const judgement = await dispatch.judge(db, announcement, await roles.reach(announcement.account));
    const [look, facts] = await deps.facts(announcement, await roles.reach(message), judgement);
    const { findings } = judgement;
    const why = findings.length === 0 ? '' : `\n\n**Bot dừng thông báo này vì:**\n\n${findingLines(findings)}`;
    return [
      message.channel === 'telegram' ? look : { markdown: look.markdown },
      {
        markdown: `${facts.markdown}${why}\n\nĐồng chí đọc kỹ rồi quyết định. Việc này được ghi vào nhật ký.`,
        choices: [
          { id: choiceId(LET_GO, id, submissionOf(announcement)), label: 'Cho gửi' },
          { id: choiceId(REFUSE, id, submissionOf(announcement)), label: 'Không cho gửi' },
        ],
      },
    ];
  }

  /** What is waiting, if it is what this officer has read: refused, changed and handed in again it is another text. */
  async function asRead(message: Incoming, [id = '', submission]: string[]): Promise<Announcement | undefined> {
    const announcement = await release.forSecond(message, id);
    return announcement && submissionOf(announcement) === submission ? announcement : undefined;
  }

  async function letGo(message: Incoming, rest: string[]): Promise<Outgoing[]> {
    const announcement = await asRead(message, rest);
    if (!announcement) return say(NOT_WAITING);
    const sent = await release.release(announcement, await roles.actor(message));
    switch (sent.kind) {
      case 'sent':
        return say(`Đã cho gửi tới ${number(sent.recipients)} người. Người soạn theo dõi việc gửi.`);
      case 'planned':
        return say('Đã duyệt. Thông báo được gửi đúng giờ người soạn đã hẹn.');
      case 'nobody':
        return say('Hiện không còn ai nhận được thông báo này, nên chưa gửi.');
      case 'gone':
      case 'same':
      case 'second':
        return say(NOT_WAITING);
    }
  }

  return {
    async submit(draft) {
      const seconds = await release.submit(draft, ['draft']);
      if (seconds === 0) return say(NO_SECOND, [{ id: choiceId(SHOW, draft.id), label: 'Xem lại' }]);
      return say(
        `Đã nhờ ${number(seconds)} đồng chí đọc và duyệt. Có đồng chí duyệt thì thông báo được gửi ngay; trong 24 giờ không ai duyệt thì tôi xóa. Tôi sẽ báo đồng chí.`,
      );
    },
    choices: {
      [READ]: (message, [id = '']) => read(message, id),
      [LET_GO]: letGo,
      async [REFUSE](message, rest) {
        const announcement = await asRead(message, rest);
        if (!announcement || !(await release.refuse(announcement, await roles.actor(message)))) return say(NOT_WAITING);
        return say('Đã ghi: không cho gửi. Tôi báo lại cho người soạn.');
      },
    },
  };
}

/** Tells one time of handing it in from another. */
function submissionOf({ awaitingSince }: Announcement): string {
  return awaitingSince?.epochMilliseconds.toString(36) ?? '';
}

const NOT_WAITING =
  'Không có thông báo nào như vậy đang chờ đồng chí duyệt. Có thể đồng chí khác đã quyết định, hoặc người soạn đã sửa rồi nhờ duyệt lại.';
const NO_SECOND =
  'Chưa có đồng chí nào khác được quyền duyệt thông báo này. Người duyệt phải là cán bộ phụ trách hoặc quản trị của cùng đơn vị, không phải người soạn. Đồng chí nhờ quản trị mời thêm bằng lệnh /quantri.';
