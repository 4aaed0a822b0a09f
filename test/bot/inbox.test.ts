import { expect, test } from 'vitest';
import { DeliveryError } from '../../src/bot/channel.ts';
import { createInbox, type Inbox } from '../../src/bot/inbox.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { drivenClock } from '../support/clock.ts';
import { textFrom } from '../support/incoming.ts';
import { watchedLog } from '../support/log.ts';

interface Setup {
  db: Database;
  inbox: Inbox;
  clock: ReturnType<typeof drivenClock>;
  handled: string[];
  sent: string[];
}

async function setUp(
  behaviour: { handle?: (text: string) => Promise<void>; send?: () => void; db?: Database } = {},
): Promise<Setup> {
  const db = behaviour.db ?? (await openDatabase('sqlite::memory:'));
  const clock = drivenClock('2026-11-21T08:00:00Z');
  const handled: string[] = [];
  const sent: string[] = [];
  const inbox = createInbox({
    db,
    clock,
    log: watchedLog(),
    channels: new Map([
      [
        'telegram',
        {
          send: async (chatId, { markdown }) => {
            behaviour.send?.();
            sent.push(`${chatId}:${markdown}`);
            return {};
          },
        },
      ],
    ]),
    handle: async ({ text }) => {
      await behaviour.handle?.(text);
      handled.push(text);
      return [{ markdown: `re ${text}` }];
    },
    wait: () => Promise.resolve(),
  });
  return { db, inbox, clock, handled, sent };
}

test('an update that arrives 50 times at once has one effect', async () => {
  const { inbox, handled, sent } = await setUp();
  await Promise.all(Array.from({ length: 50 }, () => inbox.accept('1', textFrom('a'))));
  await inbox.idle();
  await inbox.accept('1', textFrom('a'));
  await inbox.idle();
  expect(handled).toEqual(['a']);
  expect(sent).toEqual(['1:re a']);
});

test('order within a chat is kept, and a slow chat does not hold up another', async () => {
  let release = (): void => undefined;
  const slow = new Promise<void>((resolve) => (release = resolve));
  const { inbox, handled } = await setUp({ handle: (text) => (text === 'a1' ? slow : Promise.resolve()) });
  await inbox.accept('1', textFrom('a1', 'a'));
  await inbox.accept('2', textFrom('a2', 'a'));
  await inbox.accept('3', textFrom('b1', 'b'));
  await expect.poll(() => handled).toEqual(['b1']);
  release();
  await inbox.idle();
  expect(handled).toEqual(['b1', 'a1', 'a2']);
});

test('what an earlier run accepted is handled after the restart, in order, and its text is then gone', async () => {
  const first = await setUp({ handle: () => new Promise(() => undefined) });
  for (const [id, text] of [
    ['9', 'x'],
    ['10', 'y'],
    ['11', 'z'],
  ] as const)
    await first.inbox.accept(id, textFrom(text));
  const second = await setUp({ db: first.db });
  await second.inbox.resume();
  await second.inbox.idle();
  expect(second.handled).toEqual(['x', 'y', 'z']);
  const rows = await first.db.selectFrom('inbox').select('message').execute();
  expect(rows.map((row) => row.message)).toEqual([null, null, null]);
});

test('an answer is tried again while that may help, and not when the person blocked the bot', async () => {
  const failures = [
    new DeliveryError('paused', 'wait', { retryAfter: 5000 }),
    new DeliveryError('unknown', 'cut'),
    new DeliveryError('retry', 'refused'),
  ];
  const { inbox, sent } = await setUp({
    send: () => {
      const failure = failures.shift();
      if (failure) throw failure;
    },
  });
  await inbox.accept('1', textFrom('a'));
  await inbox.idle();
  expect(sent).toEqual(['1:re a']);

  let tries = 0;
  const blocked = await setUp({
    send: () => {
      tries++;
      throw new DeliveryError('gone', 'blocked');
    },
  });
  await blocked.inbox.accept('1', textFrom('a'));
  await blocked.inbox.idle();
  expect(tries).toBe(1);
});

test('ids of handled updates are dropped after two days', async () => {
  const { db, inbox, clock } = await setUp();
  await inbox.accept('1', textFrom('a'));
  await inbox.idle();
  clock.advance({ hours: 49 });
  await inbox.accept('2', textFrom('b'));
  await inbox.idle();
  const rows = await db.selectFrom('inbox').select('update_id').execute();
  expect(rows.map((row) => row.update_id)).toEqual(['2']);
});
