import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import type { AccountRef } from '../../src/config.ts';
import { choiceOf, FOUR_EYES_ABOVE, openConversation, textOf, type TestConversation } from '../support/conversation.ts';
import { writeSmallHandbook } from '../support/handbook.ts';
import { temporaryFolder } from '../support/process.ts';

const ADMIN: AccountRef = { channel: 'web', userId: 'admin' };
const OFFICER: AccountRef = { channel: 'telegram', userId: '501' };

const folder = temporaryFolder();
const handbook = writeSmallHandbook(folder.path);
afterAll(() => folder[Symbol.dispose]());

let bot: TestConversation;
let units: Map<string, string>;

beforeEach(async () => {
  bot = await openConversation([ADMIN], handbook);
  units = await bot.addUnits(['Đảng ủy xã A', 'Chi bộ Thôn 1 | Đảng ủy xã A', 'Đảng ủy xã B']);
  await bot.addPerson(OFFICER, 'Cán bộ Một', { role: 'officer', unitId: units.get('Đảng ủy xã A') });
  await addSecretaries(1, 2);
});
afterEach(() => bot.db.destroy());

async function addSecretaries(from: number, to: number): Promise<void> {
  const unitId = units.get('Chi bộ Thôn 1');
  for (let i = from; i <= to; i++) {
    await bot.addPerson(
      { channel: 'telegram', userId: `t${i}` },
      `Đồng chí ${i}`,
      { role: 'secretary', unitId },
      unitId,
    );
  }
}

const sentRows = () => bot.db.selectFrom('outbox').selectAll().where('class', '=', 'announcement').execute();
const notices = async (): Promise<string[]> => {
  const rows = await bot.db
    .selectFrom('outbox')
    .select('markdown')
    .where('key', 'like', 'planned:%')
    .orderBy('id')
    .execute();
  return rows.map(({ markdown }) => markdown ?? '');
};
/** A tick; twice, as two processes would. */
async function tick(): Promise<void> {
  await Promise.all([bot.announcements.schedule.run(), bot.announcements.schedule.run()]);
}

/** Composes for the secretaries and plans; returns the answer. */
async function plan(when: string, text = 'Mời họp giao ban.') {
  const preview = await bot.press(OFFICER, choiceOf(await bot.say(OFFICER, `/thongbao ${text}`), 'Các bí thư'));
  await bot.press(OFFICER, choiceOf(preview, 'Hẹn giờ'));
  return bot.press(OFFICER, choiceOf(await bot.say(OFFICER, when), 'Xác nhận hẹn giờ'));
}

test('once: asked for, shown, confirmed, sent at its time and no sooner, once', async () => {
  const preview = await bot.press(
    OFFICER,
    choiceOf(await bot.say(OFFICER, '/thongbao Mời họp giao ban.'), 'Các bí thư'),
  );
  expect(textOf(await bot.press(OFFICER, choiceOf(preview, 'Hẹn giờ')))).toContain('Gửi lúc nào?');
  expect(textOf(await bot.say(OFFICER, 'sớm sớm'))).toContain('chưa đọc được giờ hẹn');
  const understood = await bot.say(OFFICER, '8h sáng mai');
  expect(textOf(understood)).toMatchInlineSnapshot(`
    "Gửi một lần lúc **08:00 thứ Hai 23/11/2026**.

    Người nhận được tính lại vào lúc gửi. Đồng chí gõ giờ khác nếu chưa đúng.
    [Xác nhận hẹn giờ]
    [Thôi]"
  `);
  expect(textOf(await bot.press(OFFICER, choiceOf(understood, 'Xác nhận')))).toContain('Đã hẹn');
  expect(textOf(await bot.press(OFFICER, choiceOf(understood, 'Xác nhận')))).toContain('Nút này đã cũ');
  bot.clock.advance({ hours: 21, minutes: 59 });
  await tick();
  expect(await sentRows()).toEqual([]);
  bot.clock.advance({ minutes: 1 });
  // Whoever comes in before it goes is in.
  await addSecretaries(3, 3);
  await tick();
  await tick();
  expect((await sentRows()).map(({ chat_id }) => chat_id).toSorted()).toEqual(['t1', 't2', 't3']);
  expect(await notices()).toEqual(['Thông báo hẹn lúc 08:00 thứ Hai 23/11/2026: đang gửi tới **3** người.']);
});

test('again and again: each time is an announcement of its own, times that were missed are not made up for', async () => {
  await plan('thứ Hai hằng tuần 8h');
  bot.clock.advance({ hours: 22 });
  await tick();
  await tick();
  expect(await sentRows()).toHaveLength(2);
  // Three weeks without the bot: two Mondays are gone, the third was half an hour ago.
  bot.clock.advance({ hours: 24 * 21, minutes: 30 });
  await tick();
  await tick();
  expect(await sentRows()).toHaveLength(2);
  expect((await notices()).at(-1)).toContain('hẹn lúc 08:00 thứ Hai 30/11/2026: đã quá giờ hơn một ngày');
  bot.clock.advance({ hours: 24 * 7 });
  await tick();
  const rows = await sentRows();
  expect(rows).toHaveLength(4);
  expect(new Set(rows.map(({ group_id }) => group_id)).size).toBe(2);
  expect(textOf(await bot.press(OFFICER, 'tb-lich'))).toContain('08:00 thứ Hai hằng tuần');
});

test('a day late: not sent, its author decides', async () => {
  await plan('8h sáng mai');
  bot.clock.advance({ hours: 24 * 3 });
  await tick();
  expect(await sentRows()).toEqual([]);
  expect((await notices())[0]).toContain('**chưa gửi**');
  const list = await bot.press(OFFICER, 'tb-lich');
  const shown = await bot.press(OFFICER, choiceOf(list, 'Đã quá giờ'));
  expect(textOf(await bot.press(OFFICER, choiceOf(shown, 'Gửi ngay')))).toContain('Đang gửi tới **2** người');
  expect(await sentRows()).toHaveLength(2);
  expect(textOf(await bot.press(OFFICER, choiceOf(shown, 'Gửi ngay')))).toContain('Nút này đã cũ');
});

test('an admin cancels what somebody else has planned, who is told', async () => {
  await plan('8h sáng mai');
  const list = await bot.press(ADMIN, 'tb-lich');
  await bot.press(ADMIN, choiceOf(await bot.press(ADMIN, choiceOf(list, '08:00')), 'Hủy lịch gửi'));
  expect(bot.notified).toMatchObject([{ ...OFFICER, markdown: expect.stringContaining('**hủy**') }]);
});

test('an hour late is sent', async () => {
  await plan('8h sáng mai');
  bot.clock.advance({ hours: 23 });
  await tick();
  expect(await sentRows()).toHaveLength(2);
});

test('the list, another time, back to a draft, cancelled', async () => {
  await plan('25/12 7:30', 'Thứ nhất.');
  await plan('ngày 25 hằng tháng 8:00', 'Thứ hai.');
  const list = await bot.press(OFFICER, 'tb-lich');
  expect(textOf(list)).toMatchInlineSnapshot(`
    "**Thông báo đã hẹn.** Đồng chí chọn một thông báo để xem, đổi giờ hoặc hủy:
    [08:00 ngày 25 hằng tháng: Thứ hai.]
    [07:30 thứ Sáu 25/12/2026: Thứ nhất.]"
  `);
  const first = await bot.press(OFFICER, choiceOf(list, 'Thứ nhất'));
  expect(textOf(first)).toMatchInlineSnapshot(`
    "Thứ nhất.
    - Gửi lúc: **07:30 thứ Sáu 25/12/2026**
    - Gửi tới: Bí thư
    - Nếu gửi bây giờ: 2 người nhận
    [Gửi ngay]
    [Đổi giờ]
    [Sửa nội dung, người nhận]
    [Hủy lịch gửi]"
  `);
  await bot.press(OFFICER, choiceOf(first, 'Đổi giờ'));
  await bot.press(OFFICER, choiceOf(await bot.say(OFFICER, '26/12 9h'), 'Xác nhận'));
  expect(textOf(await bot.press(OFFICER, 'tb-lich'))).toContain('09:00 thứ Bảy 26/12/2026: Thứ nhất.');
  const draft = await bot.press(OFFICER, choiceOf(first, 'Sửa nội dung'));
  expect(textOf(draft)).toContain('Xem trước');
  expect(textOf(await bot.press(OFFICER, 'tb-lich'))).not.toContain('Thứ nhất');
  const second = await bot.press(OFFICER, choiceOf(list, 'Thứ hai'));
  expect(textOf(await bot.press(OFFICER, choiceOf(second, 'Gửi ngay')))).toContain('gửi định kỳ');
  expect(textOf(await bot.press(OFFICER, choiceOf(second, 'Hủy mọi lần gửi')))).toContain('Đã hủy lịch gửi');
  bot.clock.advance({ hours: 24 * 60 });
  await tick();
  expect(await sentRows()).toEqual([]);
});

test('within the reach that its author has when it goes; without a role nothing goes', async () => {
  await plan('8h sáng mai');
  const [held] = await bot.roles.ofPerson((await bot.people.of(OFFICER))?.id ?? '');
  await bot.roles.take({ all: true }, held?.id ?? '', 'cli');
  bot.clock.advance({ hours: 22 });
  await tick();
  expect(await sentRows()).toEqual([]);
  expect(await notices()).toEqual([expect.stringContaining('không còn vai trò')]);
});

test('more people by then than one officer decides about: waits for a second one', async () => {
  await plan('8h sáng mai');
  await addSecretaries(3, FOUR_EYES_ABOVE + 1);
  bot.clock.advance({ hours: 22 });
  await tick();
  await tick();
  expect(await sentRows()).toEqual([]);
  expect(await notices()).toEqual([expect.stringContaining('phải có một đồng chí khác')]);
  const [asked] = await bot.db.selectFrom('outbox').selectAll().where('chat_id', '=', 'admin').execute();
  const { choices } = { choices: JSON.parse(asked?.choices ?? '[]') as { id: string }[] };
  const read = await bot.press(ADMIN, choices[0]?.id ?? '');
  await bot.press(ADMIN, choiceOf(read, 'Cho gửi'));
  await tick();
  expect(await sentRows()).toHaveLength(FOUR_EYES_ABOVE + 1);
});

test('nobody left to get it: its author is told', async () => {
  await plan('8h sáng mai');
  await bot.db.updateTable('people').set({ stopped: 1 }).execute();
  bot.clock.advance({ hours: 22 });
  await tick();
  expect(await notices()).toEqual([expect.stringContaining('không có ai nhận được')]);
  expect(textOf(await bot.press(OFFICER, 'tb-lich'))).toContain('Đã quá giờ');
});

test('what needs a second officer is planned when that one has read it, and then goes at its time', async () => {
  await addSecretaries(3, FOUR_EYES_ABOVE + 1);
  expect(textOf(await plan('thứ Hai hằng tuần 8h'))).toContain('Đã nhờ 1 đồng chí đọc và duyệt');
  const [asked] = await bot.db.selectFrom('outbox').selectAll().where('chat_id', '=', 'admin').execute();
  const [open] = JSON.parse(asked?.choices ?? '[]') as { id: string }[];
  const read = await bot.press(ADMIN, open?.id ?? '');
  expect(textOf(read)).toContain('Hẹn gửi: **08:00 thứ Hai hằng tuần, lần tới 08:00 thứ Hai 23/11/2026**');
  expect(textOf(await bot.press(ADMIN, choiceOf(read, 'Cho gửi')))).toContain('đúng giờ người soạn đã hẹn');
  await tick();
  expect(await sentRows()).toEqual([]);
  for (const weeks of [1, 2]) {
    bot.clock.advance({ hours: weeks === 1 ? 22 : 24 * 7 });
    await tick();
    expect(await sentRows()).toHaveLength(weeks * (FOUR_EYES_ABOVE + 1));
  }
});
