import type { QuestionTerm } from './analyze.ts';
import { createEntryTermsBuilder, type EntryTerms } from './entry-terms.ts';
import { createPostings, posting, where, type Postings } from './postings.ts';
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
  const entryTerms = createEntryTermsBuilder();
  /** Goes up with every change: what was weighed before it must be weighed anew. */
  let version = 0;

  /** Counts texts in or out. */
  function count(texts: ReadTexts, ways: number, position: number, by: 1 | -1): EntryTerms {
    let text = 0;
    reader.count(texts, by);
    reader.contents(texts, (columns, from, to, more) => {
      entryTerms.add(columns, from, to, more, text < ways ? where.way : text === ways ? where.keyword : where.answer);
      if (text < ways && by > 0) exactly.add(columns.syllables, from, to, position);
      else if (text < ways) exactly.remove(columns.syllables, from, to, position);
      text++;
    });
    return entryTerms.take();
  }

  function take(entry: E, position: number): EntryTerms {
    const asked = [entry.question, ...entry.phrasings, ...entry.brief];
    const texts = reader.read([...asked, entry.keywords, entry.short ?? '']);
    const found = count(texts, asked.length, position, 1);
    const core = coreOf(found, asked.length, terms);
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
    return found;
  }

  function drop(id: string, position: number): void {
    const old = entries[position];
    if (!old) return;
    const found = count(old.texts, old.count, position, -1);
    postings.remove(position, found);
    retrieval.remove(position, found);
    entries[position] = undefined;
    byId.delete(id);
    version++;
  }

  const postings = createPostings(terms.frequencies, (add) => {
    for (const [position, entry] of first.entries()) add(position, take(entry, position));
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
      const syllables: number[] = [];
      for (const folded of plain) {
        const syllable = terms.named('syllable', folded);
        if (syllable === undefined) return [];
        syllables.push(syllable);
      }
      return exactly.positions(Int32Array.from(syllables));
    },
    put(entry) {
      const position = byId.get(entry.id) ?? entries.length;
      drop(entry.id, position);
      const found = take(entry, position);
      postings.add(position, found);
      retrieval.add(position, found);
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
function coreOf(entry: EntryTerms, ways: number, terms: TermTable): number[] {
  const core: number[] = [];
  for (let i = 0; i < entry.length; i++) {
    const one = entry[i] ?? 0;
    if (where.ways(posting.place(one)) / ways < CORE_SHARE) continue;
    const term = posting.position(one);
    if (CORE_GROUPS.has(terms.group(term))) core.push(term);
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
