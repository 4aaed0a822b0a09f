import type { Incoming, Outgoing } from '../../src/bot/channel.ts';
import { createInbox, type Inbox } from '../../src/bot/inbox.ts';
import { createZalo, type Zalo, type ZaloOptions } from '../../src/bot/zalo/zalo.ts';
import { createMetrics, type Metrics } from '../../src/metrics.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { startFakeZalo, type FakeZalo } from '../fakes/zalo.ts';
import { drivenClock } from './clock.ts';
import { watchedLog } from './log.ts';

export interface ZaloBench {
  fake: FakeZalo;
  zalo: Zalo;
  inbox: Inbox;
  db: Database;
  metrics: Metrics;
  clock: ReturnType<typeof drivenClock>;
  /** Everything that was logged. */
  log: () => string;
  /** What reached the handlers. */
  handled: Incoming[];
  /** What officers were told. */
  told: string[];
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ZaloBenchOptions extends Partial<ZaloOptions> {
  handle?: (message: Incoming) => Promise<Outgoing[]>;
  askedAt?: (chatId: string) => Temporal.Instant | undefined;
  /** How many officers there are to be told. */
  officers?: () => number;
  fake?: FakeZalo;
  db?: Database;
  inbox?: Pick<Inbox, 'accept'>;
  /** After each wait. */
  waited?: (now: Temporal.Instant) => Promise<void>;
}

/** The Zalo channel with its inbox against the fake over real HTTP, on a clock that waiting drives. */
export async function startZaloBench(options: ZaloBenchOptions = {}): Promise<ZaloBench> {
  const fake = options.fake ?? (await startFakeZalo());
  const db = options.db ?? (await openDatabase('sqlite::memory:'));
  const clock = drivenClock('2026-11-21T08:00:00Z');
  const metrics = createMetrics();
  const handled: Incoming[] = [];
  const told: string[] = [];
  let output = '';
  const log = watchedLog((line) => (output += line));
  const wait = async (milliseconds: number): Promise<void> => {
    clock.advance({ milliseconds });
    await options.waited?.(clock.now());
    await new Promise((resolve) => setImmediate(resolve));
  };
  const inbox: Inbox = createInbox({
    db,
    clock,
    log,
    wait,
    channels: new Map([['zalo', { send: (chatId: string, message: Outgoing) => zalo.send(chatId, message) }]]),
    handle: (message) => zalo.handle(message),
  });
  const zalo: Zalo = createZalo(
    {
      token: fake.token,
      apiRoot: fake.root,
      proxy: undefined,
      webhook: undefined,
      rate: 5,
      maxUsers: 50,
      maxGroups: 3,
      monthlyMessages: 3000,
      timeZone: 'Asia/Ho_Chi_Minh',
      telegram: false,
      ...options,
    },
    {
      db,
      clock,
      log,
      metrics,
      wait,
      inbox: options.inbox ?? inbox,
      tellOfficers: (markdown) => {
        const officers = options.officers?.() ?? 1;
        if (officers > 0) told.push(markdown);
        return Promise.resolve(officers);
      },
      handle: (message) => {
        handled.push(message);
        return options.handle?.(message) ?? Promise.resolve([{ markdown: `re ${message.text}` }]);
      },
      askedAt: (chatId) => Promise.resolve(options.askedAt?.(chatId)),
    },
  );
  return {
    fake,
    zalo,
    inbox,
    db,
    metrics,
    clock,
    handled,
    told,
    log: () => output,
    async [Symbol.asyncDispose]() {
      await zalo.stop();
      await inbox.idle();
      if (!options.db) await db.destroy();
      if (!options.fake) await fake.close();
    },
  };
}
