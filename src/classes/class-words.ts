import type { UnitMatch } from '../people/unit-match.ts';
import type { Unit } from '../people/units-store.ts';
import { fold, words } from '../search/fold.ts';
import type { Mistake } from '../spreadsheet/mistake.ts';
import type { ClassDraft, SessionDraft } from './training-class.ts';
import { readDate, readDateAndTimes, readTime, readTimes, type Read } from './typed-times.ts';

/*
 * A class as people write it, in a message or in a sheet: each part with the place where it stands, so that all
 * mistakes can be told at once.
 */

/** Something that was written, and where. */
export interface Written {
  text: string;
  row?: number | undefined;
  /** The title of the column; undefined in messages. */
  column?: string | undefined;
}

/** What can be said about a class as a whole. */
export type Field = 'code' | 'title' | 'place' | 'unit' | 'capacity' | 'closes' | 'quota' | 'evening' | 'before';

/** Its name, as templates have it, and other folded names that mean the same. */
export const FIELDS: Readonly<Record<Field, { label: string; also: readonly string[] }>> = {
  code: { label: 'Mã', also: ['ma lop', 'ma so'] },
  title: { label: 'Tên', also: ['ten lop', 'lop'] },
  place: { label: 'Địa điểm', also: ['noi hoc', 'dia diem hoc', 'hoi truong'] },
  unit: { label: 'Đơn vị', also: ['don vi to chuc', 'don vi phu trach'] },
  capacity: { label: 'Số chỗ', also: ['si so', 'so luong', 'so hoc vien', 'so cho toi da'] },
  closes: { label: 'Hạn đăng ký', also: ['han', 'dang ky den', 'dang ky truoc'] },
  quota: { label: 'Chỉ tiêu', also: ['phan bo', 'chi tieu don vi'] },
  evening: { label: 'Nhắc tối trước', also: ['nhac buoi toi', 'nhac toi hom truoc'] },
  before: { label: 'Nhắc trước', also: ['nhac truoc gio hoc', 'nhac truoc buoi hoc'] },
};

/** A class as it was written. */
export interface WrittenClass {
  fields: Partial<Record<Exclude<Field, 'quota'>, Written>>;
  quotas: readonly Written[];
  sessions: readonly WrittenSession[];
}

/** Either `when`, or `date` and `times`, which may have its end on its own. */
export interface WrittenSession {
  when?: Written;
  date?: Written;
  times?: Written;
  end?: Written | undefined;
  topic: Written;
  lecturer: Written;
  place: Written;
  /** Empty: it takes place. */
  state?: Written;
}

export interface ReadingOptions {
  now: Temporal.Instant;
  timeZone: string;
  /** Which unit a text means, of those that the writer may name. */
  unitOf: (text: string) => UnitMatch<Unit>;
  /** Of a class that is there already: what is not written stays. */
  current?: ClassDraft | undefined;
}

const LONGEST = { code: 24, title: 200, place: 200, topic: 300, lecturer: 120 };
const MOST_SEATS = 10_000;
const MOST_MINUTES = 24 * 60;
/** A start this long ago is a slip of the year. */
const OLDEST_DAYS = 400;

/** Which field a label names. */
export function fieldOf(label: string): Field | undefined {
  const plain = words(fold(label)).join(' ');
  const names = Object.keys(FIELDS) as Field[];
  return names.find((name) => words(fold(FIELDS[name].label)).join(' ') === plain || FIELDS[name].also.includes(plain));
}

/** Reads a class, with all its mistakes; when there is one, the draft must not be used. */
export function readClass(written: WrittenClass, options: ReadingOptions): { draft: ClassDraft; mistakes: Mistake[] } {
  const { now, timeZone, unitOf, current } = options;
  const { fields } = written;
  const mistakes: Mistake[] = [];
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  const wrong = ({ row, column }: Written, text: string): void => void mistakes.push({ row, column, text });
  const take = <T>(place: Written, read: Read<T>): T | undefined => {
    if ('value' in read) return read.value;
    wrong(place, read.mistake);
    return undefined;
  };
  const text = (name: 'code' | 'title' | 'place', kept: string | undefined): string => {
    const field = fields[name];
    const value = clean(field?.text ?? '');
    if (value === '') {
      if (kept !== undefined) return kept;
      const missing = `thiếu dòng "${FIELDS[name].label}: …"; viết thêm dòng này.`;
      mistakes.push({ row: field?.row, text: field?.row === undefined ? upperFirst(missing) : missing });
    } else if (value.length > LONGEST[name]) {
      wrong(field ?? { text: '' }, `${FIELDS[name].label.toLowerCase()} dài quá ${LONGEST[name]} ký tự; viết gọn lại.`);
    }
    return value;
  };

  const code = text('code', current?.code);
  if (code !== '' && code.length <= LONGEST.code && codeMistake(code) !== undefined) {
    wrong(fields.code ?? { text: '' }, codeMistake(code) ?? '');
  }
  const draft = {
    code,
    title: text('title', current?.title),
    place: text('place', current?.place),
    unitId: fields.unit ? take(fields.unit, readUnit(fields.unit.text, unitOf)) : current?.unitId,
    capacity: fields.capacity ? take(fields.capacity, readSeats(fields.capacity.text)) : current?.capacity,
    closesAt: fields.closes
      ? take(fields.closes, readDeadline(fields.closes.text, today, timeZone))
      : current?.closesAt,
    eveningReminder: fields.evening ? take(fields.evening, readEvening(fields.evening.text)) : current?.eveningReminder,
    minutesBefore: fields.before ? take(fields.before, readMinutes(fields.before.text)) : current?.minutesBefore,
    quotas: written.quotas.length > 0 ? readQuotas() : (current?.quotas ?? {}),
    sessions: readSessions(),
  };
  return { draft, mistakes };

  function readQuotas(): Record<string, number> {
    const quotas: Record<string, number> = {};
    for (const quota of written.quotas) {
      const read = take(quota, readQuota(quota.text, unitOf));
      if (!read) continue;
      if (read.unitId in quotas) wrong(quota, 'đơn vị này đã có chỉ tiêu ở dòng trên; bỏ một dòng.');
      quotas[read.unitId] = read.seats;
    }
    return quotas;
  }

  function readSessions(): SessionDraft[] {
    const seen = new Map<string, Written>();
    return written.sessions.flatMap((session): SessionDraft[] => {
      const place = session.when ?? session.date ?? session.topic;
      const time = sessionTime(session);
      const topic = clean(session.topic.text);
      if (topic === '') wrong(session.topic, 'thiếu chuyên đề; ghi nội dung của buổi học.');
      for (const name of ['topic', 'lecturer', 'place'] as const) {
        if (session[name].text.length > LONGEST[name])
          wrong(session[name], `dài quá ${LONGEST[name]} ký tự; viết gọn lại.`);
      }
      const cancelled = session.state ? take(session.state, readState(session.state.text)) : false;
      if (!time || cancelled === undefined) return [];
      const [startsAt, endsAt] = [time.from, time.to].map((at) =>
        time.date.toZonedDateTime({ timeZone, plainTime: at }).toInstant(),
      );
      if (!startsAt || !endsAt) return [];
      const key = `${startsAt.epochMilliseconds} ${words(fold(topic)).join(' ')}`;
      const before = seen.get(key);
      if (before) {
        wrong(
          place,
          `buổi này đã có ở ${place.column === undefined ? 'dòng' : 'hàng'} ${before.row}; bỏ một trong hai.`,
        );
        return [];
      }
      seen.set(key, place);
      return [
        {
          startsAt,
          endsAt,
          topic,
          lecturer: clean(session.lecturer.text) || undefined,
          place: clean(session.place.text) || undefined,
          state: cancelled ? 'cancelled' : 'planned',
        },
      ];
    });
  }

  function sessionTime(
    session: WrittenSession,
  ): { date: Temporal.PlainDate; from: Temporal.PlainTime; to: Temporal.PlainTime } | undefined {
    if (session.when) {
      const when = take(session.when, readDateAndTimes(session.when.text, today));
      return when && withEnd(session.when, when);
    }
    const { date: dateCell = { text: '' }, times: timesCell = { text: '' }, end } = session;
    const date = take(
      dateCell,
      dateCell.text === '' ? { mistake: 'chưa có ngày; viết như 1/12/2026.' } : readDate(dateCell.text, today),
    );
    const whole = end && end.text !== '' ? `${timesCell.text} - ${end.text}` : timesCell.text;
    const times = take(timesCell, whole === '' ? { mistake: 'chưa có giờ; viết như 08:00-11:30.' } : readTimes(whole));
    return date && times && withEnd(timesCell, { date, ...times }, dateCell);
  }

  function withEnd(
    place: Written,
    { date, from, to }: { date: Temporal.PlainDate; from: Temporal.PlainTime; to: Temporal.PlainTime | undefined },
    datePlace = place,
  ) {
    if (Temporal.PlainDate.compare(date, today.subtract({ days: OLDEST_DAYS })) < 0) {
      wrong(datePlace, `ngày ${date.day}/${date.month}/${date.year} đã qua lâu; xem lại năm.`);
      return undefined;
    }
    if (to) return { date, from, to };
    wrong(place, 'thiếu giờ kết thúc; viết như 08:00-11:30.');
    return undefined;
  }
}

/** What is wrong with a class's code; undefined: nothing. */
export function codeMistake(code: string): string | undefined {
  return /^[\p{L}\p{N}][\p{L}\p{N}\-_./]{1,23}$/u.test(code)
    ? undefined
    : `mã '${code.slice(0, 40)}' không dùng được; mã gồm 2 đến 24 chữ, số và dấu gạch, không có khoảng trống, ví dụ BD-2026-01.`;
}

/** "130", "không giới hạn" */
export function readSeats(text: string): Read<number | undefined> {
  if (isNone(text)) return { value: undefined };
  const [, digits = ''] = /^(\d{1,5})(?: (?:nguoi|cho|hoc vien))?$/.exec(plainText(text)) ?? [];
  const seats = Number(digits);
  return digits !== '' && seats > 0 && seats <= MOST_SEATS
    ? { value: seats }
    : { mistake: `'${clean(text).slice(0, 40)}' không phải số chỗ; viết một số như 130, hoặc "không giới hạn".` };
}

/** "28/11/2026", "28/11 17h"; a day alone: until its end. */
export function readDeadline(
  text: string,
  today: Temporal.PlainDate,
  timeZone: string,
): Read<Temporal.Instant | undefined> {
  if (isNone(text)) return { value: undefined };
  const day = readDate(text, today);
  if ('value' in day) {
    return { value: day.value.add({ days: 1 }).toZonedDateTime(timeZone).toInstant() };
  }
  const both = readDateAndTimes(text, today);
  if ('mistake' in both) return day;
  return { value: both.value.date.toZonedDateTime({ timeZone, plainTime: both.value.from }).toInstant() };
}

/** "Đảng ủy xã A | 10" */
export function readQuota(text: string, unitOf: ReadingOptions['unitOf']): Read<{ unitId: string; seats: number }> {
  const [, name = '', digits = ''] = /^(.*?)\s*[|:;]\s*(\d{1,5})(?:\s\p{L}+)?$/u.exec(clean(text)) ?? [];
  const seats = Number(digits);
  if (name === '' || seats > MOST_SEATS) {
    return {
      mistake: `'${clean(text).slice(0, 60)}' chưa rõ; viết tên đơn vị, dấu |, rồi số chỗ, ví dụ: Đảng ủy xã A | 10.`,
    };
  }
  const unit = readUnit(name, unitOf);
  return 'mistake' in unit ? unit : { value: { unitId: unit.value, seats } };
}

/** "19:30", "không" */
export function readEvening(text: string): Read<Temporal.PlainTime | 'off' | undefined> {
  if (isNone(text)) return { value: 'off' };
  if (plainText(text) === 'mac dinh') return { value: undefined };
  return readTime(text);
}

/** "60 phút", "2 giờ", "không" */
export function readMinutes(text: string): Read<number | undefined> {
  if (isNone(text)) return { value: 0 };
  if (plainText(text) === 'mac dinh') return { value: undefined };
  const [whole, hours = '0', minutes = '0'] =
    /^(?:(\d{1,2})\s?(?:gio|h|tieng))?\s?(?:(\d{1,4})\s?(?:phut|p)?)?$/.exec(plainText(text)) ?? [];
  const total = Number(hours) * 60 + Number(minutes);
  return whole !== undefined && total > 0 && total <= MOST_MINUTES
    ? { value: total }
    : { mistake: `'${clean(text).slice(0, 40)}' không phải số phút; viết như 60 phút, hoặc "không".` };
}

function readUnit(text: string, unitOf: ReadingOptions['unitOf']): Read<string> {
  const match = unitOf(text);
  if (match.kind === 'exact') return { value: match.unit.id };
  const shown = `'${clean(text).slice(0, 60)}'`;
  if (match.kind === 'none')
    return { mistake: `không có đơn vị ${shown} trong phạm vi của đồng chí; ghi đúng tên, gõ /donvi để xem.` };
  return {
    mistake: `chưa rõ ${shown} là đơn vị nào (${match.units.map(({ name }) => name).join(', ')}); ghi đủ tên, kèm cấp trên nếu trùng.`,
  };
}

function readState(text: string): Read<boolean> {
  const plain = plainText(text);
  if (/^(?:|hoc|co|co hoc|binh thuong|du kien)$/.test(plain)) return { value: false };
  if (/^(?:huy|da huy|hoan|khong|nghi|khong hoc)$/.test(plain)) return { value: true };
  return { mistake: `'${clean(text).slice(0, 40)}' chưa rõ; để trống, hoặc ghi "Hủy" khi buổi học không diễn ra.` };
}

function isNone(text: string): boolean {
  return /^(?:khong|khong gioi han|khong co|khong nhac|bo|tat)$/.test(plainText(text));
}

function plainText(text: string): string {
  return fold(clean(text)).replace(/[.!]+$/, '');
}

function clean(text: string): string {
  return text.normalize('NFC').replace(/\s+/gu, ' ').trim();
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
