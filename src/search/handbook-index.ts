import MiniSearch from 'minisearch';
import type { QuestionTerm } from './analyze.ts';
import type { Reader } from './reader.ts';
import type { Group, TermTable } from './terms.ts';

/** What the search needs of an entry. */
export interface Searchable {
  id: string;
  question: string;
  phrasings: readonly string[];
  brief: readonly string[];
  keywords: readonly string[];
  short?: string | undefined;
}

/** One way of asking: its terms, and the length of their vector. */
export interface Asked {
  terms: Int32Array;
  norm: number;
}

export interface IndexedEntry<E> {
  entry: E;
  /** Numbers of all its terms. */
  terms: Int32Array;
  /** Beside each term where it stands, as `where` packs it. */
  places: Int32Array;
  /** The question, then each phrasing; worked out when the entry first becomes a candidate. */
  readonly asked: readonly Asked[];
  /** Terms that many of the ways of asking have: what the entry is about. */
  readonly core: readonly number[];
}

/** Where a term stands in an entry, in one number: how many ways of asking have it, a keyword, the short answer. */
export const where = {
  keyword: 1,
  answer: 2,
  way: 4,
  ways: (packed: number): number => packed >> 2,
} as const;

/** Where a term stands in an entry; 0: nowhere. */
export function placeOf({ terms, places }: IndexedEntry<unknown>, term: number): number {
  const at = terms.indexOf(term);
  return at < 0 ? 0 : (places[at] ?? 0);
}

/** The handbook taken apart for retrieval and ranking. */
export interface HandbookIndex<E> {
  readonly entries: readonly IndexedEntry<E>[];
  /** Rarity of each term by how many entries have it. */
  readonly idf: Float64Array;
  /** Rarity of a term that no entry has. */
  readonly unknownIdf: number;
  /** Entries that share terms with the question, best first by MiniSearch's score; `position` is into `entries`. */
  retrieve(terms: readonly QuestionTerm[], most: number): { position: number; score: number }[];
  /** Positions of entries for which this is a way of asking: the same folded syllables, politeness left out. */
  asExactly(plain: string): readonly number[];
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
  reader: Reader,
  terms: TermTable,
): HandbookIndex<E> {
  const frequency: number[] = [];
  /** By term: where in the current entry's list it stands, for the terms that this entry had. */
  const slots: number[] = [];
  const exactly = new Map<string, number[]>();
  const indexed = entries.map((entry, position): IndexedEntry<E> => {
    const found: number[] = [];
    const packed: number[] = [];
    const put = (terms: readonly number[], at: number): void => {
      for (const term of terms) {
        const slot = slots[term] ?? 0;
        if (found[slot] === term) packed[slot] = (packed[slot] ?? 0) + at;
        else {
          slots[term] = found.push(term) - 1;
          packed.push(at);
          frequency[term] = (frequency[term] ?? 0) + 1;
        }
      }
    };
    const ways = [entry.question, ...entry.phrasings, ...entry.brief].map((text) => reader.read(text));
    for (const way of ways) {
      const { terms: all, plain } = reader.contents(way);
      put(all, where.way);
      const list = exactly.get(plain);
      if (!list) exactly.set(plain, [position]);
      else if (!list.includes(position)) list.push(position);
    }
    put(reader.contents(reader.read(...entry.keywords)).terms, where.keyword);
    put(reader.contents(reader.read(entry.short ?? '')).terms, where.answer);
    const all = Int32Array.from(found);
    const places = Int32Array.from(packed);
    let vectors: Asked[] | undefined;
    let core: number[] | undefined;
    return {
      entry,
      terms: all,
      places,
      get asked() {
        return (vectors ??= ways.map((way) => vector(reader.contents(way).terms, idf)));
      },
      get core() {
        return (core ??= coreOf(all, places, ways.length, terms));
      },
    };
  });
  const rarity = (count: number): number => Math.log(1 + (entries.length - count + 0.5) / (count + 0.5));
  const idf = Float64Array.from({ length: terms.size }, (_, term) => rarity(frequency[term] ?? 0));

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
      for (const [i, term] of entry.terms.entries()) {
        if (entry.places[i] !== where.answer && RETRIEVED.has(terms.group(term))) tokens.push(token(term));
      }
      filled.add({ id, asked: tokens.join(' ') });
    }
    return filled;
  }

  return {
    entries: indexed,
    idf,
    unknownIdf: rarity(0),
    asExactly: (plain) => exactly.get(plain) ?? [],
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

function coreOf(found: Int32Array, places: Int32Array, ways: number, terms: TermTable): number[] {
  return [...found].filter(
    (term, i) => where.ways(places[i] ?? 0) >= CORE_SHARE * ways && CORE_GROUPS.has(terms.group(term)),
  );
}

/** A term's number as MiniSearch's word: short words make a shallow tree. */
function token(term: number): string {
  return term.toString(36);
}

function vector(found: readonly number[], idf: Float64Array): Asked {
  let square = 0;
  for (const term of found) square += (idf[term] ?? 0) ** 2;
  return { terms: Int32Array.from(found), norm: Math.sqrt(square) };
}
