import { NONE } from './columns.ts';
import { createPairTable } from './pair-table.ts';

/** Which entries have a way of asking, to the letter: the same folded syllables in the same order. */
export interface WayTable {
  /** @param syllables by number, those from `from` to before `to`; `NONE` is passed over */
  add(syllables: Int32Array, from: number, to: number, position: number): void;
  remove(syllables: Int32Array, from: number, to: number, position: number): void;
  /** In the order of entries, each once. */
  positions(syllables: Int32Array): readonly number[];
}

/** Ways that there is room for at first: more than a small handbook has. */
const WAYS = 2 ** 15;

/**
 * A way is known by 62 bits of a hash instead of its text: a handbook of 20,000 entries has 300,000 ways, and the chance
 * that any two of them look the same is one to a hundred million.
 */
export function createWayTable(): WayTable {
  /** The position, when it is one; otherwise -1 less the place in `several`. */
  const table = createPairTable(WAYS);
  const several: number[][] = [];
  /** Of the way in hand. */
  let high = 0;
  let low = 0;

  function hash(syllables: Int32Array, from: number, to: number): void {
    let [one, other] = [0x9e3779b1, 0x85ebca6b];
    for (let i = from; i < to; i++) {
      const syllable = syllables[i] ?? NONE;
      if (syllable === NONE) continue;
      one = mix(one, syllable);
      other = mix(other, syllable);
    }
    high = last(one) >>> 2;
    low = last(other);
  }

  return {
    add(syllables, from, to, position) {
      hash(syllables, from, to);
      const value = table.get(high, low);
      if (value === undefined) table.set(high, low, position);
      else if (value < 0) several[-1 - value]?.push(position);
      else table.set(high, low, -several.push([value, position]));
    },
    remove(syllables, from, to, position) {
      hash(syllables, from, to);
      const value = table.get(high, low);
      if (value === position) table.set(high, low, -several.push([]));
      const list = several[-1 - (value ?? 0)];
      list?.splice(list.indexOf(position), 1);
    },
    positions(syllables) {
      hash(syllables, 0, syllables.length);
      const value = table.get(high, low);
      if (value === undefined) return [];
      if (value >= 0) return [value];
      return [...new Set(several[-1 - value])].toSorted((a, b) => a - b);
    },
  };
}

function mix(hash: number, syllable: number): number {
  const mixed = Math.imul(hash ^ syllable, 0x01000193);
  return mixed ^ (mixed >>> 15);
}

function last(hash: number): number {
  return Math.imul(hash, 0x2c1b3c6d) ^ (hash >>> 13);
}
