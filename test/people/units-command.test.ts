import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AccountRef } from '../../src/config.ts';
import { choiceOf, openConversation, textOf, type TestConversation } from '../support/conversation.ts';

const ADMIN: AccountRef = { channel: 'web', userId: 'admin' };
const OFFICER: AccountRef = { channel: 'telegram', userId: '90817263' };

let bot: TestConversation;
beforeEach(async () => {
  bot = await openConversation([ADMIN]);
});
afterEach(() => bot.db.destroy());

const tree = async (): Promise<string[]> => {
  const all = await bot.units.all();
  const names = new Map(all.map(({ id, name }) => [id, name]));
  return all.map(({ path }) =>
    path
      .split('/')
      .filter((id) => id !== '')
      .map((id) => names.get(id))
      .join(' > '),
  );
};

test('units are added by lines: all mistakes, then the lines again, then "Nhập"', async () => {
  expect(textOf(await bot.say(ADMIN, '/donvi'))).toContain('Chưa có đơn vị nào');
  const wrong = textOf(await bot.say(ADMIN, '/donvi thêm\nĐảng ủy xã A\nChi bộ 1 | Đảng ủy xã B\n123'));
  expect(wrong).toContain('Dòng 2, cột Trực thuộc: không có đơn vị "Đảng ủy xã B"');
  expect(wrong).toContain('Dòng 3, cột Đơn vị: "123" không phải tên đơn vị');
  const preview = await bot.say(ADMIN, 'Đảng ủy xã A\nChi bộ 1 | Đảng ủy xã A');
  expect(textOf(preview)).toContain('Sẽ thêm **2 đơn vị**');
  expect(await tree()).toEqual([]);
  expect(textOf(await bot.press(ADMIN, choiceOf(preview, 'Hủy')))).toContain('không thêm gì');
  expect(textOf(await bot.press(ADMIN, choiceOf(preview, 'Nhập')))).toContain('Nút này đã cũ');

  await bot.say(ADMIN, 'đơn vị thêm Đảng ủy xã A\nChi bộ 1 | Đảng ủy xã A');
  expect(textOf(await bot.say(ADMIN, 'nhập'))).toContain('Đã nhập 2 đơn vị');
  expect(await tree()).toEqual(['Đảng ủy xã A', 'Đảng ủy xã A > Chi bộ 1']);
  expect(textOf(await bot.say(ADMIN, '/donvi thêm\ndang uy xa a\nCB số 1 | đu xã A'))).toContain(
    'không có gì phải thêm',
  );
  expect(textOf(await bot.say(ADMIN, `/donvi thêm\n${'Chi bộ X\n'.repeat(51)}`))).toContain('nhiều nhất 50 dòng');
});

test('an officer works within the unit: by buttons, by typed lines, and no further', async () => {
  const units = await bot.addUnits(['Đảng ủy A', 'Chi bộ 1 | Đảng ủy A', 'Chi bộ 2 | Đảng ủy A', 'Đảng ủy B']);
  await bot.addPerson(OFFICER, 'Nguyễn Văn An', { role: 'officer', unitId: units.get('Đảng ủy A') });
  const home = await bot.say(OFFICER, 'đơn vị');
  expect(textOf(home)).toContain('Đơn vị trực thuộc: 2');
  expect(textOf(home)).not.toContain('[Chuyển]');

  await bot.press(OFFICER, choiceOf(home, 'Thêm đơn vị'));
  const preview = await bot.say(OFFICER, 'Chi bộ 3');
  await bot.press(OFFICER, choiceOf(preview, 'Nhập'));
  await bot.say(OFFICER, '/donvi thêm\nTổ đảng 1 | CB 3');
  await bot.say(OFFICER, 'nhap');
  // Without a place it goes under the officer's own unit.
  await bot.say(OFFICER, '/donvi thêm Chi bộ 4');
  await bot.say(OFFICER, 'nhap');
  expect(textOf(await bot.say(OFFICER, '/donvi thêm\nChi bộ 9 | Đảng ủy B'))).toContain('không có đơn vị "Đảng ủy B"');

  const cell = await bot.say(OFFICER, '/donvi chi bo 2');
  await bot.press(OFFICER, choiceOf(cell, 'Đổi tên'));
  expect(textOf(await bot.say(OFFICER, 'CB số 01'))).toContain('đã có đơn vị tên như vậy');
  expect(textOf(await bot.say(OFFICER, 'Chi bộ Thôn Đông'))).toContain('Đã đổi tên **Chi bộ 2**');
  await bot.press(OFFICER, choiceOf(cell, 'Chuyển'));
  const sure = await bot.say(OFFICER, 'cb 3');
  expect(textOf(sure)).toContain('đến trực thuộc **Chi bộ 3**');
  await bot.press(OFFICER, choiceOf(sure, 'Xác nhận chuyển'));
  const again = await bot.say(OFFICER, '/donvi chuyển Chi bộ 3 | CB thôn đông');
  expect(textOf(await bot.press(OFFICER, choiceOf(again, 'Xác nhận chuyển')))).toContain('Không chuyển được');
  expect(textOf(await bot.say(OFFICER, '/donvi chuyển Đảng ủy A | Chi bộ 1'))).toContain('do cấp trên sắp xếp');
  expect(textOf(await bot.say(OFFICER, '/donvi đổi tên Chi bộ 1 | Chi bộ Một'))).toContain('Chi bộ Một');
  expect(textOf(await bot.say(OFFICER, '/donvi đổi tên Chi bộ 1'))).toContain('Đồng chí gõ như sau');
  expect(await tree()).toEqual([
    'Đảng ủy A',
    'Đảng ủy B',
    'Đảng ủy A > Chi bộ 3',
    'Đảng ủy A > Chi bộ 4',
    'Đảng ủy A > Chi bộ Một',
    'Đảng ủy A > Chi bộ 3 > Chi bộ Thôn Đông',
    'Đảng ủy A > Chi bộ 3 > Tổ đảng 1',
  ]);
});

test('many units are shown page by page', async () => {
  await bot.addUnits(Array.from({ length: 19 }, (_, i) => `Đảng ủy xã ${i + 1}`));
  const first = await bot.say(ADMIN, '/donvi');
  const second = await bot.press(ADMIN, choiceOf(first, 'Xem tiếp'));
  const third = await bot.press(ADMIN, choiceOf(second, 'Xem tiếp'));
  expect(textOf(third)).toContain('[Đảng ủy xã 19]');
  expect(textOf(third)).not.toContain('Xem tiếp');
});

test('questions that begin like the command stay questions', async () => {
  for (const text of ['đơn vị chuyển sinh hoạt đảng cần giấy tờ gì', 'chuyển đơn vị thì nộp hồ sơ ở đâu']) {
    expect(textOf(await bot.say(ADMIN, text))).not.toContain('Đơn vị trực thuộc');
  }
});
