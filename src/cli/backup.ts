import path from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../clock.ts';
import { ConfigError, readConfig } from '../config.ts';
import { createErasureLedger } from '../people/erasure-ledger.ts';
import { copyDatabase } from '../store/backup-copy.ts';
import { BackupError } from '../store/backup-error.ts';
import { nightlyCopy } from '../store/backup-folder.ts';
import { BACKUP_FAILURES, diskSentence } from './backup-failures.ts';

/*
 * `npm run backup [-- FILE]`: a copy of the database with the attached files, while the bot runs; without FILE into
 * BACKUP_DIR, under a name with the time. Encrypted when BACKUP_KEY is set. Exit status 0 made, 1 not made, 2 used
 * wrongly or the environment is.
 */
const { positionals } = parseArgs({ allowPositionals: true });
process.exitCode = await run(positionals[0]);

async function run(wanted: string | undefined): Promise<number> {
  let target = wanted;
  try {
    const { DATABASE_URL, BACKUP_DIR, BACKUP_KEY } = readConfig(process.env);
    if (BACKUP_DIR !== undefined)
      target ??= path.join(BACKUP_DIR, nightlyCopy(systemClock.now(), BACKUP_KEY !== undefined));
    if (target === undefined) {
      console.error('Cách dùng: npm run backup -- <tệp>\nHoặc đặt BACKUP_DIR để bản sao vào thư mục đó.');
      return 2;
    }
    await copyDatabase({ databaseUrl: DATABASE_URL, target, key: BACKUP_KEY });
    createErasureLedger(DATABASE_URL, [path.dirname(target)]).spread();
    const how = BACKUP_KEY === undefined ? 'không mã hóa: ai có tệp này là đọc được' : 'đã mã hóa bằng BACKUP_KEY';
    console.log(`Đã sao lưu vào ${target} (${how}).`);
    return 0;
  } catch (error) {
    if (error instanceof ConfigError) {
      for (const line of error.lines) console.error(line);
      return 2;
    }
    const sentence = error instanceof BackupError ? BACKUP_FAILURES[error.failure] : diskSentence(error, target ?? '');
    if (sentence === undefined) throw error;
    console.error(sentence);
    return 1;
  }
}
