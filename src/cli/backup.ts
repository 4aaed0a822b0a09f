import path from 'node:path';
import { systemClock } from '../clock.ts';
import { readConfig } from '../config.ts';
import { createErasureLedger } from '../people/erasure-ledger.ts';
import { copyDatabase } from '../store/backup-copy.ts';
import { nightlyCopy } from '../store/backup-folder.ts';
import { readArguments } from './arguments.ts';
import { explain } from './failures.ts';

/*
 * `npm run backup [-- FILE]`: a copy of the database with the attached files, while the bot runs; without FILE into
 * BACKUP_DIR, under a name with the time. Encrypted when BACKUP_KEY is set. Exit status 0 made, 1 not made, 2 used
 * wrongly or the environment is.
 */
const USAGE = 'Cách dùng: npm run backup -- <tệp>\nHoặc đặt BACKUP_DIR để bản sao vào thư mục đó.';
const { positionals } = readArguments(USAGE, {}, 'one');
process.exitCode = await run(positionals[0]);

async function run(wanted: string | undefined): Promise<number> {
  let target = wanted;
  try {
    const { DATABASE_URL, BACKUP_DIR, BACKUP_KEY } = readConfig(process.env);
    if (BACKUP_DIR !== undefined)
      target ??= path.join(BACKUP_DIR, nightlyCopy(systemClock.now(), BACKUP_KEY !== undefined));
    if (target === undefined) {
      console.error(USAGE);
      return 2;
    }
    await copyDatabase({ databaseUrl: DATABASE_URL, target, key: BACKUP_KEY });
    createErasureLedger(DATABASE_URL, [path.dirname(target)]).spread();
    const how = BACKUP_KEY === undefined ? 'không mã hóa: ai có tệp này là đọc được' : 'đã mã hóa bằng BACKUP_KEY';
    console.log(`Đã sao lưu vào ${target} (${how}).`);
    return 0;
  } catch (error) {
    return await explain(error, target);
  }
}
