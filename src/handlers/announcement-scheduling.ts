import { PLANNED, SCHEDULE, SHOW } from '../announcements/announcement-message.ts';
import type { Announcement, AnnouncementsStore } from '../announcements/announcements-store.ts';
import type { Dispatch } from '../announcements/dispatch.ts';
import type { Release } from '../announcements/release.ts';
import { readSchedule, type Schedule } from '../announcements/schedule-words.ts';
import { momentWords, repeatWords, type Repeat } from '../announcements/schedule.ts';
import { number } from '../announcements/status-text.ts';
import type { Incoming, Outgoing } from '../bot/channel.ts';
import { timestamp, type Clock } from '../clock.ts';
import { recordAudit } from '../people/audit-store.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { Database } from '../store/database.ts';
import type { AnnouncementAccess } from './announcement-access.ts';
import { fold, words } from '../search/fold.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { PRIVATELY } from './registration.ts';

const WHEN = 'announcement-when';

export interface AnnouncementSchedulingDeps {
  db: Database;
  store: Pick<AnnouncementsStore, 'change'>;
  access: Pick<AnnouncementAccess, 'plannable' | 'authorsReach'>;
  dispatch: Pick<Dispatch, 'judge'>;
  release: Pick<Release, 'submit'>;
  roles: Pick<RolesStore, 'actor'>;
  dialogs: Dialogs;
  /** Until when nothing goes out at that moment; undefined: it goes. */
  quietAt: (at: Temporal.Instant) => Temporal.Instant | undefined;
  clock: Clock;
  timeZone: string;
}

/** What is waited for: the time, or a yes to the one that was understood. */
interface WhenState {
  id: string;
  at?: string;
  repeat?: Repeat;
}

/** "Hẹn giờ": when an announcement goes out, once or again and again. */
export function createAnnouncementScheduling(
  deps: AnnouncementSchedulingDeps,
): Pick<Feature, 'choices'> & Required<Pick<Feature, 'dialogs'>> {
  const { db, store, access, dispatch, roles, dialogs, clock, timeZone } = deps;

  async function ask(message: Incoming, announcement: Announcement): Promise<Outgoing[]> {
    const { id } = announcement;
    const { selection, second } = await dispatch.judge(db, announcement, await access.authorsReach(announcement));
    if (second === 'flagged') return say(NOT_PLANNED, [{ id: choiceId(SHOW, id), label: 'Xem lại' }]);
    if (selection.recipients.length === 0) return say(NOBODY, [{ id: choiceId(SHOW, id), label: 'Xem lại' }]);
    await dialogs.open(message, WHEN, { id } satisfies WhenState);
    return say(ASK_WHEN, [
      { id: choiceId(SCHEDULE, id, 'mai'), label: '8:00 sáng mai' },
      { id: choiceId(SCHEDULE, id, 'thoi'), label: 'Thôi' },
    ]);
  }

  async function propose(message: Incoming, id: string, { at, repeat }: Schedule): Promise<Outgoing[]> {
    await dialogs.open(message, WHEN, { id, at: timestamp(at), ...(repeat ? { repeat } : {}) } satisfies WhenState);
    const quiet = deps.quietAt(at);
    const lines = [
      repeat
        ? `Gửi **${repeatWords(repeat)}**, lần đầu lúc **${momentWords(at, timeZone)}**.`
        : `Gửi một lần lúc **${momentWords(at, timeZone)}**.`,
      quiet ? `Lúc đó là giờ yên lặng, nên tin đi lúc ${momentWords(quiet, timeZone)}.` : '',
      'Người nhận được tính lại vào lúc gửi. Đồng chí gõ giờ khác nếu chưa đúng.',
    ];
    return say(lines.filter((line) => line !== '').join('\n\n'), [
      { id: choiceId(SCHEDULE, id, 'ok'), label: 'Xác nhận hẹn giờ' },
      { id: choiceId(SCHEDULE, id, 'thoi'), label: 'Thôi' },
    ]);
  }

  const read = (text: string) => readSchedule(text, clock.now().toZonedDateTimeISO(timeZone));

  async function typed(message: Incoming, state: unknown): Promise<Outgoing[] | undefined> {
    const { id, at } = state as WhenState;
    const announcement = message.text.includes('?') ? undefined : await access.plannable(message, id);
    if (!announcement) return undefined;
    if (at !== undefined && CONFIRMED.test(words(fold(message.text)).join(' '))) return plan(message, announcement);
    const when = read(message.text);
    return 'mistake' in when ? dialogs.misread(message, when.mistake) : propose(message, id, when.value);
  }

  async function plan(message: Incoming, announcement: Announcement): Promise<Outgoing[] | undefined> {
    const wanted = (await dialogs.state(message, WHEN)) as WhenState | undefined;
    const { id, state } = announcement;
    if (wanted?.id !== id || wanted.at === undefined) return undefined;
    const sendAt = Temporal.Instant.from(wanted.at);
    if (Temporal.Instant.compare(sendAt, clock.now()) <= 0) return say(OVER);
    const repeat = wanted.repeat && JSON.stringify(wanted.repeat);
    const { second } = await dispatch.judge(db, announcement, await access.authorsReach(announcement));
    if (second === 'flagged') return say(NOT_PLANNED);
    if (second && state === 'draft') return submit(message, { ...announcement, sendAt, repeat });
    const actor = await roles.actor(message);
    const done = await db.transaction().execute(async (transaction) => {
      const change = { state: 'planned', sendAt, repeat } as const;
      if (!(await store.change(transaction, id, ['draft', 'planned'], change))) return false;
      await recordAudit(transaction, clock, { actor, action: 'announcement planned' });
      return true;
    });
    if (!done) return undefined;
    await dialogs.close(message);
    return say(`Đã hẹn: thông báo được gửi lúc **${momentWords(sendAt, timeZone)}**. Đến giờ gửi tôi báo đồng chí.`, [
      { id: choiceId(PLANNED, id), label: 'Xem, đổi giờ, hủy' },
      { id: PLANNED, label: 'Thông báo đã hẹn' },
    ]);
  }

  /** What one officer may not send alone is read by a second one before it is planned. */
  async function submit(message: Incoming, announcement: Announcement): Promise<Outgoing[]> {
    const { id, sendAt, repeat } = announcement;
    await store.change(db, id, ['draft'], { sendAt, repeat });
    const seconds = await deps.release.submit(announcement, ['draft']);
    await dialogs.close(message);
    if (seconds > 0) return say(`Đã nhờ ${number(seconds)} đồng chí đọc và duyệt. ${AFTER_RELEASE}`);
    await store.change(db, id, ['draft'], { sendAt: undefined, repeat: undefined });
    return say(NO_SECOND, [{ id: choiceId(SHOW, id), label: 'Xem lại' }]);
  }

  async function choose(message: Incoming, [id = '', step]: string[]): Promise<Outgoing[] | undefined> {
    if (message.group) return say(PRIVATELY);
    const announcement = await access.plannable(message, id);
    if (!announcement) return undefined;
    switch (step) {
      case undefined:
        return ask(message, announcement);
      case 'mai': {
        const tomorrow = read('8h sáng mai');
        return 'value' in tomorrow ? propose(message, id, tomorrow.value) : undefined;
      }
      case 'ok':
        return plan(message, announcement);
      case 'thoi':
        await dialogs.close(message);
        return announcement.state === 'draft'
          ? say('Chưa hẹn giờ. Bản soạn vẫn còn.', [{ id: choiceId(SHOW, id), label: 'Xem lại' }])
          : say('Giữ giờ như cũ.', [{ id: choiceId(PLANNED, id), label: 'Xem thông báo' }]);
      default:
        return undefined;
    }
  }

  return { choices: { [SCHEDULE]: choose }, dialogs: { [WHEN]: typed } };
}

/** Folded: what people say to the time that was read. */
const CONFIRMED = /^(?:xac nhan|dong y|dung|ok|nhat tri)(?: roi| a)?$/;
const ASK_WHEN =
  '**Gửi lúc nào?** Đồng chí gõ giờ, ví dụ:\n\n- 8h sáng mai\n- 25/12 7:30\n- thứ Hai hằng tuần 8h\n- ngày 25 hằng tháng 8:00';
const OVER = 'Giờ này vừa qua mất rồi. Đồng chí gõ một giờ sắp tới.';
const NOBODY = 'Lúc này không có ai nhận được thông báo. Đồng chí đổi người nhận giúp tôi.';
const NOT_PLANNED =
  'Nội dung này có chỗ phải giữ kín, một đồng chí khác phải đọc, nên tôi không giữ lại để hẹn giờ. Đồng chí gửi duyệt ngay, hoặc sửa nội dung.';
const AFTER_RELEASE =
  'Duyệt xong thì thông báo được gửi đúng giờ đã hẹn; trong 24 giờ không ai duyệt thì tôi xóa. Tôi sẽ báo đồng chí.';
const NO_SECOND =
  'Thông báo này phải có một đồng chí khác duyệt, mà chưa có ai được quyền duyệt, nên chưa hẹn giờ. Đồng chí nhờ quản trị mời thêm cán bộ bằng lệnh /quantri.';
