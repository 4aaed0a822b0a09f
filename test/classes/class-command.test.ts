import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AccountRef } from '../../src/config.ts';
import { choiceOf, openConversation, textOf, type TestConversation } from '../support/conversation.ts';

const OFFICER: AccountRef = { channel: 'telegram', userId: '501' };
const ADMIN: AccountRef = { channel: 'web', userId: 'admin' };
const LINES = [
  'Mã: BD-2026-01',
  'Tên: Bồi dưỡng nghiệp vụ công tác đảng cho bí thư chi bộ',
  'Địa điểm: Hội trường A, số 1 đường B',
  'Buổi: 01/12/2026 08:00-11:30 | Công tác tổ chức xây dựng Đảng | Báo cáo viên 1',
  'Buổi: 01/12/2026 14:00-17:00 | Thảo luận: kết nạp đảng viên | Báo cáo viên 2 | Phòng 203',
];
const MESSAGE = `/lophoc moi\n${LINES.join('\n')}`;

let bot: TestConversation;
let units: Map<string, string>;

beforeEach(async () => {
  bot = await openConversation([ADMIN]);
  units = await bot.addUnits(['Đảng ủy xã A', 'Chi bộ Thôn 1 | Đảng ủy xã A', 'Đảng ủy xã B']);
  const unitId = units.get('Đảng ủy xã A');
  await bot.addPerson(OFFICER, 'Cán bộ A', { role: 'officer', unitId }, unitId);
});
afterEach(() => bot.db.destroy());

async function make(): Promise<string> {
  await bot.say(OFFICER, MESSAGE);
  await bot.say(OFFICER, 'Nhập');
  return (await bot.classes.byCode('BD-2026-01'))?.id ?? '';
}

async function trainee(number: number): Promise<string> {
  const person = await bot.addPerson({ channel: 'telegram', userId: `9${number}` }, `Học viên ${number}`);
  const id = (await bot.classes.byCode('BD-2026-01'))?.id ?? '';
  await bot.db
    .insertInto('enrolments')
    .values({ class_id: id, person_id: person, name: null, unit_text: null, state: 'enrolled', at: '', result: null })
    .execute();
  return person;
}

const outbox = () => bot.db.selectFrom('outbox').selectAll().orderBy('id').execute();

describe('a class by one message', () => {
  test('preview with "Nhập", "Sửa", "Hủy"; nothing before, all of it after', async () => {
    const preview = await bot.say(OFFICER, MESSAGE);
    expect(textOf(preview)).toContain('BD-2026-01');
    expect(textOf(preview)).toContain('08:00–11:30 thứ Ba 1/12/2026');
    expect(preview[0]?.choices?.map(({ label }) => label)).toEqual(['Nhập', 'Sửa', 'Hủy']);
    expect(await bot.classes.byCode('BD-2026-01')).toBeUndefined();
    const done = await bot.press(OFFICER, choiceOf(preview, 'Nhập'));
    expect(textOf(done)).toContain('Đã mở lớp');
    const made = await bot.classes.byCode('bd 2026 01');
    expect(made).toMatchObject({ code: 'BD-2026-01', state: 'open', unitId: units.get('Đảng ủy xã A') });
    const sessions = await bot.classes.sessionsOf(made?.id ?? '');
    expect(
      sessions.map(({ startsAt, endsAt, topic, lecturer, place }) => [
        String(startsAt),
        String(endsAt),
        topic,
        lecturer,
        place,
      ]),
    ).toEqual([
      ['2026-12-01T01:00:00Z', '2026-12-01T04:30:00Z', 'Công tác tổ chức xây dựng Đảng', 'Báo cáo viên 1', undefined],
      ['2026-12-01T07:00:00Z', '2026-12-01T10:00:00Z', 'Thảo luận: kết nạp đảng viên', 'Báo cáo viên 2', 'Phòng 203'],
    ]);
    // Pressed again: the button is out of date.
    expect(textOf(await bot.press(OFFICER, choiceOf(preview, 'Nhập')))).toContain('Nút này đã cũ');
    expect(textOf(await bot.say(OFFICER, MESSAGE))).toContain('Không có gì thay đổi');
  });

  test('"Hủy" drops it; "Sửa" keeps the lines', async () => {
    const preview = await bot.say(OFFICER, MESSAGE);
    expect(textOf(await bot.press(OFFICER, choiceOf(preview, 'Hủy')))).toContain('Đã hủy');
    expect(textOf(await bot.press(OFFICER, choiceOf(preview, 'Nhập')))).toContain('Nút này đã cũ');
    const again = await bot.say(OFFICER, MESSAGE);
    expect(textOf(await bot.press(OFFICER, choiceOf(again, 'Sửa')))).toContain('4. Buổi: 01/12/2026 08:00-11:30');
    const mended = await bot.say(OFFICER, 'dòng 4: Buổi: 2/12/2026 8h-11h | Chuyên đề khác');
    expect(textOf(mended)).toContain('08:00–11:00 thứ Tư 2/12/2026: **Chuyên đề khác**');
    expect(textOf(await bot.say(OFFICER, 'nhập'))).toContain('Đã mở lớp');
  });

  test('all mistakes at once, with line and cure; only the wrong lines are typed again', async () => {
    const wrong = [
      'Mã: BD 2026',
      'Tên: Lớp',
      'Địa điểm: Hội trường',
      'Buổi: 01/12/2026 25:00-26:00 | Một',
      'Buổi: 31/11/2026 08:00-11:30 | Hai',
      'Buổi: thứ Hai 1/12/2026 08:00-11:30',
      'Ghi chú gì đó',
      'Số chỗ: nhiều',
    ];
    const answer = textOf(await bot.say(OFFICER, `/lophoc moi\n${wrong.join('\n')}`)).replaceAll('\\', '');
    for (const row of [1, 4, 5, 6, 7, 8]) expect(answer).toContain(`Dòng ${row} `);
    for (const cure of [
      "'26:00' không phải giờ; viết như 08:00",
      'không có ngày này',
      'là thứ Ba; sửa lại thứ',
      'thiếu chuyên đề',
      'viết một số như 130',
    ]) {
      expect(answer).toContain(cure);
    }
    expect(answer).not.toContain('Dòng 2 ');
    await bot.say(OFFICER, 'Mã: BD-2026\nSố chỗ: 130\ndòng 7: Đơn vị: Chi bộ Thôn 1');
    const preview = await bot.say(
      OFFICER,
      'Buổi: 01/12/2026 08:00-11:30 | Một\nBuổi: 30/11/2026 08:00-11:30 | Hai\nBuổi: 2/12/2026 14h-17h | Ba',
    );
    expect(textOf(preview)).toContain('Số chỗ: 130');
    expect(preview[0]?.choices?.map(({ label }) => label)).toContain('Nhập');
    await bot.press(OFFICER, choiceOf(preview, 'Nhập'));
    const made = await bot.classes.byCode('BD-2026');
    expect(made).toMatchObject({ capacity: 130, unitId: units.get('Chi bộ Thôn 1') });
    expect(await bot.classes.sessionsOf(made?.id ?? '')).toHaveLength(3);
  });

  test('a unit beyond one’s reach, and a code that others use', async () => {
    await make();
    const other: AccountRef = { channel: 'telegram', userId: '502' };
    await bot.addPerson(other, 'Cán bộ B', { role: 'officer', unitId: units.get('Đảng ủy xã B') });
    expect(textOf(await bot.say(other, MESSAGE))).toContain('đã dùng cho một lớp khác');
    expect(textOf(await bot.say(other, MESSAGE.replace('01', '02').concat('\nĐơn vị: Chi bộ Thôn 1')))).toContain(
      'không có đơn vị',
    );
    expect(textOf(await bot.say(other, '/lophoc BD-2026-01'))).toContain('Không có lớp');
    expect(textOf(await bot.say(other, '/lophoc'))).not.toContain('BD-2026');
    expect(textOf(await bot.say(OFFICER, '/lophoc'))).toContain('BD-2026-01');
  });
});

test('step by step, with slips on the way', async () => {
  expect(textOf(await bot.say(OFFICER, '/lophoc moi KN00'))).toContain('tên lớp');
  await bot.say(OFFICER, '/lophoc moi');
  expect(textOf(await bot.say(OFFICER, 'có khoảng trống'))).toContain('không dùng được');
  await bot.say(OFFICER, 'KN01');
  await bot.say(OFFICER, 'Lớp kết nạp');
  await bot.say(OFFICER, 'Nhà văn hóa');
  expect(textOf(await bot.say(OFFICER, 'xong'))).toContain('Chưa có buổi học nào');
  expect(textOf(await bot.say(OFFICER, 'hôm nào đó'))).toContain('Chưa ghi được buổi này');
  expect(textOf(await bot.say(OFFICER, 'thứ Ba 1/12 8h-11h30 | Điều lệ Đảng | Báo cáo viên 1'))).toContain(
    'Đã ghi 1 buổi',
  );
  await bot.say(OFFICER, '2/12 8h-11h30 | Lịch sử Đảng');
  expect(textOf(await bot.say(OFFICER, 'xong'))).toContain('Số buổi: 2');
  expect(textOf(await bot.say(OFFICER, 'nhập'))).toContain('Đã mở lớp **KN01**');
});

describe('changes', () => {
  async function open(...labels: string[]) {
    let replies = await bot.say(OFFICER, '/lophoc BD-2026-01');
    for (const label of labels) replies = await bot.press(OFFICER, choiceOf(replies, label));
    return replies;
  }

  test('a moved session is told once, to those concerned, with what it was before', async () => {
    await make();
    const [first, second] = [await trainee(1), await trainee(2)];
    await bot.people.change(second, { stopped: true });
    await open('Các buổi học', 'Buổi 1', 'Đổi giờ');
    expect(textOf(await bot.say(OFFICER, '25h'))).toContain('không phải');
    const preview = await bot.say(OFFICER, '2/12/2026 13:30-16:30');
    expect(textOf(preview)).toContain('Đổi lịch:');
    expect(await outbox()).toHaveLength(0);
    expect(textOf(await bot.press(OFFICER, choiceOf(preview, 'Xác nhận')))).toContain('đang gửi 1 tin báo');
    const [message, ...more] = await outbox();
    expect(more).toHaveLength(0);
    expect(message).toMatchObject({ person_id: first, class: 'reminder' });
    expect(message?.markdown).toContain('13:30–16:30 thứ Tư 2/12/2026, trước là 08:00–11:30 thứ Ba 1/12/2026');
    expect(textOf(await bot.press(OFFICER, choiceOf(preview, 'Xác nhận')))).toContain('Nút này đã cũ');
    expect(await outbox()).toHaveLength(1);
    const id = (await bot.classes.byCode('BD-2026-01'))?.id ?? '';
    // By time: the one that was moved is the second now.
    expect((await bot.classes.sessionsOf(id)).map(({ sequence }) => sequence)).toEqual([0, 1]);
  });

  test('place, lecturer, a session more, a session off; title and topic are told to nobody', async () => {
    await make();
    await trainee(1);
    const change = async (labels: string[], text?: string): Promise<void> => {
      let replies = await open(...labels);
      if (text !== undefined) replies = await bot.say(OFFICER, text);
      if (replies.some(({ choices = [] }) => choices.some(({ label }) => label === 'Xác nhận'))) {
        await bot.press(OFFICER, choiceOf(replies, 'Xác nhận'));
      }
    };
    await change(['Sửa lớp', 'Tên'], 'Tên mới');
    await change(['Các buổi học', 'Buổi 1', 'Đổi chuyên đề'], 'Chuyên đề mới');
    await change(['Sửa lớp', 'Số chỗ'], '130');
    await change(['Sửa lớp', 'Hạn đăng ký'], '28/11/2026');
    await change(['Sửa lớp', 'Chỉ tiêu đơn vị'], 'CB Thôn 1 | 10');
    await change(['Sửa lớp', 'Nhắc tối trước'], 'không');
    await change(['Sửa lớp', 'Nhắc trước giờ học'], '30 phút');
    expect(await outbox()).toHaveLength(0);
    expect(await bot.classes.byCode('BD-2026-01')).toMatchObject({
      title: 'Tên mới',
      capacity: 130,
      closesAt: Temporal.Instant.from('2026-11-28T17:00:00Z'),
      quotas: { [units.get('Chi bộ Thôn 1') ?? '']: 10 },
      eveningReminder: 'off',
      minutesBefore: 30,
    });
    await change(['Sửa lớp', 'Địa điểm'], 'Hội trường C');
    await change(['Các buổi học', 'Buổi 2', 'Đổi báo cáo viên'], 'Báo cáo viên 9');
    await change(['Các buổi học', 'Buổi 2', 'Đổi địa điểm'], 'như lớp');
    await change(['Các buổi học', 'Thêm buổi'], '3/12/2026 8h-11h | Ôn tập');
    await change(['Các buổi học', 'Buổi 2', 'Hủy buổi này']);
    await change(['Các buổi học', 'Buổi 2', 'Học lại buổi này']);
    const told = (await outbox()).map(({ markdown }) => markdown?.split('\n').at(-1));
    expect(told).toEqual([
      expect.stringContaining('lớp học tại Hội trường C, trước là Hội trường A'),
      expect.stringContaining('báo cáo viên Báo cáo viên 9, trước là Báo cáo viên 2'),
      expect.stringContaining('tại Hội trường C, trước là Phòng 203'),
      expect.stringContaining('Thêm buổi: **Ôn tập**'),
      expect.stringContaining('Hủy buổi: **Thảo luận'),
      expect.stringContaining('Học lại buổi đã hủy'),
    ]);
    expect(new Set((await outbox()).map(({ key }) => key)).size).toBe(6);
  });

  test('closing, opening, cancelling; a cancelled class is told once and stays cancelled', async () => {
    await make();
    await trainee(1);
    await open('Khóa đăng ký');
    expect((await bot.classes.byCode('BD-2026-01'))?.state).toBe('closed');
    await open('Mở lại đăng ký');
    expect(await outbox()).toHaveLength(0);
    const ask = await open('Hủy lớp');
    await bot.press(OFFICER, choiceOf(ask, 'Xác nhận'));
    await bot.press(OFFICER, choiceOf(ask, 'Xác nhận'));
    expect((await outbox()).map(({ markdown }) => markdown)).toEqual([expect.stringContaining('**đã hủy**')]);
    expect(textOf(await open())).not.toContain('Sửa lớp');
    expect(textOf(await bot.say(OFFICER, MESSAGE))).toContain('đã hủy');
  });

  test('what is over is told to nobody; who is silent hears it afterwards', async () => {
    await make();
    const person = await trainee(1);
    await bot.people.change(person, { mutedUntil: Temporal.PlainDate.from('2026-11-25') });
    await open('Các buổi học', 'Buổi 1', 'Đổi giờ');
    await bot.press(OFFICER, choiceOf(await bot.say(OFFICER, '13h-16h'), 'Xác nhận'));
    expect((await outbox()).map(({ due_at }) => due_at)).toEqual(['2026-11-25T17:00:00.000Z']);
    bot.clock.advance({ hours: 24 * 13 });
    await open('Các buổi học', 'Buổi 1', 'Đổi địa điểm');
    await bot.say(OFFICER, 'Phòng 1');
    expect(await outbox()).toHaveLength(1);
    await bot.classes.finishEnded();
    expect((await bot.classes.byCode('BD-2026-01'))?.state).toBe('finished');
  });

  test('a copy has the same sessions from another day on', async () => {
    await make();
    await open('Sao chép lớp');
    expect(textOf(await bot.say(OFFICER, 'BD-2027-01'))).toContain('Chưa sao chép được');
    const preview = await bot.say(OFFICER, 'BD-2027-01 | 1/3/2027');
    await bot.press(OFFICER, choiceOf(preview, 'Nhập'));
    const copy = await bot.classes.byCode('BD-2027-01');
    const sessions = await bot.classes.sessionsOf(copy?.id ?? '');
    expect(sessions.map(({ startsAt, topic, place }) => [String(startsAt), topic, place])).toEqual([
      ['2027-03-01T01:00:00Z', 'Công tác tổ chức xây dựng Đảng', undefined],
      ['2027-03-01T07:00:00Z', 'Thảo luận: kết nạp đảng viên', 'Phòng 203'],
    ]);
  });
});

test('/ganlop binds the group for officers only, and the group is told of changes once', async () => {
  await make();
  const stranger: AccountRef = { channel: 'telegram', userId: '777' };
  expect(await bot.sayInGroup(stranger, '-100', '/ganlop BD-2026-01')).toEqual([]);
  expect(textOf(await bot.sayInGroup(OFFICER, '-100', '/ganlop KHONG-CO'))).toContain('Không có lớp này');
  expect(textOf(await bot.say(OFFICER, '/ganlop BD-2026-01'))).toContain('trong nhóm');
  expect(textOf(await bot.sayInGroup(OFFICER, '-100', '/ganlop bd-2026-01'))).toContain('đã gắn với lớp');
  expect((await bot.classes.byCode('BD-2026-01'))?.group).toEqual({ channel: 'telegram', chatId: '-100' });
  const replies = await bot.press(OFFICER, choiceOf(await bot.say(OFFICER, '/lophoc BD-2026-01'), 'Sửa lớp'));
  await bot.press(OFFICER, choiceOf(replies, 'Địa điểm'));
  await bot.press(OFFICER, choiceOf(await bot.say(OFFICER, 'Hội trường C'), 'Xác nhận'));
  expect((await outbox()).map(({ chat_id }) => chat_id)).toEqual(['-100']);
  await bot.press(OFFICER, choiceOf(replies, 'Bỏ gắn nhóm'));
  expect((await bot.classes.byCode('BD-2026-01'))?.group).toBeUndefined();
});
