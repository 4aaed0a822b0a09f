import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createEnrolmentsStore } from '../../src/classes/enrolments-store.ts';
import { systemClock } from '../../src/clock.ts';
import { createOutboxStore } from '../../src/delivery/outbox-store.ts';
import { createPeopleStore } from '../../src/people/people-store.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startFakeTelegram, person } from '../fakes/telegram.ts';
import { SOON, startBot, temporaryFolder } from '../support/process.ts';

const OFFICER = 42;
const TRAINEE = 77;
const GROUP = -1001;

/** As in the contract, with days that lie ahead whenever this runs. */
function contract(day: Temporal.PlainDate): string {
  const date = `${day.day}/${day.month}/${day.year}`;
  return `/lophoc moi
Mã: BD-2026-01
Tên: Bồi dưỡng nghiệp vụ công tác đảng cho bí thư chi bộ
Địa điểm: Hội trường A, số 1 đường B
Buổi: ${date} 08:00-11:30 | Công tác tổ chức xây dựng Đảng | Báo cáo viên 1
Buổi: ${date} 14:00-17:00 | Thảo luận: kết nạp đảng viên | Báo cáo viên 2 | Phòng 203`;
}

test(
  'in a started process an officer makes the class by one message, binds a group, moves a session, sends a file',
  async () => {
    using folder = temporaryFolder();
    const telegram = await startFakeTelegram();
    const url = `sqlite:${folder.path}/sotay.db`;
    const env = { ...telegram.env, DATABASE_URL: url, ADMINS: `telegram:${OFFICER}`, QUIET_HOURS: '' };
    const bot = await startBot(env);
    const answer = (chat = OFFICER) => telegram.nextMessage(chat);
    const day = Temporal.Now.plainDateISO('Asia/Ho_Chi_Minh').add({ days: 20 });
    telegram.say(OFFICER, contract(day));
    const preview = await answer();
    expect(preview.text).toContain('Công tác tổ chức xây dựng Đảng');
    expect(preview.buttons.map(({ text }) => text)).toEqual(['Nhập', 'Sửa', 'Hủy']);
    telegram.press(OFFICER, 'Nhập');
    expect((await answer()).text).toContain('Đã mở lớp BD-2026-01');

    // A trainee, and the class's group.
    const db = await openDatabase(url);
    const known = await db.selectFrom('classes').select('id').executeTakeFirstOrThrow();
    const people = createPeopleStore(db, systemClock, []);
    const { id: personId } = await people.register({ channel: 'telegram', userId: String(TRAINEE) }, 'v1');
    const outbox = createOutboxStore(db, systemClock);
    const enrolments = createEnrolmentsStore({ db, clock: systemClock, timeZone: 'Asia/Ho_Chi_Minh', outbox });
    await enrolments.enrol(known.id, personId);
    await db.destroy();
    const group = { id: GROUP, type: 'supergroup', title: 'Lớp' };
    const typed = { message_id: 900, date: 1, from: person(OFFICER), chat: group, text: '/ganlop@SoTayBot BD-2026-01' };
    telegram.push({ message: typed });
    expect((await answer(GROUP)).text).toContain('đã gắn với lớp BD-2026-01');

    // A session is moved: the trainee and the group are told, once, also when the process starts again.
    telegram.say(OFFICER, '/lophoc BD-2026-01');
    await answer();
    for (const label of ['Các buổi học', 'Buổi 1', 'Đổi giờ']) {
      telegram.press(OFFICER, label);
      await answer();
    }
    telegram.say(OFFICER, '13:30-16:30');
    expect((await answer()).text).toContain('trước là 08:00–11:30');
    telegram.press(OFFICER, 'Xác nhận');
    await answer();
    for (const chat of [TRAINEE, GROUP]) expect((await answer(chat)).text).toMatch(/Đổi lịch: .*trước là 08:00–11:30/);
    await bot.end();
    const again = await startBot(env);

    // The class as a file, changed and sent back.
    telegram.say(OFFICER, '/lophoc BD-2026-01');
    await answer();
    await answer();
    telegram.press(OFFICER, 'Xuất ra bảng');
    await answer();
    const { document } = await answer();
    const bytes = new Uint8Array((await document?.arrayBuffer()) ?? []);
    telegram.sendFile(OFFICER, 'lop.xlsx', bytes);
    expect((await answer()).text).toContain('Không có gì thay đổi');
    const roster = new TextEncoder().encode('Mã;BD-2026-01\nHọ và tên;Đơn vị\nHọc viên A;Chi bộ 1\nHọc viên B;\n');
    telegram.sendFile(OFFICER, 'hoc-vien.csv', roster);
    expect((await answer()).text).toContain('thêm 2, cập nhật 0');
    telegram.press(OFFICER, 'Nhập');
    expect((await answer()).text).toContain('đã thêm 2');

    // The same by the command line, beside the running bot.
    const file = `${folder.path}/lop.xlsx`;
    writeFileSync(file, bytes);
    expect(await runImport(url, file)).toMatch(/giữ nguyên 2\..*Không có gì phải nhập/s);
    writeFileSync(`${folder.path}/sai.csv`, 'Mã;KHONG-CO\nHọ và tên;Đơn vị\n;x\n');
    expect(await runImport(url, `${folder.path}/sai.csv`)).toMatch(/không có lớp KHONG-CO.*Hàng 3, cột Họ và tên/s);

    const sent = telegram.sent.filter(({ chatId }) => [String(TRAINEE), String(GROUP)].includes(chatId));
    expect(sent.filter(({ text }) => text.includes('Đổi lịch'))).toHaveLength(2);
    expect(await again.end()).toBe(0);
    expect(bot.output() + again.output()).not.toMatch(/Học viên|Thảo luận|Hội trường|hoc-vien/);
    await telegram.close();
  },
  SOON.timeout * 4,
);

function runImport(url: string, file: string): Promise<string> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', DATABASE_URL: url };
    const child = execFile(process.execPath, ['src/cli/import.ts', file], { env }, (_error, stdout, stderr) => {
      resolve(stdout + stderr);
    });
    child.stdin?.end();
  });
}
