import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { Channel, ChannelState } from '../../src/bot/channel.ts';
import { systemClock } from '../../src/clock.ts';
import { createOutboxStore } from '../../src/delivery/outbox-store.ts';
import type { Handbook } from '../../src/handbook/load.ts';
import { createHealth, type HealthDeps } from '../../src/http/health.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';

const channel = (name: Channel['name'], state: ChannelState): Channel => ({ name, state: () => state }) as Channel;
const well = { problem: () => undefined };

function deps(db: Database): HealthDeps {
  return {
    db,
    outbox: createOutboxStore(db, systemClock),
    delivery: well,
    reminders: well,
    backup: well,
    handbook: { entries: [{}] } as unknown as Handbook,
    channels: [channel('telegram', { state: 'up', by: 'polling' }), channel('zalo', { state: 'starting' })],
    zalo: undefined,
  };
}

test('each part is well, or is named with what is wrong with it', async () => {
  const db = await openDatabase('sqlite::memory:');
  expect(await createHealth(deps(db))()).toEqual({
    status: 'ok',
    parts: {
      database: 'ok',
      handbook: 'ok',
      outbox: 'ok',
      reminders: 'ok',
      backup: 'ok',
      telegram: 'ok',
      zalo: 'ok',
    },
    handbook: { entries: 1 },
    channels: { telegram: 'polling', zalo: 'starting' },
    outbox: { due: 0, failed: 0 },
  });
  const sick: [part: string, problem: string, change: Partial<HealthDeps>][] = [
    ['outbox', 'outbox: x', { delivery: { problem: () => 'outbox: x' } }],
    ['reminders', 'reminders: x', { reminders: { problem: () => 'reminders: x' } }],
    ['backup', 'backup: x', { backup: { problem: () => 'backup: x' } }],
    ['handbook', 'handbook: no entries', { handbook: { entries: [] } as unknown as Handbook }],
    ['zalo', 'zalo: x', { channels: [channel('zalo', { state: 'down', reason: 'x' })] }],
  ];
  for (const [part, problem, change] of sick) {
    const { status, parts, problems } = await createHealth({ ...deps(db), ...change })();
    expect([status, parts[part], problems]).toEqual(['down', 'down', [problem]]);
  }
  expect((await createHealth({ ...deps(db), backup: undefined })()).parts).not.toHaveProperty('backup');

  await sql`drop table outbox`.execute(db);
  expect(await createHealth(deps(db))()).toMatchObject({
    status: 'down',
    parts: { database: 'down', outbox: 'ok' },
    problems: ['database: cannot be read'],
  });
  await db.destroy();
});
