import { execFileSync } from 'node:child_process';
import { readQuestions } from '../src/search/eval/questions.ts';
import { chat, startBot, temporaryFolder } from '../test/support/process.ts';

/*
 * What a bot of our handbook holds in memory (resident set of its process): when it is ready, and after it has answered
 * questions in the web chat, each from somebody else.
 */
const QUESTIONS = 500;

export async function benchMemory(): Promise<void> {
  using folder = temporaryFolder();
  const env = { DATABASE_URL: `sqlite:${folder.path}/sotay.db`, WEB_CHAT: 'on', RATE_LIMIT: 'off' };
  const bot = await startBot(env);
  const ready = residentMegabytes(bot.child.pid);
  for (const [i, { text }] of readQuestions('data/eval/dev.jsonl').slice(0, QUESTIONS).entries()) {
    const { status } = await chat(bot.url, { user: `bench-${i}`, text });
    if (status !== 200) throw new Error(`the web chat answered ${status}`);
  }
  const after = residentMegabytes(bot.child.pid);
  await bot.end();
  console.table({ 'bot, MB resident': { ready, [`after ${QUESTIONS} questions`]: after } });
}

function residentMegabytes(pid: number | undefined): number {
  const kibibytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
  return Math.round((kibibytes * 1024) / 1e6);
}
