import { setTimeout as delay } from 'node:timers/promises';
import { readQuestions } from '../src/search/eval/questions.ts';
import { openDatabase, type Database } from '../src/store/database.ts';
import { startFakeTelegram } from '../test/fakes/telegram.ts';
import { addCrowd } from '../test/support/crowd.ts';
import { startBot, temporaryFolder } from '../test/support/process.ts';
import { LIMIT } from './delivery.ts';
import { percentile } from './figures.ts';

/*
 * A province: 50,000 people are known, an officer sends an announcement to a part of them, and meanwhile people ask. Answers
 * and announcement share what Telegram permits, so both are counted.
 */
const PEOPLE = 50_000;
const RECIPIENTS = 10_000;
const ASKED_A_SECOND = 20;
/** As many take turns, so that nobody asks again before the answer. */
const ASKERS = 400;
const LATENCY_MS = 100;
const OFFICER = 1;
const FIRST_ASKER = 1000;
const FIRST_PERSON = 1_000_000;
/** Issue "Operations". */
const LEAST_OF_LIMIT = 0.9;
const MOST_P95_MS = 500;

/** The first `recipients` belong to "Đảng ủy A", the others to "Đảng ủy B". */
async function fill(db: Database, recipients: number): Promise<void> {
  const units = ['A', 'B'].map((id) => ({
    id,
    name: `Đảng ủy ${id}`,
    kind: 'đảng ủy',
    key: `dang uy ${id.toLowerCase()}`,
    path: `${id}/`,
    parent_id: null,
  }));
  await db.insertInto('units').values(units).execute();
  const crowd = Array.from({ length: PEOPLE }, (_, i) => ({
    channel: 'telegram' as const,
    chatId: String(FIRST_PERSON + i),
  }));
  await addCrowd(db, crowd);
  await db.updateTable('people').set({ unit_id: 'B' }).execute();
  await db
    .updateTable('people')
    .set({ unit_id: 'A' })
    .where('id', '<', `p-${FIRST_PERSON + recipients}`)
    .execute();
}

/** An announcement through a started bot while questions come in. @param recipients how many get it */
export async function benchProvince(recipients = RECIPIENTS): Promise<void> {
  using folder = temporaryFolder();
  const fake = await startFakeTelegram();
  const DATABASE_URL = `sqlite:${folder.path}/sotay.db`;
  const db = await openDatabase(DATABASE_URL);
  await fill(db, recipients);

  const sent: number[] = [];
  const asked = new Map<string, number>();
  const answers: number[] = [];
  let refused = 0;
  fake.fault = (method, { chat_id: chat }) => {
    if (method !== 'sendMessage') return undefined;
    const now = performance.now();
    if (sent.length >= LIMIT && now - (sent.at(-LIMIT) ?? 0) < 1000) {
      refused++;
      return { error: 429, description: 'Too Many Requests', retryAfter: 1 };
    }
    sent.push(now);
    const since = asked.get(String(chat));
    if (since !== undefined) answers.push(now - since);
    asked.delete(String(chat));
    return undefined;
  };
  fake.hold = (method) => (method === 'sendMessage' ? delay(LATENCY_MS) : undefined);
  const bot = await startBot({
    DATABASE_URL,
    ADMINS: `telegram:${OFFICER}`,
    FOUR_EYES_ABOVE: String(PEOPLE),
    QUIET_HOURS: '',
    ...fake.env,
  });
  fake.say(OFFICER, '/thongbao Mời các đồng chí dự hội nghị lúc 8 giờ ngày 25/12.');
  await fake.nextMessage(OFFICER);
  fake.say(OFFICER, 'Đảng ủy A');
  for (let part = 0; part < 2; part++) await fake.nextMessage(OFFICER);

  const questions = readQuestions('data/eval/dev.jsonl').map(({ text }) => text);
  const enough = new AbortController();
  const asking = (async () => {
    const began = performance.now();
    for (let i = 0; !enough.signal.aborted; i++) {
      await delay(Math.max(began + (i * 1000) / ASKED_A_SECOND - performance.now(), 0));
      const asker = FIRST_ASKER + (i % ASKERS);
      asked.set(String(asker), performance.now());
      fake.say(asker, questions[i % questions.length] ?? '');
    }
  })();
  const from = sent.length;
  fake.press(OFFICER, 'Gửi ngay');
  const status = await fake.nextMessage(OFFICER);
  while (!status.text.includes('Đã gửi xong')) await delay(200);
  const messages = sent.slice(from);
  enough.abort();
  await asking;
  const reached = new Set(fake.sent.filter(({ chatId }) => Number(chatId) >= FIRST_PERSON).map(({ chatId }) => chatId));
  const twice = fake.sent.filter(({ chatId }) => Number(chatId) >= FIRST_PERSON).length - reached.size;
  await bot.end();
  await db.destroy();
  await fake.close();

  const seconds = ((messages.at(-1) ?? 0) - (messages[0] ?? 0)) / 1000;
  const ofLimit = messages.length / seconds / LIMIT;
  const p95 = percentile(answers, 95);
  console.table({
    [`${recipients} of ${PEOPLE} people, ${ASKED_A_SECOND} questions a second`]: {
      reached: reached.size,
      twice,
      minutes: (seconds / 60).toFixed(1),
      'messages a second': (messages.length / seconds).toFixed(1),
      'of the limit, %': `${Math.round(ofLimit * 100)}${ofLimit < LEAST_OF_LIMIT ? ' TOO SLOW' : ''}`,
      'answered 429': refused,
      answers: answers.length,
      'p50, ms': Math.round(percentile(answers, 50)),
      'p95, ms': `${Math.round(p95)}${p95 > MOST_P95_MS ? ' TOO SLOW' : ''}`,
    },
  });
}
