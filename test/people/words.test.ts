import { describe, expect, test } from 'vitest';
import { readPersonName } from '../../src/people/person-name.ts';
import { readSetting } from '../../src/people/settings-words.ts';
import { loadHolidays } from '../../src/meetings/holidays.ts';
import { addWorkingDays } from '../../src/people/working-days.ts';
import { randomNumbers } from '../support/random.ts';

const TODAY = Temporal.PlainDate.from('2026-11-22');
const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text);
const time = (text: string): Temporal.PlainTime => Temporal.PlainTime.from(text);

describe('settings as people type them', () => {
  test.each([
    ['nhắc trước 30 phút', { minutesBefore: 30 }],
    ['nhac truoc 30p', { minutesBefore: 30 }],
    ['Nhắc trước 45', { minutesBefore: 45 }],
    ['nhắc trước 1 giờ', { minutesBefore: 60 }],
    ['nhắc trước 1 tiếng rưỡi', { minutesBefore: 90 }],
    ['nhắc trước 1 giờ 15 phút', { minutesBefore: 75 }],
    ['2 tiếng', { minutesBefore: 120 }],
    ['30 phút', { minutesBefore: 30 }],
    ['nhắc trước không', { minutesBefore: 0 }],
    ['nhắc trước: không nhắc', { minutesBefore: 0 }],
    ['im lặng đến 5/12', { mutedUntil: day('2026-12-05') }],
    ['im lang den het ngay 5/12.', { mutedUntil: day('2026-12-05') }],
    ['im lặng đến 5-12-2027', { mutedUntil: day('2027-12-05') }],
    ['im lặng đến 5 tháng 1', { mutedUntil: day('2027-01-05') }],
    ['im lặng đến mai', { mutedUntil: day('2026-11-23') }],
    ['đến 22/11', { mutedUntil: TODAY }],
    ['im lặng bỏ', { mutedUntil: undefined }],
    ['yên tĩnh 21:30-6:00', { quiet: { from: time('21:30'), to: time('06:00') } }],
    ['giờ yên tĩnh từ 21h đến 6h', { quiet: { from: time('21:00'), to: time('06:00') } }],
    ['9 giờ tối - 5 giờ sáng', { quiet: { from: time('21:00'), to: time('05:00') } }],
    ['yên tĩnh bỏ', { quiet: undefined }],
    ['buổi tối 19h30', { evening: true, eveningAt: time('19:30') }],
    ['nhắc buổi tối lúc 7 giờ tối', { evening: true, eveningAt: time('19:00') }],
    ['buổi tối tắt', { evening: false }],
    ['buổi tối bật', { evening: true }],
  ])('%j', (text, expected) => {
    expect(readSetting(text, TODAY)).toEqual(expected);
  });

  test.each([
    '',
    'nhắc trước',
    'nhắc trước 0 phút',
    'nhắc trước 25 giờ',
    'nhắc trước 5/12',
    '30',
    'im lặng đến 31/2',
    'im lặng đến 5/13',
    'im lặng đến 5/12/2020',
    'yên tĩnh 21h',
    'yên tĩnh 25h-6h',
    'yên tĩnh 21h-21h',
    'buổi tối 19:75',
    'tuổi kết nạp',
    'toString',
  ])('%j is none', (text) => {
    expect(readSetting(text, TODAY)).toBeUndefined();
  });
});

describe('names', () => {
  test.each([
    ['Nguyễn Văn An', 'Nguyễn Văn An'],
    ['  nguyễn   thị lan. ', 'Nguyễn Thị Lan'],
    ['TRẦN VĂN BÌNH', 'Trần Văn Bình'],
    ['tran van binh', 'Tran Van Binh'],
    ['Tôi là Lê Thị Hoa', 'Lê Thị Hoa'],
    ['Họ và tên: Lê Thị Hoa', 'Lê Thị Hoa'],
    ['tên tôi là Lê Thị Hoa', 'Lê Thị Hoa'],
    ["H'Hen Niê", "H'Hen Niê"],
    ['Y Moan', 'Y Moan'],
    ['Đồng Văn Lâm', 'Đồng Văn Lâm'],
    ['Nguyễn Văn An'.normalize('NFD'), 'Nguyễn Văn An'],
  ])('%j', (text, expected) => {
    expect(readPersonName(text)).toBe(expected);
  });

  test.each([
    'An',
    '0912345678',
    'Nguyễn Văn 5',
    'a b c d e f g h i',
    '<b>An</b> Lê',
    `${'a'.repeat(40)} ${'b'.repeat(40)}`,
    '',
  ])('%j is none', (text) => {
    expect(readPersonName(text)).toBeUndefined();
  });
});

test('working days are counted as on a calendar', () => {
  const random = randomNumbers();
  const holidays = loadHolidays();
  for (let i = 0; i < 500; i++) {
    const from = day('2026-01-01').add({ days: random.number(1000) });
    const count = random.number(12);
    const to = addWorkingDays(from, count, holidays);
    const between = Array.from({ length: from.until(to).days }, (_, k) => from.add({ days: k + 1 }));
    const worked = between.filter((one) => one.dayOfWeek !== 6 && one.dayOfWeek !== 7 && !holidays.has(one.toString()));
    expect(worked.length, `seed ${random.seed}: ${from.toString()} + ${count}`).toBe(count);
    if (count > 0) expect(to.dayOfWeek).toBeLessThan(6);
  }
  expect(addWorkingDays(day('2026-04-29'), 2, holidays)).toEqual(day('2026-05-05'));
});
