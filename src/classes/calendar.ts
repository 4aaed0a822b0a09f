import { clean } from '../bot/markdown/styled.ts';

/** What a calendar shows of a session or a meeting. */
export interface CalendarEvent {
  /** The same as long as it is the same event, in every file and feed: "session-<id>". */
  uid: string;
  /** Higher with every change, or calendars keep what they have. */
  sequence: number;
  start: Temporal.Instant;
  end: Temporal.Instant;
  title: string;
  place: string | undefined;
  description: string | undefined;
  /** Stays in the calendar, crossed out. */
  cancelled: boolean;
}

/** How often calendars are asked to look again, in seconds. */
const LOOK_AGAIN = 3600;

/**
 * Events as an iCalendar file (RFC 5545). Times are in UTC, which every calendar shows in its own zone, so that no rules
 * of a time zone have to be sent along.
 *
 * @param stamp when this was written
 */
export async function calendarFile(events: readonly CalendarEvent[], stamp: Temporal.Instant): Promise<string> {
  // Loaded when needed: most people never ask for it.
  const { ICalCalendar, ICalEventStatus } = await import('ical-generator');
  const calendar = new ICalCalendar({
    name: 'Sổ tay chi bộ',
    prodId: { company: 'So tay chi bo', product: 'Lich hoc va hop', language: 'VI' },
    ttl: LOOK_AGAIN,
  });
  for (const { uid, sequence, start, end, title, place, description, cancelled } of events) {
    calendar.createEvent({
      id: `${uid}@sotay-chibo`,
      sequence,
      stamp,
      start,
      end,
      // Of a control character some calendars refuse the whole file.
      summary: clean(title),
      location: place === undefined ? null : clean(place),
      description: description === undefined ? null : clean(description),
      status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    });
  }
  return `${calendar.toString()}\r\n`;
}
