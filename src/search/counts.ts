/** A count for each of many things that are numbered without gaps; there may be more of them at any time. */
export interface Counts {
  /** All that were counted have numbers below. */
  readonly size: number;
  /** 0 for what was never counted. */
  of(thing: number): number;
  /** @param by may be negative */
  add(thing: number, by: number): void;
  /** Counts the first `length` of these; what is negative is nothing. */
  addAll(things: Int32Array, length: number, by: number): void;
}

export function createCounts(): Counts {
  let counts = new Int32Array(1024);
  function add(thing: number, by: number): void {
    if (thing >= counts.length) {
      const more = new Int32Array(2 * thing);
      more.set(counts);
      counts = more;
    }
    counts[thing] = (counts[thing] ?? 0) + by;
  }
  return {
    get size() {
      return counts.length;
    },
    of: (thing) => (thing < counts.length ? (counts[thing] ?? 0) : 0),
    add,
    addAll(things, length, by) {
      for (let i = 0; i < length; i++) {
        const thing = things[i] ?? 0;
        if (thing >= 0) add(thing, by);
      }
    },
  };
}
