import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Outgoing } from '../../src/bot/channel.ts';
import type { AccountRef } from '../../src/config.ts';
import { readSpreadsheet } from '../../src/spreadsheet/read-spreadsheet.ts';
import { choiceOf, openConversation, textOf, type TestConversation } from '../support/conversation.ts';

const ADMIN: AccountRef = { channel: 'web', userId: 'admin' };
const OTHER: AccountRef = { channel: 'telegram', userId: '700' };
const SECRETARY: AccountRef = { channel: 'zalo', userId: 'z701' };
const LAN: AccountRef = { channel: 'telegram', userId: '601' };
const HUNG: AccountRef = { channel: 'zalo', userId: 'z602' };

let bot: TestConversation;
let units: Map<string, string>;
let classId: string;

beforeEach(async () => {
  // 2026-11-22 10:00 in Việt Nam.
  bot = await openConversation([ADMIN]);
  units = await bot.addUnits([
    'Đảng ủy xã A',
    'Chi bộ Văn phòng | Đảng ủy xã A',
    'Chi bộ Thôn Đông | Đảng ủy xã A',
    'Đảng ủy xã B',
  ]);
  const session = (from: string, to: string, topic: string) => ({
    startsAt: at(from),
    endsAt: at(to),
    topic,
    lecturer: undefined,
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
        session('2026-11-23T08:00', '2026-11-23T11:30', 'Công tác tổ chức'),
        session('2026-11-23T14:00', '2026-11-23T17:00', 'Thảo luận'),
        session('2026-11-24T08:00', '2026-11-24T11:30', 'Kiểm tra, giám sát'),
      ],
    },
    'web:admin',
  );
  classId = version.trainingClass.id;
  await bot.addPerson(OTHER, 'Phạm Văn Khác', { role: 'officer', unitId: units.get('Đảng ủy xã B') });
  await bot.addPerson(SECRETARY, 'Đỗ Thị Thư', { role: 'secretary', unitId: units.get('Chi bộ Văn phòng') });
  await bot.addPerson(LAN, 'Nguyễn Thị Lan', undefined, units.get('Chi bộ Văn phòng'));
  await bot.addPerson(HUNG, 'Trần Văn Hùng', undefined, units.get('Chi bộ Văn phòng'));
  for (const account of [LAN, HUNG]) await bot.say(account, '/dangky BD-2026-01');
  for (const name of ['Lê Thị Mai', 'Vũ Văn Nam', 'Vũ Văn Nam']) {
    const row = { class_id: classId, person_id: null, name, unit_text: 'CB Thôn Đông', state: 'enrolled' as const };
    await bot.db
      .insertInto('enrolments')
      .values({ ...row, at: 'x', result: null })
      .execute();
  }
});
afterEach(() => bot.db.destroy());

function at(text: string): Temporal.Instant {
  return Temporal.PlainDateTime.from(text).toZonedDateTime('Asia/Ho_Chi_Minh').toInstant();
}

const outbox = () => bot.db.selectFrom('outbox').select(['chat_id', 'markdown', 'class']).orderBy('id').execute();

async function sheetsOf(replies: Outgoing[]) {
  const file = replies.find((reply) => reply.file)?.file;
  return (await readSpreadsheet(file?.bytes ?? new Uint8Array())).sheets;
}

test('/moi gives a link, a QR picture and what to type; for an open class within reach', async () => {
  const invited = await bot.say(ADMIN, '/moi bd-2026-01');
  expect(textOf(invited)).toContain('https://t.me/SoTayBot?start=BD-2026-01');
  expect(textOf(invited)).toContain('đăng ký BD-2026-01');
  expect(invited[0]?.picture?.png.length).toBeGreaterThan(100);
  expect(textOf(await bot.say(OTHER, '/moi BD-2026-01'))).not.toContain('Bồi dưỡng');
  expect(textOf(await bot.press(OTHER, `moi.${classId}`))).toContain('Nút này đã cũ');
  expect(textOf(await bot.say(LAN, '/moi BD-2026-01'))).toContain('không có lệnh này');
  await bot.classes.setState(classId, 'closed', 'cli');
  expect(textOf(await bot.say(ADMIN, '/moi BD-2026-01'))).toContain('không còn nhận đăng ký');
});

test('/diemdanh: the code is shown in its time only, changes on request, and the list is marked by number and name', async () => {
  const early = await bot.say(ADMIN, '/diemdanh BD-2026-01');
  const session = await bot.press(ADMIN, choiceOf(early, '08:00–11:30 thứ Hai'));
  expect(textOf(session)).toContain('Mã điểm danh có từ 07:30');
  bot.clock.advance({ hours: 21, minutes: 31 });
  const shown = await bot.say(ADMIN, '/diemdanh BD-2026-01');
  const code = /DD\d{6}/.exec(textOf(shown))?.[0] ?? '';
  expect(shown[0]?.picture).toBeDefined();
  const changed = await bot.press(ADMIN, choiceOf(shown, 'Đổi mã'));
  const second = /DD\d{6}/.exec(textOf(changed))?.[0] ?? '';
  expect(second).not.toBe(code);
  expect(textOf(await bot.say(LAN, second))).toContain('có mặt');

  const list = await bot.press(ADMIN, choiceOf(changed, 'Ghi theo danh sách'));
  expect(textOf(list)).toMatch(
    /1\. Lê Thị Mai, CB Thôn Đông: chưa ghi\n2\. Vũ Văn Nam.*\n3\. Vũ Văn Nam.*\n4\. Trần Văn Hùng, Chi bộ Văn phòng: chưa ghi\n5\. Nguyễn Thị Lan, Chi bộ Văn phòng: \*\*có mặt/,
  );
  expect(textOf(await bot.say(ADMIN, 'vắng Vũ Văn Nam'))).toContain('có nhiều người');
  expect(textOf(await bot.say(ADMIN, 'vắng 9'))).toContain('số từ 1 đến 5');
  const marked = textOf(await bot.say(ADMIN, 'vắng 2-3; muộn Trần Văn Hùng'));
  expect(marked).toContain('Đã ghi 3 đồng chí');
  expect(marked).toMatch(/4\. Trần Văn Hùng.*muộn/);
  expect(textOf(await bot.say(ADMIN, 'bỏ 3'))).toMatch(/3\. Vũ Văn Nam.*chưa ghi/);
  const rest = await bot.press(ADMIN, choiceOf(list, 'Còn lại có mặt'));
  expect(textOf(rest)).toContain('Có mặt **3**, muộn **1**, vắng **1**, chưa ghi **0**; sĩ số 5');
  // What the officer saw counts, whatever code comes in later.
  expect(textOf(await bot.say(HUNG, second))).toContain('đến muộn');
  const [first] = await bot.classes.sessionsOf(classId);
  for (const action of ['show', 'change', 'list', 'rest']) {
    expect(textOf(await bot.press(OTHER, `diemdanh.${action}.${first?.id}.present`))).toContain('Nút này đã cũ');
  }
  expect(textOf(await bot.say(LAN, '/diemdanh BD-2026-01'))).toContain('không có lệnh này');
  const log = textOf(await bot.press(ADMIN, choiceOf(await bot.say(ADMIN, '/quantri'), 'Nhật ký')));
  expect(log).toContain('điểm danh');
});

/** Lan comes to all, Hùng to one of two with leave for the other; the third session is not recorded. */
async function attend(): Promise<void> {
  const [first, second] = await bot.classes.sessionsOf(classId);
  const ids = await bot.enrolments.inClass(classId);
  const idOf = (name: string): number => ids.find((one) => one.name === name)?.id ?? 0;
  await bot.press(HUNG, `xinvang.${second?.id}`);
  await bot.say(HUNG, 'Đi công tác');
  bot.clock.advance({ hours: 72 });
  await bot.attendance.mark(first?.id ?? '', [idOf('Nguyễn Thị Lan'), idOf('Lê Thị Mai')], 'present', 'web:admin');
  await bot.attendance.mark(first?.id ?? '', [idOf('Trần Văn Hùng')], 'late', 'web:admin');
  await bot.attendance.mark(second?.id ?? '', [idOf('Nguyễn Thị Lan'), idOf('Lê Thị Mai')], 'present', 'web:admin');
  await bot.attendance.mark(second?.id ?? '', [idOf('Trần Văn Hùng')], 'absent', 'web:admin');
}

test('/baocao: by unit, by session, those under 80 %, as text and as a file', async () => {
  await attend();
  const report = await bot.say(ADMIN, '/baocao BD-2026-01');
  const text = textOf(report);
  expect(text).toContain('Học viên: **5** thuộc **2** đơn vị');
  expect(text).toContain('CB Thôn Đông: 3');
  expect(text).toContain('08:00–11:30 thứ Hai 23/11/2026: có mặt 2, muộn 1, vắng có xin phép 0, vắng 2');
  expect(text).toContain('14:00–17:00 thứ Hai 23/11/2026: có mặt 2, muộn 0, vắng có xin phép 1, vắng 2');
  expect(text).toContain('thứ Ba 24/11/2026: chưa điểm danh');
  expect(text).toMatch(/Dự dưới 80%.*\(3\)[\s\S]*Trần Văn Hùng, Chi bộ Văn phòng: 1\/2 buổi \(50 %\)/);
  expect(text).not.toMatch(/Lan.*buổi/);
  const sheets = await sheetsOf(await bot.press(ADMIN, choiceOf(report, 'Tải bảng Excel')));
  expect(sheets.map(({ name }) => name)).toEqual(['Theo đơn vị', 'Theo buổi', 'Theo học viên', 'Dự dưới 80%']);
  const hung = sheets[2]?.rows.find(({ cells }) => cells[1] === 'Trần Văn Hùng')?.cells;
  expect(hung?.slice(1, 8)).toEqual(['Trần Văn Hùng', 'Chi bộ Văn phòng', 'muộn', 'vắng có phép', '', '1', '50 %']);
  expect(sheets[3]?.rows.filter(({ cells }) => cells[1] === 'Trần Văn Hùng')).toHaveLength(1);
  expect(textOf(await bot.say(OTHER, '/baocao BD-2026-01'))).not.toContain('Hùng');
  for (const action of ['file', 'results', 'keep']) {
    expect(textOf(await bot.press(OTHER, `baocao.${action}.${classId}`))).toContain('Nút này đã cũ');
  }
});

test('results: all mistakes at once, a look, then each trainee and each committee is told once', async () => {
  const report = await bot.say(ADMIN, '/baocao BD-2026-01');
  const results = choiceOf(report, 'Nhập kết quả');
  await bot.press(ADMIN, results);
  const wrong = textOf(
    await bot.say(
      ADMIN,
      'Nguyễn Thị Lan | tuyệt vời\nVũ Văn Nam | khá\nNgười Lạ | giỏi\nLê Thị Mai | Chi bộ Văn phòng | khá',
    ),
  );
  for (const part of [
    'Dòng 1, cột Kết quả: không có kết quả "tuyệt vời"',
    'Dòng 2, cột Đơn vị: lớp có nhiều học viên tên "Vũ Văn Nam"',
    'Dòng 3, cột Họ và tên: lớp không có học viên "Người Lạ"',
    'Dòng 4, cột Đơn vị: "Lê Thị Mai" không thuộc đơn vị',
  ]) {
    expect(wrong).toContain(part);
  }
  expect(await outbox()).toEqual([]);
  const lines = 'Nguyen Thi Lan | CB Văn phòng | Giỏi\nTrần Văn Hùng | TB\nLê Thị Mai | chi bo thon dong | xuất sắc';
  const look = await bot.say(ADMIN, lines);
  expect(textOf(look)).toContain('**3 học viên**: xuất sắc 1 (33,3 %), giỏi 1 (33,3 %), khá 0 (0 %), trung bình 1');
  const done = textOf(await bot.press(ADMIN, choiceOf(look, 'Nhập')));
  expect(done).toContain('2 học viên và gửi 1 thông báo');
  expect(textOf(await bot.press(ADMIN, choiceOf(look, 'Nhập')))).toContain('Nút này đã cũ');
  const told = await outbox();
  expect(told.map(({ chat_id }) => chat_id)).toEqual(['601', 'z602', 'z701']);
  expect(told[0]?.markdown).toContain('kết quả của đồng chí là **giỏi**');
  expect(told[2]?.markdown).toMatch(
    /Chi bộ Văn phòng\*\* có 2 học viên: xuất sắc 0 \(0 %\), giỏi 1 \(50 %\)[\s\S]*Toàn lớp: 3 học viên/,
  );
  expect(told[2]?.markdown).not.toMatch(/Lan|Hùng/);
  expect(textOf(await bot.say(LAN, '/lop'))).toContain('kết quả: **giỏi**');
  await bot.press(ADMIN, results);
  expect(textOf(await bot.say(ADMIN, lines))).toContain('không có gì phải nhập');
  expect(textOf(await bot.say(ADMIN, '/baocao BD-2026-01'))).toContain('**Kết quả học tập:** xuất sắc 1');
});
