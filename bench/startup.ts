import { cpus } from 'node:os';
import { startBot, temporaryFolder } from '../test/support/process.ts';

/*
 * How long an operator waits: from the start of the process to its first healthy answer, with a new database each time.
 */
const RUNS = 10;
/** Promised for a machine of two cores; milliseconds. */
const PROMISED_MS = 1000;

async function measureStart(): Promise<number> {
  using folder = temporaryFolder();
  const began = performance.now();
  const bot = await startBot({ DATABASE_URL: `sqlite:${folder.path}/sotay.db`, WEB_CHAT: 'on' });
  const { status } = await fetch(`${bot.url}/health`);
  const milliseconds = performance.now() - began;
  await bot.end();
  if (status !== 200) throw new Error(`/health answered ${status}`);
  return milliseconds;
}

const times: number[] = [];
for (let run = 0; run < RUNS; run++) times.push(await measureStart());
times.sort((a, b) => a - b);
const median = ((times[RUNS / 2 - 1] ?? 0) + (times[RUNS / 2] ?? 0)) / 2;
const cores = cpus();

console.log(`${cores[0]?.model ?? 'unknown processor'}, ${cores.length} cores, Node ${process.version}`);
console.table({
  [`start to healthy, ms (${RUNS} runs)`]: {
    min: Math.round(times[0] ?? 0),
    median: Math.round(median),
    max: Math.round(times.at(-1) ?? 0),
    promised: `< ${PROMISED_MS}`,
  },
});
