import type { ChannelName } from '../config.ts';
import type { NewMessage } from '../delivery/outbox-store.ts';
import type { QuietHours } from '../delivery/quiet-hours.ts';
import { recipientsOf } from '../people/recipients-store.ts';
import type { OtherDuties } from '../reminders/tick.ts';
import { dutySpan, planDuties } from './duties.ts';
import { dutyText } from './duty-texts.ts';
import type { Holidays } from './holidays.ts';
import { dutiesOf, readMeetings, readOccurrences, readSecretaries } from './meetings-store.ts';

export interface MeetingDutiesDeps {
  timeZone: string;
  quietHours: QuietHours | undefined;
  holidays: Holidays;
  channels: () => readonly ChannelName[];
}

/** What secretaries are reminded of around their meetings, for the tick. */
export function createMeetingDuties(deps: MeetingDutiesDeps): OtherDuties {
  const { timeZone, holidays } = deps;
  return {
    async plan(transaction, { window, now, again }) {
      const meetings = await readMeetings(transaction);
      if (meetings.length === 0) return [];
      const secretaries = await readSecretaries(transaction);
      const span = dutySpan(window, now, timeZone);
      const due = planDuties({
        occurrences: await readOccurrences(transaction, meetings, span, timeZone),
        secretaries: (meeting) => secretaries.of(meeting),
        isHoliday: (date) => holidays.has(date),
        window,
        now,
        again,
        quiet: deps.quietHours,
        timeZone,
      });
      const recipients = await recipientsOf(transaction, [...new Set(due.map(({ personId }) => personId))]);
      return due.flatMap((one): NewMessage[] => {
        const to = recipients.get(one.personId);
        if (!to || !deps.channels().includes(to.channel)) return [];
        const { meeting, startsAt } = one.occurrence;
        const holiday = holidays.get(startsAt.toZonedDateTimeISO(timeZone).toPlainDate().toString());
        return [
          {
            key: one.key,
            class: 'reminder',
            channel: to.channel,
            chatId: to.chatId,
            personId: one.personId,
            groupId: dutiesOf(meeting.id),
            message: dutyText(one, { timeZone, holiday, mayChange: !meeting.below }),
            dueAt: one.dueAt,
            expiresAt: one.expiresAt,
          },
        ];
      });
    },
  };
}
