import { createCounts, type Counts } from './counts.ts';
import type { EntryTerms } from './entry-terms.ts';
import { createNumberList, type NumberList } from './number-list.ts';

/** Where a term stands in an entry, in one byte: how many ways of asking have it, a keyword, the short answer. */
export const where = {
  keyword: 1,
  answer: 2,
  way: 4,
  ways: (packed: number): number => packed >> 2,
  /** The 64th way of asking that has the same term is not counted any longer. */
  both: (packed: number, at: number): number => (packed + at > 0xff ? packed : packed + at),
} as const;

/** How many different places `where` can pack. */
export const PLACES = 256;

/** How much an entry says a term: once by each way of asking, a little more by a keyword, half by the answer. */
export function massOf(packed: number): number {
  return (HALVES[packed] ?? 0) / 2;
}

/** By where a term stands: twice its mass, which is a whole number. */
const HALVES = Uint8Array.from(
  { length: PLACES },
  (_, packed) => 2 * where.ways(packed) + (packed & where.keyword ? 3 : 0) + (packed & where.answer ? 1 : 0),
);

/** An entry that has a term, and where the term stands in it, in one number: half of the memory and of its traffic. */
export const posting = {
  /** Entries have positions below 2²³. */
  of: (position: number, packed: number): number => (position << 8) | packed,
  position: (one: number): number => one >>> 8,
  place: (one: number): number => one & 0xff,
} as const;

/** Which entries have which terms. */
export interface Postings {
  /** A term's postings, in the order of entries. Good until the next change. */
  of(term: number): Int32Array;
  /** How many entries have the term. */
  frequency(term: number): number;
  /** Where the term stands in an entry; 0: nowhere. */
  place(term: number, position: number): number;
  /** How often a term is said, as `massOf` counts: in all entries; all terms in one entry; all in all. */
  termMass(term: number): number;
  entryMass(position: number): number;
  readonly mass: number;
  /** The entry must have none so far. */
  add(position: number, entry: EntryTerms): void;
  /** @param entry what was added */
  remove(position: number, entry: EntryTerms): void;
}

/**
 * Postings of the entries that `fill` adds, in flat arrays: a handbook of 20,000 entries has ten million. Where entries
 * are added or removed later, the lists of their terms are copied out of these and live on by themselves.
 *
 * @param frequencies none counted yet; are kept from here on
 * @param fill adds the first entries, in their order
 */
export function createPostings(frequencies: Counts, fill: (add: Postings['add']) => void): Postings {
  const entryHalves = createCounts();
  let halves = 0;

  function count(position: number, entry: EntryTerms, by: 1 | -1): void {
    let sum = 0;
    for (let i = 0; i < entry.length; i++) {
      const one = entry[i] ?? 0;
      frequencies.add(posting.position(one), by);
      sum += HALVES[posting.place(one)] ?? 0;
    }
    entryHalves.add(position, by * sum);
    halves += by * sum;
  }

  const collected: { position: number; entry: EntryTerms }[] = [];
  fill((position, entry) => {
    count(position, entry, 1);
    collected.push({ position, entry });
  });

  /** A term's first postings are in `sorted` from `starts[term]` to before `starts[term + 1]`. */
  const starts = new Int32Array(frequencies.size + 1);
  for (let term = 0; term < frequencies.size; term++) starts[term + 1] = (starts[term] ?? 0) + frequencies.of(term);
  const sorted = new Int32Array(starts[frequencies.size] ?? 0);
  const next = starts.slice();
  for (const { position, entry } of collected) sortIn(position, entry, next, sorted);

  /** Lists of the terms whose entries have changed since. */
  const changed = new Map<number, NumberList>();
  /** What `termMass` worked out since the last change. */
  const masses = new Map<number, number>();
  const first = (term: number): Int32Array => sorted.subarray(starts[term] ?? 0, starts[term + 1] ?? 0);
  const of = (term: number): Int32Array => changed.get(term)?.values() ?? first(term);
  function own(term: number): NumberList {
    const known = changed.get(term) ?? createNumberList(first(term));
    changed.set(term, known);
    return known;
  }

  return {
    of,
    frequency: (term) => frequencies.of(term),
    place: (term, position) => placeIn(of(term), position),
    termMass(term) {
      const known = masses.get(term);
      if (known !== undefined) return known;
      let sum = 0;
      for (const one of of(term)) sum += massOf(posting.place(one));
      masses.set(term, sum);
      return sum;
    },
    entryMass: (position) => entryHalves.of(position) / 2,
    get mass() {
      return halves / 2;
    },
    add(position, entry) {
      count(position, entry, 1);
      masses.clear();
      for (const one of entry) {
        const list = own(posting.position(one));
        list.insert(indexOf(list.values(), position), posting.of(position, posting.place(one)));
      }
    },
    remove(position, entry) {
      count(position, entry, -1);
      masses.clear();
      for (const one of entry) {
        const list = own(posting.position(one));
        list.removeAt(indexOf(list.values(), position));
      }
    },
  };
}

/** Where a term stands in an entry; 0: nowhere. @param list the term's postings */
export function placeIn(list: Int32Array, position: number): number {
  const one = list[indexOf(list, position)];
  return one !== undefined && posting.position(one) === position ? posting.place(one) : 0;
}

/** Puts an entry's postings to those of their terms. @param next where each term's next posting belongs */
function sortIn(position: number, entry: EntryTerms, next: Int32Array, sorted: Int32Array): void {
  for (let i = 0; i < entry.length; i++) {
    const one = entry[i] ?? 0;
    const term = posting.position(one);
    const at = next[term] ?? 0;
    next[term] = at + 1;
    sorted[at] = posting.of(position, posting.place(one));
  }
}

/** Of the first posting in the list that is of this entry or a later one. */
function indexOf(list: Int32Array, position: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (posting.position(list[middle] ?? 0) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}
