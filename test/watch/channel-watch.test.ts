import { expect, test } from 'vitest';
import type { ChannelState } from '../../src/bot/channel.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createAlarm } from '../../src/watch/alarm.ts';
import { createAlarmsStore } from '../../src/watch/alarms-store.ts';
import { createChannelWatch } from '../../src/watch/channel-watch.ts';
import { drivenClock } from '../support/clock.ts';
import { watchedLog } from '../support/log.ts';

test('admins hear of a platform that stays down, once an hour, also when nobody could be reached at first, and of its return', async () => {
  const clock = drivenClock('2026-11-22T01:00:00Z');
  const said: string[] = [];
  let state: ChannelState = { state: 'up', by: 'polling' };
  let reached = 0;
  const log = watchedLog();
  const db = await openDatabase('sqlite::memory:');
  const tellOfficers = async (text: string): Promise<number> => {
    said.push(text);
    return reached;
  };
  const look = createChannelWatch({
    channels: [{ name: 'telegram', state: () => state }],
    clock,
    timeZone: 'Asia/Ho_Chi_Minh',
    alarm: createAlarm({ store: createAlarmsStore(db, clock), clock, tellOfficers, log }),
    tellOfficers,
    log,
  });
  const pass = async (minutes: number): Promise<string[]> => {
    said.length = 0;
    for (let i = 0; i < minutes; i++) {
      clock.advance({ minutes: 1 });
      await look();
    }
    return [...said];
  };

  await look();
  state = { state: 'down', reason: 'no connection' };
  expect(await pass(5)).toEqual([]);
  const tries = await pass(2);
  expect(tries).toHaveLength(2);
  expect(tries[0]).toContain('không nhận được tin trên Telegram từ lúc 08:01');
  reached = 1;
  expect(await pass(60)).toHaveLength(1);
  expect(await pass(2)).toHaveLength(1);
  state = { state: 'up', by: 'polling' };
  expect(await pass(3)).toEqual(['✅ Telegram đã hoạt động lại.']);
  // A short one is not worth a word.
  state = { state: 'down', reason: 'no connection' };
  expect(await pass(3)).toEqual([]);
  state = { state: 'up', by: 'polling' };
  expect(await pass(3)).toEqual([]);
  // One that comes and goes is told of once an hour, too.
  state = { state: 'down', reason: 'no connection' };
  expect(await pass(20)).toEqual([]);
  state = { state: 'up', by: 'polling' };
  expect(await pass(3)).toEqual([]);
  state = { state: 'down', reason: 'no connection' };
  expect(await pass(40)).toHaveLength(1);
  await db.destroy();
});
