import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import writeXlsxFile, { type SheetData } from 'write-excel-file/node';
import type { Outgoing } from '../../src/bot/channel.ts';
import type { AccountRef } from '../../src/config.ts';
import { choiceOf, openConversation, textOf, type TestConversation } from '../support/conversation.ts';

const ADMIN: AccountRef = { channel: 'telegram', userId: '1' };
const HEAD = [
  ['Mã', 'BD-2026-01'],
  ['Tên', 'Bồi dưỡng nghiệp vụ'],
  ['Địa điểm', 'Hội trường A'],
];
const TITLES = ['Ngày', 'Giờ', 'Chuyên đề', 'Báo cáo viên', 'Địa điểm', 'Trạng thái'];
const SESSION = ['1/12/2026', '08:00-11:30', 'Công tác tổ chức', 'Báo cáo viên 1', '', ''];
const ROSTER = [
  ['Họ và tên', 'Đơn vị'],
  ['Nguyễn Văn A', 'Chi bộ Thôn 1'],
  ['Trần Thị B', 'CB Thôn 2'],
];

let bot: TestConversation;

beforeEach(async () => {
  bot = await openConversation([ADMIN]);
  await bot.addUnits(['Đảng ủy xã A', 'Chi bộ Thôn 1 | Đảng ủy xã A', 'Chi bộ Thôn 2 | Đảng ủy xã A']);
});
afterEach(() => bot.db.destroy());

type Rows = readonly (readonly (string | Date)[])[];

async function xlsx(sheets: Record<string, Rows>): Promise<Uint8Array> {
  const cell = (value: string | Date): SheetData[number][number] =>
    value instanceof Date ? { value, type: Date, format: 'dd/mm/yyyy' } : { value, type: String };
  const file = writeXlsxFile(
    Object.entries(sheets).map(([sheet, rows]) => ({
      sheet,
      data: rows.map((row) => row.map((value) => cell(value))),
    })),
  );
  return new Uint8Array(await file.toBuffer());
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const plain = (replies: readonly Outgoing[]): string => textOf(replies).replaceAll('\\', '');
const whole = (sessions: Rows = [SESSION], roster: Rows = ROSTER): Promise<Uint8Array> =>
  xlsx({ 'Buổi học': [...HEAD, [''], TITLES, ...sessions], 'Học viên': roster });

async function importFile(bytes: Uint8Array): Promise<string> {
  const preview = await bot.send(ADMIN, bytes);
  return plain(await bot.press(ADMIN, choiceOf(preview, 'Nhập')));
}

const everything = async (): Promise<unknown[]> => [
  await bot.db.selectFrom('classes').selectAll().execute(),
  await bot.db.selectFrom('sessions').selectAll().orderBy('id').execute(),
  await bot.db.selectFrom('enrolments').selectAll().orderBy('id').execute(),
];

test('timetable and roster: preview with counts, the import, the same again, and changes', async () => {
  const second = [new Date(Date.UTC(2026, 11, 2)), '14h - 17h', 'Thảo luận', '', 'Phòng 203', ''];
  const preview = await bot.send(ADMIN, await whole([SESSION, second]));
  expect(plain(preview)).toContain('14:00–17:00 thứ Tư 2/12/2026');
  expect(plain(preview)).toContain('Học viên: thêm 2, cập nhật 0, giữ nguyên 0');
  expect(await bot.classes.byCode('BD-2026-01')).toBeUndefined();
  expect(plain(await bot.press(ADMIN, choiceOf(preview, 'Nhập')))).toContain('Đã mở lớp');
  expect(plain(await bot.send(ADMIN, await whole([SESSION, second])))).toContain('Không có gì thay đổi');
  // A roster's line is known by name and unit, however these are written; who is not in it stays.
  const roster = [...ROSTER.slice(0, 1), ['Nguyen Van A', 'CB Thôn 1'], ['Lê Văn C', 'Chi bộ Thôn 1']];
  const moved = ['1/12/2026', '13:30-16:30', 'Công tác tổ chức', 'Báo cáo viên 1', '', ''];
  const update = await bot.send(ADMIN, await whole([moved], roster));
  expect(plain(update)).toContain('Buổi học: thêm 0, đổi 1, hủy 1, giữ nguyên 0');
  expect(plain(update)).toContain('thêm 1, cập nhật 1, giữ nguyên 0');
  await bot.press(ADMIN, choiceOf(update, 'Nhập'));
  const id = (await bot.classes.byCode('BD-2026-01'))?.id ?? '';
  expect((await bot.classes.sessionsOf(id)).map(({ topic, state }) => [topic, state])).toEqual([
    ['Công tác tổ chức', 'planned'],
    ['Thảo luận', 'cancelled'],
  ]);
  const names = await bot.db.selectFrom('enrolments').select(['name', 'unit_text']).orderBy('id').execute();
  expect(names.map(({ name }) => name)).toEqual(['Nguyen Van A', 'Trần Thị B', 'Lê Văn C']);
});

test('a roster alone goes to the class that was asked about; a .csv file too', async () => {
  await importFile(await whole());
  const roster = text('Họ tên;Đơn vị\nPhạm Thị D;Chi bộ Thôn 2\n');
  expect(plain(await bot.send(ADMIN, roster))).toContain('Chưa biết danh sách này của lớp nào');
  await bot.press(ADMIN, choiceOf(await bot.say(ADMIN, '/lophoc BD-2026-01'), 'Nhập từ bảng'));
  const preview = await bot.send(ADMIN, roster);
  expect(plain(preview)).toContain('thêm 1, cập nhật 0, giữ nguyên 0');
  await bot.press(ADMIN, choiceOf(preview, 'Nhập'));
  expect(await bot.db.selectFrom('enrolments').selectAll().execute()).toHaveLength(3);
  const withCode = text('Mã;BD-2026-01\nHọ tên;Đơn vị\nPhạm Thị D;CB thôn 2\nVõ E;\n');
  expect(plain(await bot.send(ADMIN, withCode))).toContain('thêm 1, cập nhật 1, giữ nguyên 0');
});

test('an export that is imported again changes nothing; the template can be imported as it is', async () => {
  const [template] = await bot.say(ADMIN, '/lophoc mau');
  const done = await bot.send(ADMIN, template?.file?.bytes ?? new Uint8Array());
  expect(plain(done)).toContain('Số buổi: 2');
  await bot.press(ADMIN, choiceOf(done, 'Nhập'));
  const id = (await bot.classes.byCode('BD-2026-01'))?.id ?? '';
  const person = await bot.addPerson(
    { channel: 'zalo', userId: 'z' },
    'Đỗ Thị F',
    undefined,
    (await bot.units.all())[1]?.id,
  );
  await bot.db
    .insertInto('enrolments')
    .values({ class_id: id, person_id: person, name: null, unit_text: null, state: 'enrolled', at: '', result: null })
    .execute();
  const settings = [
    ['Sửa lớp', 'Chỉ tiêu đơn vị', 'Chi bộ Thôn 1 | 10'],
    ['Sửa lớp', 'Nhắc tối trước', '20:00'],
    ['Sửa lớp', 'Nhắc trước giờ học', 'không'],
    ['Sửa lớp', 'Hạn đăng ký', '30/11/2026 17:00'],
    ['Các buổi học', 'Buổi 2', 'Hủy buổi này'],
  ];
  for (const steps of settings) {
    let replies = await bot.say(ADMIN, '/lophoc BD-2026-01');
    for (const [i, step] of steps.entries()) {
      replies =
        i === 2 && steps[0] === 'Sửa lớp'
          ? await bot.say(ADMIN, step)
          : await bot.press(ADMIN, choiceOf(replies, step));
    }
    if (textOf(replies).includes('[Xác nhận]')) await bot.press(ADMIN, choiceOf(replies, 'Xác nhận'));
  }
  const before = await everything();
  const [file] = await bot.press(ADMIN, choiceOf(await bot.say(ADMIN, '/lophoc BD-2026-01'), 'Xuất ra bảng'));
  expect(plain(await bot.send(ADMIN, file?.file?.bytes ?? new Uint8Array()))).toContain('Không có gì thay đổi');
  expect(await everything()).toEqual(before);
});

test('1,000 lines of a roster are imported in under 2 seconds', async () => {
  await bot.addUnits(Array.from({ length: 100 }, (_, i) => `Chi bộ Thôn ${i + 3} | Đảng ủy xã A`));
  const names = Array.from({ length: 1000 }, (_, i) => [
    `Học viên ${'ABCDEFGHIJ'[i % 10]}${'KLMNOPQRST'[Math.floor(i / 10) % 10]}${'UVXYABCDEF'[Math.floor(i / 100)]}`,
    `CB Thôn ${(i % 100) + 1}`,
  ]);
  const bytes = await whole([SESSION], [['Họ và tên', 'Đơn vị'], ...names]);
  const start = performance.now();
  expect(await importFile(bytes)).toContain('đã thêm 1000');
  expect(performance.now() - start).toBeLessThan(2000);
  expect(plain(await bot.send(ADMIN, bytes))).toContain('Không có gì thay đổi');
}, 20_000);

describe('broken files', () => {
  /** The XML of the first sheet, changed. */
  async function tampered(change: (xml: string) => string): Promise<Uint8Array> {
    const parts = unzipSync(await whole());
    const name = 'xl/worksheets/sheet1.xml';
    return zipSync({ ...parts, [name]: strToU8(change(strFromU8(parts[name] ?? new Uint8Array()))) });
  }
  const session = (change: Partial<Record<number, string>>) => (): Promise<Uint8Array> =>
    whole([SESSION.map((cell, i) => change[i] ?? cell)]);
  const roster =
    (...rows: string[][]) =>
    (): Promise<Uint8Array> =>
      whole([SESSION], [['Họ và tên', 'Đơn vị'], ...rows]);
  const head =
    (...rows: string[][]) =>
    (): Promise<Uint8Array> =>
      xlsx({ 'Buổi học': [...rows, TITLES, SESSION] });

  const files: [string, () => Uint8Array | Promise<Uint8Array>, string][] = [
    ['an hour that is none', session({ 1: '25:00' }), "Hàng 6, cột Giờ: '25:00' không phải giờ; viết như 08:00"],
    ['no end', session({ 1: '08:00' }), 'Hàng 6, cột Giờ: thiếu giờ kết thúc'],
    ['the end before the beginning', session({ 1: '11:30-08:00' }), 'không sau giờ bắt đầu'],
    ['no time', session({ 1: '' }), 'Hàng 6, cột Giờ: chưa có giờ'],
    ['no date', session({ 0: '' }), 'Hàng 6, cột Ngày: chưa có ngày'],
    ['a date that is none', session({ 0: '31/11/2026' }), 'Hàng 6, cột Ngày:'],
    ['month and day turned', session({ 0: '12/25/2026' }), 'ghi ngày trước, tháng sau: 25/12/2026'],
    ['the wrong day of the week', session({ 0: 'thứ Hai 1/12/2026' }), 'là thứ Ba'],
    ['a date as a number', session({ 0: '46357' }), 'không phải ngày'],
    ['a year long ago', session({ 0: '1/12/2006' }), 'đã qua lâu'],
    ['no topic', session({ 2: '' }), 'Hàng 6, cột Chuyên đề: thiếu chuyên đề'],
    ['an endless topic', session({ 2: 'x'.repeat(400) }), 'dài quá 300 ký tự'],
    ['an unknown state', session({ 5: 'hên xui' }), 'Hàng 6, cột Trạng thái'],
    ['the same session twice', () => whole([SESSION, SESSION]), 'Hàng 7, cột Ngày: buổi này đã có ở hàng 6'],
    ['no sessions', () => whole([]), 'Bảng chưa có buổi học nào'],
    [
      'no column of times',
      () => xlsx({ 'Buổi học': [...HEAD, ['Ngày', 'Chuyên đề'], ['1/12/2026', 'X']] }),
      'Không thấy cột "Giờ"',
    ],
    ['a column twice', () => xlsx({ 'Buổi học': [...HEAD, [...TITLES, 'Ngày'], SESSION] }), 'có hai cột "Ngày"'],
    ['no code', head(['Tên', 'Lớp'], ['Địa điểm', 'A']), 'Thiếu dòng "Mã'],
    ['no name and no place', head(['Mã', 'X-1']), 'Thiếu dòng "Địa điểm'],
    ['a code with spaces', head(['Mã', 'a b'], ['Tên', 'Lớp'], ['Địa điểm', 'A']), 'Hàng 1, cột Mã: mã'],
    ['the code twice', head(...HEAD, ['Mã', 'X-2']), 'dòng "Mã" đã có ở trên'],
    ['an unknown unit', head(...HEAD, ['Đơn vị', 'Đảng ủy xã Z']), 'Hàng 4, cột Đơn vị: không có đơn vị'],
    ['no number of places', head(...HEAD, ['Số chỗ', 'vài']), 'Hàng 4, cột Số chỗ:'],
    ['no name of a trainee', roster(['', 'Chi bộ Thôn 1']), 'Hàng 2, cột Họ và tên: chưa có họ tên'],
    ['a number for a name', roster(['0912345678', 'Chi bộ Thôn 1']), 'không phải họ tên'],
    ['a trainee twice', roster(['Lê A', 'CB Thôn 1'], ['Lê A', 'Chi bộ Thôn 1']), 'Hàng 3, cột Họ và tên:'],
    [
      'a formula',
      () => tampered((xml) => xml.replace(/<c r="A6"[^>]*>.*?<\/c>/s, '<c r="A6"><f>1+1</f><v>2</v></c>')),
      'công thức',
    ],
    ['a cell far out', () => tampered((xml) => xml.replaceAll('"A6"', '"A999999"')), 'hơn 10.000 hàng'],
    ['an entity', () => tampered((xml) => `<!DOCTYPE x [<!ENTITY a "b">]>${xml}`), 'Tệp bị hỏng'],
    [
      'a bomb',
      () => zipSync({ 'xl/workbook.xml': strToU8('<x/>'), 'xl/a.xml': new Uint8Array(60_000_000) }),
      'quá nhiều dữ liệu',
    ],
    ['half a file', async () => (await whole()).subarray(0, 2000), 'Tệp bị hỏng'],
    ['another zip', () => zipSync({ 'word/document.xml': strToU8('<x/>') }), 'không phải bảng tính Excel'],
    ['an old file', () => new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0, 0]), 'Excel đời cũ'],
    ['a picture', () => new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0xff]), 'CSV UTF-8'],
    ['too large', () => new Uint8Array(5 * 1024 * 1024 + 1), 'lớn quá 5 MB'],
  ];

  test.for(files)('%s', async ([, make, cure]) => {
    const before = await everything();
    const answer = await bot.send(ADMIN, await make());
    expect(plain(answer)).toContain(cure);
    expect(plain(answer)).not.toMatch(/undefined|null|NaN|\bError\b|\bat \w|[{}]|invalid/i);
    expect(answer.flatMap(({ choices = [] }) => choices).map(({ label }) => label)).not.toContain('Nhập');
    expect(await everything()).toEqual(before);
  });

  test('all mistakes of both sheets come at once', async () => {
    const bytes = await whole([SESSION.with(1, '25:00'), SESSION.with(0, '32/1/2026')], [...ROSTER, ['', 'x']]);
    const answer = plain(await bot.send(ADMIN, bytes));
    for (const place of ['Hàng 6, cột Giờ', 'Hàng 7, cột Ngày', 'Hàng 4, cột Họ và tên'])
      expect(answer).toContain(place);
  });
});

test('a file is nothing to others, and on other platforms there is a sentence', async () => {
  const stranger: AccountRef = { channel: 'telegram', userId: '99' };
  expect(plain(await bot.send(stranger, await whole()))).toContain('Tôi chỉ đọc được chữ');
  const admin: AccountRef = { channel: 'zalo', userId: 'z1' };
  await bot.addPerson(admin, 'Quản trị', { role: 'admin', unitId: undefined });
  await importFile(await whole());
  const shown = await bot.say(admin, '/lophoc BD-2026-01');
  expect(plain(await bot.press(admin, choiceOf(shown, 'Nhập từ bảng')))).toContain('npm run import -- ');
  expect(plain(await bot.send(ADMIN, text('a;b\n1;2\n')))).toContain('Tôi chỉ đọc được chữ');
});
