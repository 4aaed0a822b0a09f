import { fold } from '../search/fold.ts';
import { clockWords, dayWords } from './session-words.ts';

/*
 * Dates and times as people write them. Nothing is guessed from the machine: the day that it is comes in.
 */

/** What was read, or in Vietnamese what is wrong and how to write it. */
export type Read<T> = { value: T } | { mistake: string };

/** From when until when; no end: only the beginning was written. */
export interface Times {
  from: Temporal.PlainTime;
  to: Temporal.PlainTime | undefined;
}

const FIRST_YEAR = 2000;
const LAST_YEAR = 2100;

const WEEKDAY = /^(?:(?:thu|t)\s?(hai|ba|tu|nam|sau|bay|[2-7])|(chu nhat|cn))(?=[\s,.(]|$)[\s,.(]*(?:ngay\s)?/;
const WEEKDAYS: Readonly<Record<string, number>> = { hai: 1, ba: 2, tu: 3, nam: 4, sau: 5, bay: 6 };

/** Hours and minutes with something that tells them from other numbers: "8h", "8h30", "08:00", "8g30", "8 giờ 30". */
const CLOCK = String.raw`\d{1,2}\s?(?::|gio|h|g)(?:\s?\d{2}(?!\d))?(?::00)?(?:\s?(?:phut|p))?(?:\s?(?:sang|trua|chieu|toi))?`;
const BETWEEN = String.raw`\s?(?:-|–|—|\bden\b)\s?`;
const RANGE = new RegExp(
  String.raw`(?:tu\s)?(?<![\d/.:-])(?:(${CLOCK})(?:${BETWEEN}(${CLOCK}|\d{1,2}(?![\d/.-])))?|(\d{1,2})${BETWEEN}(${CLOCK}))`,
);

/**
 * Reads a date: "1/12/2026", "01-12-26", "thứ Ba 1/12", "1 tháng 12", "2026-12-01", "ngày mai". Without a year it is the
 * next such date from `today` on. A day of the week must be the date's own.
 */
export function readDate(text: string, today: Temporal.PlainDate): Read<Temporal.PlainDate> {
  const shown = quoted(text);
  const plain = folded(text).replace(/^ngay\s(?!mai|kia)/, '');
  const [prefix = '', named, sunday] = WEEKDAY.exec(plain) ?? [];
  const rest = plain.slice(prefix.length).replace(/\)$/, '').trim();
  const weekday = sunday === undefined ? named && (WEEKDAYS[named] ?? Number(named) - 1) : 7;
  const read = readPlainDate(rest, today, shown);
  if ('mistake' in read || weekday === undefined || read.value.dayOfWeek === weekday) return read;
  return {
    mistake: `${shown}: ngày ${short(read.value)} là ${dayWords(read.value).split(' ').slice(0, -1).join(' ')}; sửa lại thứ hoặc ngày.`,
  };
}

/** Reads a time of day: "8h", "8h30", "08:00", "8g30", "8 giờ 30", "2h chiều". */
export function readTime(text: string): Read<Temporal.PlainTime> {
  const wrong = { mistake: `${quoted(text)} không phải giờ; viết như 08:00.` };
  const [, hours, minutes, part] =
    /^(\d{1,2})(?:\s?(?::|gio|h|g)\s?(\d{2})?(?::00)?\s?(?:phut|p)?)\s?(sang|trua|chieu|toi)?$/.exec(folded(text)) ??
    [];
  if (hours === undefined) return wrong;
  const noonLater = (part === 'chieu' || part === 'toi') && Number(hours) < 12;
  const [hour, minute] = [Number(hours) + (noonLater ? 12 : 0), Number(minutes ?? 0)];
  return hour < 24 && minute < 60 ? { value: new Temporal.PlainTime(hour, minute) } : wrong;
}

/** Reads "08:00-11:30", "8h - 11h30", "từ 2h đến 5h chiều", or the beginning alone. */
export function readTimes(text: string): Read<Times> {
  const plain = folded(text);
  const [whole, first, firstEnd, bare, bareEnd] = RANGE.exec(plain) ?? [];
  const [start, end] = [first ?? bare ?? '', firstEnd ?? bareEnd];
  if (whole === undefined || whole.length < plain.length) {
    return { mistake: `${quoted(text)} không phải giờ; viết như 08:00-11:30.` };
  }
  // "2h-5h chiều" is in the afternoon from the beginning on; "8-11h30" has the marker once.
  const marked = (one: string): string => (/^\d+$/.test(one) ? `${one}h` : one);
  const part = / ?(?:chieu|toi)$/.exec(end ?? '')?.[0] ?? '';
  const to = end === undefined ? undefined : readTime(marked(end));
  if (to && 'mistake' in to) return { mistake: wrongPart(text, end ?? '') };
  const alone = readTime(marked(start));
  const joined = /sang|trua|chieu|toi/.test(start) || part === '' ? alone : readTime(marked(start) + part);
  const from = to && 'value' in joined && Temporal.PlainTime.compare(joined.value, to.value) >= 0 ? alone : joined;
  if ('mistake' in from) return { mistake: wrongPart(text, start) };
  if (to && Temporal.PlainTime.compare(from.value, to.value) >= 0) {
    return {
      mistake: `giờ kết thúc ${clockWords(to.value)} không sau giờ bắt đầu ${clockWords(from.value)}; sửa lại giờ.`,
    };
  }
  return { value: { from: from.value, to: to?.value } };
}

/** Reads a date and times in either order: "01/12/2026 08:00-11:30", "8h-11h30 thứ Ba ngày 1/12". */
export function readDateAndTimes(text: string, today: Temporal.PlainDate): Read<{ date: Temporal.PlainDate } & Times> {
  const plain = folded(text);
  const [whole] = RANGE.exec(plain) ?? [];
  if (whole === undefined) {
    const date = readDate(plain, today);
    return {
      mistake:
        'mistake' in date
          ? `${quoted(text)} không có ngày giờ; viết như 01/12/2026 08:00-11:30.`
          : `${quoted(text)} thiếu giờ; viết như ${short(date.value)} 08:00-11:30.`,
    };
  }
  const rest = plain
    .replace(whole, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[\s,;(]+|[\s,;)]+$/g, '')
    .replace(/\s(?:luc|vao)$|^(?:luc|vao)\s/, '');
  if (rest === '') return { mistake: `${quoted(text)} thiếu ngày; viết như 01/12/2026 08:00-11:30.` };
  const date = readDate(rest, today);
  if ('mistake' in date) return date;
  const times = readTimes(whole.trim());
  return 'mistake' in times ? times : { value: { date: date.value, ...times.value } };
}

function readPlainDate(text: string, today: Temporal.PlainDate, shown: string): Read<Temporal.PlainDate> {
  if (text === 'hom nay') return { value: today };
  if (/^(?:ngay )?mai$/.test(text)) return { value: today.add({ days: 1 }) };
  const iso = /^(\d{4})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{1,2})(?: 00:00)?$/.exec(text);
  const usual = /^(\d{1,2})\s?(?:[/.-]|thang)\s?(\d{1,2})(?:\s?(?:[/.-]|nam)\s?(\d{4}|\d{2}))?$/.exec(text);
  const [year, month, day] = iso ? iso.slice(1) : [usual?.[3], usual?.[2], usual?.[1]];
  if (month === undefined || day === undefined) return { mistake: `${shown} không phải ngày; viết như 1/12/2026.` };
  if (Number(month) > 12 && Number(day) <= 12) {
    const turned = [month, day, year].filter((part) => part !== undefined).join('/');
    return { mistake: `${shown} không có tháng ${month}; ghi ngày trước, tháng sau: ${turned}.` };
  }
  const none = { mistake: `${shown}: không có ngày này; xem lại ngày và tháng.` };
  if (year !== undefined) {
    const full = Number(year) < 100 ? 2000 + Number(year) : Number(year);
    if (full < FIRST_YEAR || full > LAST_YEAR) return { mistake: `${shown}: xem lại năm ${full}.` };
    const date = dateOf(full, Number(month), Number(day));
    return date ? { value: date } : none;
  }
  // The 29th of February comes after eight years at the latest.
  for (let ahead = 0; ahead <= 8; ahead++) {
    const date = dateOf(today.year + ahead, Number(month), Number(day));
    if (date && Temporal.PlainDate.compare(date, today) >= 0) return { value: date };
  }
  return none;
}

function dateOf(year: number, month: number, day: number): Temporal.PlainDate | undefined {
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' });
  } catch {
    return undefined;
  }
}

function short({ day, month, year }: Temporal.PlainDate): string {
  return `${day}/${month}/${year}`;
}

/** The part as it was typed, when it can be found in what was typed. */
function wrongPart(text: string, part: string): string {
  const at = folded(text).indexOf(part);
  const typed = text.normalize('NFC').replace(/\s+/gu, ' ').trim();
  const shown = at >= 0 && typed.length === folded(text).length ? typed.slice(at, at + part.length) : part;
  return `${quoted(shown.trim())} không phải giờ; viết như 08:00.`;
}

function folded(text: string): string {
  return fold(text.normalize('NFC')).replace(/\s+/gu, ' ').trim();
}

function quoted(text: string): string {
  return `'${text.replace(/\s+/gu, ' ').trim().slice(0, 40)}'`;
}
