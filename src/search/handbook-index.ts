import MiniSearch from 'minisearch';
import type { Analyzer, HandbookText, QuestionTerm } from './analyze.ts';
import type { Group, TermTable } from './terms.ts';

/** What the search needs of an entry. */
export interface Searchable {
  id: string;
  question: string;
  phrasings: readonly string[];
  keywords: readonly string[];
  short?: string | undefined;
  body: string;
}

/** One way of asking: its terms, and the length of their vector. */
export interface Asked {
  terms: Int32Array;
  norm: number;
}

export interface IndexedEntry<E> {
  entry: E;
  /** The question, then each phrasing. */
  asked: readonly Asked[];
  /** Where in the entry each term stands, as `where` packs it. */
  terms: ReadonlyMap<number, number>;
  /** Terms that many of the ways of asking have: what the entry is about. */
  core: readonly number[];
}

/** Where a term stands in an entry, in one number: how many ways of asking have it, a keyword, the answer. */
export const where = {
  keyword: 1,
  answer: 2,
  way: 4,
  ways: (packed: number): number => packed >> 2,
} as const;

/** The handbook taken apart for retrieval and ranking. */
export interface HandbookIndex<E> {
  readonly entries: readonly IndexedEntry<E>[];
  /** Rarity of each term by how many entries have it. */
  readonly idf: Float64Array;
  /** Rarity of a term that no entry has. */
  readonly unknownIdf: number;
  /** Entries that share terms with the question, best first by MiniSearch's score; `position` is into `entries`. */
  retrieve(terms: readonly QuestionTerm[], most: number): { position: number; score: number }[];
  /** Positions of entries for which this is a way of asking, to the letter after folding. */
  asExactly(typed: string): readonly number[];
}

/**
 * Postings that one retrieval may walk: terms are taken rarest first until the budget is used up, so that a question of
 * common words does not cost the sum of all postings.
 */
const POSTINGS = { least: 1000, perEntry: 1.5 };

/** Share of the ways of asking that must have a term for it to be of the core, and the groups that can be. */
const CORE_SHARE = 0.35;
const CORE_GROUPS = new Set<Group>(['syllable', 'concept']);

/** What MiniSearch indexes; pairs and the exact view are left to the ranking, they would be most of the index. */
const RETRIEVED = new Set<Group>(['syllable', 'concept', 'number']);

export function createHandbookIndex<E extends Searchable>(
  entries: readonly E[],
  analyzer: Analyzer,
  terms: TermTable,
): HandbookIndex<E> {
  const frequency: number[] = [];
  const parts = entries.map((entry) => {
    const asked = [entry.question, ...entry.phrasings].map((text) => analyzer.handbook(text));
    const found = new Map<number, number>();
    const put = (term: number, at: number): unknown => found.set(term, (found.get(term) ?? 0) + at);
    for (const way of asked) for (const term of way.terms) put(term, where.way);
    for (const term of analyzer.handbook(...entry.keywords).terms) put(term, where.keyword);
    const answer = new Set(analyzer.handbook(entry.short ?? '').terms);
    for (const term of analyzer.syllables(entry.body)) answer.add(term);
    for (const term of answer) put(term, where.answer);
    for (const term of found.keys()) frequency[term] = (frequency[term] ?? 0) + 1;
    return { entry, asked, terms: found };
  });

  const rarity = (count: number): number => Math.log(1 + (entries.length - count + 0.5) / (count + 0.5));
  const idf = Float64Array.from({ length: terms.size }, (_, term) => rarity(frequency[term] ?? 0));
  const exactly = new Map<string, number[]>();
  const indexed = parts.map(({ asked, ...rest }, position): IndexedEntry<E> => {
    for (const { typed } of asked) {
      const list = exactly.get(typed);
      if (!list) exactly.set(typed, [position]);
      else if (!list.includes(position)) list.push(position);
    }
    // Worked out when an entry first becomes a candidate, not at the start.
    let vectors: Asked[] | undefined;
    let core: number[] | undefined;
    return {
      ...rest,
      get asked() {
        return (vectors ??= asked.map((way) => vector(way, idf)));
      },
      get core() {
        return (core ??= coreOf(rest.terms, asked.length, terms));
      },
    };
  });

  /** Filled at the first retrieval, not at the start: the bot is ready a tenth of a second earlier. */
  let filled: MiniSearch<{ id: number; asked: string }> | undefined;
  function miniSearch(): MiniSearch<{ id: number; asked: string }> {
    if (filled) return filled;
    filled = new MiniSearch({
      fields: ['asked'],
      tokenize: (text) => (text === '' ? [] : text.split(' ')),
      processTerm: (term) => term,
    });
    for (const [id, entry] of indexed.entries()) {
      const tokens: string[] = [];
      for (const [term, packed] of entry.terms) {
        if (packed !== where.answer && RETRIEVED.has(terms.group(term))) tokens.push(token(term));
      }
      filled.add({ id, asked: tokens.join(' ') });
    }
    return filled;
  }

  return {
    entries: indexed,
    idf,
    unknownIdf: rarity(0),
    asExactly: (typed) => exactly.get(typed) ?? [],
    retrieve(asked, most) {
      const known = asked
        .flatMap(({ number, group, certainty }) =>
          number !== undefined && RETRIEVED.has(group) ? [{ number, certainty, df: frequency[number] ?? 0 }] : [],
        )
        .toSorted((a, b) => a.df - b.df);
      let left = Math.max(POSTINGS.least, POSTINGS.perEntry * entries.length);
      const affordable = known.filter(({ df }, i) => (left -= df) > 0 || i === 0);
      const certainty = new Map(affordable.map((one) => [token(one.number), one.certainty]));
      const hits = miniSearch().search([...certainty.keys()].join(' '), {
        boostTerm: (term) => certainty.get(term) ?? 1,
      });
      return hits.slice(0, most).map(({ id, score }) => ({ position: id as number, score }));
    },
  };
}

function coreOf(found: ReadonlyMap<number, number>, ways: number, terms: TermTable): number[] {
  const core: number[] = [];
  for (const [term, packed] of found) {
    if (where.ways(packed) >= CORE_SHARE * ways && CORE_GROUPS.has(terms.group(term))) core.push(term);
  }
  return core;
}

/** A term's number as MiniSearch's word: short words make a shallow tree. */
function token(term: number): string {
  return term.toString(36);
}

function vector(way: HandbookText, idf: Float64Array): Asked {
  const numbers = Int32Array.from(way.terms);
  let square = 0;
  for (const number of numbers) square += (idf[number] ?? 0) ** 2;
  return { terms: numbers, norm: Math.sqrt(square) };
}
