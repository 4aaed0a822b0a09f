import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { readQuestions } from '../src/search/eval/questions.ts';
import { startBot, temporaryFolder } from '../test/support/process.ts';
import { percentile } from './figures.ts';

/*
 * Questions over HTTP at a steady pace, whatever the answers take: each counts from the moment at which it should have been
 * sent, so that a bot that falls behind is not asked less.
 */
const A_SECOND = 200;
const SECONDS = 60;
/** Before it is measured, as a bot is that has been running: the first thousand questions take up to three times as long. */
const WARMING = { aSecond: 100, seconds: 10 };
const PEOPLE = 2000;
/** By then code is compiled and the heap has its size; issue "Operations". */
const SETTLED_AFTER_S = 10;
const SAMPLE_EVERY_S = 2;
const MOST_P99_MS = 50;
const MOST_GROWTH = 1.1;

/** Asks the web chat; resolves with the status, 0: no answer. */
async function ask(agent: Agent, url: string, user: string, text: string): Promise<number> {
  const headers = { 'Content-Type': 'application/json' };
  const sent = request(`${url}/chat/messages`, { agent, method: 'POST', headers });
  sent.end(JSON.stringify({ user, text }));
  try {
    const [response] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
    response.resume();
    await once(response, 'end');
    return response.statusCode ?? 0;
  } catch (error) {
    // The server closed an idle connection just as it was used again: any client asks once more.
    const wasClosed = sent.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
    return wasClosed ? ask(agent, url, user, text) : 0;
  }
}

/** What the bot says of itself. */
export async function readMetric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
}

/** Asks questions of ours at a steady pace until the signal; resolves with how long each took and what failed. */
export async function askSteadily(
  url: string,
  aSecond: number,
  enough: AbortSignal,
): Promise<{ times: number[]; failed: number }> {
  const questions = readQuestions('data/eval/dev.jsonl').map(({ text }) => text);
  const agent = new Agent({ keepAlive: true });
  const times: number[] = [];
  const open = new Set<Promise<void>>();
  let failed = 0;
  const began = performance.now();
  for (let i = 0; !enough.aborted; i++) {
    const planned = began + (i * 1000) / aSecond;
    await delay(Math.max(planned - performance.now(), 0));
    const one = ask(agent, url, `bench-${i % PEOPLE}`, questions[i % questions.length] ?? '').then((status) => {
      times.push(performance.now() - planned);
      if (status !== 200) failed++;
      open.delete(one);
    });
    open.add(one);
  }
  await Promise.all(open);
  agent.destroy();
  return { times, failed };
}

/** 200 questions a second through a started bot. @param seconds for how long */
export async function benchLoad(seconds = SECONDS, aSecond = A_SECOND): Promise<void> {
  using folder = temporaryFolder();
  const bot = await startBot({ DATABASE_URL: `sqlite:${folder.path}/sotay.db`, WEB_CHAT: 'on' });
  await askSteadily(bot.url, WARMING.aSecond, AbortSignal.timeout(WARMING.seconds * 1000));
  const idle = await readMetric(bot.url, 'process_cpu_seconds_total');
  const enough = new AbortController();
  const asking = askSteadily(bot.url, aSecond, enough.signal);
  const memory: number[] = [];
  const settledAfter = Math.min(SETTLED_AFTER_S, seconds / 2);
  for (let second = SAMPLE_EVERY_S; second <= seconds; second += SAMPLE_EVERY_S) {
    await delay(SAMPLE_EVERY_S * 1000);
    if (second >= settledAfter) memory.push(await readMetric(bot.url, 'process_resident_memory_bytes'));
  }
  enough.abort();
  const { times, failed } = await asking;
  const cpu = await readMetric(bot.url, 'process_cpu_seconds_total');
  await bot.end();
  const [before = 0, last = 0] = [memory[0], memory.at(-1)];
  const p99 = percentile(times, 99);
  console.table({
    [`${aSecond} questions a second for ${seconds} s`]: {
      asked: times.length,
      errors: failed,
      'p50, ms': percentile(times, 50).toFixed(1),
      'p99, ms': `${p99.toFixed(1)}${p99 > MOST_P99_MS ? ' TOO SLOW' : ''}`,
      'worst, ms': Math.max(...times).toFixed(0),
      [`MB after ${settledAfter} s`]: Math.round(before / 1e6),
      'MB at the end': `${Math.round(last / 1e6)}${last > before * MOST_GROWTH ? ' GREW' : ''}`,
      'most, MB': Math.round(Math.max(...memory) / 1e6),
      'processor, ms a question': (((cpu - idle) * 1000) / times.length).toFixed(2),
    },
  });
}
