import { expect, test } from 'vitest';
import { loadHolidays } from '../../src/meetings/holidays.ts';
import { datesOf, ruleWords, startOf, type MeetingRule } from '../../src/meetings/recurrence.ts';
import { readMeeting } from '../../src/meetings/typed-meeting.ts';
import { randomNumbers } from '../support/random.ts';

const TODAY = Temporal.PlainDate.from('2026-11-22');

function read(text: string): unknown {
  const typed = readMeeting(text, TODAY);
  return 'mistake' in typed ? typed.mistake : typed.value;
}

test.each<[string, object, string?]>([
  ['ngày 5 hằng tháng 19:30, nhà văn hóa', { kind: 'day', day: 5, time: '19:30' }, 'nhà văn hóa'],
  [
    'Ngày 03 hàng tháng lúc 19h30, tại nhà văn hóa thôn 2',
    { kind: 'day', day: 3, time: '19:30' },
    'nhà văn hóa thôn 2',
  ],
  ['mùng 3 mỗi tháng 7 giờ tối', { kind: 'day', day: 3, time: '19:00' }],
  ['ngày cuối tháng 17h', { kind: 'day', day: 31, time: '17:00' }],
  ['thứ Bảy đầu tiên 8h', { kind: 'weekday', weekday: 6, nth: 1, time: '08:00' }],
  ['thứ bảy đầu tiên hằng tháng, 8h, hội trường', { kind: 'weekday', weekday: 6, nth: 1, time: '08:00' }, 'hội trường'],
  ['thứ 5 tuần thứ hai 14h', { kind: 'weekday', weekday: 4, nth: 2, time: '14:00' }],
  ['T7 tuần 3 8h', { kind: 'weekday', weekday: 6, nth: 3, time: '08:00' }],
  ['chủ nhật cuối tháng', { kind: 'weekday', weekday: 7, nth: -1 }],
  ['cn dau thang 8h', { kind: 'weekday', weekday: 7, nth: 1, time: '08:00' }],
  ['12/12/2026 19h30, phòng họp tầng 2', { kind: 'once', date: '2026-12-12', time: '19:30' }, 'phòng họp tầng 2'],
  ['thứ Bảy 12/12 19:30', { kind: 'once', date: '2026-12-12', time: '19:30' }],
  ['ngày mai 19:30', { kind: 'once', date: '2026-11-23', time: '19:30' }],
])('reads "%s"', (text, rule, place) => {
  expect(read(text)).toEqual({ rule, place });
});

test.each([
  ['thứ Bảy 8h', 'tuần nào'],
  ['ngày 32 hằng tháng', 'từ 1 đến 31'],
  ['ngày 5 hằng tháng 25h', '25h'],
  ['khi nào rảnh', 'chưa đọc được'],
  ['1/2/2020 8h', 'đã qua'],
])('says what is wrong with "%s"', (text, mistake) => {
  expect(read(text)).toContain(mistake);
});

test('says the rule as people do, and reads it again', () => {
  const rules: MeetingRule[] = [
    { kind: 'day', day: 5, time: '19:30' },
    { kind: 'day', day: 31, time: '19:30' },
    { kind: 'weekday', weekday: 6, nth: 1, time: '08:00' },
    { kind: 'weekday', weekday: 7, nth: -1, time: '08:00' },
    { kind: 'weekday', weekday: 2, nth: 4, time: '08:00' },
    { kind: 'once', date: '2026-12-12', time: '19:30' },
  ];
  for (const rule of rules) expect(read(ruleWords(rule)), ruleWords(rule)).toEqual({ rule, place: undefined });
});

/** Day after day with plain numbers: whether this date is one of the rule's. */
function isOne(rule: MeetingRule, ms: number): boolean {
  const date = new Date(ms);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  if (rule.kind === 'once') return date.toISOString().startsWith(rule.date);
  if (rule.kind === 'day') return day === rule.day || (day === last && rule.day > last);
  if (date.getUTCDay() !== rule.weekday % 7) return false;
  return rule.nth === -1 ? day + 7 > last : Math.ceil(day / 7) === rule.nth;
}

test.each(['UTC', 'America/New_York', 'Asia/Ho_Chi_Minh'])('agrees with a plain oracle on a host in %s', (zone) => {
  const before = process.env['TZ'];
  process.env['TZ'] = zone;
  try {
    const { seed, number, pick } = randomNumbers();
    for (let i = 0; i < 300; i++) {
      const time = `${String(number(24)).padStart(2, '0')}:${pick(['00', '30'])}`;
      const from = Temporal.PlainDate.from('2026-01-01').add({ days: number(1800) });
      const to = from.add({ days: number(500) });
      const rule = pick<MeetingRule>([
        { kind: 'day', day: number(31) + 1, time },
        { kind: 'weekday', weekday: number(7) + 1, nth: pick([1, 2, 3, 4, -1]), time },
        { kind: 'once', date: from.add({ days: number(60) - 10 }).toString(), time },
      ]);
      const wanted: string[] = [];
      const end = Date.parse(`${to.toString()}T00:00:00Z`);
      for (let ms = Date.parse(`${from.toString()}T00:00:00Z`); ms <= end; ms += 86_400_000) {
        if (isOne(rule, ms)) wanted.push(new Date(ms).toISOString().slice(0, 10));
      }
      const dates = datesOf(rule, from, to);
      expect(dates.map(String), `seed ${seed}, ${JSON.stringify(rule)}`).toEqual(wanted);
      for (const date of dates.slice(0, 2)) {
        const begins = startOf(rule, date, 'Asia/Ho_Chi_Minh').epochMilliseconds;
        expect(begins, `seed ${seed}`).toBe(Date.parse(`${date.toString()}T${time}:00+07:00`));
      }
    }
  } finally {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  }
});

test('a month without the day takes its last', () => {
  const rule: MeetingRule = { kind: 'day', day: 31, time: '19:30' };
  const dates = datesOf(rule, Temporal.PlainDate.from('2028-01-01'), Temporal.PlainDate.from('2028-04-30'));
  expect(dates.map(String)).toEqual(['2028-01-31', '2028-02-29', '2028-03-31', '2028-04-30']);
});

test('knows the holidays of the years to come', () => {
  const holidays = loadHolidays();
  expect(holidays.get('2027-02-06')).toBe('mùng 1 Tết Nguyên đán');
  expect(holidays.get('2030-02-02')).toBe('mùng 1 Tết Nguyên đán');
  expect(holidays.get('2027-09-02')).toBe('Quốc khánh');
  for (let year = 2026; year <= 2030; year++) {
    expect(
      [...holidays.keys()].filter((date) => date.startsWith(String(year))),
      String(year),
    ).toHaveLength(11);
  }
});
