import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import type { AccountRef } from '../../src/config.ts';
import { choiceOf, openConversation, textOf, type TestConversation } from '../support/conversation.ts';
import { writeSmallHandbook } from '../support/handbook.ts';
import { temporaryFolder } from '../support/process.ts';

const ADMIN: AccountRef = { channel: 'telegram', userId: '1' };
const ON_ZALO: AccountRef = { channel: 'zalo', userId: 'z2' };
const LOWER: AccountRef = { channel: 'telegram', userId: '3' };

const folder = temporaryFolder();
const directory = writeSmallHandbook(folder.path);
let bot: TestConversation;

beforeEach(async () => {
  bot = await openConversation([ADMIN, ON_ZALO], directory);
});
afterEach(() => bot.db.destroy());
afterAll(() => folder[Symbol.dispose]());

let serial = 0;
/** As many questions of one kind on a day. */
async function asked(
  asked_on: string,
  count: number,
  row: { outcome: 'answer' | 'choose' | 'none'; entry_id?: string; feedback?: 'right' | 'wrong'; text?: string },
): Promise<void> {
  const { outcome, entry_id = null, feedback = null, text = 'câu hỏi' } = row;
  const rows = Array.from({ length: count }, () => ({
    id: `q${serial++}`,
    asked_on,
    outcome,
    entry_id,
    feedback,
    text,
  }));
  await bot.db.insertInto('questions').values(rows).execute();
}

/** Questions of November and October, an officer's answers, people by unit. */
async function seed(): Promise<Map<string, string>> {
  await asked('2026-11-02', 12, { outcome: 'answer', entry_id: 'dang-phi/muc-dong', feedback: 'right' });
  await asked('2026-11-20', 1400, { outcome: 'answer', entry_id: 'sinh-hoat/hop-thuong-ky' });
  await asked('2026-11-21', 4, {
    outcome: 'answer',
    entry_id: 'dang-phi/mien-giam',
    feedback: 'wrong',
    text: 'miễn đảng phí cho ai',
  });
  await asked('2026-11-22', 6, { outcome: 'choose', entry_id: 'dang-phi/muc-dong' });
  await asked('2026-11-22', 3, { outcome: 'choose' });
  await asked('2026-11-22', 5, { outcome: 'none', text: 'đi nước ngoài có phải xin phép không' });
  await asked('2026-11-22', 2, { outcome: 'none', text: 'xin phép đi nước ngoài có phải không' });
  await asked('2026-10-31', 7, { outcome: 'none', text: 'tháng trước' });
  const units = await bot.addUnits([
    'Đảng ủy xã A',
    'Chi bộ Thôn 1 | Đảng ủy xã A',
    'Chi bộ Thôn 2 | Đảng ủy xã A',
    'Chi bộ Thôn 3 | Đảng ủy xã A',
  ]);
  for (const [name, count] of [
    ['Chi bộ Thôn 1', 12],
    ['Chi bộ Thôn 2', 2],
    ['Chi bộ Thôn 3', 6],
  ] as const) {
    for (let i = 0; i < count; i++) {
      const at = '2026-01-01T00:00:00.000Z';
      await bot.db
        .insertInto('people')
        .values({
          id: `${name}-${i}`,
          consent_version: 'v1',
          consented_at: at,
          created_at: at,
          unit_id: units.get(name) ?? '',
        })
        .execute();
    }
  }
  for (const [day, people] of [
    ['2026-11-21', 300],
    ['2026-11-22', 30],
  ] as const) {
    await bot.db.insertInto('active_days').values({ day, channel: 'web', people, salt: null }).execute();
  }
  return units;
}

test('the month, to the letter', async () => {
  await seed();
  const replies = await bot.say(ADMIN, '/thongke tháng');
  expect(textOf(replies)).toBe(`**Số liệu tháng 11/2026** (01/11/2026 – 22/11/2026)

**Câu hỏi: 1.432**

- Trả lời ngay: 1.416 (99%)
- Đưa vài câu để chọn: 9, người hỏi chọn được 6
- Sổ tay chưa có: 7
- Người hỏi báo đúng ý: 12; chưa đúng: 4

**Hỏi nhiều nhất** (từ 5 lượt)

- Chi bộ họp thường kỳ mấy lần một tháng? (1.400)
- Đảng viên đóng đảng phí bao nhiêu? (18)

**Theo lĩnh vực** (từ 5 lượt)

- Sinh hoạt chi bộ: 1.400
- Đảng phí: 22

**Chưa có lời đáp tốt:** 11 lượt hỏi, 2 nhóm câu. Xem: /cauhoi

- “đi nước ngoài có phải xin phép không” (7)

**Câu hỏi gửi cán bộ:** đang chờ 0, quá hạn 0

**Người dùng mỗi ngày** (trung bình): trang web 15, Telegram dưới 5

**Lớp học:** không có buổi nào

**Người đã đăng ký** (đến nay): 20

- Chi bộ Thôn 1: 12
- Chi bộ Thôn 2: không nêu
- Chi bộ Thôn 3: không nêu

Đơn vị có ít người thì không nêu số, để không ai bị nhận ra.
[Tháng trước]
[Xem theo tuần]
[Xem theo quý]`);
  const [reply] = replies;
  expect(reply?.picture?.alt).toBe('Biểu đồ số câu hỏi tháng 11/2026, theo kết quả trả lời và theo lĩnh vực');
});

test('weeks, months and quarters back and forth', async () => {
  await seed();
  const week = await bot.say(ADMIN, 'thống kê tuần');
  expect(textOf(week)).toContain('**Số liệu tuần 16/11–22/11/2026** (16/11/2026 – 22/11/2026)');
  const month = await bot.press(ADMIN, choiceOf(week, 'Xem theo tháng'));
  const before = await bot.press(ADMIN, choiceOf(month, 'Tháng trước'));
  expect(textOf(before)).toContain('**Số liệu tháng 10/2026** (01/10/2026 – 31/10/2026)\n\n**Câu hỏi: 7**');
  expect(textOf(await bot.press(ADMIN, choiceOf(before, 'Tháng sau')))).toContain('tháng 11/2026');
  expect(textOf(await bot.say(ADMIN, '/thongke quý'))).toContain('**Số liệu quý IV/2026** (01/10/2026 – 22/11/2026)');
  const past = textOf(await bot.say(ADMIN, '/thongke quý trước'));
  expect(past).toContain('quý III/2026');
  expect(textOf(await bot.press(ADMIN, 'tk.quarter.2'))).toContain('Câu hỏi chỉ giữ 180 ngày');
  expect(textOf(await bot.say(ADMIN, '/thongke năm'))).toBe(
    'Đồng chí gõ: /thongke tuần, /thongke tháng hoặc /thongke quý.',
  );
});

test('nothing yet: no picture, and a clear word', async () => {
  const [reply] = await bot.say(ADMIN, '/thongke');
  expect(reply?.picture).toBeUndefined();
  expect(reply?.markdown).toContain('**Câu hỏi: 0**');
});

test('on Zalo the picture is a link, and the text fits', async () => {
  await seed();
  const [reply] = await bot.say(ON_ZALO, '/thongke');
  expect(reply?.picture).toBeUndefined();
  expect(reply?.markdown).toContain('https://bot.example/files/x/thong-ke-2026-11-01.png');
});

test('an officer of a unit sees the own reach only', async () => {
  const units = await seed();
  await bot.addPerson(LOWER, 'Lê Văn Cường', { role: 'officer', unitId: units.get('Chi bộ Thôn 1') });
  const replies = await bot.say(LOWER, '/thongke');
  expect(textOf(replies)).not.toContain('1.4');
  expect(textOf(replies)).not.toContain('Thôn 3');
  expect(textOf(replies)).toContain('Số câu hỏi sổ tay chỉ đếm chung cho mọi đơn vị');
  expect(replies[0]?.picture).toBeUndefined();
});

test('people are counted once a day, and nobody can be told the next day', async () => {
  const counts = () =>
    bot.db.selectFrom('active_days').select(['day', 'channel', 'people', 'salt']).orderBy('day').execute();
  const marks = () => bot.db.selectFrom('active_today').select('mark').execute();
  for (const text of ['a b', 'c d']) await bot.say(LOWER, text);
  await bot.say(ADMIN, 'e');
  await bot.sayInGroup(LOWER, 'g', 'f');
  const [today] = await counts();
  expect(today).toMatchObject({ day: '2026-11-22', channel: 'telegram', people: 2 });
  expect(await marks()).toHaveLength(2);
  expect(JSON.stringify(await marks())).not.toContain('"3"');

  const { activityHooks, createActivityStore } = await import('../../src/figures/activity-store.ts');
  // A restart, or the second process: still the same people.
  await createActivityStore(bot.db, bot.clock, 'Asia/Ho_Chi_Minh').seen('telegram', '3');
  expect((await counts())[0]?.people).toBe(2);
  await bot.db.transaction().execute((transaction) => activityHooks.onErase(transaction, 'x', [LOWER]));
  expect(await marks()).toHaveLength(1);

  bot.clock.advance({ hours: 24 });
  await bot.activity.prune();
  expect(await counts()).toEqual([{ day: '2026-11-22', channel: 'telegram', people: 2, salt: null }]);
  expect(await marks()).toEqual([]);
  await bot.say(LOWER, 'g h');
  expect(await counts()).toHaveLength(2);
});
