/**
 * The place that each term has in the question in hand. One array serves all questions, since a new one for each, as long
 * as the handbook has terms, was most of what a question took.
 */
export interface Slots {
  /** Forgets the last question. @param terms numbers by their place; undefined where the handbook has no such term */
  fill(terms: readonly (number | undefined)[], size: number): void;
  /** By term: its place, from 1; 0: the question does not have it. Good until the next question. */
  readonly places: Uint16Array;
}

export function createSlots(): Slots {
  let places = new Uint16Array(0);
  let filled: readonly (number | undefined)[] = [];
  return {
    fill(terms, size) {
      if (size > places.length) places = new Uint16Array(2 * size);
      for (const term of filled) if (term !== undefined) places[term] = 0;
      for (const [i, term] of terms.entries()) if (term !== undefined) places[term] = i + 1;
      filled = terms;
    },
    get places() {
      return places;
    },
  };
}
