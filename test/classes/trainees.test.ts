import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AccountRef } from '../../src/config.ts';
import type { TrainingClass } from '../../src/classes/training-class.ts';
import { choiceOf, openConversation, textOf, type TestConversation } from '../support/conversation.ts';

const ADMIN: AccountRef = { channel: 'web', userId: 'admin' };
const LAN: AccountRef = { channel: 'telegram', userId: '601' };
const HUNG: AccountRef = { channel: 'zalo', userId: 'z602' };
const MAI: AccountRef = { channel: 'web', userId: 'mai' };

let bot: TestConversation;
let units: Map<string, string>;

beforeEach(async () => {
  // 2026-11-22 10:00 in Việt Nam.
  bot = await openConversation([ADMIN]);
  units = await bot.addUnits(['Đảng ủy xã A', 'Chi bộ Văn phòng | Đảng ủy xã A', 'Chi bộ Thôn Đông | Đảng ủy xã A']);
});
afterEach(() => bot.db.destroy());

const at = (text: string): Temporal.Instant =>
  Temporal.PlainDateTime.from(text).toZonedDateTime('Asia/Ho_Chi_Minh').toInstant();

async function addClass(
  change: Partial<Parameters<TestConversation['classes']['save']>[0]> = {},
): Promise<TrainingClass> {
  const session = (from: string, to: string, topic: string) => ({
    startsAt: at(from),
    endsAt: at(to),
    topic,
    lecturer: 'Báo cáo viên 1',
    place: undefined,
    state: 'planned' as const,
  });
  const { version } = await bot.classes.save(
    {
      code: 'BD-2026-01',
      title: 'Bồi dưỡng nghiệp vụ',
      place: 'Hội trường A',
      unitId: units.get('Đảng ủy xã A'),
      capacity: undefined,
      closesAt: undefined,
      quotas: {},
      eveningReminder: undefined,
      minutesBefore: undefined,
      sessions: [
        session('2026-11-23T08:00', '2026-11-23T11:30', 'Công tác tổ chức xây dựng Đảng'),
        session('2026-12-01T14:00', '2026-12-01T17:00', 'Thảo luận: kết nạp đảng viên'),
        session('2026-12-20T08:00', '2026-12-20T11:00', 'Kiểm tra cuối khóa'),
      ],
      ...change,
    },
    'web:admin',
  );
  return version.trainingClass;
}

async function addToRoster(classId: string, name: string, unit: string): Promise<void> {
  const row = {
    class_id: classId,
    person_id: null,
    name,
    unit_text: unit,
    state: 'enrolled' as const,
    at: 'x',
    result: null,
  };
  await bot.db.insertInto('enrolments').values(row).execute();
}

const outbox = () =>
  bot.db
    .selectFrom('outbox')
    .select(['key', 'chat_id', 'markdown', 'channel', 'person_id', 'state'])
    .orderBy('id')
    .execute();

const enrolledOf = async (account: AccountRef, classId: string) =>
  bot.enrolments.of(classId, (await bot.people.of(account))?.id ?? '');

describe('enrolling', () => {
  test('asks for consent, name and unit once, and confirms with the timetable', async () => {
    await addClass();
    const consent = await bot.say(LAN, '/dangky BD-2026-01');
    expect(textOf(consent)).toMatch(/\[Tôi đồng ý\]\n\[Không\]/);
    expect(textOf(await bot.press(LAN, choiceOf(consent, 'Tôi đồng ý')))).toContain('họ và tên');
    expect(textOf(await bot.say(LAN, 'Nguyễn Thị Lan'))).toContain('đơn vị');
    const done = textOf(await bot.say(LAN, 'cb văn phòng'));
    for (const part of [
      'đã đăng ký',
      'BD-2026-01',
      'Hội trường A',
      '08:00–11:30 thứ Hai 23/11/2026',
      'Báo cáo viên 1',
      'Thêm vào lịch',
    ])
      expect(done).toContain(part);
    await addClass({ code: 'KN 02', title: 'Kết nạp' });
    expect(textOf(await bot.say(LAN, 'đăng ký kn-02'))).toMatch(/đã đăng ký.*KN 02/);
    expect(textOf(await bot.say(LAN, 'dang ky KN-02'))).toContain('từ trước');
    expect(textOf(await bot.say(LAN, '/lop'))).toMatch(/BD-2026-01[\s\S]*KN 02/);
    expect(textOf(await bot.say(LAN, '/dulieu'))).toMatch(/Lớp:.*BD-2026-01/);
  });

  test('an unknown code, a cancelled class, a class that is closed, a refusal', async () => {
    const { id } = await addClass();
    expect(textOf(await bot.say(LAN, '/dangky XY-9'))).toContain('không thấy lớp nào có mã "XY-9"');
    expect(textOf(await bot.say(LAN, '/dangky'))).toContain('/dangky BD-2026-01');
    const consent = await bot.say(LAN, '/dangky BD-2026-01');
    expect(textOf(await bot.press(LAN, choiceOf(consent, 'Không')))).toContain('không ghi gì');
    await bot.addPerson(HUNG, 'Trần Văn Hùng');
    await bot.classes.setState(id, 'closed', 'cli');
    expect(textOf(await bot.say(HUNG, '/dangky BD-2026-01'))).toContain('hết hạn đăng ký');
    await bot.classes.setState(id, 'cancelled', 'cli');
    expect(textOf(await bot.say(HUNG, '/dangky BD-2026-01'))).toContain('đã hủy');
    expect(await enrolledOf(HUNG, id)).toBeUndefined();
  });

  test('a code is known without its dashes; where several are alike, the person chooses', async () => {
    const { id } = await addClass();
    const codes = [
      '/dangky BD202601',
      '/dangky bd 2026 01',
      '/dangky lớp BD2026-01',
      'đăng ký bd 202601',
      '/start bd202601',
    ];
    for (const typed of codes) expect(textOf(await bot.say(LAN, typed)), typed).toContain('Tôi đồng ý');
    for (const command of ['/lophoc', '/moi', '/diemdanh', '/baocao']) {
      expect(textOf(await bot.say(ADMIN, `${command} bd202601`)), command).not.toMatch(/[Kk]hông (?:có|thấy)/);
    }
    await bot.sayInGroup(ADMIN, '-100', '/ganlop BD202601');
    expect((await bot.classes.byId(id))?.group?.chatId).toBe('-100');
    await bot.say(ADMIN, '/thongbao Mời họp lớp');
    expect(textOf(await bot.say(ADMIN, 'lớp bd202601'))).toContain('Lớp BD-2026-01');

    await addClass({ code: 'BD-202-601', title: 'Lớp khác' });
    const asked = await bot.say(LAN, '/dangky bd202601');
    expect(textOf(asked)).toMatch(
      /\[BD-2026-01: Bồi dưỡng nghiệp vụ\]\n\[BD-202-601: Lớp khác\]|Lớp khác[\s\S]*Bồi dưỡng/,
    );
    for (const command of ['/lophoc', '/moi', '/baocao']) {
      expect(textOf(await bot.say(ADMIN, `${command} bd202601`)), command).toContain('[BD-202-601: Lớp khác]');
    }
    expect(textOf(await bot.sayInGroup(ADMIN, '-200', '/ganlop BD202601'))).toContain('gõ đúng một mã');
    expect(textOf(await bot.say(LAN, '/dangky BD-202-601'))).toContain('Tôi đồng ý');
    await bot.addPerson(HUNG, 'Trần Văn Hùng');
    const choice = choiceOf(await bot.say(HUNG, '/dangky bd202601'), 'BD-2026-01');
    expect(textOf(await bot.press(HUNG, choice))).toContain('đã đăng ký');
    expect(await enrolledOf(HUNG, id)).toBeDefined();
  });

  test('ends with the closing date, else with the first session', async () => {
    const { id } = await addClass();
    await addClass({ code: 'KN-02', closesAt: at('2026-11-22T12:00') });
    await bot.addPerson(LAN, 'Nguyễn Thị Lan');
    bot.clock.advance({ hours: 3 });
    expect(textOf(await bot.say(LAN, '/dangky KN-02'))).toContain('hết hạn');
    expect(textOf(await bot.say(LAN, '/dangky BD-2026-01'))).toContain('đã đăng ký');
    await bot.addPerson(HUNG, 'Trần Văn Hùng');
    bot.clock.advance({ hours: 20 });
    expect(textOf(await bot.say(HUNG, '/dangky BD-2026-01'))).toContain('hết hạn');
    expect((await bot.enrolments.counts(id)).enrolled).toBe(1);
  });

  test('a full class has a waiting list, which moves up by itself and tells once', async () => {
    const { id } = await addClass({ capacity: 1 });
    for (const [account, name] of [
      [LAN, 'Nguyễn Thị Lan'],
      [HUNG, 'Trần Văn Hùng'],
      [MAI, 'Lê Thị Mai'],
    ] as const)
      await bot.addPerson(account, name);
    await bot.say(LAN, '/dangky BD-2026-01');
    expect(textOf(await bot.say(HUNG, '/dangky BD-2026-01'))).toMatch(/đã đủ người.*danh sách chờ\*\*, thứ 1/);
    expect(textOf(await bot.say(MAI, '/dangky BD-2026-01'))).toContain('thứ 2');
    expect(textOf(await bot.say(HUNG, '/dangky BD-2026-01'))).toContain('đang ở danh sách chờ');
    const ask = await bot.press(LAN, choiceOf(await bot.say(LAN, '/lop'), 'Rút tên'));
    expect(textOf(await bot.press(LAN, choiceOf(ask, 'Xác nhận rút tên')))).toContain('đã rút tên');
    expect(await enrolledOf(LAN, id)).toBeUndefined();
    expect((await enrolledOf(HUNG, id))?.state).toBe('enrolled');
    expect((await enrolledOf(MAI, id))?.state).toBe('waiting');
    expect((await outbox()).map(({ chat_id, markdown }) => [chat_id, markdown?.includes('đã được vào lớp')])).toEqual([
      ['z602', true],
    ]);
    await addClass({ capacity: 2 });
    await addClass({ capacity: 3 });
    expect((await enrolledOf(MAI, id))?.state).toBe('enrolled');
    expect((await outbox()).map(({ chat_id }) => chat_id)).toEqual(['z602', 'mai']);
  });

  test('a quota is for a unit and what is below it', async () => {
    const cell = units.get('Chi bộ Văn phòng') ?? '';
    const { id } = await addClass({ quotas: { [cell]: 1 } });
    await bot.addPerson(LAN, 'Nguyễn Thị Lan', undefined, cell);
    await bot.addPerson(HUNG, 'Trần Văn Hùng', undefined, cell);
    await bot.addPerson(MAI, 'Lê Thị Mai', undefined, units.get('Chi bộ Thôn Đông'));
    await bot.say(LAN, '/dangky BD-2026-01');
    expect(textOf(await bot.say(HUNG, '/dangky BD-2026-01'))).toContain('đã đủ số người của Chi bộ Văn phòng');
    expect(textOf(await bot.say(MAI, '/dangky BD-2026-01'))).toContain('đã đăng ký');
    expect(await bot.enrolments.counts(id)).toEqual({ enrolled: 2, waiting: 1 });
  });

  test('a line of the roster is theirs without asking when name and unit agree, and asked about otherwise', async () => {
    const { id } = await addClass({ capacity: 2 });
    await addToRoster(id, 'NGUYỄN THỊ LAN', 'CB Văn phòng');
    await addToRoster(id, 'Trần Văn Hùng', 'Chi bộ Thôn Tây');
    await bot.addPerson(LAN, 'Nguyễn Thị Lan', undefined, units.get('Chi bộ Văn phòng'));
    await bot.addPerson(HUNG, 'Trần Văn Hùng', undefined, units.get('Chi bộ Thôn Đông'));
    await bot.addPerson(MAI, 'Lê Thị Mai', undefined, units.get('Chi bộ Thôn Đông'));
    expect(textOf(await bot.say(LAN, '/lop'))).toContain('Xác nhận lớp BD-2026-01');
    expect(textOf(await bot.say(LAN, '/dangky BD-2026-01'))).toContain('đã đăng ký');
    const asked = await bot.say(HUNG, '/dangky BD-2026-01');
    expect(textOf(asked)).toContain('[Là tôi: Trần Văn Hùng, Chi bộ Thôn Tây]\n[Không phải tôi]');
    const claim = choiceOf(asked, 'Là tôi');
    expect(textOf(await bot.press(MAI, claim))).toContain('đã có người nhận');
    expect(textOf(await bot.press(HUNG, claim))).toContain('đã đăng ký');
    expect(textOf(await bot.say(MAI, '/dangky BD-2026-01'))).toContain('danh sách chờ');
    expect(await bot.enrolments.counts(id)).toEqual({ enrolled: 2, waiting: 1 });
    expect((await bot.enrolments.inClass(id)).map(({ name, unit }) => [name, unit])).toEqual([
      ['Trần Văn Hùng', 'Chi bộ Thôn Đông'],
      ['Nguyễn Thị Lan', 'Chi bộ Văn phòng'],
    ]);
  });

  test('an invitation link leads to the same', async () => {
    await addClass();
    await bot.addPerson(LAN, 'Nguyễn Thị Lan');
    expect(textOf(await bot.say(LAN, '/start BD-2026-01'))).toContain('đã đăng ký');
    expect(textOf(await bot.say(LAN, '/start khong-co'))).toContain('Kính chào');
  });
});

describe('the coming days', () => {
  test('are shown for two weeks, also to the question', async () => {
    await addClass();
    expect(textOf(await bot.say(LAN, 'mai có lớp không'))).toContain('chưa đăng ký lớp nào');
    await bot.addPerson(LAN, 'Nguyễn Thị Lan');
    await bot.say(LAN, '/dangky BD-2026-01');
    const shown = textOf(await bot.say(LAN, 'mai có lớp không?'));
    expect(shown).toContain('Ngày mai, thứ Hai 23/11/2026');
    expect(shown).toContain('14:00–17:00');
    expect(shown).not.toContain('Kiểm tra cuối khóa');
    expect(textOf(await bot.say(LAN, '/lich'))).toBe(shown);
    expect(textOf(await bot.say(LAN, 'đăng ký lớp thế nào'))).toContain('đăng ký BD-2026-01');
  });

  test('go into a calendar: a file, and an address that can be changed', async () => {
    await addClass();
    await bot.addPerson(LAN, 'Nguyễn Thị Lan');
    await bot.say(LAN, '/dangky BD-2026-01');
    const [added] = await bot.press(LAN, choiceOf(await bot.say(LAN, '/lich'), 'Thêm vào lịch'));
    expect(added?.file?.name).toBe('lich-hoc.ics');
    const token = /calendar\/([\w-]{32})\.ics/.exec(added?.markdown ?? '')?.[1] ?? '';
    expect(await bot.feeds.personOf(token)).toBe((await bot.people.of(LAN))?.id);
    const again = textOf(await bot.press(LAN, 'calendar'));
    expect(again).toContain(token);
    const renewed = textOf(await bot.press(LAN, 'calendar.renew'));
    expect(renewed).not.toContain(token);
    expect(await bot.feeds.personOf(token)).toBeUndefined();
  });
});

describe('absence', () => {
  test('is asked for with a reason, which goes to the organiser; and can be taken back', async () => {
    const { id } = await addClass();
    await bot.addPerson(LAN, 'Nguyễn Thị Lan', undefined, units.get('Chi bộ Văn phòng'));
    await bot.say(LAN, '/dangky BD-2026-01');
    const which = await bot.say(LAN, '/xinvang');
    expect(textOf(await bot.press(LAN, choiceOf(which, '23/11')))).toContain('lý do');
    expect(textOf(await bot.say(LAN, 'Con ốm phải đưa đi viện'))).toContain('đã chuyển đơn');
    const [told] = await outbox();
    expect(told).toMatchObject({ channel: 'web', chat_id: 'admin' });
    expect(told?.markdown).toMatch(/Nguyễn Thị Lan, Chi bộ Văn phòng.*xin vắng[\s\S]*Con ốm phải đưa đi viện/);
    const [session] = await bot.classes.sessionsOf(id);
    expect(await bot.attendance.ofSession(session?.id ?? '')).toMatchObject([
      { answer: 'absent', reason: 'Con ốm phải đưa đi viện' },
    ]);
    expect(textOf(await bot.say(LAN, '/dulieu'))).toMatch(
      /Buổi .*23\/11\/2026.*BD-2026-01:\*\* xin vắng, lý do: Con ốm phải đưa đi viện/,
    );
    expect(textOf(await bot.press(LAN, `thamdu.${session?.id}`))).toContain('tham dự');
    expect(await bot.attendance.ofSession(session?.id ?? '')).toMatchObject([
      { answer: 'attending', reason: undefined },
    ]);
    expect((await outbox()).at(-1)?.markdown).toContain('không xin vắng nữa');
    expect(textOf(await bot.press(HUNG, `thamdu.${session?.id}`))).toContain('Nút này đã cũ');
    await bot.addPerson(HUNG, 'Trần Văn Hùng');
    expect(textOf(await bot.press(HUNG, `xinvang.${session?.id}`))).toContain('không có tên trong lớp');
    bot.clock.advance({ hours: 48 });
    expect(textOf(await bot.press(LAN, `xinvang.${session?.id}`))).toContain('đã qua');
  });
});

describe('checking in by code', () => {
  test('counts from half an hour before, is late after fifteen minutes, and only for who is in the class', async () => {
    const { id } = await addClass();
    await addToRoster(id, 'Lê Thị Mai', 'Chi bộ Thôn Đông');
    await bot.addPerson(LAN, 'Nguyễn Thị Lan');
    await bot.addPerson(HUNG, 'Trần Văn Hùng');
    await bot.addPerson(MAI, 'Lê Thị Mai', undefined, units.get('Chi bộ Thôn Đông'));
    for (const account of [LAN, HUNG]) await bot.say(account, '/dangky BD-2026-01');
    const [session] = await bot.classes.sessionsOf(id);
    const code = await bot.checkIn.codeOf(session?.id ?? '');
    expect(textOf(await bot.say(LAN, `DD${code}`))).toContain('chưa đến giờ');
    bot.clock.advance({ hours: 21, minutes: 35 });
    expect(textOf(await bot.say(LAN, `điểm danh ${code.slice(0, 3)} ${code.slice(3)}`))).toContain('có mặt');
    const changed = await bot.checkIn.change(session?.id ?? '');
    bot.clock.advance({ seconds: 59 });
    expect(textOf(await bot.say(MAI, `/start DD${code}`))).toContain('có mặt');
    bot.clock.advance({ minutes: 40 });
    expect(textOf(await bot.say(HUNG, `dd${code}`))).toContain('không đúng');
    expect(textOf(await bot.say(HUNG, `dd${changed}`))).toContain('đến muộn');
    expect(textOf(await bot.say(LAN, `dd${changed}`))).toContain('có mặt');
    await bot.addPerson({ channel: 'web', userId: 'x' }, 'Người Ngoài');
    expect(textOf(await bot.say({ channel: 'web', userId: 'x' }, `dd${changed}`))).toContain('chưa có tên trong lớp');
    for (let i = 0; i < 6; i++) await bot.say(HUNG, 'DD000000');
    expect(textOf(await bot.say(HUNG, `dd${changed}`))).toContain('sai nhiều lần');
  });

  test('changes every minute when the officer wants it, and so does the message on the screen', async () => {
    const { id } = await addClass();
    await bot.addPerson(LAN, 'Nguyễn Thị Lan');
    await bot.addPerson(HUNG, 'Trần Văn Hùng');
    for (const account of [LAN, HUNG]) await bot.say(account, '/dangky BD-2026-01');
    const [session] = await bot.classes.sessionsOf(id);
    bot.clock.advance({ hours: 22, minutes: 10 });
    const [shown] = await bot.press(ADMIN, choiceOf(await bot.say(ADMIN, '/diemdanh BD-2026-01'), 'Tự đổi mã'));
    const code = await bot.checkIn.codeOf(session?.id ?? '');
    expect(shown?.markdown).toContain(`**DD${code}**`);
    expect(shown?.markdown).toContain('Mã này dùng đến');
    await shown?.onSent?.('77');
    await bot.display.run();
    bot.clock.advance({ seconds: 61 });
    await bot.display.run();
    const now = await bot.checkIn.codeOf(session?.id ?? '');
    expect(now).not.toBe(code);
    expect(bot.edited.at(-1)).toMatchObject({ messageId: '77', markdown: expect.stringContaining(`DD${now}`) });
    expect(textOf(await bot.say(LAN, `DD${code}`))).toContain('có mặt');
    bot.clock.advance({ seconds: 60 });
    expect(textOf(await bot.say(HUNG, `DD${code}`))).toContain('không đúng');
    expect(textOf(await bot.say(HUNG, `DD${now}`))).toContain('có mặt');
    expect(textOf(await bot.press(ADMIN, `diemdanh.turn.${session?.id}.off`))).toContain('[Tự đổi mã mỗi phút]');
    const last = await bot.checkIn.codeOf(session?.id ?? '');
    bot.clock.advance({ minutes: 5 });
    await bot.display.run();
    expect(await bot.checkIn.codeOf(session?.id ?? '')).toBe(last);
  });
});

test('an erased person leaves numbers only, and their place to the next', async () => {
  const { id } = await addClass({ capacity: 1 });
  const lan = await bot.addPerson(LAN, 'Nguyễn Thị Lan');
  await bot.addPerson(HUNG, 'Trần Văn Hùng');
  for (const account of [LAN, HUNG]) await bot.say(account, '/dangky BD-2026-01');
  await bot.press(LAN, 'calendar');
  await bot.erasure.erase(LAN);
  expect((await enrolledOf(HUNG, id))?.state).toBe('enrolled');
  const rows = JSON.stringify([
    await bot.db.selectFrom('enrolments').selectAll().execute(),
    await bot.db.selectFrom('calendar_feeds').selectAll().execute(),
  ]);
  expect(rows).not.toContain(lan);
  expect(rows).not.toContain('Lan');
});
