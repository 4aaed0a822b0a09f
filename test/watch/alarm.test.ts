import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { createAlarm, type Alarm } from '../../src/watch/alarm.ts';
import { createAlarmsStore } from '../../src/watch/alarms-store.ts';
import { drivenClock } from '../support/clock.ts';
import { watchedLog } from '../support/log.ts';

const clock = drivenClock('2026-11-22T01:00:00Z');
let db: Database;
let said: string[] = [];
let reached = 1;

beforeEach(async () => {
  db = await openDatabase('sqlite::memory:');
  [said, reached] = [[], 1];
});
afterEach(() => db.destroy());

/** As a process makes it when it starts. */
const start = (): Alarm =>
  createAlarm({
    store: createAlarmsStore(db, clock),
    clock,
    tellOfficers: async (text) => {
      said.push(text);
      return reached;
    },
    log: watchedLog(),
  });

test('each cause once an hour, and no more often when the process starts again and again', async () => {
  for (let minute = 0; minute < 120; minute++) {
    // Each process fails at once, in two ways.
    const alarm = start();
    for (let i = 0; i < 3; i++) await alarm('down:telegram', 'Telegram');
    await alarm('storage', 'disk');
    clock.advance({ minutes: 1 });
  }
  expect(said).toEqual(['Telegram', 'disk', 'Telegram', 'disk']);
});

test('what reached nobody is tried again after a minute, also by the next process', async () => {
  const alarm = start();
  reached = 0;
  for (let i = 0; i < 5; i++) expect(await alarm('down:zalo', 'Zalo')).toBe(0);
  expect(said).toHaveLength(1);
  clock.advance({ minutes: 1 });
  await alarm('down:zalo', 'Zalo');
  reached = 2;
  expect(await start()('down:zalo', 'Zalo')).toBe(2);
  clock.advance({ minutes: 5 });
  expect(await alarm('down:zalo', 'Zalo')).toBe(0);
  expect(said).toHaveLength(3);
});

test('a disk that is full is said all the same, once an hour', async () => {
  const alarm = start();
  await sql`PRAGMA query_only = ON`.execute(db);
  for (let minute = 0; minute < 61; minute++) {
    await alarm('storage', 'disk');
    clock.advance({ minutes: 1 });
  }
  expect(said).toHaveLength(2);
});

test('a clock that was put back silences nobody', async () => {
  clock.advance({ hours: 48 });
  await start()('backup', 'backup');
  clock.advance({ hours: -48 });
  await start()('backup', 'backup');
  expect(said).toHaveLength(2);
});
