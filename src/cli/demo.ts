import { startApp } from '../app.ts';
import { readConfig, secretsOf, type Config } from '../config.ts';
import { mayPretend } from '../demo/sample-roles.ts';
import { addSamplePeople, addSampleRoster, playSample } from '../demo/fill.ts';
import { createLogger } from '../log.ts';
import { consentOf } from '../people/consent.ts';
import { openDatabase } from '../store/database.ts';
import { readArguments } from './arguments.ts';
import { explain } from './failures.ts';

/*
 * `npm run demo`: fills a fresh database with a sample committee, to try the bot out in the web chat. It touches no
 * database in which there is somebody, and none of a bot that is on a platform.
 */
readArguments('Cách dùng: npm run demo\nGhi dữ liệu mẫu vào một cơ sở dữ liệu còn trống, để thử bot trên máy này.', {});
process.exitCode = await run().catch((error: unknown) => explain(error));

async function run(): Promise<number> {
  const config = readConfig(process.env);
  if (!mayPretend(config)) {
    return refuse([
      'Dữ liệu mẫu chỉ để thử trên máy này: bỏ TELEGRAM_BOT_TOKEN, ZALO_BOT_TOKEN, và để HOST là 127.0.0.1.',
    ]);
  }
  const db = await openDatabase(config.DATABASE_URL);
  try {
    const known = await db.selectFrom('people').select('id').limit(1).executeTakeFirst();
    const units = await db.selectFrom('units').select('id').limit(1).executeTakeFirst();
    if (known || units) {
      return refuse([
        'Cơ sở dữ liệu này đã có người dùng hoặc đơn vị, nên tôi không ghi dữ liệu mẫu vào.',
        'Đặt DATABASE_URL=sqlite:var/thu.db rồi chạy lại, và khi chạy npm start cũng đặt như thế.',
      ]);
    }
    await addSamplePeople(db, consentOf(config).version);
  } finally {
    await db.destroy();
  }
  await talk(config);
  console.log(
    'Đã có dữ liệu mẫu: Đảng ủy xã Mẫu với 3 chi bộ, một lớp, danh sách học viên, lịch họp và một thông báo.',
  );
  console.log('Chạy npm start rồi mở http://localhost:3000, chọn vai ở góc trên để thử.');
  return 0;
}

async function talk(config: Config): Promise<void> {
  const quiet = createLogger('silent', secretsOf(config));
  const app = await startApp({ ...config, PORT: 0, WEB_CHAT: 'on', RATE_LIMIT: 'off' }, quiet);
  try {
    await playSample(app, config.TIME_ZONE);
  } finally {
    await app.stop();
  }
  const db = await openDatabase(config.DATABASE_URL);
  try {
    await addSampleRoster(db);
  } finally {
    await db.destroy();
  }
}

function refuse(lines: readonly string[]): number {
  for (const line of lines) console.error(line);
  return 1;
}
