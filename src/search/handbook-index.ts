import MiniSearch from 'minisearch';
import type { QuestionTerm } from './analyze.ts';
import { createPostings, where, type Postings } from './postings.ts';
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
  /** The question, then each phrasing; worked out when the entry first becomes a candidate. */
  readonly asked: readonly Asked[];
  /** Terms that many of the ways of asking have: what the entry is about. */
  core: readonly number[];
}

/** The handbook taken apart for retrieval and ranking. */
export interface HandbookIndex<E> {
  readonly entries: readonly IndexedEntry<E>[];
  readonly postings: Postings;
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
const POSTINGS = { least: 1000, perEntry: 0.3 };

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
  const builder = createPostings();
  const exactly = new Map<string, number[]>();
  const indexed = entries.map((entry, position): IndexedEntry<E> => {
    const ways = [entry.question, ...entry.phrasings, ...entry.brief].map((text) => reader.read(text));
    for (const way of ways) {
      const { terms: all, plain } = reader.contents(way);
      builder.add(all, where.way);
      const list = exactly.get(plain);
      if (!list) exactly.set(plain, [position]);
      else if (!list.includes(position)) list.push(position);
    }
    builder.add(reader.contents(reader.read(...entry.keywords)).terms, where.keyword);
    builder.add(reader.contents(reader.read(entry.short ?? '')).terms, where.answer);
    const core: number[] = [];
    builder.next((term, packed) => {
      if (where.ways(packed) >= CORE_SHARE * ways.length && CORE_GROUPS.has(terms.group(term))) core.push(term);
    });
    let vectors: Asked[] | undefined;
    return {
      entry,
      core,
      get asked() {
        return (vectors ??= ways.map((way) => vector(reader.contents(way).terms, idf)));
      },
    };
  });
  const postings = builder.finish(terms.size);
  const rarity = (count: number): number => Math.log(1 + (entries.length - count + 0.5) / (count + 0.5));
  const idf = Float64Array.from({ length: terms.size }, (_, term) => rarity(postings.frequency(term)));

  /** Filled at the first retrieval, not at the start: the bot is ready a tenth of a second earlier. */
  let filled: MiniSearch<{ id: number; asked: string }> | undefined;
  function miniSearch(): MiniSearch<{ id: number; asked: string }> {
    if (filled) return filled;
    filled = new MiniSearch({
      fields: ['asked'],
      tokenize: (text) => (text === '' ? [] : text.split(' ')),
      processTerm: (term) => term,
    });
    const tokens = entries.map((): string[] => []);
    const { starts, positions, places } = postings;
    for (let term = 0; term < terms.size; term++) {
      if (!RETRIEVED.has(terms.group(term))) continue;
      for (let i = starts[term] ?? 0; i < (starts[term + 1] ?? 0); i++) {
        if (places[i] !== where.answer) tokens[positions[i] ?? 0]?.push(token(term));
      }
    }
    filled.addAll(tokens.map((asked, id) => ({ id, asked: asked.join(' ') })));
    return filled;
  }

  return {
    entries: indexed,
    postings,
    idf,
    unknownIdf: rarity(0),
    asExactly: (plain) => exactly.get(plain) ?? [],
    retrieve(asked, most) {
      const known = asked
        .flatMap(({ number, group, certainty }) =>
          number !== undefined && RETRIEVED.has(group) ? [{ number, certainty, df: postings.frequency(number) }] : [],
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

/** A term's number as MiniSearch's word: short words make a shallow tree. */
function token(term: number): string {
  return term.toString(36);
}

function vector(found: readonly number[], idf: Float64Array): Asked {
  let square = 0;
  for (const term of found) square += (idf[term] ?? 0) ** 2;
  return { terms: Int32Array.from(found), norm: Math.sqrt(square) };
}
