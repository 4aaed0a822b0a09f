import type { QuestionTerm } from './analyze.ts';
import { createEntryTerms, type EntryTerms } from './entry-terms.ts';
import { createNumberList } from './number-list.ts';
import { createPostings, where, type Postings } from './postings.ts';
import type { Reader, ReadTexts } from './reader.ts';
import { createRetrieval, type Hit } from './retrieval.ts';
import { createShortlist, type Listed, type Weighed } from './shortlist.ts';
import { createSlots, type Slots } from './slots.ts';
import type { Group, TermTable } from './terms.ts';
import { createWaysReader, weigh, type Ways } from './ways.ts';
import { createWayTable } from './way-table.ts';

/** What the search needs of an entry. */
export interface Searchable {
  readonly id: string;
  readonly question: string;
  readonly phrasings: readonly string[];
  readonly brief: readonly string[];
  readonly keywords: readonly string[];
  readonly short?: string | undefined;
}

export interface IndexedEntry<E> {
  readonly entry: E;
  /** Terms that many of the ways of asking have: what the entry is about. */
  readonly core: readonly number[];
  /** Its ways of asking; worked out when it first becomes a candidate. */
  ways(): Ways;
}

/** The handbook taken apart for retrieval and ranking. Its entries have positions, which they keep for good. */
export interface HandbookIndex<E> {
  /** How many entries there are, and how many positions; some of these are of entries that were removed. */
  readonly size: number;
  readonly positions: number;
  /** How many terms there are. */
  readonly terms: number;
  /** For looking up the terms of the question in hand. */
  readonly slots: Slots;
  entry(position: number): IndexedEntry<E> | undefined;
  position(id: string): number | undefined;
  readonly postings: Postings;
  /** Rarity of a term by how many entries have it. */
  idf(term: number): number;
  /** Rarity of a term that no entry has. */
  readonly unknownIdf: number;
  /** The entries that say most of what the question says; see `Shortlist`. */
  shortlist(terms: readonly Weighed[], most: number, besides: ReadonlySet<number>): Listed[];
  /** Entries among these positions that share terms with the question, best first by MiniSearch's score. */
  retrieve(terms: readonly QuestionTerm[], among: ReadonlySet<number>): Hit[];
  /** Positions of entries for which this is a way of asking: the same folded syllables, politeness left out. */
  asExactly(plain: readonly string[]): readonly number[];
  /** Adds an entry, as the last one; or lets it take the position of the one with its id. */
  put(entry: E): void;
  /** @returns false when there is none of this id */
  remove(id: string): boolean;
}

/** Share of the ways of asking that must have a term for it to be of the core, and the groups that can be. */
const CORE_SHARE = 0.35;
const CORE_GROUPS = new Set<Group>(['syllable', 'concept']);

/** Stands for a syllable that the handbook does not have. */
const UNKNOWN = -1;

interface Taken<E> extends IndexedEntry<E> {
  readonly texts: ReadTexts;
  /** How many of the texts are ways of asking. */
  readonly count: number;
}

export function createHandbookIndex<E extends Searchable>(
  first: readonly E[],
  reader: Reader,
  terms: TermTable,
): HandbookIndex<E> {
  const entries: (Taken<E> | undefined)[] = [];
  const byId = new Map<string, number>();
  const exactly = createWayTable();
  const readWays = createWaysReader(reader);
  const entryTerms = createEntryTerms();
  /** Goes up with every change: what was weighed before it must be weighed anew. */
  let version = 0;

  /** Counts texts in or out; their terms are in `entryTerms` then. */
  function count(texts: ReadTexts, ways: number, position: number, by: 1 | -1): void {
    let text = 0;
    entryTerms.clear();
    reader.count(texts, by, (found, plain) => {
      entryTerms.add(found, text < ways ? where.way : text === ways ? where.keyword : where.answer);
      if (text < ways && by > 0) exactly.add(plain, position);
      else if (text < ways) exactly.remove(plain, position);
      text++;
    });
  }

  function take(entry: E, position: number): void {
    const asked = [entry.question, ...entry.phrasings, ...entry.brief];
    const texts = reader.read([...asked, entry.keywords, entry.short ?? '']);
    count(texts, asked.length, position, 1);
    const core = coreOf(entryTerms, asked.length, terms);
    let ways: Ways | undefined;
    let weighed = -1;
    entries[position] = {
      entry,
      core,
      texts,
      count: asked.length,
      ways() {
        ways ??= readWays(texts, asked.length);
        if (weighed !== version) weigh(ways, idf);
        weighed = version;
        return ways;
      },
    };
    byId.set(entry.id, position);
    version++;
  }

  function drop(id: string, position: number): void {
    const old = entries[position];
    if (!old) return;
    count(old.texts, old.count, position, -1);
    postings.remove(position, entryTerms);
    retrieval.remove(position, entryTerms);
    entries[position] = undefined;
    byId.delete(id);
    version++;
  }

  const postings = createPostings((add) => {
    for (const [position, entry] of first.entries()) {
      take(entry, position);
      add(position, entryTerms);
    }
  });
  const shortlist = createShortlist(postings);
  const retrieval = createRetrieval(() => [...entries.keys()].filter((at) => entries[at]), postings, terms);
  const rarity = createRarity();
  const idf = (term: number): number => rarity(postings.frequency(term), byId.size);

  return {
    get size() {
      return byId.size;
    },
    get positions() {
      return entries.length;
    },
    get terms() {
      return terms.size;
    },
    entry: (position) => entries[position],
    position: (id) => byId.get(id),
    slots: createSlots(),
    postings,
    idf,
    get unknownIdf() {
      return rarity(0, byId.size);
    },
    shortlist: (asked, most, besides) => shortlist.of(asked, entries.length, most, besides),
    retrieve: (asked, among) => retrieval.retrieve(asked, among),
    asExactly(plain) {
      const syllables = createNumberList();
      for (const folded of plain) syllables.push(terms.named('syllable', folded) ?? UNKNOWN);
      return exactly.positions(syllables);
    },
    put(entry) {
      const position = byId.get(entry.id) ?? entries.length;
      drop(entry.id, position);
      take(entry, position);
      postings.add(position, entryTerms);
      retrieval.add(position, entryTerms);
    },
    remove(id) {
      const position = byId.get(id);
      if (position === undefined) return false;
      drop(id, position);
      return true;
    },
  };
}

/** @param ways how many ways of asking the entry has */
function coreOf({ terms, places, size }: EntryTerms, ways: number, table: TermTable): number[] {
  const core: number[] = [];
  for (let i = 0; i < size; i++) {
    const term = terms[i] ?? 0;
    if (where.ways(places[i] ?? 0) / ways >= CORE_SHARE && CORE_GROUPS.has(table.group(term))) core.push(term);
  }
  return core;
}

/** Rarity of what this many of all entries have; worked out once for each number until the handbook changes its size. */
function createRarity(): (count: number, all: number) => number {
  let known = new Float64Array();
  let size = -1;
  return (count, all) => {
    if (all !== size) {
      known = Float64Array.from({ length: all + 1 }, (_, some) => Math.log(1 + (all - some + 0.5) / (some + 0.5)));
      size = all;
    }
    return known[count] ?? 0;
  };
}
