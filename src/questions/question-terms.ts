import { createAnalyzer } from '../search/analyze.ts';
import { phrasesIn } from '../search/phrases.ts';
import { createTermTable } from '../search/terms.ts';
import type { Vocabulary } from '../search/vocabulary.ts';

/** What a question is about, for comparing it with others: sorted, each once. */
export type QuestionTerms = readonly string[];

/** Reads a question into its terms. */
export type ReadTerms = (text: string) => QuestionTerms;

/**
 * Reads questions with the search's own analysis: abbreviations are written out, politeness is left out, marks and
 * capitals do not matter, and ways of saying the same share a term.
 */
export function createQuestionTerms(vocabulary: Vocabulary): ReadTerms {
  const analyzer = createAnalyzer(vocabulary, createTermTable());
  return (text) => {
    const { syllables } = analyzer.question(text, undefined);
    const terms = new Set<string>();
    const stops = phrasesIn(
      syllables,
      (at) => syllables[at]?.phrases?.get(syllables[at + 1]?.folded ?? ''),
      ({ means, name }) => {
        if (means === 'concept' || means === 'kind') terms.add(`${means}:${name}`);
      },
    );
    for (const [i, { folded }] of syllables.entries()) if (stops?.[i] !== true) terms.add(folded);
    return [...terms].toSorted();
  };
}

/**
 * From which share of common terms on two questions are taken to ask the same. On the phrasings of our own handbook, which
 * are written to differ, three of four pairs above it belong to one entry; at 0.6 it is two of three.
 */
export const ALIKE = 0.65;

/** Share, 0 to 1, of common terms among all that two questions have; 0 when they speak of different numbers. */
export function likeness(a: QuestionTerms, b: QuestionTerms): number {
  if (numbersOf(a) !== numbersOf(b)) return 0;
  const others = new Set(b);
  let shared = 0;
  for (const term of a) if (others.has(term)) shared++;
  const all = a.length + b.length - shared;
  return all === 0 ? 0 : shared / all;
}

/** The numbers among the terms: "mẫu 1" and "mẫu 2" share all but what matters. */
export function numbersOf(terms: QuestionTerms): string {
  return terms.filter((term) => /^\d/.test(term)).join(' ');
}
