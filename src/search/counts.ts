/** A count for each of many things that are numbered without gaps; there may be more of them at any time. */
export interface Counts {
  /** 0 for what was never counted. */
  of(thing: number): number;
  /** @param by may be negative */
  add(thing: number, by: number): void;
}

export function createCounts(): Counts {
  let counts = new Int32Array(1024);
  return {
    of: (thing) => (thing < counts.length ? (counts[thing] ?? 0) : 0),
    add(thing, by) {
      if (thing >= counts.length) {
        const more = new Int32Array(2 * thing);
        more.set(counts);
        counts = more;
      }
      counts[thing] = (counts[thing] ?? 0) + by;
    },
  };
}
