import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../clock.ts';
import { readConfig, type Config } from '../config.ts';
import { createOutboxStore } from '../delivery/outbox-store.ts';
import { createLogger } from '../log.ts';
import { createErasureLedger, type ErasureLedger } from '../people/erasure-ledger.ts';
import { createErasure } from '../people/erasure-store.ts';
import { BackupError } from '../store/backup-error.ts';
import { asideName } from '../store/backup-folder.ts';
import { openCopy } from '../store/database.ts';
import { putInPlace, stageCopy, type StagedCopy } from '../store/restore.ts';
import { soleUse } from '../store/use-lock.ts';
import { readArguments } from './arguments.ts';
import { explain } from './failures.ts';

/*
 * `npm run restore -- FILE`: puts a copy in the database's place while the bot does not run. The copy is checked, brought
 * up to date, and rid of who was erased since, before anything else changes; the old database is kept beside it. Exit
 * status 0 restored, 1 nothing was changed, 2 used wrongly or the environment is.
 */
const USAGE = 'Cách dùng: npm run restore -- <tệp bản sao>';
const { positionals } = readArguments(USAGE, {}, 'one');
process.exitCode = await run(positionals[0]);

async function run(backupFile: string | undefined): Promise<number> {
  if (backupFile === undefined) {
    console.error(USAGE);
    return 2;
  }
  try {
    await restore(backupFile, readConfig(process.env));
    return 0;
  } catch (error) {
    const status = await explain(error, backupFile);
    console.error('Chưa thay đổi gì; cơ sở dữ liệu đang dùng vẫn nguyên.');
    return status;
  }
}

async function restore(backupFile: string, config: Config): Promise<void> {
  const file = config.DATABASE_URL.slice('sqlite:'.length);
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const release = soleUse(file);
  if (!release) throw new BackupError('running');
  const folders = [path.dirname(backupFile), ...(config.BACKUP_DIR === undefined ? [] : [config.BACKUP_DIR])];
  const ledger = createErasureLedger(config.DATABASE_URL, folders);
  const staged = stageCopy(backupFile, file, config.BACKUP_KEY);
  try {
    const erased = await prepare(staged, ledger, config);
    const aside = asideName(file, systemClock.now());
    const there = putInPlace(staged, file, aside);
    console.log('Đã phục hồi. Khởi động lại bot rồi chạy npm run doctor.');
    if (there) console.log(`Cơ sở dữ liệu cũ còn ở ${aside}; khi chắc không cần nữa thì xóa đi.`);
    if (erased > 0) console.log(`Có ${erased} người đã xóa dữ liệu của mình sau lúc sao lưu: đã xóa lại.`);
    console.log('Những thay đổi sau lúc sao lưu không còn: xem lại quyền (/quantri), lớp (/lophoc), lịch họp (/hop).');
  } finally {
    staged.discard();
    release();
  }
  try {
    ledger.spread();
  } catch {
    // The bot does it again with its next copy.
    console.error('Chưa ghi được danh sách người đã xóa dữ liệu vào thư mục bản sao: kiểm tra quyền của thư mục đó.');
  }
}

/** @returns how often somebody had erased themselves since the copy was made */
async function prepare(staged: StagedCopy, ledger: ErasureLedger, config: Config): Promise<number> {
  // All of the app is behind it, and whoever is refused need not wait for that.
  const { personHooks } = await import('../app.ts');
  const clock = systemClock;
  const db = await openCopy(`sqlite:${staged.file}`);
  try {
    const outbox = createOutboxStore(db, clock);
    await outbox.doubtDue();
    const hooks = personHooks({ clock, timeZone: config.TIME_ZONE, outbox });
    return await createErasure(db, clock, createLogger('silent', []), hooks, ledger).eraseAgain();
  } finally {
    await db.destroy();
  }
}
