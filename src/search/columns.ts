/** In place of a number where there is none. */
export const NONE = -1;

/**
 * What texts are made of, as columns of numbers of terms: one row for each syllable, and one with nothing behind each run.
 * What is only said for politeness has nothing in its rows either.
 */
export interface Columns {
  readonly syllables: Int32Array;
  /** With their marks. */
  readonly exacts: Int32Array;
  /** The pair that a syllable makes with the next one. */
  readonly pairs: Int32Array;
}

export function createColumns(rows: number): Columns {
  return { syllables: new Int32Array(rows), exacts: new Int32Array(rows), pairs: new Int32Array(rows) };
}
