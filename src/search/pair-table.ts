import { NONE } from './columns.ts';

/** A number for each of many pairs of numbers, and a count. */
export interface PairTable {
  get(first: number, second: number): number | undefined;
  set(first: number, second: number, value: number): void;
  /** 0 for a pair that was not set. */
  count(first: number, second: number): number;
  /**
   * Counts many pairs by so many more, or less when negative; new ones get the numbers from `next` on. Where the first or
   * the second is negative there is no pair.
   *
   * @param numbers takes the number of each pair; `NONE` where there is none
   * @returns the next number
   */
  addAll(
    firsts: Int32Array,
    seconds: Int32Array,
    length: number,
    by: number,
    next: number,
    numbers: Int32Array,
  ): number;
}

/** Numbers that a place in the table takes: first + 1 (0: free), second, value, count. */
const WIDTH = 4;

/**
 * Flat arrays with open addressing: the handbook's index is mostly pairs, and a map of maps takes three times as long to
 * fill. The first of a pair is from 0 to 2³¹ - 2, the others are any 32-bit numbers.
 *
 * @param room places at first, a power of two
 */
export function createPairTable(room = 2 ** 12): PairTable {
  let size = 0;
  /** What is left of 32 bits of hash. */
  let shift = 1 + Math.clz32(room);
  let places = new Int32Array(WIDTH * room);

  const placeOf = (first: number, second: number): number => placeIn(places, shift, first, second);

  /** At most two places of three are taken. */
  function makeRoom(more: number): void {
    while (3 * WIDTH * (size + more) > 2 * places.length) grow();
  }

  function grow(): void {
    shift--;
    const larger = new Int32Array(2 * places.length);
    for (let at = 0; at < places.length; at += WIDTH) {
      const key = places[at] ?? 0;
      if (key === 0) continue;
      const place = placeIn(larger, shift, key - 1, places[at + 1] ?? 0);
      for (let k = 0; k < WIDTH; k++) larger[place + k] = places[at + k] ?? 0;
    }
    places = larger;
  }

  return {
    get(first, second) {
      const place = placeOf(first, second);
      return places[place] === 0 ? undefined : places[place + 2];
    },
    set(first, second, value) {
      makeRoom(1);
      const place = placeOf(first, second);
      if (places[place] === 0) size++;
      places[place] = first + 1;
      places[place + 1] = second;
      places[place + 2] = value;
    },
    count: (first, second) => places[placeOf(first, second) + 3] ?? 0,
    addAll(firsts, seconds, length, by, next, numbers) {
      makeRoom(length);
      let fresh = next;
      for (let i = 0; i < length; i++) {
        const first = firsts[i] ?? 0;
        const second = seconds[i] ?? 0;
        if (first < 0 || second < 0) {
          numbers[i] = NONE;
          continue;
        }
        const place = placeIn(places, shift, first, second);
        if (places[place] === 0) {
          places[place] = first + 1;
          places[place + 1] = second;
          places[place + 2] = fresh++;
        }
        places[place + 3] = (places[place + 3] ?? 0) + by;
        numbers[i] = places[place + 2] ?? 0;
      }
      size += fresh - next;
      return fresh;
    },
  };
}

/** Where the pair is in a table, or else the free place that it would take. */
function placeIn(table: Int32Array, shift: number, first: number, second: number): number {
  const mixed = Math.imul(first ^ Math.imul(second, 0x85ebca6b), 0x9e3779b1);
  let place = (Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> shift) * WIDTH;
  const key = first + 1;
  for (;;) {
    const found = table[place];
    if (found === 0 || (found === key && table[place + 1] === second)) return place;
    place += WIDTH;
    if (place === table.length) place = 0;
  }
}
