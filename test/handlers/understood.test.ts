import { beforeAll, expect, test } from 'vitest';
import { choiceOf, openConversation, textOf, type TestConversation } from '../support/conversation.ts';

const OFFICER = { channel: 'telegram', userId: '1' } as const;
const AGE = 'bao nhiêu tuổi thì được vào Đảng';

let bot: TestConversation;
let units: Map<string, string>;
let people = 100;

beforeAll(async () => {
  bot = await openConversation([OFFICER]);
  units = await bot.addUnits(['Đảng ủy xã A', 'Chi bộ Thôn 1 | Đảng ủy xã A']);
});

const somebody = (channel: 'telegram' | 'zalo' = 'telegram') => ({ channel, userId: String(++people) }) as const;

test('politeness gets a word back, not the last answer once more', async () => {
  const me = somebody();
  expect(textOf(await bot.say(me, AGE))).toContain('18 tuổi');
  for (const thanks of ['cảm ơn', 'cam on ban nhieu', 'Dạ cảm ơn đồng chí ạ']) {
    expect(textOf(await bot.say(me, thanks)), thanks).toContain('Không có gì');
  }
  for (const fine of ['ok', 'vâng ạ', 'rõ rồi', 'đúng rồi']) {
    expect(textOf(await bot.say(me, fine)), fine).toContain('Vâng, thưa đồng chí');
  }
  expect(textOf(await bot.say(me, 'xin vắng'))).not.toContain('Vâng');
  expect(textOf(await bot.say(me, 'dừng'))).not.toContain('Vâng');
});

test('words that lean on an answer and bring the same one do not bring it whole', async () => {
  const me = somebody('zalo');
  await bot.say(me, AGE);
  const answer = await bot.say(me, 'chi bộ nào?');
  expect(textOf(answer)).toContain('chỉ có câu trả lời tôi vừa gửi');
  expect(textOf(await bot.press(me, choiceOf(answer, 'độ tuổi')))).toContain('Từ đủ 18 tuổi');
});

test('consent is understood as people say it, and never from a mere "ok"', async () => {
  for (const yes of ['đồng ý', 'dong y a', 'Vâng tôi đồng ý', '1']) {
    const me = somebody();
    await bot.say(me, '/caidat');
    expect(textOf(await bot.say(me, yes)), yes).toContain('họ và tên');
  }
  const me = somebody();
  await bot.say(me, '/caidat');
  expect(textOf(await bot.say(me, 'ok'))).toContain('trả lời điều tôi vừa hỏi');
  expect(await bot.people.of(me)).toBeUndefined();
  expect(textOf(await bot.say(me, 'không đồng ý'))).toContain('không ghi gì');
});

test('refusing on an old list does not deny what is kept', async () => {
  const me = somebody();
  const asked = await bot.say(me, '/caidat');
  await bot.press(me, choiceOf(asked, 'Tôi đồng ý'));
  expect(textOf(await bot.press(me, choiceOf(asked, 'Không')))).toContain('vẫn giữ');
});

test('what nothing understands in the middle of something is not called a question, and not kept', async () => {
  const me = somebody();
  await bot.say(me, '/caidat');
  const questions = async () => (await bot.db.selectFrom('questions').selectAll().execute()).length;
  const before = await questions();
  const answer = await bot.say(me, 'abc xyz khongro');
  expect(textOf(answer)).toContain('/huy để thôi');
  expect(answer[0]?.choices).toBeUndefined();
  expect(await questions()).toBe(before);
  expect(textOf(await bot.say(me, AGE))).toContain('18 tuổi');
  bot.clock.advance({ hours: 2 });
  expect(textOf(await bot.say(me, 'abc xyz khongro'))).toContain('Sổ tay chưa có');
});

test('a number that picks nothing becomes no question for officers', async () => {
  const me = somebody('zalo');
  const answer = await bot.say(me, '12');
  expect(textOf(answer)).toContain('không thấy lựa chọn số này');
  expect(answer[0]?.choices).toBeUndefined();
});

test('a secretary may type the schedule at once, and is not asked for the unit of the invitation', async () => {
  const me = somebody('zalo');
  const unitId = units.get('Chi bộ Thôn 1');
  const { code } = await bot.invites.make({ role: 'secretary', unitId }, 'cli');
  await bot.say(me, code);
  await bot.say(me, 'dong y');
  expect(textOf(await bot.say(me, 'Nguyễn Văn An'))).toContain('Từ nay đồng chí là');
  expect((await bot.people.of(me))?.unitId).toBe(unitId);

  expect(textOf(await bot.say(me, '/hop'))).toContain('Đồng chí gõ luôn lịch họp');
  expect(textOf(await bot.say(me, '20/12 lúc 8 giờ'))).not.toContain('Họp ở đâu');
  const preview = await bot.say(me, 'ngày 5 hằng tháng 19:30, nhà văn hóa');
  expect(textOf(preview)).toContain('19:30 ngày 5 hằng tháng');
  expect(textOf(await bot.say(me, 'để xem đã'))).toContain('trả lời điều tôi vừa hỏi');
  expect(textOf(await bot.say(me, 'đúng rồi'))).toContain('Đã ghi lịch họp');
  expect(textOf(await bot.say(me, '/hop 31 hằng tháng 8h'))).toContain('Họp **ở đâu**');
});

test('"mới" adds units like "thêm"; an example of several lines keeps them', async () => {
  expect(textOf(await bot.say(OFFICER, '/donvi moi Chi bộ Thôn 2 | Đảng ủy xã A'))).toContain('Sẽ thêm **1 đơn vị**');
  await bot.say(OFFICER, '/huy');
  expect(textOf(await bot.say(OFFICER, '/donvi thêm'))).toContain('```\nĐảng ủy xã A\n');
  await bot.say(OFFICER, '/huy');
});

test('a number meant for a list that is gone is not taken for words', async () => {
  const me = somebody('zalo');
  await bot.say(me, '/gopy');
  expect(textOf(await bot.say(me, '4'))).toContain('bằng chữ');
  await bot.say(OFFICER, '/lophoc moi');
  await bot.say(OFFICER, 'BD-01');
  expect(textOf(await bot.say(OFFICER, '4'))).toContain('bằng chữ');
  expect(textOf(await bot.say(OFFICER, 'Bồi dưỡng nghiệp vụ'))).toContain('địa điểm');
  await bot.say(OFFICER, '/huy');
});

test('an audience is named as people say it', async () => {
  for (const [typed, label] of [
    ['bí thư', 'Gửi tới: **Bí thư**'],
    ['cac hoc vien', 'Gửi tới: **Học viên**'],
    ['mọi người', 'Gửi tới: **Tất cả**'],
  ] as const) {
    await bot.say(OFFICER, '/thongbao Mời họp giao ban 8 giờ thứ Hai tới');
    expect(textOf(await bot.say(OFFICER, typed)), typed).toContain(label);
    await bot.say(OFFICER, '/huy');
  }
});
