import { setTimeout as delay } from 'node:timers/promises';
import { readQuestions } from '../src/search/eval/questions.ts';
import { residentMebibytes } from '../src/search/eval/resident.ts';
import { chat, startBot, temporaryFolder } from '../test/support/process.ts';

/*
 * What a bot of our handbook holds in memory (resident set of its process): when it is ready, after it has answered
 * questions in the web chat, each from somebody else, and each time a minute later, when V8 has given back what it had only
 * kept for more.
 */
const QUESTIONS = 500;
const REST_MS = 60_000;

export async function benchMemory(): Promise<void> {
  using folder = temporaryFolder();
  const env = { DATABASE_URL: `sqlite:${folder.path}/sotay.db`, WEB_CHAT: 'on', RATE_LIMIT: 'off' };
  const bot = await startBot(env);
  const resident = (): number => residentMebibytes(bot.child.pid);
  const ready = resident();
  await delay(REST_MS);
  const rested = resident();
  for (const [i, { text }] of readQuestions('data/eval/dev.jsonl').slice(0, QUESTIONS).entries()) {
    const { status } = await chat(bot.url, { user: `bench-${i}`, text });
    if (status !== 200) throw new Error(`the web chat answered ${status}`);
  }
  const asked = resident();
  await delay(REST_MS);
  const restedAgain = resident();
  await bot.end();
  console.table({
    ready: { 'MiB resident': ready, 'a minute later': rested },
    [`after ${QUESTIONS} questions`]: { 'MiB resident': asked, 'a minute later': restedAgain },
  });
}
