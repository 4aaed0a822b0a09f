/** A count for each of many things that are numbered without gaps; there may be more of them at any time. */
export interface Counts {
  /** All that were counted have numbers below. */
  readonly size: number;
  /** 0 for what was never counted. */
  of(thing: number): number;
  /** @param by may be negative */
  add(thing: number, by: number): void;
}

export function createCounts(): Counts {
  return new NumberedCounts();
}

/** A class, so that all counts share their compiled code. */
class NumberedCounts implements Counts {
  private counts = new Int32Array(1024);

  get size(): number {
    return this.counts.length;
  }

  of(thing: number): number {
    return thing < this.counts.length ? (this.counts[thing] ?? 0) : 0;
  }

  add(thing: number, by: number): void {
    if (thing >= this.counts.length) {
      const more = new Int32Array(2 * thing);
      more.set(this.counts);
      this.counts = more;
    }
    this.counts[thing] = (this.counts[thing] ?? 0) + by;
  }
}
