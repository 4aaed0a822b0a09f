import type { Attendance } from './attendance-store.ts';
import type { Enrolment } from './enrolments-store.ts';
import type { Session } from './training-class.ts';

/** The least share of the sessions that somebody has to attend for the certificate. */
const SHARE_FOR_CERTIFICATE = 0.8;

/** How somebody was at a session that is over. `excused`: absent, and had asked for it. */
export type Presence = 'present' | 'late' | 'excused' | 'absent';

export interface PersonReport {
  enrolment: Enrolment;
  /** By session id; sessions that do not count are left out. */
  presence: ReadonlyMap<string, Presence>;
  attended: number;
  /** Of the sessions that count, 0 to 1; undefined: none counts yet. */
  share: number | undefined;
}

export interface SessionReport {
  session: Session;
  /** Whether it is over and attendance was taken; undefined counts otherwise. */
  counts: Record<Presence, number> | undefined;
}

export interface ClassReport {
  people: PersonReport[];
  sessions: SessionReport[];
  /** How many are in the class, by unit; most first. */
  byUnit: { unit: string; count: number }[];
  /** Those who attended too little so far. */
  below: PersonReport[];
  /** Sessions that count. */
  held: number;
}

/**
 * What a class has come to. A session counts when it is over and attendance was taken at it: one that nobody recorded
 * must not cost anybody the certificate. Who was not recorded at such a session was absent; late is there.
 */
export function classReport(
  sessions: readonly Session[],
  enrolments: readonly Enrolment[],
  attendance: readonly Attendance[],
  now: Temporal.Instant,
): ClassReport {
  const inClass = new Set(enrolments.map(({ id }) => id));
  const known = new Map<string, Attendance>();
  const recorded = new Set<string>();
  for (const one of attendance) {
    if (!inClass.has(one.enrolmentId)) continue;
    known.set(`${one.sessionId} ${one.enrolmentId}`, one);
    if (one.checked !== undefined) recorded.add(one.sessionId);
  }
  const planned = sessions.filter(({ state }) => state === 'planned');
  const counting = planned.filter(({ id, endsAt }) => recorded.has(id) && Temporal.Instant.compare(endsAt, now) <= 0);
  const people = enrolments.map((enrolment): PersonReport => {
    const presence = new Map(counting.map(({ id }) => [id, presenceOf(known.get(`${id} ${enrolment.id}`))]));
    const attended = [...presence.values()].filter((one) => one === 'present' || one === 'late').length;
    return { enrolment, presence, attended, share: counting.length === 0 ? undefined : attended / counting.length };
  });
  const units = Map.groupBy(enrolments, ({ unit }) => unit ?? 'Chưa rõ đơn vị');
  return {
    people,
    sessions: planned.map((session) => ({
      session,
      counts: counting.includes(session) ? count(session, people) : undefined,
    })),
    byUnit: [...units]
      .map(([unit, members]) => ({ unit, count: members.length }))
      .toSorted((a, b) => b.count - a.count || a.unit.localeCompare(b.unit, 'vi')),
    below: people.filter(({ share }) => share !== undefined && share < SHARE_FOR_CERTIFICATE),
    held: counting.length,
  };
}

function presenceOf(attendance: Attendance | undefined): Presence {
  const { checked, answer } = attendance ?? {};
  if (checked === 'present' || checked === 'late') return checked;
  return answer === 'absent' ? 'excused' : 'absent';
}

function count({ id }: Session, people: readonly PersonReport[]): Record<Presence, number> {
  const counts = { present: 0, late: 0, excused: 0, absent: 0 };
  for (const { presence } of people) counts[presence.get(id) ?? 'absent']++;
  return counts;
}

/** "79,5 %": never rounded up to a rule that is not met. */
export function percent(share: number): string {
  return `${(Math.floor(share * 1000 + 1e-9) / 10).toLocaleString('vi')} %`;
}
