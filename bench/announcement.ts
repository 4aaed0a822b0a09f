import { openDatabase } from '../src/store/database.ts';
import { startFakeTelegram } from '../test/fakes/telegram.ts';
import { addCrowd } from '../test/support/crowd.ts';
import { startBot, temporaryFolder } from '../test/support/process.ts';
import { LIMIT, limit } from './delivery.ts';

const RECIPIENTS = 1000;
const OFFICER = 1;
const LATENCY_MS = 100;
/** Of the time that the platform's limit allows; issue "Announcements". */
const MOST = 1.15;

/** An officer sends an announcement to a thousand people through a started bot; from the press of the button to the last message. */
export async function benchAnnouncement(): Promise<void> {
  using folder = temporaryFolder();
  const fake = await startFakeTelegram();
  const { refused, times } = limit(fake);
  fake.hold = (method) =>
    method === 'sendMessage' ? new Promise((resolve) => setTimeout(resolve, LATENCY_MS)) : undefined;
  const DATABASE_URL = `sqlite:${folder.path}/sotay.db`;
  const bot = await startBot({
    DATABASE_URL,
    ADMINS: `telegram:${OFFICER}`,
    FOUR_EYES_ABOVE: String(RECIPIENTS),
    QUIET_HOURS: '',
    ...fake.env,
  });
  const db = await openDatabase(DATABASE_URL);
  const crowd = Array.from({ length: RECIPIENTS }, (_, i) => ({
    channel: 'telegram' as const,
    chatId: String(1000 + i),
  }));
  await addCrowd(db, crowd);
  fake.say(OFFICER, '/thongbao Mời các đồng chí dự hội nghị lúc 8 giờ ngày 25/12.');
  await fake.nextMessage(OFFICER);
  fake.press(OFFICER, 'Tất cả');
  for (let part = 0; part < 2; part++) await fake.nextMessage(OFFICER);
  const pressed = performance.now();
  fake.press(OFFICER, 'Gửi ngay');
  const status = await fake.nextMessage(OFFICER);
  while (!status.text.includes('Đã gửi xong')) await new Promise((resolve) => setTimeout(resolve, 200));
  const reached = fake.sent.filter(({ chatId }) => Number(chatId) >= 1000).length;
  await bot.end();
  await db.destroy();
  await fake.close();
  const seconds = ((times.at(-1) ?? 0) - pressed) / 1000;
  const ratio = seconds / (RECIPIENTS / LIMIT);
  console.table({
    [`announcement to ${RECIPIENTS}, limit ${LIMIT}/s`]: {
      reached,
      seconds: seconds.toFixed(1),
      'of the time that the limit allows': `${ratio.toFixed(2)} ×${ratio > MOST ? ' TOO SLOW' : ''}`,
      'answered 429': refused(),
      'edits of the status': status.earlier.length,
    },
  });
}
