import type { NumberList } from './number-list.ts';
import { createPairTable } from './pair-table.ts';

/** Which entries have a way of asking, to the letter: the same folded syllables in the same order. */
export interface WayTable {
  /** @param syllables by number */
  add(syllables: NumberList, position: number): void;
  remove(syllables: NumberList, position: number): void;
  /** In the order of entries, each once. */
  positions(syllables: NumberList): readonly number[];
}

/**
 * A way is known by 62 bits of a hash instead of its text: a handbook of 20,000 entries has 300,000 ways, and the chance
 * that any two of them look the same is one to a hundred million.
 */
export function createWayTable(): WayTable {
  /** The position, when it is one; otherwise -1 less the place in `several`. */
  const table = createPairTable();
  const several: number[][] = [];

  return {
    add(syllables, position) {
      const high = upperHash(syllables);
      const low = lowerHash(syllables);
      const value = table.get(high, low);
      if (value === undefined) table.set(high, low, position);
      else if (value < 0) several[-1 - value]?.push(position);
      else table.set(high, low, -several.push([value, position]));
    },
    remove(syllables, position) {
      const high = upperHash(syllables);
      const low = lowerHash(syllables);
      const value = table.get(high, low);
      if (value === position) table.set(high, low, -several.push([]));
      const list = several[-1 - (value ?? 0)];
      list?.splice(list.indexOf(position), 1);
    },
    positions(syllables) {
      const value = table.get(upperHash(syllables), lowerHash(syllables));
      if (value === undefined) return [];
      if (value >= 0) return [value];
      return [...new Set(several[-1 - value])].toSorted((a, b) => a - b);
    },
  };
}

function upperHash(syllables: NumberList): number {
  return hash(syllables, 0x9e3779b1) >>> 2;
}

function lowerHash(syllables: NumberList): number {
  return hash(syllables, 0x85ebca6b);
}

function hash({ numbers, length }: NumberList, seed: number): number {
  let mixed = seed;
  for (let i = 0; i < length; i++) {
    mixed = Math.imul(mixed ^ (numbers[i] ?? 0), 0x01000193);
    mixed ^= mixed >>> 15;
  }
  return Math.imul(mixed ^ length, 0x2c1b3c6d) ^ (mixed >>> 13);
}
