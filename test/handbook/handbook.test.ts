import { expect, test } from 'vitest';
import { allowedWordsFile, checkCoverage, checkHandbook, readAllowedWords } from '../../src/handbook/check.ts';
import { loadHandbook } from '../../src/handbook/load.ts';
import { createSearch } from '../../src/search/search.ts';
import { fold } from '../../src/search/fold.ts';

const directory = 'data/handbook';
const handbook = loadHandbook(directory);

test('our handbook keeps its own rules and covers every topic', () => {
  expect(checkHandbook(handbook, readAllowedWords(allowedWordsFile(directory)))).toEqual({ mistakes: [], advice: [] });
  expect(checkCoverage(handbook, `${directory}/coverage.json`)).toEqual([]);
});

test('every question and phrasing finds its own entry first, with and without marks', { timeout: 120_000 }, () => {
  const search = createSearch(handbook.entries);
  const wrong = handbook.entries.flatMap((entry) =>
    [
      ...[entry.question, ...entry.phrasings].flatMap((text) => [text, fold(text)]),
      ...entry.brief.map(fold), // the harder half of the short ones
    ]
      .filter((text) => search.ask(text).found[0]?.entry !== entry)
      .map((text) => `${entry.id}: ${text}`),
  );
  expect(wrong).toEqual([]);
});
