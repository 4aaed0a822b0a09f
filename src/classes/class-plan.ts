import { fold, words } from '../search/fold.ts';
import type { ClassDraft, ClassVersion, Session, SessionDraft, TrainingClass } from './training-class.ts';

/** What becomes of a session. */
export type PlannedSession =
  | { change: 'add'; draft: SessionDraft }
  | { change: 'change' | 'cancel' | 'restore'; before: Session; draft: SessionDraft }
  | { change: 'same'; before: Session };

/** What saving a draft would do. */
export interface ClassPlan {
  /** Undefined: the class is new. */
  before: TrainingClass | undefined;
  draft: ClassDraft;
  /** By time. */
  sessions: PlannedSession[];
  /** Whether anything of the class itself is different. */
  classChanged: boolean;
}

/**
 * Works out what a draft changes. A session is known by its id, else by its topic, else by its time; one that the draft
 * does not have is cancelled, so that nothing is there twice. What is over stays as it was.
 */
export function planClass(current: ClassVersion | undefined, draft: ClassDraft, now: Temporal.Instant): ClassPlan {
  const left = new Set(current?.sessions ?? []);
  const found = new Map<SessionDraft, Session>();
  const take = (fits: (session: Session, wanted: SessionDraft) => boolean): void => {
    for (const wanted of draft.sessions) {
      if (found.has(wanted)) continue;
      const session = [...left].find((one) => fits(one, wanted));
      if (!session) continue;
      found.set(wanted, session);
      left.delete(session);
    }
  };
  take((session, { id }) => session.id === id);
  const open = (wanted: SessionDraft): boolean => wanted.id === undefined;
  const atSameTime = (session: Session, wanted: SessionDraft): boolean => session.startsAt.equals(wanted.startsAt);
  const onSameTopic = (session: Session, wanted: SessionDraft): boolean =>
    topicKey(session.topic) === topicKey(wanted.topic);
  take((session, wanted) => open(wanted) && atSameTime(session, wanted) && onSameTopic(session, wanted));
  // The topic before the time: two sessions that change places are two that moved.
  take(
    (session, wanted) =>
      open(wanted) && onSameTopic(session, wanted) && session.state === 'planned' && isAhead(session, now),
  );
  take((session, wanted) => open(wanted) && atSameTime(session, wanted) && session.state === wanted.state);
  const planned = draft.sessions.map((wanted): PlannedSession => {
    const before = found.get(wanted);
    if (!before) return { change: 'add', draft: wanted };
    if (isSame(before, wanted)) return { change: 'same', before };
    if (before.state === wanted.state) return { change: 'change', before, draft: wanted };
    return { change: wanted.state === 'cancelled' ? 'cancel' : 'restore', before, draft: wanted };
  });
  for (const before of left) {
    planned.push(
      before.state === 'cancelled' || !isAhead(before, now)
        ? { change: 'same', before }
        : { change: 'cancel', before, draft: { ...before, state: 'cancelled' } },
    );
  }
  const sessions = planned.toSorted((a, b) => Temporal.Instant.compare(startOf(a), startOf(b)));
  return {
    before: current?.trainingClass,
    draft,
    sessions,
    classChanged: !current || !isSameClass(current.trainingClass, draft),
  };
}

/** Whether carrying it out would change anything. */
export function changesAnything({ classChanged, sessions }: ClassPlan): boolean {
  return classChanged || sessions.some(({ change }) => change !== 'same');
}

function startOf(planned: PlannedSession): Temporal.Instant {
  return planned.change === 'same' ? planned.before.startsAt : planned.draft.startsAt;
}

function isAhead({ endsAt }: Session, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(endsAt, now) > 0;
}

function isSame(before: Session, { startsAt, endsAt, topic, lecturer, place, state }: SessionDraft): boolean {
  return (
    before.startsAt.equals(startsAt) &&
    before.endsAt.equals(endsAt) &&
    before.topic === topic &&
    before.lecturer === lecturer &&
    before.place === place &&
    before.state === state
  );
}

function isSameClass(before: TrainingClass, draft: ClassDraft): boolean {
  const eve = (evening: ClassDraft['eveningReminder']): string => String(evening);
  return (
    before.title === draft.title &&
    before.place === draft.place &&
    before.unitId === draft.unitId &&
    before.capacity === draft.capacity &&
    before.closesAt?.epochMilliseconds === draft.closesAt?.epochMilliseconds &&
    sameQuotas(before.quotas, draft.quotas) &&
    eve(before.eveningReminder) === eve(draft.eveningReminder) &&
    before.minutesBefore === draft.minutesBefore
  );
}

function topicKey(topic: string): string {
  return words(fold(topic)).join(' ');
}

function sameQuotas(one: ClassDraft['quotas'], other: ClassDraft['quotas']): boolean {
  const units = Object.keys(one);
  return units.length === Object.keys(other).length && units.every((unit) => one[unit] === other[unit]);
}
