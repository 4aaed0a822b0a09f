import { afterEach, beforeEach, expect, test } from 'vitest';
import { timestamp } from '../../src/clock.ts';
import { createOutboxStore } from '../../src/delivery/outbox-store.ts';
import { createReminderTick } from '../../src/reminders/tick.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { createDailyLine } from '../../src/watch/daily-line.ts';
import { drivenClock, type DrivenClock } from '../support/clock.ts';
import { watchedLog } from '../support/log.ts';

const timeZone = 'Asia/Ho_Chi_Minh';
let db: Database;
let clock: DrivenClock;

beforeEach(async () => {
  db = await openDatabase('sqlite::memory:');
  clock = drivenClock('2026-11-21T23:30:00Z'); // 06:30 on the 22nd in Việt Nam
});
afterEach(() => db.destroy());

function newTick() {
  const others = [
    createDailyLine({
      timeZone,
      channels: () => ['telegram', 'zalo'],
      admins: [
        { channel: 'telegram', userId: '1' },
        { channel: 'web', userId: 'off' },
      ],
      zaloMonthly: 3000,
    }),
  ];
  return createReminderTick({
    db,
    clock,
    timeZone,
    quietHours: undefined,
    outbox: createOutboxStore(db, clock),
    channels: () => ['telegram', 'zalo'],
    admins: [],
    others,
    log: watchedLog(),
  });
}

const lines = () =>
  db.selectFrom('outbox').select(['channel', 'chat_id', 'markdown']).where('key', 'like', 'daily:%').execute();

async function ask(id: string, asked_on: string, outcome: 'answer' | 'none', feedback: 'wrong' | null): Promise<void> {
  await db.insertInto('questions').values({ id, asked_on, text: 'x', outcome, entry_id: null, feedback }).execute();
}

test('admins read at seven what was yesterday, once, also across a restart', async () => {
  await ask('a', '2026-11-21', 'answer', null);
  await ask('b', '2026-11-21', 'answer', 'wrong');
  await ask('c', '2026-11-21', 'none', null);
  await ask('d', '2026-11-20', 'none', null);
  const rows = [
    { state: 'sent' as const, at: '2026-11-20T17:00:00Z' },
    { state: 'sent' as const, at: '2026-11-21T16:59:59Z' },
    { state: 'failed' as const, at: '2026-11-21T10:00:00Z' },
    { state: 'sent' as const, at: '2026-11-21T17:00:00Z' },
  ];
  for (const [i, { state, at }] of rows.entries()) {
    const settled_at = timestamp(Temporal.Instant.from(at));
    const common = {
      channel: 'telegram',
      chat_id: '9',
      class: 'answer' as const,
      due_at: settled_at,
      next_at: settled_at,
    };
    await db
      .insertInto('outbox')
      .values({ key: `k${i}`, ...common, state, settled_at })
      .execute();
  }
  await db
    .insertInto('message_counts')
    .values({ channel: 'zalo', month: '2026-11', sent: 690, warned_at: null })
    .execute();

  await newTick().run();
  expect(await lines()).toEqual([]);
  clock.advance({ minutes: 31 });
  const tick = newTick();
  await tick.run();
  clock.advance({ minutes: 1 });
  await tick.run();
  await newTick().run();
  expect(await lines()).toEqual([
    {
      channel: 'telegram',
      chat_id: '1',
      markdown:
        '**Hôm qua:** 3 câu hỏi (2 trả lời ngay, 0 phải chọn, 1 chưa có trong sổ tay, 1 bị báo chưa đúng); 2 tin tự gửi; 1 không gửi được; Zalo còn 2.310 tin trong tháng.',
    },
  ]);
});

test('a day on which nothing happened is not told', async () => {
  clock.advance({ hours: 2 });
  await newTick().run();
  expect(await lines()).toEqual([]);
});
