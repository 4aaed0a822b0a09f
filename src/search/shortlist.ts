import { PLACES, posting, where, type Postings } from './postings.ts';

/** An entry that shares terms with a question. */
export interface Listed {
  readonly position: number;
  /** Rarity of the terms it shares, by where they stand in it, times the square of how many they are. */
  readonly weight: number;
  /** How many terms it shares. */
  readonly matched: number;
}

/** How much a term of the question counts. */
export interface Weighed {
  /** Undefined when the handbook does not have it. */
  readonly number: number | undefined;
  readonly weight: number;
}

export interface Shortlist {
  /**
   * The entries with most weight, the heaviest first; of equal ones the earlier.
   *
   * @param most so many of them
   * @param besides positions that are listed in any case
   */
  of(terms: readonly Weighed[], positions: number, most: number, besides: ReadonlySet<number>): Listed[];
}

/** How much more a way of asking says than the answer. */
const ASKED = 3;
/** By where a term stands, as `where` packs it: how much that says. */
const SAID = Float64Array.from(
  { length: PLACES },
  (_, packed) => ASKED * saturated(where.ways(packed) + (packed & where.keyword)) + (packed & where.answer ? 1 : 0),
);

/** BM25's saturation: the tenth way of asking that has a term adds less than the second. */
function saturated(ways: number): number {
  return (ways * 2.2) / (ways + 1.2);
}

/**
 * A first look over all entries that share any term, cheap enough for the commonest: what comes after it, MiniSearch
 * included, costs a hundred times as much for an entry, and is spent on the few that can win.
 */
export function createShortlist(postings: Postings): Shortlist {
  let sums = new Float64Array(0);
  let counts = new Uint16Array(0);

  return {
    of(terms, positions, most, besides) {
      if (sums.length < positions) {
        sums = new Float64Array(2 * positions);
        counts = new Uint16Array(2 * positions);
      }
      sums.fill(0, 0, positions);
      counts.fill(0, 0, positions);
      for (const { number, weight } of terms) {
        if (number === undefined) continue;
        for (const one of postings.of(number)) {
          const at = posting.position(one);
          sums[at] = (sums[at] ?? 0) + weight * (SAID[posting.place(one)] ?? 0);
          counts[at] = (counts[at] ?? 0) + 1;
        }
      }
      const weightOf = (position: number): number => (sums[position] ?? 0) * (counts[position] ?? 0) ** 2;
      const entry = (position: number): Listed => ({
        position,
        weight: weightOf(position),
        matched: counts[position] ?? 0,
      });
      const listed: Listed[] = [];
      for (let position = 0; position < positions; position++) {
        if (counts[position] === 0) continue;
        const weight = weightOf(position);
        let place = listed.length;
        while (place > 0 && (listed[place - 1]?.weight ?? 0) < weight) place--;
        if (place === most) continue;
        if (listed.length === most) listed.pop();
        listed.splice(place, 0, entry(position));
      }
      for (const position of besides)
        if (!listed.some((one) => one.position === position)) listed.push(entry(position));
      return listed;
    },
  };
}
