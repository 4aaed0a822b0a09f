import { readDate, readTime, type Read } from '../classes/typed-times.ts';
import { readMeeting } from '../meetings/typed-meeting.ts';
import { fold } from '../search/fold.ts';
import { nextTime, type Repeat } from './schedule.ts';

/** When something goes out: at a moment, and perhaps again by a rule. */
export interface Schedule {
  at: Temporal.Instant;
  repeat: Repeat | undefined;
}

/** Further ahead nobody plans; it is a wrong year. */
const MOST_DAYS = 366;

const CLOCK = /(?<![\d/.:-])(\d{1,2}\s?(?::|gio|h|g)(?:\s?\d{2}(?!\d))?(?:\s?(?:phut|p)(?!\w))?)(?![\w/])/;
const PART = /(?<!\w)(?:buoi )?(sang|trua|chieu|toi)(?!\w)/;
/** Where only the part of the day was written. */
const TIME_OF_PART: Readonly<Record<string, string>> = { sang: '8h', trua: '11h', chieu: '14h', toi: '19h' };
const WEEKLY = /(?<!\w)(?:hang|moi) tuan(?!\w)|^(?:moi|hang) (?=thu|t[2-7]|chu nhat|cn)/;
const MONTHLY = /(?<!\w)(?:hang|moi|tung) thang(?!\w)/;
const WEEKDAY =
  /^(?:vao )?(?:(?:thu |t)(hai|ba|tu|nam|sau|bay|[2-7])|(chu nhat|cn))(?: (tuan nay|tuan sau|tuan toi|toi))?$/;
const WEEKDAYS: Readonly<Record<string, number>> = { hai: 1, ba: 2, tu: 3, nam: 4, sau: 5, bay: 6 };

/**
 * Reads when an announcement is to go out: "8h sáng mai", "25/12 7:30", "thứ Sáu 14h", "ngày 25 hằng tháng 8:00",
 * "thứ Hai hằng tuần". Without an hour it is at eight; what was understood is shown before it counts.
 *
 * @param now in the zone in which times are meant
 */
export function readSchedule(text: string, now: Temporal.ZonedDateTime): Read<Schedule> {
  const plain = fold(text.normalize('NFC')).replace(/[,;]/g, ' ').replace(/\s+/g, ' ').trim();
  const written = CLOCK.exec(plain)?.[1];
  const withoutClock = written === undefined ? plain : plain.replace(written, ' ');
  // "thứ Ba tới" is the next Tuesday, and "8h tới" in the evening.
  const part = /(?:thu \w+|t[2-7]|chu nhat|cn|tuan) toi$/.test(withoutClock.trim()) ? null : PART.exec(withoutClock);
  const day = (part ? withoutClock.replace(part[0], ' ') : withoutClock)
    .replace(/(?<!\w)(?:luc|gui|hen|nhac)(?!\w)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (written === undefined && !part && day === '') return { mistake: HOW };
  const time = readTime([written ?? TIME_OF_PART[part?.[1] ?? 'sang'], written && part?.[1]].filter(Boolean).join(' '));
  if ('mistake' in time) return time;
  if (WEEKLY.test(day)) return weekly(day.replace(WEEKLY, ' ').trim(), time.value, now);
  if (MONTHLY.test(day)) return monthly(day, time.value, now);
  return once(day, time.value, now);
}

function weekly(day: string, time: Temporal.PlainTime, now: Temporal.ZonedDateTime): Read<Schedule> {
  const [, name, sunday] = WEEKDAY.exec(day) ?? [];
  const weekday = weekdayOf(name, sunday);
  if (weekday === undefined) return { mistake: HOW };
  return again({ kind: 'week', weekday, time: minutes(time) }, now);
}

function monthly(day: string, time: Temporal.PlainTime, now: Temporal.ZonedDateTime): Read<Schedule> {
  const dated = /^\d{1,2}\s/.test(day) ? `ngay ${day}` : day;
  const read = readMeeting(dated, now.toPlainDate());
  if ('mistake' in read || read.value.rule.kind === 'once') return { mistake: HOW };
  return again({ ...read.value.rule, time: minutes(time) }, now);
}

function again(repeat: Repeat, now: Temporal.ZonedDateTime): Read<Schedule> {
  return { value: { at: nextTime(repeat, now.toInstant(), now.timeZoneId), repeat } };
}

function once(day: string, time: Temporal.PlainTime, now: Temporal.ZonedDateTime): Read<Schedule> {
  const at = (date: Temporal.PlainDate): Temporal.Instant =>
    date.toZonedDateTime({ timeZone: now.timeZoneId, plainTime: time }).toInstant();
  const isOver = (moment: Temporal.Instant): boolean => Temporal.Instant.compare(moment, now.toInstant()) <= 0;
  const today = now.toPlainDate();
  if (day === '') return { value: { at: at(isOver(at(today)) ? today.add({ days: 1 }) : today), repeat: undefined } };
  if (/^ngay \d{1,2}$/.test(day)) return { mistake: WHICH_MONTH };
  const date = dateOf(day, today, (one) => isOver(at(one)));
  if ('mistake' in date) return { mistake: HOW };
  if (isOver(at(date.value))) return { mistake: 'Giờ này đã qua. Đồng chí gõ một giờ sắp tới, ví dụ: 8h sáng mai.' };
  if (today.until(date.value).days > MOST_DAYS) return { mistake: 'Ngày này xa quá một năm; đồng chí xem lại năm.' };
  return { value: { at: at(date.value), repeat: undefined } };
}

function dateOf(
  day: string,
  today: Temporal.PlainDate,
  isOver: (date: Temporal.PlainDate) => boolean,
): Read<Temporal.PlainDate> {
  if (/^(?:hom )?nay$/.test(day)) return { value: today };
  if (/^(?:ngay )?(?:kia|mot)$/.test(day)) return { value: today.add({ days: 2 }) };
  const [, name, sunday, week] = WEEKDAY.exec(day) ?? [];
  const weekday = weekdayOf(name, sunday);
  if (weekday === undefined) return readDate(day, today);
  const monday = today.subtract({ days: today.dayOfWeek - 1 });
  const ofThisWeek = monday.add({ days: weekday - 1 });
  if (week === 'tuan sau' || week === 'tuan toi') return { value: ofThisWeek.add({ days: 7 }) };
  const passed = Temporal.PlainDate.compare(ofThisWeek, today) < 0 || isOver(ofThisWeek);
  return { value: passed && week !== 'tuan nay' ? ofThisWeek.add({ days: 7 }) : ofThisWeek };
}

function weekdayOf(name: string | undefined, sunday: string | undefined): number | undefined {
  if (sunday !== undefined) return 7;
  return name === undefined ? undefined : (WEEKDAYS[name] ?? Number(name) - 1);
}

function minutes(time: Temporal.PlainTime): string {
  return time.toString({ smallestUnit: 'minute' });
}

const HOW =
  'Tôi chưa đọc được giờ hẹn. Đồng chí gõ như: 8h sáng mai; 25/12 7:30; thứ Hai hằng tuần 8h; hoặc ngày 25 hằng tháng 8:00.';
const WHICH_MONTH = 'Chưa rõ tháng nào. Đồng chí gõ như: 25/12 7:30 (một lần), hoặc ngày 25 hằng tháng 7:30.';
