import { expect, test } from 'vitest';
import { loadHandbook } from '../../src/handbook/load.ts';
import { createSearch } from '../../src/search/search.ts';
import { randomTexts } from '../support/random-texts.ts';

/** The bench asks 20,000. */
const COUNT = 4000;
const MOST_FOUND = 5;

test(`${COUNT} random texts are answered, each with a result that holds together`, { timeout: 120_000 }, () => {
  const { entries } = loadHandbook('data/handbook');
  const search = createSearch(entries);
  const seed = Date.now();
  console.log(`seed ${seed}`);
  const texts = randomTexts(entries, COUNT, seed);
  expect(texts.some((text) => !text.isWellFormed())).toBe(true);
  expect(Math.max(...texts.map(({ length }) => length))).toBeGreaterThan(9000);
  const ask = (text: string): ReturnType<typeof search.ask> => {
    try {
      return search.ask(text);
    } catch (error) {
      throw new Error(`failed on ${JSON.stringify(text)}`, { cause: error });
    }
  };
  const outcomes = new Set<string>();
  for (const text of texts) {
    const { outcome, found, service } = ask(text);
    outcomes.add(outcome);
    const confidences = found.map(({ confidence }) => confidence);
    const sound =
      ['answer', 'choose', 'none'].includes(outcome) &&
      (outcome === 'none' || found.length > 0) &&
      (service === undefined || outcome === 'none') &&
      found.length <= MOST_FOUND &&
      new Set(found.map(({ entry }) => entry.id)).size === found.length &&
      confidences.every((one, i) => one >= 0 && one <= (confidences[i - 1] ?? 1));
    // An expectation in each round costs more than the search.
    if (!sound) expect.fail(`${JSON.stringify(text)}: ${outcome} with ${JSON.stringify(confidences)}`);
  }
  expect(outcomes).toEqual(new Set(['answer', 'choose', 'none']));
});
