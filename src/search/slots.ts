/**
 * Looks up, by term, the place that it has in the question in hand, from 1; 0: the question does not have it. One array
 * serves all questions, since a new one for each, as long as the handbook has terms, was most of what a question took.
 */
export interface Slots {
  /** Forgets the last question. @param terms numbers by their place; undefined where the handbook has no such term */
  fill(terms: readonly (number | undefined)[], size: number): void;
  at(term: number): number;
}

export function createSlots(): Slots {
  let slots = new Uint16Array(0);
  let filled: readonly (number | undefined)[] = [];
  return {
    fill(terms, size) {
      if (size > slots.length) slots = new Uint16Array(2 * size);
      for (const term of filled) if (term !== undefined) slots[term] = 0;
      for (const [i, term] of terms.entries()) if (term !== undefined) slots[term] = i + 1;
      filled = terms;
    },
    at: (term) => slots[term] ?? 0,
  };
}
