import { fold } from '../search/fold.ts';
import type { Settings } from './people-store.ts';

/** A day and night; what is due earlier is no reminder any more. Minutes. */
const MOST_MINUTES = 24 * 60;

/**
 * Reads a setting as people type it: "nhắc trước 30 phút", "im lặng đến 5/12", "yên tĩnh 21h30-6h", "buổi tối 19h30",
 * each also without the words before it where what follows can only mean one thing.
 *
 * @param today a day without a year is the next that comes
 * @returns what changes; undefined: cannot be read as a setting
 */
export function readSetting(text: string, today: Temporal.PlainDate): Partial<Settings> | undefined {
  const plain = fold(text)
    .replace(/\s+/gu, ' ')
    .replace(/[.!]+$/, '')
    .trim();
  const [, subject = '', rest = ''] =
    /^(nhac truoc|truoc|im lang|(?:gio )?yen tinh|(?:nhac )?buoi toi)?[:\s]*(.*)$/.exec(plain) ?? [];
  const off = /^(?:khong(?: nhac| can)?|tat|bo|thoi)$/.test(rest);
  if (subject.endsWith('truoc'))
    return off ? { minutesBefore: 0 } : setMinutes(/^\d+$/.test(rest) ? `${rest} phut` : rest);
  if (subject === 'im lang') return off ? { mutedUntil: undefined } : setMuted(rest, today);
  if (subject.endsWith('yen tinh')) return off ? { quiet: undefined } : setQuiet(rest);
  if (subject.endsWith('toi')) return off ? { evening: false } : setEvening(rest);
  return setQuiet(rest) ?? setMuted(rest, today) ?? setMinutes(rest);
}

function setMinutes(text: string): Partial<Settings> | undefined {
  const [, hours, half, minutes] =
    /^(?:(\d{1,2})\s?(?:gio|tieng|h)(?: dong ho)?(\s?ruoi)?)?\s?(?:(\d{1,4})\s?(?:phut|p|')?)?$/.exec(text) ?? [];
  if (hours === undefined && (minutes === undefined || minutes === text)) return undefined;
  const total = Number(hours ?? 0) * 60 + (half === undefined ? 0 : 30) + Number(minutes ?? 0);
  return total > 0 && total <= MOST_MINUTES ? { minutesBefore: total } : undefined;
}

function setMuted(text: string, today: Temporal.PlainDate): Partial<Settings> | undefined {
  const mutedUntil = readDate(text.replace(/^(?:den )?(?:het )?(?:ngay )?/, ''), today);
  return mutedUntil && Temporal.PlainDate.compare(mutedUntil, today) >= 0 ? { mutedUntil } : undefined;
}

function readDate(text: string, today: Temporal.PlainDate): Temporal.PlainDate | undefined {
  if (text === 'hom nay') return today;
  if (text === 'mai' || text === 'ngay mai') return today.add({ days: 1 });
  const [, day, month, year] =
    /^(\d{1,2})\s?(?:[/.-]|thang)\s?(\d{1,2})(?:\s?(?:[/.-]|nam)\s?(\d{4}))?$/.exec(text) ?? [];
  if (day === undefined) return undefined;
  try {
    const date = Temporal.PlainDate.from(
      { year: Number(year ?? today.year), month: Number(month), day: Number(day) },
      { overflow: 'reject' },
    );
    return year === undefined && Temporal.PlainDate.compare(date, today) < 0 ? date.add({ years: 1 }) : date;
  } catch {
    return undefined;
  }
}

function setQuiet(text: string): Partial<Settings> | undefined {
  const [, start = '', end = ''] = /^(?:tu )?(.+?)\s?(?:-|–|—| den )\s?(.+)$/.exec(text) ?? [];
  const [from, to] = [readTime(start), readTime(end)];
  if (!from || !to || from.equals(to)) return undefined;
  return { quiet: { from, to } };
}

function setEvening(text: string): Partial<Settings> | undefined {
  if (/^(?:co|bat)$/.test(text)) return { evening: true };
  const eveningAt = readTime(text.replace(/^luc /, ''));
  return eveningAt && { evening: true, eveningAt };
}

/** "19:30", "19h30", "19h", "7 giờ tối" */
function readTime(text: string): Temporal.PlainTime | undefined {
  const [, hours, minutes, part] =
    /^(\d{1,2})(?:\s?(?:[:h.]|gio)\s?(\d{2})?)\s?(?:phut)?\s?(sang|trua|chieu|toi)?$/.exec(text.trim()) ?? [];
  if (hours === undefined) return undefined;
  const later = (part === 'chieu' || part === 'toi') && Number(hours) < 12 ? 12 : 0;
  const [hour, minute] = [Number(hours) + later, Number(minutes ?? 0)];
  return hour < 24 && minute < 60 ? new Temporal.PlainTime(hour, minute) : undefined;
}
