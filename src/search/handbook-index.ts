import MiniSearch from 'minisearch';
import type { Analysis, Analyzer } from './analyze.ts';

/** What the search needs of an entry. */
export interface Searchable {
  id: string;
  question: string;
  phrasings: readonly string[];
  short?: string | undefined;
  body: string;
}

/** Terms by number, each once, with their marks where the handbook writes them. */
export interface Asked {
  terms: Int32Array;
  /** Length of the vector of its idf weights. */
  norm: number;
  /** Folded syllables in order, for runs. */
  run: readonly string[];
  exact: ReadonlySet<string>;
}

export interface IndexedEntry<E> {
  entry: E;
  /** The question and each phrasing. */
  asked: readonly Asked[];
  /** All terms by which it is asked for, and all terms of its answer. */
  askedTerms: ReadonlySet<number>;
  answerTerms: ReadonlySet<number>;
}

/** The handbook taken apart for retrieval and ranking. */
export interface HandbookIndex<E> {
  readonly entries: readonly IndexedEntry<E>[];
  /** The number of a term, or undefined when the handbook does not have it. */
  termNumber(term: string): number | undefined;
  readonly termCount: number;
  /** Rarity of a term by how many entries have it; unknown terms are as rare as can be. */
  idf(term: number | undefined): number;
  /** Entries that share terms with the query, best first by MiniSearch's score; `position` is into `entries`. */
  retrieve(terms: ReadonlyMap<string, number>, most: number): { position: number; score: number }[];
  /** Entries whose question or phrasing is this one, letter for letter after folding. */
  asExactly(syllables: readonly string[]): readonly number[];
}

/**
 * Postings that one retrieval may walk. Terms are taken rarest first until it is used up, so that a question of common
 * words costs the same in a handbook of 20,000 entries as in one of 300.
 */
const POSTINGS_BUDGET = 30_000;

export function createHandbookIndex<E extends Searchable>(entries: readonly E[], analyze: Analyzer): HandbookIndex<E> {
  const numbers = new Map<string, number>();
  const documentFrequency: number[] = [];
  const numberOf = (term: string): number => {
    let number = numbers.get(term);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(term, number);
      documentFrequency.push(0);
    }
    return number;
  };

  const mini = new MiniSearch<{ id: number; asked: string; answer: string }>({
    fields: ['asked', 'answer'],
    tokenize: (text) => (text === '' ? [] : text.split(' ')),
    processTerm: (term) => term,
    searchOptions: { boost: { asked: 3 } },
  });
  const parts = entries.map((entry, position) => {
    const asked = [entry.question, ...entry.phrasings].map((text) => analyze(text));
    const answer = analyze(`${entry.short ?? ''}\n${entry.body}`);
    const askedTerms = new Set(asked.flatMap((analysis) => Array.from(analysis.terms.keys(), numberOf)));
    const answerTerms = new Set(Array.from(answer.terms.keys(), numberOf));
    for (const term of askedTerms.union(answerTerms)) documentFrequency[term] = (documentFrequency[term] ?? 0) + 1;
    mini.add({
      id: position,
      asked: asked.map(({ terms }) => [...terms.keys()].join(' ')).join(' '),
      answer: [...answer.terms.keys()].join(' '),
    });
    return { entry, asked, askedTerms, answerTerms };
  });

  const idf = (term: number | undefined): number => {
    const frequency = term === undefined ? 0 : (documentFrequency[term] ?? 0);
    return Math.log(1 + (entries.length - frequency + 0.5) / (frequency + 0.5));
  };
  const exactly = new Map<string, number[]>();
  const indexed = parts.map(({ entry, asked, askedTerms, answerTerms }, position) => {
    for (const { syllables } of asked) {
      const key = syllables.map(({ folded }) => folded).join(' ');
      const list = exactly.get(key);
      if (!list) exactly.set(key, [position]);
      else if (!list.includes(position)) list.push(position);
    }
    return { entry, askedTerms, answerTerms, asked: asked.map((analysis) => vector(analysis)) };
  });

  function vector({ terms, syllables }: Analysis): Asked {
    const ids = Int32Array.from(terms.keys(), numberOf);
    let square = 0;
    for (const id of ids) square += idf(id) ** 2;
    return {
      terms: ids,
      norm: Math.sqrt(square),
      run: syllables.map(({ folded }) => folded),
      exact: new Set(syllables.flatMap(({ exact }) => exact ?? [])),
    };
  }

  function withinBudget(terms: ReadonlyMap<string, number>): string[] {
    const known = Array.from(terms.keys(), (term) => ({ term, df: documentFrequency[numbers.get(term) ?? -1] ?? 0 }))
      .filter(({ df }) => df > 0)
      .toSorted((a, b) => a.df - b.df);
    let left = POSTINGS_BUDGET;
    return known.filter(({ df }, i) => (left -= df) > 0 || i === 0).map(({ term }) => term);
  }

  return {
    entries: indexed,
    termCount: numbers.size,
    termNumber: (term) => numbers.get(term),
    idf,
    asExactly: (syllables) => exactly.get(syllables.join(' ')) ?? [],
    retrieve(terms, most) {
      const query = withinBudget(terms);
      const hits = mini.search(query.join(' '), { boostTerm: (term) => terms.get(term) ?? 1 });
      return hits.slice(0, most).map(({ id, score }) => ({ position: id as number, score }));
    },
  };
}
