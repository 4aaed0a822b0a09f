import { reaches, type Reach } from '../people/reach.ts';
import { fold, words } from '../search/fold.ts';
import type { ClassState } from '../store/schema.ts';

/** A class that a committee runs. */
export interface TrainingClass {
  id: string;
  /** As it was typed: "BD-2026-01". */
  code: string;
  title: string;
  place: string;
  /** Whose officers run it; undefined: admins only. */
  unitId: string | undefined;
  /** As in the table of units. */
  unitPath: string | undefined;
  /** As in `AuditEntry.actor`. */
  madeBy: string;
  state: ClassState;
  /** Undefined: no limit. */
  capacity: number | undefined;
  /** When enrolment ends; undefined: with the first session. */
  closesAt: Temporal.Instant | undefined;
  /** The most enrolments by unit id. */
  quotas: Readonly<Record<string, number>>;
  /** Undefined: as everywhere. */
  eveningReminder: Temporal.PlainTime | 'off' | undefined;
  /** 0: none; undefined: as everywhere. */
  minutesBefore: number | undefined;
  /** A group chat that is told as well. */
  group: { channel: string; chatId: string } | undefined;
  /** Counts the changes. */
  sequence: number;
}

/** One time at which a class meets. */
export interface Session {
  id: string;
  classId: string;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
  topic: string;
  lecturer: string | undefined;
  /** Undefined: the class's. */
  place: string | undefined;
  state: 'planned' | 'cancelled';
  /** Counts the changes; iCalendar's SEQUENCE. */
  sequence: number;
}

/** A session as it should be. */
export interface SessionDraft {
  /** Of the session that it continues; undefined: found by its topic, else by its time, else new. */
  id?: string | undefined;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
  topic: string;
  lecturer: string | undefined;
  place: string | undefined;
  state: Session['state'];
}

/** A whole class as it should be. */
export interface ClassDraft {
  code: string;
  title: string;
  place: string;
  unitId: string | undefined;
  capacity: number | undefined;
  closesAt: Temporal.Instant | undefined;
  quotas: Readonly<Record<string, number>>;
  eveningReminder: Temporal.PlainTime | 'off' | undefined;
  minutesBefore: number | undefined;
  sessions: readonly SessionDraft[];
}

/** A class and its sessions, by time. */
export interface ClassVersion {
  trainingClass: TrainingClass;
  sessions: readonly Session[];
}

/** What makes two codes the same: "bd 2026-01" is "BD-2026-01". */
export function codeKey(code: string): string {
  return words(fold(code)).join('-');
}

/** Its letters and digits alone. */
export function bareCode(code: string): string {
  return codeKey(code).replaceAll('-', '');
}

/** Whether somebody's word goes as far as this class. */
export function reachesClass(reach: Reach, { unitPath }: Pick<TrainingClass, 'unitPath'>): boolean {
  return reach.all || (unitPath !== undefined && reaches(reach, unitPath));
}

/** The version as a draft that changes nothing. */
export function asDraft({ trainingClass, sessions }: ClassVersion): ClassDraft {
  const { code, title, place, unitId, capacity, closesAt, quotas, eveningReminder, minutesBefore } = trainingClass;
  return {
    code,
    title,
    place,
    unitId,
    capacity,
    closesAt,
    quotas,
    eveningReminder,
    minutesBefore,
    sessions: sessions.map(({ id, startsAt, endsAt, topic, lecturer, place: room, state }) => ({
      id,
      startsAt,
      endsAt,
      topic,
      lecturer,
      place: room,
      state,
    })),
  };
}
