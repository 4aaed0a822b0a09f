import { request, Agent } from 'node:http';
import { startFakeZalo } from '../test/fakes/zalo.ts';
import { startBot, temporaryFolder, webhookEnv } from '../test/support/process.ts';
import { sameSecret } from '../src/http/same-secret.ts';
import { percentile } from './figures.ts';

/*
 * Whether the time of a refusal tells how much of a webhook's secret was right: the comparison alone, and the whole call
 * to a started bot. The kinds of guesses take turns, in another order each round, so that what else the machine does
 * falls on all alike; a difference between them counts only beyond the spread of one kind.
 */
const SECRET = 'b3f1c7'.repeat(10);
const GUESSES: Record<string, string | undefined> = {
  none: undefined,
  empty: '',
  'wrong from the first': SECRET.replaceAll(/./g, 'x'),
  'first half right': SECRET.slice(0, SECRET.length / 2).padEnd(SECRET.length, 'x'),
  'all but the last right': `${SECRET.slice(0, -1)}x`,
  'right, last one missing': SECRET.slice(0, -1),
};
const COMPARE_ROUNDS = 2000;
/** One comparison is shorter than the clock can tell. */
const COMPARISONS_A_ROUND = 50;
const CALL_ROUNDS = 1500;
/** The first rounds are run by code that is not compiled yet. */
const WARM_UP = 200;

export async function benchSecret(): Promise<void> {
  const compared = await measure(COMPARE_ROUNDS, (guess) => {
    const began = performance.now();
    for (let i = 0; i < COMPARISONS_A_ROUND; i++) sameSecret(guess, SECRET);
    return Promise.resolve(((performance.now() - began) * 1e6) / COMPARISONS_A_ROUND);
  });
  print(`comparison, ns (${COMPARE_ROUNDS} × ${COMPARISONS_A_ROUND})`, compared);

  using folder = temporaryFolder();
  const zalo = await startFakeZalo();
  const bot = await startBot({
    ...webhookEnv(),
    WEBHOOK_SECRET: SECRET,
    ...zalo.env,
    DATABASE_URL: `sqlite:${folder.path}/sotay.db`,
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const refused = await measure(CALL_ROUNDS, async (guess) => {
    const began = performance.now();
    const status = await call(`${bot.url}/zalo/webhook`, guess, agent);
    const microseconds = (performance.now() - began) * 1000;
    if (status !== 401) throw new Error(`a wrong secret was answered ${status}`);
    return microseconds;
  });
  print(`refusal over HTTP, µs (${CALL_ROUNDS})`, refused);
  agent.destroy();
  await bot.end();
  await zalo.close();
}

type Times = Map<string, number[]>;

async function measure(rounds: number, once: (guess: string | undefined) => Promise<number>): Promise<Times> {
  const kinds = Object.entries(GUESSES);
  const times: Times = new Map(kinds.map(([kind]) => [kind, []]));
  for (let round = -WARM_UP; round < rounds; round++) {
    const order = kinds.toSorted(() => Math.random() - 0.5);
    for (const [kind, guess] of order) {
      const time = await once(guess);
      if (round >= 0) times.get(kind)?.push(time);
    }
  }
  return times;
}

/** Medians of ten equal slices of a kind show how far its own median wanders. */
function print(title: string, times: Times): void {
  const rows = [...times].map(([kind, all]) => {
    const slices = Array.from({ length: 10 }, (_, i) => all.filter((_time, at) => at % 10 === i));
    const medians = slices.map((slice) => percentile(slice, 50));
    return [
      kind,
      {
        median: Math.round(percentile(all, 50)),
        'median of slices, least': Math.round(Math.min(...medians)),
        'and most': Math.round(Math.max(...medians)),
        p5: Math.round(percentile(all, 5)),
        p95: Math.round(percentile(all, 95)),
      },
    ] as const;
  });
  console.log(title);
  console.table(Object.fromEntries(rows));
}

function call(url: string, secret: string | undefined, agent: Agent): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = secret === undefined ? {} : { 'X-Bot-Api-Secret-Token': secret };
    const sending = request(url, { method: 'POST', headers, agent }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    sending.on('error', reject);
    sending.end('{}');
  });
}
