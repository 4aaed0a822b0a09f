import MiniSearch from 'minisearch';
import type { Entry } from '../handbook/entry.ts';
import type { Handbook } from '../handbook/load.ts';
import { fold, words } from './fold.ts';

export type Outcome = 'answer' | 'choose' | 'none';

export interface Found {
  entry: Entry;
  /** 0 to 1: how sure the search is that this entry answers the question. */
  confidence: number;
}

export interface SearchResult {
  outcome: Outcome;
  /** Best first, at most 5, each entry once. */
  found: Found[];
}

export interface Search {
  ask(question: string): SearchResult;
}

const SURE = 0.8;
const POSSIBLE = 0.45;

/** Builds the index of a handbook; see docs/architecture.md, "Search". */
export function createSearch(handbook: Handbook): Search {
  const asked = new Map<string, Entry>();
  const index = new MiniSearch<{ id: number; entry: Entry; asked: string; answer: string }>({
    fields: ['asked', 'answer'],
    storeFields: ['entry'],
    tokenize: terms,
    processTerm: (term) => term,
  });
  let id = 0;
  for (const entry of handbook.entries) {
    for (const text of [entry.question, ...entry.phrasings]) {
      asked.set(words(fold(text)).join(' '), entry);
      index.add({
        id: id++,
        entry,
        asked: text,
        answer: text === entry.question ? `${entry.short} ${entry.body}` : '',
      });
    }
  }
  return {
    ask(question) {
      const query = terms(question);
      const exact = asked.get(words(fold(question)).join(' '));
      const best = new Map<Entry, Found>();
      if (exact) best.set(exact, { entry: exact, confidence: 1 });
      for (const hit of index.search(question, { boost: { asked: 3 } }).slice(0, 40)) {
        const entry = hit['entry'] as Entry;
        const confidence = hit.queryTerms.length / Math.max(query.length, 1);
        if (!best.has(entry)) best.set(entry, { entry, confidence: Math.min(confidence, 0.99) });
      }
      const found = [...best.values()].slice(0, 5);
      const top = found[0]?.confidence ?? 0;
      return { outcome: top >= SURE ? 'answer' : top >= POSSIBLE ? 'choose' : 'none', found };
    },
  };
}

/** Folded syllables and pairs of neighbours: most Vietnamese words are two syllables. */
function terms(text: string): string[] {
  const syllables = words(fold(text));
  return [...syllables, ...syllables.slice(1).map((syllable, i) => `${syllables[i]}_${syllable}`)];
}
