import type { Searchable } from '../../src/search/handbook-index.ts';
import { fold, words } from '../../src/search/fold.ts';

/** An entry with all that a search may want of it. */
export type PeerEntry = Searchable & { body: string };

/** A search library, set up for the handbook as well as its own documentation allows. */
export interface Peer {
  name: string;
  /** Builds the index; the returned function puts positions of `entries` in order, best first, at most `FOUND`. */
  build(entries: readonly PeerEntry[]): (text: string) => number[];
}

/** How many entries a search returns. */
export const FOUND = 10;

/** The fields of an entry as plain text, under the name that the libraries get. */
export const FIELDS = ['question', 'phrasings', 'keywords', 'short', 'body'] as const;

export function fieldsOf(entry: PeerEntry): Record<(typeof FIELDS)[number], string> {
  return {
    question: entry.question,
    phrasings: [...entry.phrasings, ...entry.brief].join('\n'),
    keywords: entry.keywords.join('\n'),
    short: entry.short ?? '',
    body: entry.body,
  };
}

/** Words without marks; no library folds đ by itself. */
export function foldedWords(text: string): string[] {
  return words(fold(text));
}

/** Pairs of neighbours: Vietnamese writes most words as two syllables. */
export function pairs(folded: readonly string[]): [string, string][] {
  return folded.slice(1).map((word, i) => [folded[i] ?? '', word]);
}
