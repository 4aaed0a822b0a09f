import { expect, onTestFailed, test } from 'vitest';
import { loadHandbook } from '../../src/handbook/load.ts';
import { createAnalyzer } from '../../src/search/analyze.ts';
import { cleanText } from '../../src/search/clean.ts';
import { NONE } from '../../src/search/columns.ts';
import { numbersIn } from '../../src/search/document-number.ts';
import { words } from '../../src/search/fold.ts';
import { phrasesIn } from '../../src/search/phrases.ts';
import { createReader } from '../../src/search/reader.ts';
import { createTermTable } from '../../src/search/terms.ts';
import { readVocabulary } from '../../src/search/vocabulary.ts';
import { randomNumbers } from '../support/random.ts';

const { entries } = loadHandbook('data/handbook');
const vocabulary = readVocabulary();
/** What the handbook has seldom or never. */
const ODD = [
  'cho tôi hỏi',
  'ạ',
  'ai',
  'đvdb',
  'shcb',
  '24-QĐ/TW',
  'mẫu 3-KNĐ',
  '63',
  'đảng đang dang',
  'Zürich',
  'nghiêngngả',
  'e\u0323\u0302',
];

/** The terms of a text by name, each once, as questions are taken apart: with strings, one syllable after the other. */
function plainTerms(text: string): Set<string> {
  const analyzer = createAnalyzer(vocabulary, createTermTable());
  const run = words(cleanText(text))
    .flatMap((word) => vocabulary.abbreviation(word, true)?.[0] ?? [word])
    .map((word) => analyzer.syllable(word));
  const found = new Set(numbersIn(cleanText(text)).map((name) => `number ${name}`));
  const stops = phrasesIn(
    run,
    (at) => run[at]?.phrases?.get(run[at + 1]?.folded ?? ''),
    ({ means, name }) => found.add(`${means} ${name}`),
  );
  for (const [i, { folded, exact }] of run.entries()) {
    if (stops?.[i] === true) continue;
    found.add(`syllable ${folded}`);
    if (exact !== undefined) found.add(`exact ${exact}`);
    if (i > 0 && stops?.[i - 1] !== true) found.add(`pair ${run[i - 1]?.folded} ${folded}`);
  }
  return found;
}

test('texts have the terms that the same words have in a question', () => {
  const random = randomNumbers();
  onTestFailed(() => console.log(`TEST_SEED=${random.seed}`));
  const { number, pick } = random;
  const texts = Array.from({ length: 400 }, () => {
    const { question, phrasings, brief, keywords } = pick(entries);
    return Array.from({ length: 1 + number(4) }, () =>
      pick([pick(ODD), question, ...phrasings, ...brief, ...keywords]),
    ).join(' ');
  });
  const terms = createTermTable();
  const names = new Map<number, string>();
  const plain = { number: terms.number.bind(terms), pairNumbers: terms.pairNumbers.bind(terms) };
  const named = Object.assign(terms, {
    number(...[group, name]: Parameters<typeof plain.number>) {
      const term = plain.number(group, name);
      names.set(term, `${group} ${name}`);
      return term;
    },
    pairNumbers(...[syllables, length, into]: Parameters<typeof plain.pairNumbers>) {
      plain.pairNumbers(syllables, length, into);
      for (let i = 0; i + 1 < length; i++) {
        const [first = '', second = ''] = [syllables[i] ?? -1, syllables[i + 1] ?? -1].map((term) => names.get(term));
        if (first !== '' && second !== '') names.set(into[i] ?? -1, `pair ${first.slice(9)} ${second.slice(9)}`);
      }
    },
  });
  const reader = createReader(vocabulary, named);
  let text = 0;
  reader.contents(reader.read(texts), ({ syllables, exacts, pairs }, from, to, more) => {
    const rows = [syllables, exacts, pairs].flatMap((column) => [...column.subarray(from, to)]);
    const all = [...rows.filter((term) => term !== NONE), ...more.values()];
    const found = new Set(all.map((term) => names.get(term)));
    expect(found, texts[text]).toEqual(plainTerms(texts[text] ?? ''));
    text++;
  });
  expect(text).toBe(texts.length);
});
