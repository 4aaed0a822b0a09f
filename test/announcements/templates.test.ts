import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { TEMPLATES } from '../../src/announcements/templates.ts';
import type { AccountRef } from '../../src/config.ts';
import { choiceOf, openConversation, textOf, type TestConversation } from '../support/conversation.ts';
import { writeSmallHandbook } from '../support/handbook.ts';
import { temporaryFolder } from '../support/process.ts';

const OFFICER: AccountRef = { channel: 'telegram', userId: '501' };

const folder = temporaryFolder();
const handbook = writeSmallHandbook(folder.path);
afterAll(() => folder[Symbol.dispose]());

let bot: TestConversation;

beforeEach(async () => {
  bot = await openConversation([], handbook);
  const units = await bot.addUnits(['Đảng ủy xã A']);
  await bot.addPerson(OFFICER, 'Cán bộ Một', { role: 'officer', unitId: units.get('Đảng ủy xã A') });
});
afterEach(() => bot.db.destroy());

async function begin(label: string) {
  const templates = await bot.press(OFFICER, choiceOf(await bot.say(OFFICER, '/thongbao'), 'Soạn theo mẫu'));
  return bot.press(OFFICER, choiceOf(templates, label));
}

test('blanks are asked for one by one; "bỏ qua" leaves one out, typed or pressed; then as any other', async () => {
  const first = await begin('Mời họp');
  expect(textOf(first)).toMatchInlineSnapshot(`
    "**Mời họp** (1/6). Họp về nội dung gì? Ví dụ: *sơ kết công tác quý IV*.
    [Bỏ qua]"
  `);
  await bot.say(OFFICER, 'sơ kết quý IV');
  await bot.say(OFFICER, '14h thứ Sáu, 27/11/2026');
  const people = await bot.say(OFFICER, 'bỏ qua');
  expect(textOf(people)).toContain('(4/6)');
  const chair = await bot.press(OFFICER, choiceOf(people, 'Bỏ qua'));
  expect(textOf(chair)).toContain('(5/6)');
  expect(textOf(await bot.press(OFFICER, choiceOf(people, 'Bỏ qua')))).toContain('Nút này đã cũ');
  await bot.say(OFFICER, 'Thường trực Đảng ủy');
  const audience = await bot.say(OFFICER, 'bo qua');
  expect(textOf(audience)).toContain('Gửi tới ai?');
  expect(textOf(await bot.press(OFFICER, choiceOf(audience, 'Tất cả')))).toMatchInlineSnapshot(`
    "**MỜI HỌP**

    **Nội dung:** sơ kết quý IV

    **Thời gian:** 14h thứ Sáu, 27/11/2026

    **Chủ trì:** Thường trực Đảng ủy
    **Xem trước.** Tin ở trên là tin người nhận sẽ thấy, bên dưới có thêm nút “Đã nhận”.

    - Gửi tới: **Tất cả**
    - Người nhận: **1** (Telegram 1)
    - Thời gian gửi: vài giây
    [Gửi ngay]
    [Hẹn giờ]
    [Sửa]
    [Đổi người nhận]
    [Hủy]"
  `);
});

test('all left out is nothing; /huy leaves; a long answer is asked for again', async () => {
  await begin('Đổi lịch');
  for (const _ of TEMPLATES.find(({ id }) => id === 'doi')?.blanks.slice(1) ?? []) await bot.say(OFFICER, 'bỏ qua');
  expect(textOf(await bot.say(OFFICER, 'bỏ qua'))).toContain('chưa có nội dung');
  await begin('Nhắc hạn báo cáo');
  expect(textOf(await bot.say(OFFICER, 'x'.repeat(301)))).toContain('dài quá');
  expect(textOf(await bot.say(OFFICER, '/huy'))).toContain('đã bỏ việc đang làm dở');
});
