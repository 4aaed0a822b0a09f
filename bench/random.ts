import { loadHandbook } from '../src/handbook/load.ts';
import { createSearch } from '../src/search/search.ts';
import { randomTexts } from '../test/support/random-texts.ts';
import { percentile } from './figures.ts';

/*
 * How long the search takes over 20,000 texts that nobody would think of; the slowest are asked again, since any first
 * time may have met a garbage collection.
 */
const COUNT = 20_000;
const SEED = 20261122;
const AGAIN = 20;
const SHOWN = 3;

export function benchRandom(): void {
  const { entries } = loadHandbook('data/handbook');
  const search = createSearch(entries);
  const time = (text: string): number => {
    const start = performance.now();
    search.ask(text);
    return performance.now() - start;
  };
  search.ask('');
  const timed = randomTexts(entries, COUNT, SEED).map((text) => ({ text, took: time(text) }));
  const slowest = timed
    .toSorted((a, b) => b.took - a.took)
    .slice(0, AGAIN)
    .map(({ text }) => ({ text, took: Math.min(time(text), time(text), time(text)) }))
    .toSorted((a, b) => b.took - a.took);
  const times = timed.map(({ took }) => took);
  console.table({
    [`${COUNT} random texts, seed ${SEED}`]: {
      'p50, ms': percentile(times, 50).toFixed(2),
      'p99, ms': percentile(times, 99).toFixed(2),
      'worst, ms': Math.max(...times).toFixed(1),
      [`worst of these ${AGAIN} asked again, ms`]: slowest[0]?.took.toFixed(1),
    },
  });
  for (const { text, took } of slowest.slice(0, SHOWN)) {
    console.log(`${took.toFixed(1)} ms, ${text.length} units: ${JSON.stringify(text.slice(0, 40))}`);
  }
}
