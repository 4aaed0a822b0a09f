import { NONE } from './columns.ts';

/** A number for each of many pairs of numbers. */
export interface PairTable {
  get(first: number, second: number): number | undefined;
  set(first: number, second: number, value: number): void;
  /**
   * Looks many pairs up; new ones get the numbers from `next` on. Where the first or the second is negative there is no
   * pair.
   *
   * @param numbers takes the number of each pair; `NONE` where there is none
   * @returns the next number
   */
  number(firsts: Int32Array, seconds: Int32Array, length: number, next: number, numbers: Int32Array): number;
}

/** Numbers that a place in the table takes: first + 1 (0: free), second, value. */
const WIDTH = 3;

/**
 * Flat arrays with open addressing: the handbook's index is mostly pairs, and a map of maps takes three times as long to
 * fill. The first of a pair is from 0 to 2³¹ - 2, the others are any 32-bit numbers.
 *
 * @param room places at first, a power of two
 */
export function createPairTable(room = 2 ** 12): PairTable {
  return new Pairs(room);
}

/** A class, so that all tables share their compiled code. */
class Pairs implements PairTable {
  private size = 0;
  /** What is left of 32 bits of hash. */
  private shift: number;
  private places: Int32Array;

  constructor(room: number) {
    this.shift = 1 + Math.clz32(room);
    this.places = new Int32Array(WIDTH * room);
  }

  get(first: number, second: number): number | undefined {
    const { places } = this;
    const place = placeIn(places, this.shift, first, second);
    return places[place] === 0 ? undefined : places[place + 2];
  }

  set(first: number, second: number, value: number): void {
    this.makeRoom(1);
    const { places } = this;
    const place = placeIn(places, this.shift, first, second);
    if (places[place] === 0) this.size++;
    places[place] = first + 1;
    places[place + 1] = second;
    places[place + 2] = value;
  }

  number(firsts: Int32Array, seconds: Int32Array, length: number, next: number, numbers: Int32Array): number {
    this.makeRoom(length);
    const { places, shift } = this;
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
      numbers[i] = places[place + 2] ?? 0;
    }
    this.size += fresh - next;
    return fresh;
  }

  /** At most four places of five are taken: fewer would be found sooner if they all fitted the processor's cache. */
  private makeRoom(more: number): void {
    while (5 * WIDTH * (this.size + more) > 4 * this.places.length) this.grow();
  }

  private grow(): void {
    const { places } = this;
    this.shift--;
    const larger = new Int32Array(2 * places.length);
    for (let at = 0; at < places.length; at += WIDTH) {
      const key = places[at] ?? 0;
      if (key === 0) continue;
      const place = placeIn(larger, this.shift, key - 1, places[at + 1] ?? 0);
      larger[place] = key;
      larger[place + 1] = places[at + 1] ?? 0;
      larger[place + 2] = places[at + 2] ?? 0;
    }
    this.places = larger;
  }
}

/** Where the pair is in a table, or else the free place that it would take. */
function placeIn(table: Int32Array, shift: number, first: number, second: number): number {
  const mixed = Math.imul(first ^ Math.imul(second, 0x85ebca6b), 0x9e3779b1);
  const last = -1 >>> shift;
  const key = first + 1;
  for (let i = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> shift; ; i = (i + 1) & last) {
    const place = WIDTH * i;
    const found = table[place];
    if (found === 0 || (found === key && table[place + 1] === second)) return place;
  }
}
