import { expect, test } from 'vitest';
import { createClassesStore } from '../../src/classes/classes-store.ts';
import type { ClassDraft, ClassVersion } from '../../src/classes/training-class.ts';
import { systemClock } from '../../src/clock.ts';
import type { AccountRef } from '../../src/config.ts';
import { createOutboxStore } from '../../src/delivery/outbox-store.ts';
import { createPeopleStore } from '../../src/people/people-store.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startFakeTelegram } from '../fakes/telegram.ts';
import { startFakeZalo } from '../fakes/zalo.ts';
import { startBot, temporaryFolder } from '../support/process.ts';

/** Two full minutes have to come, and processes to start. */
const TWO_MINUTES = 170_000;
const SOON = { timeout: 20_000 };
const TIME_ZONE = 'Asia/Ho_Chi_Minh';

test(
  'of a class that an officer made by a message two trainees are reminded an hour ahead, once, over kills; of a moved session only at its new time',
  async () => {
    using folder = temporaryFolder();
    const [telegram, zalo] = [await startFakeTelegram(), await startFakeZalo()];
    const DATABASE_URL = `sqlite:${folder.path}/sotay.db`;
    const env = {
      DATABASE_URL,
      QUIET_HOURS: '',
      TELEGRAM_BOT_TOKEN: telegram.token,
      TELEGRAM_API_ROOT: telegram.root,
      ZALO_BOT_TOKEN: zalo.token,
      ZALO_API_ROOT: zalo.root,
      ADMINS: `telegram:${OFFICER}`,
    };
    const first = await startBot(env);
    const db = await openDatabase(DATABASE_URL);
    const outbox = createOutboxStore(db, systemClock);
    const people = createPeopleStore(db, systemClock, []);
    const classes = createClassesStore({ db, clock: systemClock, timeZone: TIME_ZONE, outbox });
    const save = async (code: string, id: string | undefined, startsAt: Temporal.Instant): Promise<ClassVersion> => {
      const topic = 'Công tác tổ chức xây dựng Đảng';
      const endsAt = startsAt.add({ hours: 3 });
      const draft: ClassDraft = {
        code,
        title: 'Bồi dưỡng',
        place: 'Hội trường A',
        unitId: undefined,
        capacity: undefined,
        quotas: {},
        closesAt: undefined,
        eveningReminder: 'off',
        minutesBefore: undefined,
        sessions: [{ id, startsAt, endsAt, topic, lecturer: 'Báo cáo viên 1', place: undefined, state: 'planned' }],
      };
      return (await classes.save(draft, 'cli')).version;
    };
    const enrolSilently = async (account: AccountRef, classId: string): Promise<void> => {
      const { id: person_id } = await people.register(account, 'v1');
      const at = systemClock.now().toString();
      await db.insertInto('enrolments').values({ class_id: classId, person_id, state: 'enrolled', at }).execute();
    };

    /** As the officer makes a class, and two people enrol. */
    const makeByMessage = async (start: Temporal.ZonedDateTime): Promise<string> => {
      const [date, from] = [start.toPlainDate(), start.toPlainTime().toString({ smallestUnit: 'minute' })];
      const inAWhile = start.add({ minutes: 20 });
      const until = inAWhile.day === start.day ? inAWhile.toPlainTime().toString({ smallestUnit: 'minute' }) : '23:59';
      const lines = [
        '/lophoc moi',
        'Mã: BD-2026-01',
        'Tên: Bồi dưỡng nghiệp vụ công tác đảng cho bí thư chi bộ',
        'Địa điểm: Hội trường A, số 1 đường B',
        'Nhắc tối trước: không',
        `Buổi: ${date.day}/${date.month}/${date.year} ${from}-${until} | Công tác tổ chức xây dựng Đảng | Báo cáo viên 1`,
      ];
      telegram.say(OFFICER, lines.join('\n'));
      expect((await telegram.nextMessage(OFFICER)).buttons.map(({ text }) => text)).toContain('Nhập');
      telegram.press(OFFICER, 'Nhập');
      expect((await telegram.nextMessage(OFFICER)).text).toContain('BD-2026-01');
      telegram.say(11, '/dangky BD-2026-01');
      await telegram.nextMessage(11);
      telegram.press(11, 'Tôi đồng ý');
      await telegram.nextMessage(11);
      for (const text of ['Nguyễn Thị Lan', 'Chi bộ Văn phòng']) {
        telegram.say(11, text);
        await telegram.nextMessage(11);
      }
      for (const text of ['/dangky BD-2026-01', '1', 'Trần Văn Hùng', 'Chi bộ Thôn Đông']) {
        zalo.say('z12', text);
        await zalo.nextMessage('z12');
      }
      const made = await db
        .selectFrom('classes')
        .select('id')
        .where('code', '=', 'BD-2026-01')
        .executeTakeFirstOrThrow();
      const enrolled = await db.selectFrom('enrolments').select('id').where('class_id', '=', made.id).execute();
      expect(enrolled).toHaveLength(2);
      return made.id;
    };

    // The next full minute that leaves time for the conversation, and to be killed before.
    const now = systemClock.now().add({ seconds: 25 }).toZonedDateTimeISO(TIME_ZONE);
    const due = now.round({ smallestUnit: 'minute', roundingMode: 'ceil' }).toInstant();
    const start = due.add({ hours: 1 }).toZonedDateTimeISO(TIME_ZONE);
    const heldId = await makeByMessage(start);
    const moved = await save('BD-02', undefined, due.add({ hours: 1 }));
    for (const account of [MOVED_ON_TELEGRAM, MOVED_ON_ZALO]) await enrolSilently(account, moved.trainingClass.id);
    await save('BD-02', moved.sessions[0]?.id, due.add({ hours: 1, minutes: 1 }));
    expect((await telegram.nextMessage(21)).text).toContain('Đổi lịch');
    expect((await zalo.nextMessage('z22')).text).toContain('Đổi lịch');
    await expect.poll(() => outbox.report(`change:${moved.trainingClass.id}`), SOON).toEqual({ sent: 2 });
    expect(await first.end('SIGKILL')).toBeNull();

    const second = await startBot(env);
    const [one, other] = await Promise.all([telegram.nextMessage(11), zalo.nextMessage('z12')]);
    const after = systemClock.now().since(due).total('seconds');
    expect(after).toBeGreaterThanOrEqual(0);
    expect(after).toBeLessThan(5);
    expect(one.text).toContain('Công tác tổ chức xây dựng Đảng');
    expect(one.buttons?.map(({ text }) => text)).toEqual(['Tham dự', 'Xin vắng']);
    expect(other.text).toContain('Hội trường A');
    expect(one.text).not.toContain('Gửi muộn');
    await expect.poll(() => outbox.report(`reminder:${heldId}`), SOON).toEqual({ sent: 2 });
    expect(await second.end('SIGKILL')).toBeNull();

    const third = await startBot(env);
    expect(await (await fetch(`${third.url}/metrics`)).text()).toMatch(/sotay_reminders_tick_age_seconds \d/);
    await Promise.all([telegram.nextMessage(21), zalo.nextMessage('z22')]);
    const late = systemClock
      .now()
      .since(due.add({ minutes: 1 }))
      .total('seconds');
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(5);
    await expect.poll(() => outbox.report(`reminder:${moved.trainingClass.id}`), SOON).toEqual({ sent: 2 });
    expect(await third.end()).toBe(0);
    const toEach = (sent: readonly { chatId: string }[], chat: string) => sent.filter(({ chatId }) => chatId === chat);
    expect([toEach(telegram.sent, '11').length, toEach(zalo.sent, 'z12').length]).toEqual([4 + 1, 4 + 1]);
    expect([toEach(telegram.sent, '21').length, toEach(zalo.sent, 'z22').length]).toEqual([2, 2]);
    await db.destroy();
    await telegram.close();
    await zalo.close();
  },
  TWO_MINUTES,
);

const OFFICER = 1;
const MOVED_ON_TELEGRAM: AccountRef = { channel: 'telegram', userId: '21' };
const MOVED_ON_ZALO: AccountRef = { channel: 'zalo', userId: 'z22' };
