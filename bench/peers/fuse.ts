import Fuse from 'fuse.js';
import { fold } from '../../src/search/fold.ts';
import { FOUND, type Peer } from './peer.ts';

/*
 * - Token search: its fuzzy search of whole texts takes a question for one pattern, finds 16 per cent in 3 s each.
 * - Folded beforehand, since `ignoreDiacritics` leaves đ; anywhere in a text (`ignoreLocation`).
 * - `threshold` 0: words as they are. Fuzzy ones (0.2) take half as long again and find no more, typing errors or not.
 * - Only the ways of asking: all fields take twice as long and find no more (20 questions, it is too slow for many).
 */
export const fuse: Peer = {
  name: 'Fuse.js',
  build(entries) {
    const documents = entries.map(({ question, phrasings, brief }) => ({
      question: fold(question),
      phrasings: [...phrasings, ...brief].map(fold),
    }));
    const index = new Fuse(documents, {
      useTokenSearch: true,
      ignoreLocation: true,
      threshold: 0,
      keys: ['question', 'phrasings'],
    });
    return (text) => index.search(fold(text), { limit: FOUND }).map(({ refIndex }) => refIndex);
  },
};
