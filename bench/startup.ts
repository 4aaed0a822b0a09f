import { startBot, temporaryFolder } from '../test/support/process.ts';
import { median } from './figures.ts';

/*
 * How long an operator waits: from the start of the process to its first healthy answer, with a new database each time.
 */
const RUNS = 10;

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

export async function benchStartup(): Promise<void> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) times.push(await measureStart());
  console.table({
    [`start to healthy, ms (${RUNS} runs)`]: {
      min: Math.round(Math.min(...times)),
      median: Math.round(median(times)),
      max: Math.round(Math.max(...times)),
    },
  });
}
