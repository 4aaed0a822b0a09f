import { Index } from 'flexsearch';
import { fieldsOf, foldedWords, FOUND, pairs, type Peer } from './peer.ts';

/*
 * - One text an entry: its document index returns a list a field, to be merged by hand.
 * - Our own encoder (documented): its normalizing leaves đ, and pairs of neighbours found more than its context index.
 * - `strict`: prefixes off; `tolerant`, its way with typing errors, gains 4 points there and costs 5 everywhere else.
 * - `suggest`: an entry needs not have all words of the question.
 */
export const flexSearch: Peer = {
  name: 'FlexSearch',
  build(entries) {
    const index = new Index({
      tokenize: 'strict',
      encode(text) {
        const folded = foldedWords(text);
        return [...folded, ...pairs(folded).map((pair) => pair.join('_'))];
      },
    });
    for (const [position, entry] of entries.entries()) index.add(position, Object.values(fieldsOf(entry)).join('\n'));
    return (text) => index.search(text, { suggest: true, limit: FOUND }).map(Number);
  },
};
