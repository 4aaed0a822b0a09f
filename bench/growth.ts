import { DatabaseSync } from 'node:sqlite';
import { audienceOf } from '../src/announcements/audience.ts';
import { createAudienceStore } from '../src/announcements/audience-store.ts';
import { systemClock, timestamp } from '../src/clock.ts';
import { createOutboxStore } from '../src/delivery/outbox-store.ts';
import { loadHandbook } from '../src/handbook/load.ts';
import { createSearch } from '../src/search/search.ts';
import { openDatabase } from '../src/store/database.ts';
import { readDay } from '../src/watch/day-store.ts';
import { messageOf } from '../test/support/outbox.ts';
import { chat, startBot, temporaryFolder } from '../test/support/process.ts';
import { readQuestions } from '../src/search/eval/questions.ts';
import { claimTimes } from './delivery.ts';
import { median } from './figures.ts';
import { writeSyntheticHandbook } from './synthetic.ts';

/*
 * What things cost in a small place and in a large one: 100 people without a past, 100,000 with five million messages that
 * were sent; and 340 entries against 20,000.
 */
const SETTLED = 5_000_000;
const FEW = 100;
const MANY = 100_000;
const ENTRIES = 20_000;
const TIME_ZONE = 'Asia/Ho_Chi_Minh';
const RUNS = 30;

/** People of one unit a hundred, and messages of the last year, one in fifty failed; without indexes, which is ten times as fast. */
function fill(file: string, people: number, settled: number): void {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA synchronous=OFF; PRAGMA cache_size=-500000; PRAGMA temp_store=MEMORY');
  const indexes = database
    .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'outbox' AND sql IS NOT NULL")
    .all();
  for (const { name } of indexes) database.exec(`DROP INDEX "${String(name)}"`);
  const numbers = (count: number): string =>
    `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${count})`;
  const now = timestamp(systemClock.now());
  const units = Math.ceil(people / 100);
  database.exec(`BEGIN;
    ${numbers(units)} INSERT INTO units (id, name, kind, key, path)
      SELECT 'u' || i, 'Chi bộ ' || i, 'chi bộ', 'chi bo ' || i, 'u' || i || '/' FROM n;
    ${numbers(people)} INSERT INTO people (id, consent_version, consented_at, created_at, unit_id)
      SELECT 'p-' || i, 'v1', '${now}', '${now}', 'u' || (i / 100) FROM n;
    ${numbers(people)} INSERT INTO accounts (channel, chat_id, first_seen, person_id)
      SELECT 'telegram', i, '${now}', 'p-' || i FROM n;`);
  if (settled > 0) {
    database.exec(`${numbers(settled)} INSERT INTO outbox
        (key, class, channel, chat_id, person_id, group_id, due_at, next_at, settled_at, state, attempts, message_id)
      SELECT printf('old:%09d', i), 'reminder', 'telegram', i % ${people}, 'p-' || (i % ${people}), 'g' || (i / 1000),
        at, at, at, iif(i % 50 = 0, 'failed', 'sent'), 1, i
      FROM (SELECT i, strftime('%Y-%m-%dT%H:%M:%S.000Z', '${now}', ((i - ${settled}) * 31536000 / ${settled}) || ' seconds') AS at FROM n)`);
  }
  for (const { sql } of indexes) database.exec(String(sql));
  database.exec('COMMIT');
  database.close();
}

async function timed(run: () => unknown, runs = RUNS): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const began = performance.now();
    await run();
    times.push(performance.now() - began);
  }
  return median(times);
}

/** Milliseconds of what a bot does in a place of this size. */
async function measure(people: number, settled: number): Promise<Record<string, number>> {
  using folder = temporaryFolder();
  const DATABASE_URL = `sqlite:${folder.path}/sotay.db`;
  await (await openDatabase(DATABASE_URL)).destroy();
  fill(`${folder.path}/sotay.db`, people, settled);
  const db = await openDatabase(DATABASE_URL);
  const store = createOutboxStore(db, systemClock);
  const audiences = createAudienceStore(() => ['telegram']);
  const now = systemClock.now();
  let batch = 0;
  const figures: Record<string, number> = {
    'finding, claiming and settling a message': median(await claimTimes(db)),
    'a hundred messages into the outbox': await timed(() => {
      const messages = Array.from({ length: 100 }, (_, i) => ({
        ...messageOf('announcement', 1_000_000 + batch * 100 + i, now),
        // Nobody sends there.
        channel: 'zalo' as const,
      }));
      batch++;
      return db.transaction().execute((transaction) => store.enqueue(transaction, messages));
    }),
    'counting the outbox': await timed(() => store.counts()),
    'marking what is too late': await timed(() => store.expire()),
    'looking for rows to cut': await timed(() => store.prune(now.subtract({ hours: 366 * 24 }))),
    'one cell of 100 as audience': await timed(() =>
      audiences.select(db, audienceOf({ kind: 'unit', unitId: 'u0' }), { all: true }),
    ),
    'everyone as audience': await timed(() => audiences.select(db, audienceOf({ kind: 'everyone' }), { all: true }), 5),
    'counts of yesterday, for the daily line': await timed(
      () =>
        db.transaction().execute((transaction) => {
          const yesterday = now.toZonedDateTimeISO(TIME_ZONE).toPlainDate().subtract({ days: 1 });
          return readDay(transaction, yesterday, TIME_ZONE);
        }),
      5,
    ),
  };
  await db.destroy();
  const bot = await startBot({ DATABASE_URL, WEB_CHAT: 'on' });
  const questions = readQuestions('data/eval/dev.jsonl').map(({ text }) => text);
  for (const text of questions.slice(0, 200)) await chat(bot.url, { user: 'warm-up', text });
  let asked = 200;
  figures['an answer over HTTP'] = await timed(
    () => chat(bot.url, { user: `bench-${asked % 20}`, text: questions[asked++ % questions.length] }),
    200,
  );
  figures['GET /health'] = await timed(async () => (await fetch(`${bot.url}/health`)).text());
  figures['GET /metrics'] = await timed(async () => (await fetch(`${bot.url}/metrics`)).text());
  await bot.end();
  return figures;
}

function compare(title: string, small: Record<string, number>, large: Record<string, number>): void {
  console.log(title);
  console.table(
    Object.fromEntries(
      Object.entries(small).map(([what, few]) => {
        const many = large[what] ?? Number.NaN;
        return [what, { 'small, ms': few.toFixed(2), 'large, ms': many.toFixed(2), ratio: (many / few).toFixed(1) }];
      }),
    ),
  );
}

async function searchTimes(directory: string): Promise<Record<string, number>> {
  const search = createSearch(loadHandbook(directory).entries);
  const questions = readQuestions('data/eval/dev.jsonl').map(({ text }) => text);
  for (const text of questions) search.ask(text);
  let at = 0;
  return { 'a search': await timed(() => search.ask(questions[at++] ?? ''), questions.length) };
}

/** What grows with the size of the place and its past. @param settled messages of the past */
export async function benchGrowth(settled = SETTLED): Promise<void> {
  compare(
    `${FEW} people and no past, ${MANY} people and ${settled} messages sent`,
    await measure(FEW, 0),
    await measure(MANY, settled),
  );
  using folder = temporaryFolder();
  const large = writeSyntheticHandbook(loadHandbook('data/handbook'), folder.path, ENTRIES);
  compare(`our handbook, ${ENTRIES} entries`, await searchTimes('data/handbook'), await searchTimes(large));
}
