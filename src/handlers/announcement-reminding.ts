import { REPORT } from '../announcements/announcement-message.ts';
import type { Announcement } from '../announcements/announcements-store.ts';
import type { FollowUp } from '../announcements/follow-up.ts';
import { readSchedule } from '../announcements/schedule-words.ts';
import type { AnnouncementSchedule } from '../announcements/schedule-tick.ts';
import { momentWords } from '../announcements/schedule.ts';
import type { Incoming, Outgoing } from '../bot/channel.ts';
import type { Clock } from '../clock.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { AnnouncementAccess } from './announcement-access.ts';
import { REMIND } from './announcement-choices.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { PRIVATELY } from './registration.ts';

const DIALOG = 'announcement-remind';

export interface AnnouncementRemindingDeps {
  access: Pick<AnnouncementAccess, 'own'>;
  followUp: Pick<FollowUp, 'planReminder'>;
  /** Does at once what is due. */
  schedule: Pick<AnnouncementSchedule, 'run'>;
  roles: Pick<RolesStore, 'actor'>;
  dialogs: Dialogs;
  clock: Clock;
  timeZone: string;
}

/** One reminder to those who have not confirmed, now or at a time. */
export function createAnnouncementReminding(
  deps: AnnouncementRemindingDeps,
): Pick<Feature, 'choices'> & Required<Pick<Feature, 'dialogs'>> {
  const { access, followUp, roles, dialogs, clock, timeZone } = deps;

  async function remindable(message: Incoming, id: string): Promise<Announcement | undefined> {
    const announcement = await access.own(message, id);
    return announcement?.sentAt && announcement.state !== 'recalled' ? announcement : undefined;
  }

  async function plan(message: Incoming, id: string, at: Temporal.Instant): Promise<Outgoing[]> {
    await dialogs.close(message);
    const report = [{ id: choiceId(REPORT, id), label: 'Báo cáo' }];
    if (!(await followUp.planReminder(id, at, await roles.actor(message)))) return say(ALREADY, report);
    if (Temporal.Instant.compare(at, clock.now()) > 0) {
      return say(`Sẽ nhắc những người đến lúc đó chưa xác nhận, lúc **${momentWords(at, timeZone)}**.`, report);
    }
    await deps.schedule.run();
    return say('Đang nhắc những người chưa xác nhận; xong tôi báo số người.', report);
  }

  const read = (text: string) => readSchedule(text, clock.now().toZonedDateTimeISO(timeZone));

  return {
    choices: {
      async [REMIND](message, [id = '', step]) {
        if (message.group) return say(PRIVATELY);
        const announcement = await remindable(message, id);
        if (!announcement) return undefined;
        if (announcement.remindAt) return say(ALREADY, [{ id: choiceId(REPORT, id), label: 'Báo cáo' }]);
        switch (step) {
          case undefined:
            await dialogs.open(message, DIALOG, { id });
            return say(ASK, [
              { id: choiceId(REMIND, id, 'ngay'), label: 'Gửi lời nhắc ngay' },
              { id: choiceId(REMIND, id, 'mai'), label: 'Gửi lời nhắc 8:00 sáng mai' },
            ]);
          case 'ngay':
            return plan(message, id, clock.now());
          case 'mai': {
            const tomorrow = read('8h sáng mai');
            return 'value' in tomorrow ? plan(message, id, tomorrow.value.at) : undefined;
          }
          default:
            return undefined;
        }
      },
    },
    dialogs: {
      async [DIALOG](message, state) {
        const { id } = state as { id: string };
        if (message.text.includes('?') || !(await remindable(message, id))) return undefined;
        const schedule = read(message.text);
        if ('mistake' in schedule) return dialogs.misread(message, schedule.mistake);
        return schedule.value.repeat ? say(ONCE) : plan(message, id, schedule.value.at);
      },
    },
  };
}

const ASK =
  'Tôi nhắc **một lần** những người đã nhận mà chưa xác nhận. Nhắc lúc nào? Đồng chí chọn, hoặc gõ giờ như: 14h chiều nay; 25/12 7:30.';
const ALREADY = 'Thông báo này đã được nhắc, hoặc đã hẹn nhắc; mỗi thông báo tôi chỉ nhắc một lần.';
const ONCE = 'Mỗi thông báo tôi chỉ nhắc một lần. Đồng chí gõ một giờ, ví dụ: 8h sáng mai.';
