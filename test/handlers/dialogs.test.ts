import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { choiceOf, openConversation, textOf, type TestConversation } from '../support/conversation.ts';

const ADMIN = { channel: 'web', userId: 'quan-tri' } as const;
const AGE = 'tuổi kết nạp đảng viên';
const ENDED = 'Việc đang làm dở đã bỏ';

let bot: TestConversation;
let people = 0;

beforeAll(async () => {
  bot = await openConversation([ADMIN]);
});
afterAll(() => bot.db.destroy());

describe.each(['telegram', 'zalo'] as const)('on %s', (channel) => {
  async function member(officer = false) {
    const account = { channel, userId: `${channel}-${++people}` } as const;
    await bot.addPerson(account, 'Nguyễn Văn An', officer ? { role: 'admin', unitId: undefined } : undefined);
    return account;
  }
  const hourAsked = async (me: Awaited<ReturnType<typeof member>>) =>
    bot.press(me, choiceOf(await bot.say(me, '/caidat'), 'Nhắc buổi tối'));

  test.each(['/gopy', 'góp ý', '/start', 'lịch họp'])(
    '%s ends what was open; nothing goes there later',
    async (command) => {
      const me = await member();
      await hourAsked(me);
      expect(textOf(await bot.say(me, command))).not.toContain(ENDED);
      expect(await bot.dialogs.current(channel, me.userId)).toEqual(
        /gopy|góp ý/.test(command) ? expect.objectContaining({ name: 'feedback' }) : undefined,
      );
      const number = textOf(await bot.say(me, '9'));
      expect(number).toContain(/gopy|góp ý/.test(command) ? 'bằng chữ' : 'không thấy lựa chọn số này');
      await bot.say(me, '19:30');
      expect((await bot.people.of(me))?.settings.eveningAt).toBeUndefined();
    },
  );

  test.each([`/hoi ${AGE}`, AGE, '/trogiup', '/vanban 24-QĐ/TW', 'lĩnh vực', '/khongco'])(
    '%s is answered in between, and the step stays open',
    async (between) => {
      const me = await member();
      await hourAsked(me);
      expect(textOf(await bot.say(me, between))).not.toContain('Tôi chưa hiểu');
      expect(textOf(await bot.say(me, '19:30'))).toContain('19:30');
      expect((await bot.people.of(me))?.settings.eveningAt?.toString()).toContain('19:30');
    },
  );

  test('what is neither is still a wrong answer to the step', async () => {
    const me = await member();
    await hourAsked(me);
    expect(textOf(await bot.say(me, 'để mai tính'))).toContain('Tôi chưa hiểu. Tối hôm trước');
  });

  test('what was typed and is lost is named, once; a list looked at in between ends nothing', async () => {
    const me = await member(true);
    await bot.say(me, '/lophoc moi');
    expect(textOf(await bot.say(me, '/quantri'))).not.toContain(ENDED);
    await bot.say(me, '/lophoc moi KN-77');
    const fields = await bot.say(me, '/linhvuc');
    await bot.press(me, choiceOf(fields, 'Kết nạp'));
    expect(textOf(await bot.say(me, 'Lớp kết nạp'))).toContain('địa điểm');
    expect(textOf(await bot.say(me, '/cauhoi'))).toMatch(new RegExp(`^${ENDED}: lớp đồng chí đang ghi\\.\n\n`));
    expect(textOf(await bot.say(me, '/cauhoi'))).not.toContain(ENDED);
    expect(textOf(await bot.say(me, '/huy'))).toContain('không có việc nào');
  });

  test('a command in words is no name and no unit', async () => {
    const me = { channel, userId: `${channel}-${++people}` } as const;
    await bot.press(me, choiceOf(await bot.say(me, '/caidat'), 'Tôi đồng ý'));
    expect(textOf(await bot.say(me, 'lịch học'))).toContain('14 ngày tới');
    expect((await bot.people.of(me))?.name).toBeUndefined();
    expect(textOf(await bot.say(me, '/caidat'))).toContain('họ và tên');
    await bot.say(me, 'Trần Thị Bình');
    expect(textOf(await bot.say(me, 'trợ giúp'))).toContain('/huy');
    expect((await bot.people.of(me))?.unitText).toBeUndefined();
    expect(textOf(await bot.say(me, 'Chi bộ Văn phòng'))).toContain('tôi ghi đúng như đồng chí gõ');
  });

  test('a class is opened step by step beside questions', async () => {
    const me = await member(true);
    await bot.say(me, '/lophoc moi KN-78');
    await bot.say(me, 'Lớp kết nạp');
    await bot.say(me, 'Hội trường A');
    expect(textOf(await bot.say(me, AGE))).toContain('18 tuổi');
    expect(textOf(await bot.say(me, '1/12/2026 8h-11h | Điều lệ'))).toContain('Đã ghi 1 buổi');
    await bot.say(me, '/huy');
  });
});
