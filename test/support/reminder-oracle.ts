/*
 * What should be reminded of, worked out the slow and plain way: minutes since 1970 in a zone that is always seven hours
 * ahead, one person after the other, quiet time walked through minute by minute. Shares nothing with src/reminders.
 */

export interface OracleSession {
  id: string;
  classId: string;
  /** Milliseconds since 1970. */
  startsAt: number;
  held: boolean;
}

export interface OracleClass {
  id: string;
  /** Minutes of the day; -1: none; undefined: as everywhere. */
  evening: number | undefined;
  minutesBefore: number | undefined;
  cancelled: boolean;
  group: boolean;
}

export interface OraclePerson {
  id: string;
  classIds: string[];
  absentFrom: string[];
  evening: boolean;
  eveningAt: number | undefined;
  minutesBefore: number | undefined;
  /** Minutes of the day. */
  quiet: [number, number] | undefined;
  /** Days since 1970. */
  mutedUntil: number | undefined;
  stopped: boolean;
}

const DAY = 1440;
const local = (ms: number): number => Math.floor(ms / 60_000) + 7 * 60;

/** All reminders of a person, with when they are due and of use, in milliseconds. */
export function remindersOf(
  person: OraclePerson,
  classes: ReadonlyMap<string, OracleClass>,
  sessions: readonly OracleSession[],
  everybodysQuiet: [number, number] | undefined,
): { key: string; due: number; until: number }[] {
  if (person.stopped) return [];
  const theirs = sessions
    .filter(({ held, classId, id }) => {
      const cancelled = classes.get(classId)?.cancelled ?? true;
      return held && !cancelled && person.classIds.includes(classId) && !person.absentFrom.includes(id);
    })
    .toSorted((a, b) => a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1));
  const isQuiet = (minute: number): boolean =>
    [everybodysQuiet, person.quiet].some((hours) => {
      if (!hours) return false;
      const [from, to] = hours;
      const time = ((minute % DAY) + DAY) % DAY;
      return from < to ? time >= from && time < to : time >= from || time < to;
    });
  const moved = (due: number, start: number): number => {
    if (!isQuiet(due)) return due;
    let end = due;
    while (isQuiet(end)) end++;
    if (end < start) return end;
    let begin = due;
    while (isQuiet(begin - 1)) begin--;
    return begin - 5;
  };
  const found: { key: string; due: number; until: number }[] = [];
  const add = (occurrence: string, rule: string, wanted: number, start: number): void => {
    const due = moved(wanted, start);
    if (person.mutedUntil !== undefined && Math.floor(due / DAY) <= person.mutedUntil) return;
    const utc = (minute: number): number => (minute - 7 * 60) * 60_000;
    found.push({ key: `reminder:${occurrence}:${rule}:${person.id}`, due: utc(due), until: utc(start) });
  };
  const seen = new Set<string>();
  for (const session of theirs) {
    const start = local(session.startsAt);
    const day = Math.floor(start / DAY);
    const hour = Math.floor((start % DAY) / 60);
    const part = `${day} ${hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening'}`;
    if (!seen.has(part)) {
      seen.add(part);
      const minutes = person.minutesBefore ?? classes.get(session.classId)?.minutesBefore ?? 60;
      const at = new Date(session.startsAt).toISOString().replace('.000Z', 'Z');
      if (minutes > 0) add(`${session.id}@${at}`, 'before', start - minutes, start);
    }
    if (!person.evening || seen.has(`${day} digest`)) continue;
    const wanting = theirs.filter(
      (other) => Math.floor(local(other.startsAt) / DAY) === day && classes.get(other.classId)?.evening !== -1,
    );
    const [first] = wanting;
    if (!first) continue;
    seen.add(`${day} digest`);
    const times = wanting.map(({ classId }) => classes.get(classId)?.evening ?? 19 * 60 + 30);
    const date = new Date(day * DAY * 60_000).toISOString().slice(0, 10);
    const time = person.eveningAt ?? Math.min(...times);
    add(date, 'evening', (day - 1) * DAY + time, local(first.startsAt));
  }
  return found;
}
