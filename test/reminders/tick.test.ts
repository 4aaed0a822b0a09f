import { afterEach, beforeEach, expect, test } from 'vitest';
import { classHooks, createClassesStore } from '../../src/classes/classes-store.ts';
import type { ClassDraft } from '../../src/classes/training-class.ts';
import { createOutboxStore } from '../../src/delivery/outbox-store.ts';
import { createPeopleStore } from '../../src/people/people-store.ts';
import { createReminderTick } from '../../src/reminders/tick.ts';
import { reminderHooks } from '../../src/reminders/withdraw.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { drivenClock, type DrivenClock } from '../support/clock.ts';
import { watchedLog } from '../support/log.ts';

const TIME_ZONE = 'Asia/Ho_Chi_Minh';
/** 8:00 on the first of December. */
const START = Temporal.Instant.from('2026-12-01T01:00:00Z');

let clock: DrivenClock;
let db: Database;
let tick: ReturnType<typeof createReminderTick>;
let classes: ReturnType<typeof createClassesStore>;
let classId: string;

beforeEach(async () => {
  clock = drivenClock('2026-11-30T09:00:00Z');
  db = await openDatabase('sqlite::memory:');
  const outbox = createOutboxStore(db, clock);
  tick = createReminderTick({
    db,
    clock,
    timeZone: TIME_ZONE,
    quietHours: undefined,
    outbox,
    channels: () => ['telegram'],
    admins: [{ channel: 'telegram', userId: '9' }],
    others: [],
    log: watchedLog(),
  });
  classes = createClassesStore({ db, clock, timeZone: TIME_ZONE, outbox });
  classId = (await classes.save(draft(START), 'cli')).version.trainingClass.id;
  const people = createPeopleStore(db, clock, [classHooks, reminderHooks]);
  for (const userId of ['1', '2']) {
    const { id } = await people.register({ channel: 'telegram', userId }, 'v1');
    const enrolment = { class_id: classId, person_id: id, state: 'enrolled' as const, at: clock.now().toString() };
    await db.insertInto('enrolments').values(enrolment).execute();
  }
  await tick.run();
});
afterEach(() => db.destroy());

function draft(startsAt: Temporal.Instant, id?: string): ClassDraft {
  const topic = 'Công tác *dân vận*';
  return {
    code: 'BD-01',
    title: 'Bồi dưỡng',
    place: 'Hội trường A',
    unitId: undefined,
    capacity: undefined,
    quotas: {},
    closesAt: undefined,
    eveningReminder: undefined,
    minutesBefore: undefined,
    sessions: [
      {
        id,
        startsAt,
        endsAt: startsAt.add({ hours: 3 }),
        topic,
        lecturer: undefined,
        place: undefined,
        state: 'planned',
      },
    ],
  };
}

async function rows(like = 'reminder:%') {
  const columns = ['chat_id', 'due_at', 'markdown', 'choices', 'state'] as const;
  return db.selectFrom('outbox').select(columns).where('key', 'like', like).orderBy('id').execute();
}

async function at(time: string): Promise<void> {
  clock.advance(clock.now().until(Temporal.Instant.from(time)));
  await tick.run();
}

test('the digest and the hour before say what, when and where, and ask whether they come', async () => {
  await at('2026-11-30T12:30:00Z');
  await at('2026-12-01T00:00:00Z');
  const [digest, , before] = await rows();
  expect(digest?.markdown).toBe(
    '**Ngày mai, thứ Ba 1/12/2026**, đồng chí có buổi học:\n\n**08:00–11:00** Công tác \\*dân vận\\*\n\n- Địa điểm: Hội trường A\n- Lớp: BD-01',
  );
  expect(before?.markdown).toContain('**08:00 hôm nay** đồng chí có buổi học:');
  const labels = (JSON.parse(before?.choices ?? '[]') as { id: string; label: string }[]).map(({ label }) => label);
  expect(labels).toEqual(['Tham dự', 'Xin vắng']);
  expect(await rows()).toHaveLength(4);
  await tick.run();
  expect(await rows()).toHaveLength(4);
});

test('after a time without the process it goes late and says so', async () => {
  await at('2026-11-30T16:00:00Z');
  expect((await rows()).map(({ markdown }) => markdown?.includes('Gửi muộn'))).toEqual([true, true]);
});

test('past the session nothing goes, and officers hear how many', async () => {
  await at('2026-12-01T02:00:00Z');
  expect(await rows()).toEqual([]);
  const [told, ...others] = await rows('missed:%');
  expect(told?.chat_id).toBe('9');
  expect(told?.markdown).toContain('**4 tin nhắc** không kịp gửi');
  expect(told?.markdown).toContain('08:00 thứ Ba 1/12/2026, lớp BD-01, Công tác \\*dân vận\\*: 2 nơi nhận');
  expect(others).toEqual([]);
  expect(tick.missed()).toBe(4);
  await tick.run();
  expect(await rows('missed:%')).toHaveLength(1);
});

test('what waits when a session is moved is taken back, and planned anew as it is now', async () => {
  await at('2026-11-30T12:30:00Z');
  const [session] = await classes.sessionsOf(classId);
  await classes.save(draft(START.add({ hours: 1 }), session?.id), 'cli');
  expect((await rows()).map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
  await at('2026-11-30T12:31:00Z');
  const planned = (await rows()).filter(({ state }) => state === 'due');
  expect(planned.map(({ markdown }) => markdown?.includes('09:00–12:00'))).toEqual([true, true]);
  await at('2026-12-01T00:00:00Z');
  expect((await rows()).filter(({ state }) => state === 'due')).toHaveLength(2);
  await at('2026-12-01T01:00:00Z');
  expect((await rows()).filter(({ state }) => state === 'due')).toHaveLength(4);
});

test('what waits for a cancelled class is taken back and stays so', async () => {
  await at('2026-12-01T00:00:00Z');
  await classes.setState(classId, 'cancelled', 'cli');
  await tick.run();
  expect((await rows()).every(({ state }) => state === 'cancelled')).toBe(true);
});

test('a class’s group is reminded once, without the buttons', async () => {
  await classes.bindGroup(classId, { channel: 'telegram', chatId: '-100' }, 'cli');
  await at('2026-11-30T12:30:00Z');
  const group = (await rows()).filter(({ chat_id }) => chat_id === '-100');
  expect(group).toHaveLength(1);
  expect(group[0]?.choices).toBeNull();
});

test('red when nothing was planned for more than three minutes', async () => {
  clock.advance({ minutes: 3 });
  expect(tick.problem()).toBeUndefined();
  clock.advance({ seconds: 1 });
  expect(tick.problem()).toBe('reminders: not planned for over 3 minutes');
  await tick.run();
  expect(tick.problem()).toBeUndefined();
});
