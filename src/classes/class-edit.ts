import { readMessageLines } from './class-message.ts';
import {
  readClass,
  readDeadline,
  readEvening,
  readMinutes,
  readQuota,
  readSeats,
  type ReadingOptions,
} from './class-words.ts';
import { asDraft, type ClassDraft, type ClassVersion, type SessionDraft } from './training-class.ts';
import { readDateAndTimes, readTimes, type Read } from './typed-times.ts';

/** One change to a class as an officer types it. */
export interface Edit {
  what: ClassEdit | SessionEdit;
  /** Of the session, for what is about one. */
  session?: string | undefined;
  text: string;
}

export type ClassEdit = 'title' | 'place' | 'seats' | 'closes' | 'quota' | 'evening' | 'before' | 'add';
export type SessionEdit = 'time' | 'room' | 'lecturer' | 'topic' | 'cancel' | 'restore';

const LONGEST: Readonly<Record<'title' | 'place' | 'room' | 'lecturer' | 'topic', number>> = {
  title: 200,
  place: 200,
  room: 200,
  lecturer: 120,
  topic: 300,
};

/** The class as the change would make it, or what is wrong with what was typed. */
export function editClass(version: ClassVersion, edit: Edit, options: ReadingOptions): Read<ClassDraft> {
  const draft = asDraft(version);
  const { now, timeZone, unitOf } = options;
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  const text = edit.text.normalize('NFC').replace(/\s+/gu, ' ').trim();
  const field = <K extends keyof ClassDraft>(name: K, read: Read<ClassDraft[K]>): Read<ClassDraft> =>
    'mistake' in read ? read : { value: { ...draft, [name]: read.value } };
  switch (edit.what) {
    case 'title':
    case 'place':
      return field(edit.what, readText(text, LONGEST[edit.what]));
    case 'seats':
      return field('capacity', readSeats(text));
    case 'closes':
      return field('closesAt', readDeadline(text, today, timeZone));
    case 'evening':
      return field('eveningReminder', readEvening(text));
    case 'before':
      return field('minutesBefore', readMinutes(text));
    case 'quota': {
      if (/^(?:bỏ|bo|không|khong)$/i.test(text)) return { value: { ...draft, quotas: {} } };
      const quota = readQuota(text, unitOf);
      if ('mistake' in quota) return quota;
      return { value: { ...draft, quotas: { ...draft.quotas, [quota.value.unitId]: quota.value.seats } } };
    }
    case 'add': {
      const added = readNewSession(edit.text, options, draft);
      return 'mistake' in added ? added : { value: { ...draft, sessions: [...draft.sessions, ...added.value] } };
    }
    case 'time':
    case 'room':
    case 'lecturer':
    case 'topic':
    case 'cancel':
    case 'restore':
      return editSession(draft, { what: edit.what, session: edit.session, text }, today, timeZone);
  }
}

/** "01/12/2026 08:00-11:30 | Công tác tổ chức | Báo cáo viên 1 | Phòng 203", one a line. */
export function readNewSession(
  text: string,
  options: ReadingOptions,
  draft: Pick<ClassDraft, 'code' | 'title' | 'place'>,
): Read<SessionDraft[]> {
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => (/^\s*bu(?:ổ|o)i/i.test(line.normalize('NFC')) ? line : `Buổi: ${line}`));
  const { written, mistakes } = readMessageLines(lines.join('\n'));
  const fields = { code: { text: draft.code }, title: { text: draft.title }, place: { text: draft.place } };
  const read = readClass({ ...written, fields }, options);
  const [mistake] = [...mistakes, ...read.mistakes];
  return mistake ? { mistake: mistake.text } : { value: [...read.draft.sessions] };
}

function editSession(
  draft: ClassDraft,
  { what, session: id, text }: Edit & { what: SessionEdit },
  today: Temporal.PlainDate,
  timeZone: string,
): Read<ClassDraft> {
  const before = draft.sessions.find((session) => session.id === id);
  if (!before) return { mistake: 'buổi học này không còn; xem lại danh sách buổi học.' };
  const changed = (change: Partial<SessionDraft>): Read<ClassDraft> => ({
    value: {
      ...draft,
      sessions: draft.sessions.map((session) => (session === before ? { ...session, ...change } : session)),
    },
  });
  switch (what) {
    case 'time': {
      const times = readNewTimes(before, text, today, timeZone);
      return 'mistake' in times ? times : changed(times.value);
    }
    case 'room': {
      if (/^(?:như lớp|nhu lop|không|khong|bỏ|bo)$/i.test(text)) return changed({ place: undefined });
      const place = readText(text, LONGEST.room);
      return 'mistake' in place ? place : changed({ place: place.value });
    }
    case 'lecturer': {
      if (/^(?:không|khong|bỏ|bo|chưa rõ|chua ro)$/i.test(text)) return changed({ lecturer: undefined });
      const lecturer = readText(text, LONGEST.lecturer);
      return 'mistake' in lecturer ? lecturer : changed({ lecturer: lecturer.value });
    }
    case 'topic': {
      const topic = readText(text, LONGEST.topic);
      return 'mistake' in topic ? topic : changed({ topic: topic.value });
    }
    case 'cancel':
      return changed({ state: 'cancelled' });
    case 'restore':
      return changed({ state: 'planned' });
  }
}

/** A date with times, or times alone on the same day; a beginning alone keeps the length. */
function readNewTimes(
  { startsAt, endsAt }: SessionDraft,
  text: string,
  today: Temporal.PlainDate,
  timeZone: string,
): Read<{ startsAt: Temporal.Instant; endsAt: Temporal.Instant }> {
  const start = startsAt.toZonedDateTimeISO(timeZone);
  const alone = readTimes(text);
  const read =
    'mistake' in alone ? readDateAndTimes(text, today) : { value: { date: start.toPlainDate(), ...alone.value } };
  // Of a time alone it is the time that is wrong, not the date that is missing.
  if ('mistake' in read) return 'mistake' in alone && !/[/]/.test(text) ? alone : read;
  const { date, from, to } = read.value;
  const at = (time: Temporal.PlainTime): Temporal.Instant =>
    date.toZonedDateTime({ timeZone, plainTime: time }).toInstant();
  const begins = at(from);
  return { value: { startsAt: begins, endsAt: to ? at(to) : begins.add(startsAt.until(endsAt)) } };
}

function readText(text: string, longest: number): Read<string> {
  if (text === '') return { mistake: 'chưa có nội dung; gõ lại.' };
  return text.length > longest ? { mistake: `dài quá ${longest} ký tự; viết gọn lại.` } : { value: text };
}
