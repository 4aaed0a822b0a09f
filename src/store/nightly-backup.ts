import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { schedule, type ScheduledTask } from 'node-cron';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { CopyOptions } from './backup-copy.ts';
import { newestCopy, nightlyCopy, pruneCopies, pruneUpgradeCopies } from './backup-folder.ts';

/** When nobody writes, and before the day's reminders. */
const AT = '02:30';
const DAY_MS = 86_400_000;

export interface NightlyBackupDeps {
  databaseUrl: string;
  /** Undefined: no nightly copies. */
  folder: string | undefined;
  /** How many are kept. */
  keep: number;
  key: string | undefined;
  timeZone: string;
  clock: Clock;
  /** Puts what else is to be kept beside the copies. */
  alongside: () => void;
  tellOfficers: (markdown: string) => Promise<unknown>;
  log: Logger;
  /** Tests give their own. */
  copy?: (options: CopyOptions) => Promise<void>;
}

export interface NightlyBackup {
  /** Makes a copy when none was made since last night, and deletes those beyond `keep`. */
  run(): Promise<void>;
  /** Runs now and every ten minutes, so that a night without the process, or a full disk, is made up for. */
  start(): void;
  stop(): Promise<void>;
  /** What is wrong, for `/health`; undefined: nothing, or there are no nightly copies. */
  problem(): string | undefined;
  /** Seconds since the newest copy; undefined: there is none. */
  age(): number | undefined;
}

export function createNightlyBackup(deps: NightlyBackupDeps): NightlyBackup {
  const { clock, folder, key, log, copy = copyInThread } = deps;
  let failed = false;
  let toldAt: Temporal.Instant | undefined;
  let task: ScheduledTask | undefined;
  let running: Promise<void> = Promise.resolve();

  /** The last time that a copy should have been made. */
  function lastNight(): Temporal.Instant {
    const now = clock.now().toZonedDateTimeISO(deps.timeZone);
    const tonight = now.toPlainDate().toZonedDateTime({ timeZone: deps.timeZone, plainTime: AT });
    const last = Temporal.ZonedDateTime.compare(tonight, now) <= 0 ? tonight : tonight.subtract({ days: 1 });
    return last.toInstant();
  }

  async function back(into: string): Promise<void> {
    const newest = newestCopy(into, clock.now());
    if (newest && Temporal.Instant.compare(newest, lastNight()) >= 0) return;
    const name = nightlyCopy(clock.now(), key !== undefined);
    await copy({ databaseUrl: deps.databaseUrl, target: path.join(into, name), key });
    deps.alongside();
    pruneCopies(into, deps.keep, clock.now());
    log.info('backup made');
  }

  async function run(): Promise<void> {
    try {
      pruneUpgradeCopies(path.dirname(deps.databaseUrl.slice('sqlite:'.length)), clock.now());
      if (folder === undefined) return;
      await back(folder);
      pruneUpgradeCopies(folder, clock.now());
      failed = false;
    } catch (error) {
      failed = true;
      log.error({ err: error }, 'backup failed');
      await tell();
    }
  }

  /** Once a day while it lasts: it is tried again every ten minutes. */
  async function tell(): Promise<void> {
    const now = clock.now();
    if (toldAt && now.since(toldAt).total('milliseconds') < DAY_MS) return;
    toldAt = now;
    await deps
      .tellOfficers(FAILED)
      .catch((error: unknown) => log.error({ err: error }, 'officers not told of a failed backup'));
  }

  return {
    run,
    start() {
      running = run();
      task = schedule('*/10 * * * *', () => (running = run()), { noOverlap: true });
    },
    async stop() {
      await task?.destroy();
      await running;
    },
    problem: () => (failed ? 'backup: the last one failed' : undefined),
    age() {
      const newest = folder === undefined ? undefined : newestCopy(folder, clock.now());
      return newest && clock.now().since(newest).total('seconds');
    },
  };
}

const FAILED =
  '⚠️ Đêm qua bot không sao lưu được dữ liệu. Bot vẫn chạy và cứ 10 phút thử lại một lần. Đồng chí nhờ người vận hành kiểm tra ổ đĩa và thư mục sao lưu (lệnh npm run doctor).';

async function copyInThread(options: CopyOptions): Promise<void> {
  await once(new Worker(new URL('backup-thread.ts', import.meta.url), { workerData: options }), 'exit');
}
