import { create, insertMultiple, search } from '@orama/orama';
import { fieldsOf, FIELDS, foldedWords, FOUND, pairs, type Peer } from './peer.ts';

/** Ends every token, because Orama searches by prefix: without it "ch" would find half of the index. */
const END = '$';

/*
 * - Our own tokenizer (a documented component): those of its languages split words at Vietnamese letters.
 * - It folds, adds pairs of neighbours, and takes each once, as Orama's own does: 80 per cent first, 68 without pairs.
 * - The ways of asking count most; without boosts, or with the question first, it finds less (development half).
 * - `tolerance` stays 0: it finds every syllable one letter away, and then the right entry almost never.
 */
const BOOST = { question: 1, phrasings: 4, keywords: 0.5, short: 0.5, body: 0.1 };
const tokenizer = {
  language: 'english',
  normalizationCache: new Map<string, string>(),
  tokenize(text: string): string[] {
    const folded = foldedWords(text);
    const tokens = [...folded, ...pairs(folded).map((pair) => pair.join('_'))];
    return Array.from(new Set(tokens), (token) => token + END);
  },
};

export const orama: Peer = {
  name: 'Orama',
  build(entries) {
    const schema = {
      question: 'string',
      phrasings: 'string',
      keywords: 'string',
      short: 'string',
      body: 'string',
    } as const;
    const db = create({ schema, components: { tokenizer } });
    void insertMultiple(
      db,
      entries.map((entry, position) => ({ id: String(position), ...fieldsOf(entry) })),
    );
    return (text) => {
      const found = search(db, { term: text, properties: [...FIELDS], boost: BOOST, limit: FOUND });
      // Without hooks everything is synchronous, in spite of the type.
      return found instanceof Promise ? [] : found.hits.map(({ id }) => Number(id));
    };
  },
};
