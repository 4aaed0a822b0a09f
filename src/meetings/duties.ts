import type { QuietHours } from '../delivery/quiet-hours.ts';
import type { Window } from '../reminders/due.ts';
import { outOfQuiet } from '../reminders/quiet.ts';
import { datesOf, startOf, type MeetingRule } from './recurrence.ts';

/** At which hour of the day duties are reminded of: the working day begins, and there is time to act. */
const AT = Temporal.PlainTime.from('08:00');
/** A reminder that goes later than this after its time says so. Minutes. */
const LATE_AFTER = 60;

/**
 * What a secretary is reminded of around a meeting, by the day counted from it. The handbook
 * (data/handbook/sinh-hoat-chi-bo) has the committee agree on the content before, documents out a day ahead at the
 * latest, minutes and resolution after. A holiday is asked about a week ahead, while there is time to move.
 */
export const DUTIES = [
  { rule: 'holiday', day: -7 },
  { rule: 'prepare', day: -3 },
  { rule: 'tomorrow', day: -1 },
  { rule: 'after', day: 1 },
] as const;
export type Duty = (typeof DUTIES)[number]['rule'];

/** The days around today on which a meeting can have a duty. */
const SPAN = { back: 3, ahead: 9 };

/** Regular meetings of a unit. */
export interface Meeting {
  id: string;
  unitId: string;
  /** Of all units below as well. */
  below: boolean;
  rule: MeetingRule;
  place: string | undefined;
}

/** What was decided about one meeting: another time, not at all, or as the rule says after all. */
export interface MeetingChange {
  meetingId: string;
  /** The date by the rule. */
  date: string;
  state: 'moved' | 'off' | 'planned';
  movedTo: Temporal.Instant | undefined;
}

/** One meeting as it will be held. */
export interface Occurrence {
  meeting: Meeting;
  /** The date by the rule, by which it is known. */
  date: string;
  startsAt: Temporal.Instant;
  /** Somebody has decided that it is held then. */
  decided: boolean;
}

/** The meetings between two dates by the rule, as they will be held; those that are not held are left out. */
export function occurrences(
  meeting: Meeting,
  changes: ReadonlyMap<string, MeetingChange>,
  span: { from: Temporal.PlainDate; to: Temporal.PlainDate },
  timeZone: string,
): Occurrence[] {
  return datesOf(meeting.rule, span.from, span.to).flatMap((day): Occurrence[] => {
    const date = day.toString();
    const change = changes.get(changeKey(meeting.id, date));
    if (change?.state === 'off') return [];
    const startsAt = change?.movedTo ?? startOf(meeting.rule, day, timeZone);
    return [{ meeting, date, startsAt, decided: change !== undefined }];
  });
}

export function changeKey(meetingId: string, date: string): string {
  return `${meetingId}@${date}`;
}

/** Who is reminded of a unit's meetings. */
export interface Secretary {
  personId: string;
  quiet: QuietHours | undefined;
  mutedUntil: Temporal.PlainDate | undefined;
}

export interface DueDuty {
  key: string;
  duty: Duty;
  occurrence: Occurrence;
  personId: string;
  dueAt: Temporal.Instant;
  expiresAt: Temporal.Instant;
  late: boolean;
}

export interface DutyInput {
  /** As they will be held; see `dutySpan`. */
  occurrences: readonly Occurrence[];
  secretaries: (meeting: Meeting) => readonly Secretary[];
  isHoliday: (date: string) => boolean;
  window: Window;
  now: Temporal.Instant;
  /** People for whom all is planned that could still be of use. */
  again: ReadonlySet<string>;
  quiet: QuietHours | undefined;
  timeZone: string;
}

/** The dates whose meetings can have something due in this window. */
export function dutySpan(
  { after, until }: Window,
  now: Temporal.Instant,
  timeZone: string,
): { from: Temporal.PlainDate; to: Temporal.PlainDate } {
  const date = (at: Temporal.Instant): Temporal.PlainDate => at.toZonedDateTimeISO(timeZone).toPlainDate();
  return { from: date(after ?? now).subtract({ days: SPAN.back }), to: date(until).add({ days: SPAN.ahead }) };
}

/** What secretaries are to be reminded of, as a function of meetings, people and time. */
export function planDuties(input: DutyInput): DueDuty[] {
  const { window, now, timeZone } = input;
  const due: DueDuty[] = [];
  const compare = (a: Temporal.Instant, b: Temporal.Instant): number => Temporal.Instant.compare(a, b);
  for (const occurrence of input.occurrences) {
    const { meeting, startsAt } = occurrence;
    const on = startsAt.toZonedDateTimeISO(timeZone).toPlainDate();
    for (const { rule: duty, day } of DUTIES) {
      if (duty === 'holiday' && (occurrence.decided || !input.isHoliday(on.toString()))) continue;
      const wanted = on.add({ days: day }).toZonedDateTime({ timeZone, plainTime: AT }).toInstant();
      // Minutes and resolution can still be seen to in the days that follow.
      const expiresAt = day < 0 ? startsAt : wanted.add({ hours: 3 * 24 });
      // Far outside of the window whatever the quiet hours are: not worth asking who it is for.
      if (compare(wanted.subtract({ hours: 24 }), window.until) > 0 || compare(expiresAt, now) <= 0) continue;
      const over = window.after !== undefined && compare(wanted.add({ hours: 24 }), window.after) <= 0;
      if (over && input.again.size === 0) continue;
      for (const { personId, quiet, mutedUntil } of input.secretaries(meeting)) {
        const quietTimes = [input.quiet, quiet].filter((hours) => hours !== undefined);
        const dueAt = outOfQuiet(wanted, expiresAt, quietTimes, timeZone);
        if (compare(dueAt, window.until) > 0) continue;
        if (window.after && compare(dueAt, window.after) <= 0 && !input.again.has(personId)) continue;
        const dueOn = dueAt.toZonedDateTimeISO(timeZone).toPlainDate();
        if (mutedUntil && Temporal.PlainDate.compare(dueOn, mutedUntil) <= 0) continue;
        const late = now.since(dueAt).total('minutes') > LATE_AFTER;
        const key = `reminder:${meeting.id}@${startsAt.toString()}:${duty}:${personId}`;
        due.push({ key, duty, occurrence, personId, dueAt, expiresAt, late });
      }
    }
  }
  return due;
}
