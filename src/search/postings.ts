import { createNumberList } from './number-list.ts';

/** Where a term stands in an entry, in one number: how many ways of asking have it, a keyword, the short answer. */
export const where = {
  keyword: 1,
  answer: 2,
  way: 4,
  ways: (packed: number): number => packed >> 2,
} as const;

/** How much an entry says a term: once by each way of asking, a little more by a keyword, half by the answer. */
export function massOf(packed: number): number {
  return where.ways(packed) + (packed & where.keyword ? 1.5 : 0) + (packed & where.answer ? 0.5 : 0);
}

/** Which entries have which terms, by term, in flat arrays. */
export interface Postings {
  /** Positions of entries, those of one term together and in order; beside each `places`, as `where` packs them. */
  readonly positions: Int32Array;
  readonly places: Int32Array;
  /** A term's postings are from `starts[term]` to before `starts[term + 1]`. */
  readonly starts: Int32Array;
  /** How often a term is said, as `massOf` counts: in all entries; all terms in one entry; all in all. */
  readonly termMass: Float64Array;
  readonly entryMass: Float64Array;
  readonly mass: number;
  /** How many entries have the term. */
  frequency(term: number): number;
  /** Where the term stands in an entry; 0: nowhere. */
  place(term: number, position: number): number;
}

export interface PostingsBuilder {
  /** Notes that the entry of now has these terms there. */
  add(terms: readonly number[], at: number): void;
  /** Goes on to the next entry; calls back with each term of this one and all its places. */
  next(seen: (term: number, packed: number) => void): void;
  /** @param size how many terms there are */
  finish(size: number): Postings;
}

export function createPostings(): PostingsBuilder {
  /** By entry, one after the other. */
  const terms = createNumberList();
  const places = createNumberList();
  const ends: number[] = [];
  /** By term: where in these lists it was last put. */
  const last: number[] = [];
  let start = 0;
  return {
    add(found, at) {
      for (const term of found) {
        const slot = last[term] ?? -1;
        if (slot >= start) places.set(slot, places.at(slot) + at);
        else {
          last[term] = terms.length;
          terms.push(term);
          places.push(at);
        }
      }
    },
    next(seen) {
      for (let i = start; i < terms.length; i++) seen(terms.at(i), places.at(i));
      start = terms.length;
      ends.push(start);
    },
    finish(size) {
      const all = terms.values();
      const packed = places.values();
      const starts = new Int32Array(size + 1);
      for (const term of all) starts[term + 1] = (starts[term + 1] ?? 0) + 1;
      for (let term = 0; term < size; term++) starts[term + 1] = (starts[term + 1] ?? 0) + (starts[term] ?? 0);
      const next = starts.slice();
      const positions = new Int32Array(terms.length);
      const sorted = new Int32Array(terms.length);
      const termMass = new Float64Array(size);
      const entryMass = new Float64Array(ends.length);
      let i = 0;
      for (const [position, end] of ends.entries()) {
        for (; i < end; i++) {
          const term = all[i] ?? 0;
          const at = next[term] ?? 0;
          next[term] = at + 1;
          positions[at] = position;
          const place = packed[i] ?? 0;
          sorted[at] = place;
          const mass = massOf(place);
          termMass[term] = (termMass[term] ?? 0) + mass;
          entryMass[position] = (entryMass[position] ?? 0) + mass;
        }
      }
      return {
        positions,
        places: sorted,
        starts,
        termMass,
        entryMass,
        mass: entryMass.reduce((sum, one) => sum + one, 0),
        frequency: (term) => (starts[term + 1] ?? 0) - (starts[term] ?? 0),
        place(term, position) {
          let low = starts[term] ?? 0;
          let high = starts[term + 1] ?? 0;
          while (low < high) {
            const middle = (low + high) >> 1;
            if ((positions[middle] ?? 0) < position) low = middle + 1;
            else high = middle;
          }
          return low < (starts[term + 1] ?? 0) && positions[low] === position ? (sorted[low] ?? 0) : 0;
        },
      };
    },
  };
}
