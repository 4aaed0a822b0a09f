import { readDate, readTime, type Read } from '../classes/typed-times.ts';
import { fold } from '../search/fold.ts';
import type { MeetingRule } from './recurrence.ts';

/** What was read of a meeting; no time: it was not written. */
export interface TypedMeeting {
  rule: MeetingRule | Untimed;
  place: string | undefined;
}

/** A rule whose time is still to be asked for. */
export type Untimed = MeetingRule extends infer R
  ? R extends MeetingRule
    ? Omit<R, 'time'> & { time?: never }
    : never
  : never;

/** Longest place. UTF-16 units. */
const LONGEST_PLACE = 120;

const TIME =
  /(?:^|\s)(?:(?:vao |luc )+)?(\d{1,2}\s?(?:h|g|gio|:)\s?(?:\d{2})?(?:\s?phut)?(?:\s?(?:sang|trua|chieu|toi))?)(?=\s|$)/;
const ORDINALS: readonly [RegExp, number][] = [
  [/(?:cuoi cung|cuoi thang|tuan cuoi|cuoi)/, -1],
  [/(?:dau tien|dau thang|tuan dau|tuan (?:thu )?(?:nhat|mot|1)|thu nhat|dau)/, 1],
  [/(?:tuan )?(?:thu )?(?:hai|2)/, 2],
  [/(?:tuan )?(?:thu )?(?:ba|3)/, 3],
  [/(?:tuan )?(?:thu )?(?:tu|4)/, 4],
];
const NAMES_OF_DAYS = ['hai', 'ba', 'tu', 'nam', 'sau', 'bay'];

/**
 * Reads when and where a unit meets: "ngày 5 hằng tháng 19:30, nhà văn hóa", "thứ Bảy đầu tiên 8h", "chủ nhật cuối
 * tháng", "12/12/2026 19h30, hội trường". The place stands after a comma.
 *
 * @param today a date without a year is the next that comes
 */
export function readMeeting(text: string, today: Temporal.PlainDate): Read<TypedMeeting> {
  const parts = text
    .normalize('NFC')
    .split(/[,;\n]/u)
    .map((part) => part.replace(/\s+/gu, ' ').trim())
    .filter((part) => part !== '');
  // "thứ Bảy đầu tiên, 8h, nhà văn hóa": what is only a time belongs to the time.
  let when = parts.shift() ?? '';
  while (parts[0] !== undefined && /^(?:hang|moi) thang$|^(?:luc )?\d{1,2}\s?(?:h|g|gio|:)/.test(fold(parts[0]))) {
    when += ` ${parts.shift()}`;
  }
  const place = parts.join(', ').replace(/^(?:tại|ở)\s+/iu, '');
  if (place.length > LONGEST_PLACE) return { mistake: `Nơi họp dài quá ${LONGEST_PLACE} ký tự; viết gọn lại.` };
  const plain = fold(when);
  const written = TIME.exec(plain)?.[1];
  const time = written === undefined ? undefined : readTime(written);
  if (time && 'mistake' in time) return time;
  const day = readDay(plain.replace(TIME, ' ').replace(/\s+/g, ' ').trim(), today);
  if ('mistake' in day) return day;
  const rule = time ? { ...day.value, time: time.value.toString({ smallestUnit: 'minute' }) } : day.value;
  return { value: { rule, place: place === '' ? undefined : place } };
}

function readDay(text: string, today: Temporal.PlainDate): Read<Untimed> {
  const plain = text.replace(/^(?:hop|sinh hoat)(?: chi bo)? /, '').replace(/^vao /, '');
  const monthly = /\s?(?:(?:cua )?(?:hang|moi|tung) thang|thang nao cung \S+)$/;
  const bare = plain.replace(monthly, '').trim();
  if (/^(?:ngay )?cuoi(?: cung)?(?: thang)?$/.test(bare)) return { value: { kind: 'day', day: 31 } };
  const named = monthly.test(plain) ? bare.replace(/^(?=\d)/, 'ngay ') : bare;
  const [, number] = /^(?:ngay |mung |mong |ngay mung )(\d{1,2})$/.exec(named) ?? [];
  if (number !== undefined) {
    const day = Number(number);
    return day >= 1 && day <= 31
      ? { value: { kind: 'day', day } }
      : { mistake: `Tháng không có ngày ${day}; đồng chí viết ngày từ 1 đến 31.` };
  }
  const [, sunday, name = '', rest = ''] =
    /^(?:(chu nhat|cn)|(?:thu |t)(hai|ba|tu|nam|sau|bay|[2-7]))(?:\s(.+))?$/.exec(bare) ?? [];
  const weekday = sunday === undefined ? dayOfWeek(name) : 7;
  if (weekday !== undefined && !/\d\s?[/.-]/.test(rest)) {
    const nth = ORDINALS.find(([form]) => new RegExp(`^${form.source}$`).test(rest))?.[1];
    return nth === undefined ? { mistake: WHICH_WEEK } : { value: { kind: 'weekday', weekday, nth } };
  }
  const date = readDate(bare, today);
  if ('mistake' in date) return { mistake: NOT_READ };
  if (Temporal.PlainDate.compare(date.value, today) < 0)
    return { mistake: 'Ngày này đã qua; đồng chí viết ngày sắp tới.' };
  return { value: { kind: 'once', date: date.value.toString() } };
}

/** "bảy" and "7" are the sixth day of the week; undefined: no day was named. */
function dayOfWeek(name: string): number | undefined {
  if (name === '') return undefined;
  return /^\d$/.test(name) ? Number(name) - 1 : NAMES_OF_DAYS.indexOf(name) + 1;
}

const WHICH_WEEK = 'Chưa rõ là tuần nào trong tháng; đồng chí viết như: thứ Bảy đầu tiên, hoặc Chủ nhật cuối tháng.';
const NOT_READ =
  'Tôi chưa đọc được ngày họp. Đồng chí viết như: ngày 5 hằng tháng 19:30, nhà văn hóa; thứ Bảy đầu tiên 8h; hoặc 12/12/2026 19:30.';
