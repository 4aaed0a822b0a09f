import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDate, readDateAndTimes, readTime, readTimes } from '../../src/classes/typed-times.ts';

const TODAY = Temporal.PlainDate.from('2026-11-22');

function date(text: string): string {
  const read = readDate(text, TODAY);
  return 'mistake' in read ? read.mistake : read.value.toString();
}

function times(text: string): string {
  const read = readTimes(text);
  return 'mistake' in read
    ? read.mistake
    : `${read.value.from.toString().slice(0, 5)}-${read.value.to?.toString().slice(0, 5) ?? ''}`;
}

test.for([
  ['1/12/2026', '2026-12-01'],
  ['01-12-26', '2026-12-01'],
  ['01.12.2026', '2026-12-01'],
  ['thứ Ba 1/12', '2026-12-01'],
  ['Thứ 3, ngày 01/12/2026', '2026-12-01'],
  ['T3 1/12', '2026-12-01'],
  ['thu ba 1/12', '2026-12-01'],
  ['chủ nhật 6/12', '2026-12-06'],
  ['CN, 6-12-2026', '2026-12-06'],
  ['2026-12-01', '2026-12-01'],
  ['1 tháng 12 năm 2026', '2026-12-01'],
  ['ngày 1 tháng 12', '2026-12-01'],
  ['hôm nay', '2026-11-22'],
  ['ngày mai', '2026-11-23'],
  ['22/11', '2026-11-22'],
  ['21/11', '2027-11-21'],
  ['29/2', '2028-02-29'],
])('the date %s', ([text, expected]) => expect(date(text ?? '')).toBe(expected));

test.for([
  ['thứ Hai 1/12', "'thứ Hai 1/12': ngày 1/12/2026 là thứ Ba; sửa lại thứ hoặc ngày."],
  ['CN 1/12', "'CN 1/12': ngày 1/12/2026 là thứ Ba; sửa lại thứ hoặc ngày."],
  ['31/11/2026', "'31/11/2026': không có ngày này; xem lại ngày và tháng."],
  ['12/25/2026', "'12/25/2026' không có tháng 25; ghi ngày trước, tháng sau: 25/12/2026."],
  ['tuần sau', "'tuần sau' không phải ngày; viết như 1/12/2026."],
  ['46357', "'46357' không phải ngày; viết như 1/12/2026."],
  ['1/12/1026', "'1/12/1026': xem lại năm 1026."],
  ['', "'' không phải ngày; viết như 1/12/2026."],
])('no date: %s', ([text, mistake]) => expect(date(text ?? '')).toBe(mistake));

test.for([
  ['08:00-11:30', '08:00-11:30'],
  ['8h-11h30', '08:00-11:30'],
  ['8g30 – 11g', '08:30-11:00'],
  ['từ 8 giờ đến 11 giờ 30', '08:00-11:30'],
  ['8 giờ 30 phút - 11 giờ 30 phút', '08:30-11:30'],
  ['2h-5h chiều', '14:00-17:00'],
  ['8h sáng đến 5h chiều', '08:00-17:00'],
  ['10h - 2h chiều', '10:00-14:00'],
  ['8-11h30', '08:00-11:30'],
  ['8h', '08:00-'],
  ['08:00:00-11:30:00', '08:00-11:30'],
  ['25:00-26:00', "'26:00' không phải giờ; viết như 08:00."],
  ['25:00', "'25:00' không phải giờ; viết như 08:00."],
  ['8h-25h', "'25h' không phải giờ; viết như 08:00."],
  ['11:30-08:00', 'giờ kết thúc 08:00 không sau giờ bắt đầu 11:30; sửa lại giờ.'],
  ['sáng', "'sáng' không phải giờ; viết như 08:00-11:30."],
])('the times %s', ([text, expected]) => expect(times(text ?? '')).toBe(expected));

test.for([['8h'], ['08:00'], ['8 giờ'], ['8g00']])('the time %s', ([text]) =>
  expect(readTime(text ?? '')).toEqual({ value: new Temporal.PlainTime(8) }),
);
test('a time that is none', () => {
  expect(readTime('25:00')).toEqual({ mistake: "'25:00' không phải giờ; viết như 08:00." });
});

describe('date and times together', () => {
  test.for([
    ['01/12/2026 08:00-11:30'],
    ['thứ Ba 1/12 8h-11h30'],
    ['8h-11h30, thứ Ba ngày 1/12'],
    ['2026-12-01 08:00-11:30'],
    ['01-12-26 8-11h30'],
    ['1-12 8h - 11h30'],
    ['ngày 1/12/2026 từ 8h đến 11h30'],
    ['1/12 lúc 8h-11h30'],
  ])('%s', ([text]) => {
    const read = readDateAndTimes(text ?? '', TODAY);
    if ('mistake' in read) throw new Error(read.mistake);
    const { date: day, from, to } = read.value;
    expect([day, from, to].map(String)).toEqual(['2026-12-01', '08:00:00', '11:30:00']);
  });
  test.for([
    ['1/12', "'1/12' thiếu giờ; viết như 1/12/2026 08:00-11:30."],
    ['8h-11h', "'8h-11h' thiếu ngày; viết như 01/12/2026 08:00-11:30."],
    ['xyz', "'xyz' không có ngày giờ; viết như 01/12/2026 08:00-11:30."],
    ['1/12 25:00-26:00', "'26:00' không phải giờ; viết như 08:00."],
  ])('wrong: %s', ([text, mistake]) => expect(readDateAndTimes(text ?? '', TODAY)).toEqual({ mistake }));
});

test('any date and times, written in any way, are read back; nothing else breaks it', () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  const dates = fc.integer({ min: 0, max: 3000 }).map((days) => TODAY.add({ days }));
  const minutes = fc.tuple(fc.integer({ min: 0, max: 1438 }), fc.integer({ min: 1, max: 1439 }));
  fc.assert(
    fc.property(
      dates,
      minutes,
      fc.nat(3),
      fc.nat(2),
      fc.boolean(),
      (day, [first, length], dateForm, timeForm, turned) => {
        const last = Math.min(first + length, 1439);
        const [from, to] = [first, last].map((minute) => new Temporal.PlainTime(Math.floor(minute / 60), minute % 60));
        const two = (number: number): string => String(number).padStart(2, '0');
        const names = ['thứ Hai', 'thứ 3', 'T4', 'thứ năm', 'Thứ Sáu', 'thứ bảy', 'Chủ nhật'];
        const dateText = [
          `${day.day}/${day.month}/${day.year}`,
          `${two(day.day)}-${two(day.month)}-${two(day.year % 100)}`,
          day.toString(),
          `${names[day.dayOfWeek - 1]}, ngày ${day.day}/${day.month}/${day.year}`,
        ][dateForm];
        const clock = (time: Temporal.PlainTime | undefined): string =>
          [
            `${two(time?.hour ?? 0)}:${two(time?.minute ?? 0)}`,
            `${time?.hour}h${two(time?.minute ?? 0)}`,
            `${time?.hour} giờ ${two(time?.minute ?? 0)}`,
          ][timeForm] ?? '';
        const timeText = `${clock(from)} - ${clock(to)}`;
        const read = readDateAndTimes(turned ? `${timeText} ${dateText}` : `${dateText} ${timeText}`, TODAY);
        if ('mistake' in read) throw new Error(read.mistake);
        expect([read.value.date, read.value.from, read.value.to].map(String)).toEqual([day, from, to].map(String));
      },
    ),
    { seed, numRuns: 500 },
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...Array.from('0123456789hg:/-. thứabcn')) }), (text) => {
      for (const read of [readDate(text, TODAY), readTime(text), readTimes(text), readDateAndTimes(text, TODAY)]) {
        if ('mistake' in read) expect(read.mistake).toMatch(/[.]$/);
      }
    }),
    { seed, numRuns: 500 },
  );
});
