import { NONE, type Columns } from './columns.ts';
import type { TermTable } from './terms.ts';
import type { Phrase, Vocabulary } from './vocabulary.ts';

/** A phrase as numbers of terms; where it has no marks, `NONE`. */
export interface NumberedPhrase {
  readonly syllables: readonly number[];
  readonly exacts: readonly number[];
  /** `NONE`: a question phrase, which says nothing of the matter. */
  readonly term: number;
}

/** The vocabulary's phrases as the handbook's texts are searched for them; `phrases.ts` does the same for questions. */
export interface PhraseTable {
  /** Those of one syllable, and those that begin with a pair, marks apart. */
  alone(syllable: number): readonly NumberedPhrase[] | undefined;
  from(pair: number): readonly NumberedPhrase[] | undefined;
}

/**
 * Every pair that begins a phrase gets its number here, before any text is read: the pairs that come later begin none,
 * which is nine out of ten.
 */
export function createPhraseTable(vocabulary: Vocabulary, terms: TermTable): PhraseTable {
  const bySyllable: (NumberedPhrase[] | undefined)[] = [];
  const byPair: (NumberedPhrase[] | undefined)[] = [];

  const numbered = ({ syllables, exact, means, name }: Phrase): NumberedPhrase => ({
    syllables: syllables.map((folded) => terms.number('syllable', folded)),
    exacts: exact.map((marked) => (marked === undefined ? NONE : terms.number('exact', marked))),
    term: means === 'stop' ? NONE : terms.number(means, name),
  });

  for (const bySecond of vocabulary.phrases.values()) {
    for (const phrases of bySecond.values()) {
      const same = phrases.map(numbered);
      const [first, next] = same[0]?.syllables ?? [];
      if (first === undefined) continue;
      if (next === undefined) put(bySyllable, first, same);
      else put(byPair, terms.pairNumber(first, next), same);
    }
  }

  return {
    alone: (syllable) => (syllable < bySyllable.length ? bySyllable[syllable] : undefined),
    from: (pair) => (pair >= 0 && pair < byPair.length ? byPair[pair] : undefined),
  };
}

/** Whether the texts have the phrase here; its first two syllables are known to be the same, marks apart. */
export function standsAt(phrase: NumberedPhrase, { syllables, exacts }: Columns, at: number): boolean {
  for (let k = 0; k < phrase.syllables.length; k++) {
    if (k > 1 && syllables[at + k] !== phrase.syllables[k]) return false;
    const exact = exacts[at + k];
    const wanted = phrase.exacts[k];
    if (exact !== wanted && exact !== NONE && wanted !== NONE) return false;
  }
  return true;
}

function put(list: (NumberedPhrase[] | undefined)[], at: number, phrases: NumberedPhrase[]): void {
  while (list.length < at) list.push(undefined);
  list[at] = phrases;
}
