import { expect, test } from 'vitest';
import { calendarFile, type CalendarEvent } from '../../src/classes/calendar.ts';
import { classEvents } from '../../src/handlers/my-classes.ts';
import { createMeetingEvents } from '../../src/meetings/meeting-events.ts';
import { readCalendar } from '../support/calendar.ts';
import { openConversation } from '../support/conversation.ts';

const STAMP = Temporal.Instant.from('2026-11-22T03:00:00Z');

const EVENT: CalendarEvent = {
  uid: 'session-a1',
  sequence: 3,
  start: Temporal.Instant.from('2026-12-01T01:00:00Z'),
  end: Temporal.Instant.from('2026-12-01T04:30:00Z'),
  title: 'Công tác tổ chức, cán bộ; kiểm tra, giám sát và thi hành kỷ luật đảng ở cơ sở trong tình hình mới',
  place: 'Hội trường A, số 1 đường B',
  description: 'Báo cáo viên: Nguyễn Văn A\nPhòng \\ tầng 2',
  cancelled: false,
};

test('a strict parser reads what was meant, in the time of Việt Nam', async () => {
  const text = await calendarFile([EVENT, { ...EVENT, uid: 'session-a2', cancelled: true }], STAMP);
  expect(readCalendar(text)).toEqual([
    {
      uid: 'session-a1@sotay-chibo',
      sequence: 3,
      start: '2026-12-01T08:00:00',
      end: '2026-12-01T11:30:00',
      title: EVENT.title,
      place: EVENT.place,
      status: 'CONFIRMED',
    },
    expect.objectContaining({ uid: 'session-a2@sotay-chibo', status: 'CANCELLED' }),
  ]);
});

test('lines end in CRLF and are folded within 75 bytes, without cutting a letter', async () => {
  const text = await calendarFile([{ ...EVENT, title: 'ườ🎓ộng '.repeat(60).trim() }], STAMP);
  expect(text.endsWith('END:VCALENDAR\r\n')).toBe(true);
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  expect(text).not.toContain('\uFFFD');
  expect(readCalendar(text)[0]?.title).toBe('ườ🎓ộng '.repeat(60).trim());
});

test('nothing typed begins a line of its own, and no control character goes out', async () => {
  const typed = 'a\r\nBEGIN:VEVENT\rb\u0000\u000b\ud800';
  const text = await calendarFile([{ ...EVENT, title: typed, place: typed, description: typed }], STAMP);
  expect(text.match(/BEGIN:VEVENT\r\n/g)).toHaveLength(1);
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\u0000-\u001f]|\p{Cs}/u);
});

test('an empty calendar is one', async () => {
  expect(readCalendar(await calendarFile([], STAMP))).toEqual([]);
});

test('a change keeps the event and raises its number; a cancelled session and a cancelled class say so', async () => {
  const bot = await openConversation([]);
  const draft = (start: string, place = 'Hội trường A') => ({
    code: 'KN-01',
    title: 'Lớp bồi dưỡng',
    place,
    unitId: undefined,
    capacity: undefined,
    closesAt: undefined,
    quotas: {},
    eveningReminder: undefined,
    minutesBefore: undefined,
    sessions: [1, 2].map((day) => ({
      startsAt: Temporal.Instant.from(`2026-12-0${day}T${start}:00Z`),
      endsAt: Temporal.Instant.from(`2026-12-0${day}T10:00:00Z`),
      topic: `Chuyên đề ${day}`,
      lecturer: undefined,
      place: undefined,
      state: 'planned' as const,
    })),
  });
  const { version } = await bot.classes.save(draft('01:00'), 'cli');
  const person = await bot.addPerson({ channel: 'web', userId: 'lan' }, 'Nguyễn Thị Lan');
  await bot.enrolments.enrol(version.trainingClass.id, person);
  const read = async () => readCalendar(await calendarFile(await classEvents(bot, person), STAMP));
  const [before] = await read();
  await bot.classes.save(draft('02:00'), 'cli');
  const [moved] = await read();
  expect(moved).toMatchObject({ uid: before?.uid, start: '2026-12-01T09:00:00' });
  expect(moved?.sequence).toBeGreaterThan(before?.sequence ?? 0);
  await bot.classes.save(draft('02:00', 'Hội trường B'), 'cli');
  const [placed] = await read();
  expect(placed?.place).toBe('Hội trường B');
  expect(placed?.sequence).toBeGreaterThan(moved?.sequence ?? 0);
  const less = draft('02:00', 'Hội trường B');
  await bot.classes.save({ ...less, sessions: less.sessions.slice(0, 1) }, 'cli');
  expect((await read()).map(({ status }) => status)).toEqual(['CONFIRMED', 'CANCELLED']);
  const left = await read();
  await bot.classes.setState(version.trainingClass.id, 'cancelled', 'cli');
  const off = await read();
  expect(off.map(({ status }) => status)).toEqual(['CANCELLED', 'CANCELLED']);
  expect(off[0]?.sequence).toBeGreaterThan(left[0]?.sequence ?? 0);
  await bot.db.destroy();
});

test('a secretary’s calendar has the cell’s meetings: moved ones in their place, called-off ones crossed out', async () => {
  const bot = await openConversation([]);
  const units = await bot.addUnits(['Đảng ủy xã A', 'Chi bộ Thôn Đông | Đảng ủy xã A']);
  const unitId = units.get('Chi bộ Thôn Đông') ?? '';
  const id = await bot.addPerson(
    { channel: 'web', userId: 'thu' },
    'Đỗ Thị Thư',
    { role: 'secretary', unitId },
    unitId,
  );
  const other = await bot.addPerson({ channel: 'web', userId: 'mai' }, 'Lê Thị Mai', undefined, unitId);
  const by = { actor: id, markdown: 'x' };
  const meeting = await bot.meetings.add(
    { unitId, below: false, rule: { kind: 'day', day: 5, time: '19:30' }, place: 'Nhà văn hóa' },
    by,
  );
  await bot.meetings.change(meeting, '2026-12-05', Temporal.Instant.from('2026-12-06T12:00:00Z'), by);
  await bot.meetings.change(meeting, '2027-01-05', 'off', by);
  const events = createMeetingEvents({ ...bot, timeZone: 'Asia/Ho_Chi_Minh' });
  const read = readCalendar(await calendarFile(await events(id), STAMP));
  const brief = read.map(({ start, status, sequence }) => [start, status, sequence]);
  expect(brief).toEqual([
    ['2026-11-05T19:30:00', 'CONFIRMED', 0],
    ['2026-12-06T19:00:00', 'CONFIRMED', 1],
    ['2027-01-05T19:30:00', 'CANCELLED', 1],
    ['2027-02-05T19:30:00', 'CONFIRMED', 0],
    ['2027-03-05T19:30:00', 'CONFIRMED', 0],
  ]);
  expect(read[0]).toMatchObject({ title: 'Họp Chi bộ Thôn Đông', place: 'Nhà văn hóa' });
  expect(await events(other)).toEqual([]);
  await bot.db.destroy();
});
