import { LONGEST_ANNOUNCEMENT, REPORT } from '../announcements/announcement-message.ts';
import type { Announcement } from '../announcements/announcements-store.ts';
import type { Edited, FollowUp } from '../announcements/follow-up.ts';
import { arrivedOn } from '../announcements/report.ts';
import type { ReportStore } from '../announcements/report-store.ts';
import { number } from '../announcements/status-text.ts';
import { typedMarkdown } from '../announcements/typed-text.ts';
import type { Incoming, Outgoing } from '../bot/channel.ts';
import { clean } from '../bot/markdown/styled.ts';
import type { RolesStore } from '../people/roles-store.ts';
import { BEYOND_REACH, type AnnouncementAccess } from './announcement-access.ts';
import { EDIT } from './announcement-choices.ts';
import { findingLines } from './announcement-findings.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { PRIVATELY } from './registration.ts';

const DIALOG = 'announcement-new-text';

export interface AnnouncementEditingDeps {
  access: Pick<AnnouncementAccess, 'own'>;
  followUp: Pick<FollowUp, 'mayEdit' | 'edit'>;
  reports: Pick<ReportStore, 'rows'>;
  roles: Pick<RolesStore, 'reach' | 'actor'>;
  dialogs: Dialogs;
  fourEyesAbove: number;
}

interface EditState {
  id: string;
  markdown?: string;
}

/** "Sửa nội dung": another text for what has gone out, with the gate and a last look again. */
export function createAnnouncementEditing(
  deps: AnnouncementEditingDeps,
): Pick<Feature, 'choices'> & Required<Pick<Feature, 'dialogs'>> {
  const { access, followUp, roles, dialogs } = deps;

  async function editable(message: Incoming, id: string): Promise<Announcement | undefined> {
    const announcement = await access.own(message, id);
    return announcement?.sentAt && announcement.state !== 'recalled' ? announcement : undefined;
  }

  /** Why not, in the words for its officer. */
  function refusal(hindered: Exclude<Edited, { kind: 'edited' }>): Outgoing[] {
    switch (hindered.kind) {
      case 'findings':
        return say(
          `**Tôi dừng nội dung này lại**, tin đã gửi giữ như cũ:\n\n${findingLines(hindered.findings)}\n\nĐồng chí gõ lại nội dung, hoặc gõ /huy để thôi.`,
        );
      case 'beyond':
        return say(BEYOND_REACH);
      case 'many':
        return say(
          `Thông báo này gửi tới hơn ${number(deps.fourEyesAbove)} người, nên nội dung mới phải có một đồng chí khác duyệt. Đồng chí thu hồi rồi gửi thông báo mới.`,
        );
      case 'gone':
        return say('Thông báo này không sửa được nữa.');
    }
  }

  async function typed(message: Incoming, state: unknown): Promise<Outgoing[] | undefined> {
    const { id } = state as EditState;
    const announcement = await editable(message, id);
    if (!announcement) return undefined;
    const typedText = clean(message.styled ?? message.text).trim();
    if (typedText === '') return say(ASK);
    if (typedText.length > LONGEST_ANNOUNCEMENT) {
      return say(
        `Nội dung dài ${number(typedText.length)} ký tự, nhiều hơn mức ${number(LONGEST_ANNOUNCEMENT)}. Đồng chí bớt đi rồi gõ lại giúp tôi.`,
      );
    }
    const markdown = typedMarkdown(typedText);
    // Only what may go on is kept, also in the dialog.
    const hindered = await followUp.mayEdit(announcement, markdown, await roles.reach(message));
    if (hindered) return refusal(hindered);
    await dialogs.open(message, DIALOG, { id, markdown } satisfies EditState, 'nội dung mới của thông báo');
    const onZalo = arrivedOn(await deps.reports.rows(id), 'zalo');
    return [
      { markdown },
      ...say(`${PREVIEW}${onZalo > 0 ? ` Đính chính tốn ${number(onZalo)} tin Zalo của tháng.` : ''}`, [
        { id: choiceId(EDIT, id, 'bao'), label: 'Xác nhận sửa, gửi đính chính' },
        { id: choiceId(EDIT, id, 'chi'), label: 'Xác nhận chỉ sửa trên Telegram' },
        { id: choiceId(EDIT, id, 'thoi'), label: 'Thôi' },
      ]),
    ];
  }

  async function edit(message: Incoming, id: string, tells: boolean): Promise<Outgoing[] | undefined> {
    const state = (await dialogs.state(message, DIALOG)) as EditState | undefined;
    if (state?.id !== id || state.markdown === undefined) return undefined;
    const by = { actor: await roles.actor(message), reach: await roles.reach(message) };
    const edited = await followUp.edit(id, state.markdown, tells, by);
    if (edited.kind !== 'edited') return refusal(edited);
    await dialogs.close(message);
    return say(
      'Đang **sửa nội dung**: tin chưa gửi sẽ đi với nội dung mới, tin đã gửi đang được sửa; xong tôi báo kết quả.',
      [{ id: choiceId(REPORT, id), label: 'Báo cáo' }],
    );
  }

  return {
    choices: {
      async [EDIT](message, [id = '', step]) {
        if (message.group) return say(PRIVATELY);
        if (!(await editable(message, id))) return undefined;
        switch (step) {
          case undefined:
            await dialogs.open(message, DIALOG, { id } satisfies EditState);
            return say(ASK);
          case 'bao':
          case 'chi':
            return edit(message, id, step === 'bao');
          case 'thoi':
            await dialogs.close(message);
            return say('Giữ nội dung như cũ.', [{ id: choiceId(REPORT, id), label: 'Báo cáo' }]);
          default:
            return undefined;
        }
      },
    },
    dialogs: { [DIALOG]: typed },
  };
}

const ASK = 'Đồng chí gõ lại **toàn bộ** nội dung đúng của thông báo. (Gõ /huy để giữ như cũ.)';
const PREVIEW =
  '**Xem trước.** Nội dung ở trên sẽ thay nội dung cũ trong các tin đã gửi trên Telegram. Trên Zalo và với tin không sửa được, người nhận chỉ biết khi có thêm một tin đính chính. Tệp kèm theo giữ nguyên.';
