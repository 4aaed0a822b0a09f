import type { CalendarEvent } from '../classes/calendar.ts';
import type { Clock } from '../clock.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { UnitsStore } from '../people/units-store.ts';
import { changeKey } from './duties.ts';
import type { MeetingsStore } from './meetings-store.ts';
import { datesOf, startOf } from './recurrence.ts';

/** How much of a regular meeting stands in a calendar, in days. */
const BACK = 31;
const AHEAD = 120;
/** Nobody says when a cell's meeting ends; calendars need an end. */
const HOURS = 2;

export interface MeetingEventsDeps {
  meetings: Pick<MeetingsStore, 'of' | 'changesOf'>;
  roles: Pick<RolesStore, 'ofPerson'>;
  units: Pick<UnitsStore, 'byId'>;
  clock: Clock;
  timeZone: string;
}

/** The meetings of the cells whose secretary somebody is, as they stand in their calendar. */
export function createMeetingEvents(deps: MeetingEventsDeps): (personId: string) => Promise<CalendarEvent[]> {
  const { meetings, roles, units, clock, timeZone } = deps;
  return async (personId) => {
    const today = clock.now().toZonedDateTimeISO(timeZone).toPlainDate();
    const span = { from: today.subtract({ days: BACK }), to: today.add({ days: AHEAD }) };
    const held = (await roles.ofPerson(personId)).filter(({ role }) => role === 'secretary');
    const events: CalendarEvent[] = [];
    for (const unitId of new Set(held.map((one) => one.unitId))) {
      const unit = unitId === undefined ? undefined : await units.byId(unitId);
      if (!unit) continue;
      const theirs = await meetings.of(unit);
      const changes = new Map(
        (await meetings.changesOf(theirs)).map((change) => [changeKey(change.meetingId, change.date), change]),
      );
      for (const { id, rule, place } of theirs) {
        for (const date of datesOf(rule, span.from, span.to)) {
          const change = changes.get(changeKey(id, date.toString()));
          const start = change?.movedTo ?? startOf(rule, date, timeZone);
          events.push({
            uid: `meeting-${id}-${unit.id}-${date.toString()}`,
            sequence: change?.sequence ?? 0,
            start,
            end: start.add({ hours: HOURS }),
            title: `Họp ${unit.name}`,
            place,
            description: undefined,
            cancelled: change?.state === 'off',
          });
        }
      }
    }
    return events;
  };
}
