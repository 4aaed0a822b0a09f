import { describe, expect, test } from 'vitest';
import { momentWords, nextTime, repeatWords } from '../../src/announcements/schedule.ts';
import { readSchedule } from '../../src/announcements/schedule-words.ts';

const ZONE = 'Asia/Ho_Chi_Minh';
/** A Sunday, ten in the morning. */
const NOW = Temporal.ZonedDateTime.from(`2026-11-22T10:00[${ZONE}]`);

function read(text: string): string {
  const schedule = readSchedule(text, NOW);
  if ('mistake' in schedule) return schedule.mistake;
  const { at, repeat } = schedule.value;
  return [momentWords(at, ZONE), ...(repeat ? [repeatWords(repeat)] : [])].join(' | ');
}

describe('once', () => {
  test.each([
    ['8h sáng mai', '08:00 thứ Hai 23/11/2026'],
    ['sáng mai 8h30', '08:30 thứ Hai 23/11/2026'],
    ['sáng mai', '08:00 thứ Hai 23/11/2026'],
    ['8h toi nay', '20:00 Chủ nhật 22/11/2026'],
    ['chiều nay', '14:00 Chủ nhật 22/11/2026'],
    ['25/12 7:30', '07:30 thứ Sáu 25/12/2026'],
    ['7h30 ngày 25/12/2026', '07:30 thứ Sáu 25/12/2026'],
    ['lúc 7 giờ 30 phút sáng ngày 25 tháng 12', '07:30 thứ Sáu 25/12/2026'],
    ['25/12', '08:00 thứ Sáu 25/12/2026'],
    ['15/1 8h', '08:00 thứ Sáu 15/1/2027'],
    ['thứ Sáu 14h', '14:00 thứ Sáu 27/11/2026'],
    ['2h chiều thứ sáu tuần sau', '14:00 thứ Sáu 27/11/2026'],
    ['thứ ba tới 9h', '09:00 thứ Ba 24/11/2026'],
    ['9h', '09:00 thứ Hai 23/11/2026'],
    ['11:15', '11:15 Chủ nhật 22/11/2026'],
    ['chủ nhật 9h', '09:00 Chủ nhật 29/11/2026'],
    ['14h ngày kia', '14:00 thứ Ba 24/11/2026'],
  ])('%s', (text, expected) => expect(read(text)).toBe(expected));
});

describe('again and again', () => {
  test.each([
    ['ngày 25 hằng tháng 8:00', '08:00 thứ Tư 25/11/2026 | 08:00 ngày 25 hằng tháng'],
    ['8h ngày 20 hàng tháng', '08:00 Chủ nhật 20/12/2026 | 08:00 ngày 20 hằng tháng'],
    ['thứ Hai hằng tuần', '08:00 thứ Hai 23/11/2026 | 08:00 thứ Hai hằng tuần'],
    ['14h thứ sáu hàng tuần', '14:00 thứ Sáu 27/11/2026 | 14:00 thứ Sáu hằng tuần'],
    ['mỗi chủ nhật 9h', '09:00 Chủ nhật 29/11/2026 | 09:00 Chủ nhật hằng tuần'],
    ['thứ Hai đầu tiên hằng tháng 7h30', '07:30 thứ Hai 7/12/2026 | 07:30 thứ Hai đầu tiên hằng tháng'],
    ['cuối tháng hằng tháng 16h', '16:00 thứ Hai 30/11/2026 | 16:00 ngày cuối tháng, hằng tháng'],
  ])('%s', (text, expected) => expect(read(text)).toBe(expected));
});

test.each([
  ['', /8h sáng mai/],
  ['khi nào rảnh', /8h sáng mai/],
  ['25h mai', /không phải giờ/],
  ['ngày 25 8h', /Chưa rõ tháng nào/],
  ['8h hôm nay', /đã qua/],
  ['31/2 8h', /8h sáng mai/],
  ['22/11/2029 8h', /xa quá một năm/],
  ['thứ hai tuần này 8h', /đã qua/],
])('is told how to write instead of "%s"', (text, expected) => expect(read(text)).toMatch(expected));

test('the next time of a rule is after the last one, through a year and a short month', () => {
  let at = Temporal.Instant.from('2027-01-30T00:00:00Z');
  const times: string[] = [];
  for (let i = 0; i < 4; i++) {
    at = nextTime({ kind: 'day', day: 31, time: '08:00' }, at, ZONE);
    times.push(at.toZonedDateTimeISO(ZONE).toPlainDateTime().toString());
  }
  expect(times).toEqual(['2027-01-31T08:00:00', '2027-02-28T08:00:00', '2027-03-31T08:00:00', '2027-04-30T08:00:00']);
});
