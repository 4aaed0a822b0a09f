import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '../../src/clock.ts';
import { createOutboxStore } from '../../src/delivery/outbox-store.ts';
import { openDatabase } from '../../src/store/database.ts';
import type { OutboxState } from '../../src/store/schema.ts';
import { startFakeTelegram } from '../fakes/telegram.ts';
import { messageOf } from './outbox.ts';
import { chat, startBot, temporaryFolder } from './process.ts';

const ROWS = 2000;
/** Of them are on their way before it is told to stop. */
const SENT_FIRST = 20;
const ASKERS = 8;
/** Every so many chats never get an answer from the platform. */
const SILENT_EVERY = 10;

/**
 * Tells a bot to stop while it sends an announcement and people ask.
 *
 * @param silent some calls of the platform are never answered
 */
export async function stopUnderLoad(silent: boolean): Promise<{
  status: number | null;
  milliseconds: number;
  states: Partial<Record<OutboxState, number>>;
  /** Messages that the platform took, of the announcement. */
  arrived: number;
  answered: number;
}> {
  using folder = temporaryFolder();
  const fake = await startFakeTelegram();
  const DATABASE_URL = `sqlite:${folder.path}/sotay.db`;
  const db = await openDatabase(DATABASE_URL);
  const store = createOutboxStore(db, systemClock);
  const now = systemClock.now();
  await db.transaction().execute((transaction) =>
    store.enqueue(
      transaction,
      Array.from({ length: ROWS }, (_, i) => messageOf('announcement', i + 1, now)),
    ),
  );
  fake.hold = (method) => (method === 'sendMessage' ? delay(200) : undefined);
  if (silent) {
    fake.fault = (method, { chat_id: to }) =>
      method === 'sendMessage' && Number(to) % SILENT_EVERY === 0 ? { silent: 'after' } : undefined;
  }
  const bot = await startBot({ DATABASE_URL, QUIET_HOURS: '', WEB_CHAT: 'on', TELEGRAM_RATE: '200', ...fake.env });
  let answered = 0;
  const asking = Array.from({ length: ASKERS }, async (_, i) => {
    for (;;) {
      // From the stop on nobody is listening.
      const reply = await chat(bot.url, { user: `u${i}`, text: 'tuổi kết nạp đv' }).catch(() => undefined);
      if (reply?.status !== 200) return;
      answered++;
    }
  });
  while (fake.sent.length < SENT_FIRST) await delay(20);
  const began = performance.now();
  const exited = once(bot.child, 'exit');
  bot.child.kill('SIGTERM');
  const [status] = (await exited) as [number | null];
  const milliseconds = performance.now() - began;
  await Promise.all(asking);
  const states = await store.report('announcement');
  const arrived = fake.sent.length;
  await db.destroy();
  await fake.close();
  return { status, milliseconds, states, arrived, answered };
}
