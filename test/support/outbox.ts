import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { systemClock } from '../../src/clock.ts';
import { createOutboxStore, type NewMessage, type OutboxStore } from '../../src/delivery/outbox-store.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import type { OutboxClass } from '../../src/store/schema.ts';
import { startFakeTelegram, type FakeTelegram } from '../fakes/telegram.ts';
import { clearAway } from './process.ts';

/** A message of a class to a chat of its own; the group is the class. */
export function messageOf(kind: OutboxClass, chat: number, dueAt: Temporal.Instant): NewMessage {
  return {
    key: `${kind}:${chat}`,
    class: kind,
    channel: 'telegram',
    chatId: String(chat),
    groupId: kind,
    message: { markdown: `${kind} **${chat}**` },
    dueAt,
  };
}

/** A database that processes send from, and the fake that they send to. */
export interface OutboxBench {
  folder: string;
  fake: FakeTelegram;
  db: Database;
  store: OutboxStore;
  put(messages: readonly NewMessage[]): Promise<void>;
  /** Starts test/support/outbox-process.ts. */
  spawn(env?: Record<string, string>): ChildProcess;
  /** Starts it and waits for its first claim. */
  start(env?: Record<string, string>): Promise<ChildProcess>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startOutboxBench(): Promise<OutboxBench> {
  // In memory where there is such a folder: a killed process needs no disk, and the tests take half the time.
  const folder = mkdtempSync(path.join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'sotay-'));
  const fake = await startFakeTelegram();
  const DATABASE_URL = `sqlite:${folder}/sotay.db`;
  const db = await openDatabase(DATABASE_URL);
  const store = createOutboxStore(db, systemClock);
  const bench: OutboxBench = {
    folder,
    fake,
    db,
    store,
    async put(messages) {
      await db.transaction().execute((transaction) => store.enqueue(transaction, messages));
    },
    spawn: (env) =>
      spawn(process.execPath, ['test/support/outbox-process.ts'], {
        env: {
          DATABASE_URL,
          TELEGRAM_BOT_TOKEN: fake.token,
          TELEGRAM_API_ROOT: fake.root,
          RATE: '5000',
          NODE_COMPILE_CACHE: path.join(tmpdir(), 'sotay-compile-cache'),
          ...env,
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    async start(env) {
      const child = bench.spawn(env);
      if (child.stdout) await once(child.stdout, 'data');
      return child;
    },
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await fake.close();
      clearAway(folder);
    },
  };
  return bench;
}

/** Ends a process with this signal and waits until it is gone; returns its exit status. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const closed = once(child, 'close');
  child.kill(signal);
  const [status] = (await closed) as [number | null];
  return status;
}
