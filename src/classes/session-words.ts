const WEEKDAYS = ['thứ Hai', 'thứ Ba', 'thứ Tư', 'thứ Năm', 'thứ Sáu', 'thứ Bảy', 'Chủ nhật'] as const;

/** "thứ Ba 1/12/2026" */
export function dayWords(date: Temporal.PlainDate | Temporal.ZonedDateTime): string {
  return `${WEEKDAYS[date.dayOfWeek - 1]} ${date.day}/${date.month}/${date.year}`;
}

/** "08:00–11:30 thứ Ba 1/12/2026"; the second day is named when it is another. */
export function timeWords(
  { startsAt, endsAt }: { startsAt: Temporal.Instant; endsAt: Temporal.Instant },
  timeZone: string,
): string {
  const [start, end] = [startsAt.toZonedDateTimeISO(timeZone), endsAt.toZonedDateTimeISO(timeZone)];
  return start.toPlainDate().equals(end.toPlainDate())
    ? `${clockWords(start)}–${clockWords(end)} ${dayWords(start)}`
    : `${clockWords(start)} ${dayWords(start)} đến ${clockWords(end)} ${dayWords(end)}`;
}

/** "08:00" */
export function clockWords(time: Temporal.ZonedDateTime | Temporal.PlainTime): string {
  const plain = time instanceof Temporal.PlainTime ? time : time.toPlainTime();
  return plain.toString({ smallestUnit: 'minute' });
}
