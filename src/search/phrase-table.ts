import { NONE, type Columns } from './columns.ts';
import type { NumberList } from './number-list.ts';
import type { TermTable } from './terms.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The vocabulary's phrases as the handbook's texts are searched for them; `phrases.ts` does the same for questions. */
export interface PhraseTable {
  /**
   * Adds to `found` the terms of the phrases in the rows from `from` to before `to`, and takes out of the columns what is
   * only said for politeness, unless nothing else would be left to search by.
   */
  take(columns: Columns, from: number, to: number, found: NumberList): void;
}

/** A phrase as numbers of terms; where it has no marks, `NONE`. */
interface NumberedPhrase {
  /** The syllable that it is, or the pair that it begins with. */
  readonly begins: number;
  readonly syllables: readonly number[];
  readonly exacts: readonly number[];
  /** `NONE`: a question phrase, which says nothing of the matter. */
  readonly term: number;
}

export function createPhraseTable(vocabulary: Vocabulary, terms: TermTable): PhraseTable {
  return new Phrases(vocabulary, terms);
}

/** A class, so that all tables share their compiled code. */
class Phrases implements PhraseTable {
  /** Side by side those that are the same syllable, or begin with the same pair. */
  private readonly phrases: NumberedPhrase[] = [];
  /** Beside them, since most are ruled out by it: the third syllable; `NONE` when there is none. */
  private readonly thirds: Int32Array;
  /** By that syllable's or pair's term: where its phrases begin, and where they end. */
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;

  /**
   * Every pair that begins a phrase gets its number here, before any text is read: the pairs that come later begin none,
   * which is nine out of ten.
   */
  constructor(vocabulary: Vocabulary, terms: TermTable) {
    const folds = vocabulary.words.map(({ folded }) => terms.number('syllable', folded));
    const exacts = vocabulary.words.map(({ exact }) => (exact === undefined ? NONE : terms.number('exact', exact)));
    for (const bySecond of vocabulary.phrases.values()) {
      for (const phrases of bySecond.values()) {
        for (const { words, means, name } of phrases) {
          const run = words.map((word) => folds[word] ?? NONE);
          const [first = NONE, next] = run;
          this.phrases.push({
            begins: next === undefined ? first : terms.pairNumber(first, next),
            syllables: run,
            exacts: words.map((word) => exacts[word] ?? NONE),
            term: means === 'stop' ? NONE : terms.number(means, name),
          });
        }
      }
    }
    this.thirds = Int32Array.from(this.phrases, ({ syllables }) => syllables[2] ?? NONE);
    this.starts = new Int32Array(terms.size);
    this.ends = new Int32Array(terms.size);
    for (const [i, { begins }] of this.phrases.entries()) {
      if (this.ends[begins] === 0) this.starts[begins] = i;
      this.ends[begins] = i + 1;
    }
  }

  take(columns: Columns, from: number, to: number, found: NumberList): void {
    const { syllables, pairs } = columns;
    const { ends } = this;
    let polite = false;
    for (let at = from; at < to; at++) {
      const syllable = syllables[at] ?? NONE;
      const pair = pairs[at] ?? NONE;
      if (syllable < ends.length && ends[syllable] !== 0 && this.add(syllable, columns, at, found)) polite = true;
      if (pair >= 0 && pair < ends.length && ends[pair] !== 0 && this.add(pair, columns, at, found)) polite = true;
    }
    if (polite) this.takeOutPolite(columns, from, to);
  }

  /** @returns whether there is politeness among the phrases that begin with the term, which few texts of a handbook have */
  private add(term: number, columns: Columns, at: number, found: NumberList): boolean {
    const { phrases, thirds } = this;
    const end = this.ends[term] ?? 0;
    const third = columns.syllables[at + 2] ?? NONE;
    let polite = false;
    for (let i = this.starts[term] ?? 0; i < end; i++) {
      const wanted = thirds[i] ?? NONE;
      if (wanted !== NONE && wanted !== third) continue;
      const phrase = phrases[i] as NumberedPhrase;
      if (!standsAt(phrase, columns, at)) continue;
      if (phrase.term === NONE) polite = true;
      else found.push(phrase.term);
    }
    return polite;
  }

  private takeOutPolite(columns: Columns, from: number, to: number): void {
    const { syllables, exacts, pairs } = columns;
    const polite = new Uint8Array(to - from);
    for (let at = from; at < to; at++) {
      for (const term of [syllables[at] ?? NONE, pairs[at] ?? NONE]) {
        for (const phrase of this.phrases.slice(this.starts[term], this.ends[term] ?? 0)) {
          if (phrase.term === NONE && standsAt(phrase, columns, at))
            polite.fill(1, at - from, at - from + phrase.syllables.length);
        }
      }
    }
    if (!polite.includes(0)) return;
    for (let at = from; at < to; at++) {
      if (polite[at - from] === 0) continue;
      syllables[at] = exacts[at] = pairs[at] = NONE;
      if (at > from) pairs[at - 1] = NONE;
    }
  }
}

/** Whether the texts have the phrase here; its first two syllables are known to be the same, marks apart. */
function standsAt(phrase: NumberedPhrase, { syllables, exacts }: Columns, at: number): boolean {
  for (let k = 0; k < phrase.syllables.length; k++) {
    if (k > 1 && syllables[at + k] !== phrase.syllables[k]) return false;
    const exact = exacts[at + k];
    const wanted = phrase.exacts[k];
    if (exact !== wanted && exact !== NONE && wanted !== NONE) return false;
  }
  return true;
}
