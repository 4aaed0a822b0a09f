import { createEntryTermsBuilder } from './entry-terms.ts';
import { posting } from './postings.ts';
import type { Reader, ReadTexts } from './reader.ts';

/** An entry's ways of asking as vectors: the question first, then each phrasing. */
export interface Ways {
  /** Terms of all ways, one way after the other, each once in a way. */
  readonly terms: Int32Array;
  /** Where in `terms` each way ends. */
  readonly ends: Int32Array;
  /** Length of each vector. */
  readonly norms: Float64Array;
}

/** Makes the ways of an entry from its texts, the first `count` of which they are; `weigh` gives them their norms. */
export function createWaysReader(reader: Reader): (texts: ReadTexts, count: number) => Ways {
  const way = createEntryTermsBuilder();
  return (texts, count) => {
    const terms: number[] = [];
    const ends: number[] = [];
    reader.contents(texts, (columns, from, to, more) => {
      if (ends.length === count) return;
      way.add(columns, from, to, more, 0);
      for (const one of way.take()) terms.push(posting.position(one));
      ends.push(terms.length);
    });
    return { terms: Int32Array.from(terms), ends: Int32Array.from(ends), norms: new Float64Array(ends.length) };
  };
}

/** Works the norms out anew. @param idf rarity of a term */
export function weigh({ terms, ends, norms }: Ways, idf: (term: number) => number): void {
  let i = 0;
  for (const [way, end] of ends.entries()) {
    let square = 0;
    for (; i < end; i++) square += idf(terms[i] ?? 0) ** 2;
    norms[way] = Math.sqrt(square);
  }
}
