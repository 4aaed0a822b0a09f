import ICAL from 'ical.js';

/** What a strict parser reads, with times as people in Việt Nam see them. */
export function readCalendar(text: string) {
  const calendar = new ICAL.Component(ICAL.parse(text) as unknown[]);
  return calendar.getAllSubcomponents('vevent').map((component) => {
    const event = new ICAL.Event(component);
    const local = (time: { toUnixTime(): number }): string =>
      Temporal.Instant.fromEpochMilliseconds(time.toUnixTime() * 1000)
        .toZonedDateTimeISO('Asia/Ho_Chi_Minh')
        .toPlainDateTime()
        .toString();
    return {
      uid: event.uid,
      sequence: event.sequence,
      start: local(event.startDate),
      end: local(event.endDate),
      title: event.summary,
      place: event.location,
      status: String(component.getFirstPropertyValue('status')),
    };
  });
}
