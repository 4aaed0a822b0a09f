/** A number for each of many pairs of numbers, and a count. */
export interface PairTable {
  get(first: number, second: number): number | undefined;
  set(first: number, second: number, value: number): void;
  /** 0 for a pair that was not set. */
  count(first: number, second: number): number;
  /** Counts a pair by so many more, or less when negative. @returns its number; when undefined nothing was counted */
  add(first: number, second: number, by: number): number | undefined;
}

/** Numbers that a place in the table takes: first + 1 (0: free), second, value, count. */
const WIDTH = 4;

/**
 * Flat arrays with open addressing: the handbook's index is mostly pairs, and a map of maps takes three times as long to
 * fill. The first of a pair is from 0 to 2³¹ - 2, the others are any 32-bit numbers.
 */
export function createPairTable(): PairTable {
  let size = 0;
  let mask = 2 ** 14 - 1;
  let places = new Int32Array(WIDTH * (mask + 1));

  function placeOf(first: number, second: number): number {
    let at = (Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b)) & mask;
    for (;;) {
      const place = WIDTH * at;
      const found = places[place];
      if (found === 0 || (found === first + 1 && places[place + 1] === second)) return place;
      at = (at + 1) & mask;
    }
  }

  function grow(): void {
    const old = places;
    mask = mask * 2 + 1;
    places = new Int32Array(WIDTH * (mask + 1));
    for (let at = 0; at < old.length; at += WIDTH) {
      const key = old[at] ?? 0;
      if (key === 0) continue;
      const place = placeOf(key - 1, old[at + 1] ?? 0);
      for (let k = 0; k < WIDTH; k++) places[place + k] = old[at + k] ?? 0;
    }
  }

  return {
    get(first, second) {
      const place = placeOf(first, second);
      return places[place] === 0 ? undefined : places[place + 2];
    },
    set(first, second, value) {
      if (size * 2 > mask) grow();
      const place = placeOf(first, second);
      if (places[place] === 0) size++;
      places[place] = first + 1;
      places[place + 1] = second;
      places[place + 2] = value;
    },
    count: (first, second) => places[placeOf(first, second) + 3] ?? 0,
    add(first, second, by) {
      const place = placeOf(first, second);
      if (places[place] === 0) return undefined;
      places[place + 3] = (places[place + 3] ?? 0) + by;
      return places[place + 2];
    },
  };
}
