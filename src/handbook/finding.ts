import type { Part } from './entry.ts';

/** What is wrong with an entry, or could be better. */
export interface Finding {
  /** Undefined: the answer as a whole. */
  part: Part | undefined;
  text: string;
  /** Where in the file: a piece of its text. */
  excerpt: string;
  /** `advice`: the entry can be used as it is. */
  weight: 'mistake' | 'advice';
  /** A word that is no Vietnamese syllable; it may still be right. */
  word?: string;
}
