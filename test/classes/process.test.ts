import { expect, test } from 'vitest';
import { createClassesStore } from '../../src/classes/classes-store.ts';
import { systemClock } from '../../src/clock.ts';
import { createOutboxStore } from '../../src/delivery/outbox-store.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startFakeTelegram } from '../fakes/telegram.ts';
import { startFakeZalo } from '../fakes/zalo.ts';
import { readCalendar } from '../support/calendar.ts';
import { startBot, temporaryFolder, webhookEnv } from '../support/process.ts';

const OFFICER = 1;
const LAN = 601;
const HUNG = 'z602';

test('two trainees enrol on Telegram and Zalo, read the calendar, check in by code; the officer gets the report', async () => {
  using folder = temporaryFolder();
  const telegram = await startFakeTelegram();
  const zalo = await startFakeZalo();
  const DATABASE_URL = `sqlite:${folder.path}/sotay.db`;
  const bot = await startBot({
    DATABASE_URL,
    ...webhookEnv(),
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.root,
    ZALO_BOT_TOKEN: zalo.token,
    ZALO_API_ROOT: zalo.root,
    ADMINS: `telegram:${OFFICER}`,
    QUIET_HOURS: '',
  });
  const db = await openDatabase(DATABASE_URL);
  const classes = createClassesStore({
    db,
    clock: systemClock,
    timeZone: 'Asia/Ho_Chi_Minh',
    outbox: createOutboxStore(db, systemClock),
  });
  const startsAt = systemClock.now().add({ minutes: 20 }).round('minute');
  await classes.save(
    {
      code: 'BD-2026-01',
      title: 'Bồi dưỡng nghiệp vụ',
      place: 'Hội trường A',
      unitId: undefined,
      capacity: undefined,
      closesAt: undefined,
      quotas: {},
      eveningReminder: 'off',
      minutesBefore: 0,
      sessions: [
        {
          startsAt,
          endsAt: startsAt.add({ hours: 3 }),
          topic: 'Công tác tổ chức xây dựng Đảng',
          lecturer: undefined,
          place: undefined,
          state: 'planned',
        },
      ],
    },
    `telegram:${OFFICER}`,
  );
  const says = async (text: string, wanted: string): Promise<string> => {
    telegram.say(LAN, text);
    const { text: answer } = await telegram.nextMessage(LAN);
    expect(answer).toContain(wanted);
    return answer;
  };
  const onZalo = async (text: string, wanted: string): Promise<string> => {
    zalo.say(HUNG, text);
    const { text: answer } = await zalo.nextMessage(HUNG);
    expect(answer).toContain(wanted);
    return answer;
  };

  telegram.say(LAN, '/dangky BD-2026-01');
  expect((await telegram.nextMessage(LAN)).buttons.map(({ text }) => text)).toEqual(['Tôi đồng ý', 'Không']);
  telegram.press(LAN, 'Tôi đồng ý');
  expect((await telegram.nextMessage(LAN)).text).toContain('họ và tên');
  await says('Nguyễn Thị Lan', 'đơn vị');
  expect(await says('Chi bộ Văn phòng', 'Công tác tổ chức xây dựng Đảng')).toContain('đã đăng ký');
  await onZalo('đăng ký BD-2026-01', 'Tôi đồng ý');
  zalo.pick(HUNG, 'Tôi đồng ý');
  expect((await zalo.nextMessage(HUNG)).text).toContain('họ và tên');
  await onZalo('Trần Văn Hùng', 'đơn vị');
  await onZalo('Chi bộ Thôn Đông', 'đã đăng ký');

  // The feed that Lan is given, and the file beside it.
  await says('/lich', 'Công tác tổ chức');
  telegram.press(LAN, 'Thêm vào lịch');
  const address = /https?:\S+\.ics/.exec((await telegram.nextMessage(LAN)).text)?.[0] ?? '';
  expect((await telegram.nextMessage(LAN)).document?.name).toBe('lich-hoc.ics');
  const feed = await fetch(address);
  expect([feed.status, feed.headers.get('Content-Type')]).toEqual([200, 'text/calendar; charset=utf-8']);
  const events = readCalendar(await feed.text());
  const start = startsAt.toZonedDateTimeISO('Asia/Ho_Chi_Minh').toPlainDateTime().toString();
  expect(events).toMatchObject([
    { title: 'Công tác tổ chức xây dựng Đảng (lớp BD-2026-01)', start, status: 'CONFIRMED' },
  ]);
  const other = address.replace(/.(?=\.ics$)/, (last) => (last === 'A' ? 'B' : 'A'));
  expect((await fetch(other)).status).toBe(404);
  expect((await fetch(`${bot.url}/calendar/x.ics`)).status).toBe(404);

  telegram.say(OFFICER, '/diemdanh BD-2026-01');
  const shown = await telegram.nextMessage(OFFICER);
  expect(shown.photo).toBeDefined();
  const code = /DD\d{6}/.exec(shown.text)?.[0] ?? '';
  await says(`/start ${code}`, 'có mặt');
  await onZalo(code.toLowerCase(), 'có mặt');

  telegram.say(OFFICER, '/baocao BD-2026-01');
  const report = await telegram.nextMessage(OFFICER);
  expect(report.text).toContain('Học viên: 2 thuộc 2 đơn vị');
  telegram.press(OFFICER, 'Tải bảng Excel');
  await telegram.nextMessage(OFFICER);
  expect((await telegram.nextMessage(OFFICER)).document?.name).toBe('bao-cao-bd-2026-01.xlsx');

  expect(await bot.end()).toBe(0);
  for (const secret of ['Nguyễn Thị Lan', 'Trần Văn Hùng', address.slice(-36, -4), code]) {
    expect(bot.output()).not.toContain(secret);
  }
  await db.destroy();
  await telegram.close();
  await zalo.close();
});
