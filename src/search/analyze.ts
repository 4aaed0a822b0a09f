import { cleanText } from './clean.ts';
import { documentNumbers, type DocumentNumber } from './document-number.ts';
import { exactSyllable, fold, foldSyllable } from './fold.ts';
import type { Spelling } from './spelling.ts';
import { isFoldedSyllable } from './syllable.ts';
import { decodeKeys } from './telex.ts';
import type { Phrase, Vocabulary } from './vocabulary.ts';

/** One syllable (or number) of a text, after abbreviations were written out. */
export interface Syllable {
  folded: string;
  /** With its marks, when it was typed with any. */
  exact: string | undefined;
  /** Part of a question phrase: says nothing about the matter. */
  stop: boolean;
  /** As a person would write it, for "did you mean". */
  written: string;
}

export interface Analysis {
  syllables: readonly Syllable[];
  /**
   * What is compared, each once: folded syllables ("nap"), pairs of neighbours ("ket_nap"), concepts that several ways
   * of saying share ("~3"), what is wanted to be known ("?ai"), document numbers ("doc:208qd") and forms ("mau:3knd"). The number is the term's weight:
   * below 1 for what was only guessed.
   */
  terms: ReadonlyMap<string, number>;
  documents: readonly DocumentNumber[];
  /** Something was read otherwise than it was typed. */
  corrected: boolean;
}

/** Weight of a second reading: of an abbreviation, or of a syllable that may be a typing error. */
const GUESS = 0.4;

export interface Analyzer {
  (text: string): Analysis;
}

/** @param spelling corrects against the handbook's own words; leave it out for the handbook itself */
export function createAnalyzer(vocabulary: Vocabulary, spelling?: Spelling): Analyzer {
  return (text) => {
    const cleaned = cleanText(text);
    const numbers = documentNumbers(cleaned);
    const forms = formNames(cleaned);
    const marked = fold(cleaned) !== cleaned;
    let corrected = false;
    const syllables: Syllable[] = [];
    const guesses: string[][] = [];
    const push = (word: string): void => {
      syllables.push({ folded: foldSyllable(word), exact: exactSyllable(word), stop: false, written: word });
    };
    for (const word of cleaned.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []) {
      const readings = vocabulary.abbreviation(word, marked);
      const standard = spelling && vocabulary.regional(word);
      if (readings) {
        for (const part of readings[0] ?? []) push(part);
        guesses.push(...readings.slice(1).map((reading) => [...reading]));
      } else if (standard) for (const part of standard) push(part);
      else if (isFoldedSyllable(foldSyllable(word)) || /^\d+$/.test(word)) push(word);
      else {
        const decoded = decodeKeys(word);
        if (decoded !== undefined) corrected ||= spelling !== undefined;
        push(decoded ?? word);
      }
    }
    if (spelling) corrected = spelling.repair(syllables, guesses) || corrected;

    markStops(syllables, vocabulary.stopPhrases);
    const terms = new Map<string, number>();
    addTerms(terms, syllables, 1);
    for (const guess of guesses) {
      const read = guess.map((word) => ({ folded: foldSyllable(word), exact: undefined, stop: false, written: word }));
      addTerms(terms, read, GUESS);
    }
    for (const [, { term }] of matches(syllables, vocabulary.concepts)) terms.set(term, 1);
    for (const [, { term }] of matches(syllables, vocabulary.kinds)) terms.set(term, 1);
    for (const { number, kind } of numbers) terms.set(`doc:${number}${kind}`, 1);
    for (const form of forms) terms.set(form, 1);
    return { syllables, terms, documents: numbers, corrected };
  };
}

function addTerms(terms: Map<string, number>, syllables: readonly Syllable[], weight: number): void {
  for (const [i, { folded, stop }] of syllables.entries()) {
    if (!stop && !terms.has(folded)) terms.set(folded, weight);
    const next = syllables[i + 1];
    if (!next || (stop && next.stop)) continue;
    const pair = `${folded}_${next.folded}`;
    if (!terms.has(pair)) terms.set(pair, weight);
  }
}

/** "mẫu 3-KNĐ", "3 knđ", "mau 10 knd" → "mau:3knd" */
function formNames(text: string): string[] {
  const found = fold(text).matchAll(/\b(\d{1,2}[a-d]?)[\s-]*(knd|tdv|hsdv|hhd|cshd|sh|tn|gtsh)\b/g);
  return Array.from(found, ([, number, series]) => `mau:${number}${series}`);
}

function* matches(syllables: readonly Syllable[], phrases: ReadonlyMap<string, readonly Phrase[]>): Generator<[number, Phrase]> {
  for (const [i, { folded }] of syllables.entries()) {
    for (const phrase of phrases.get(folded) ?? []) {
      if (phrase.syllables.every((syllable, k) => syllables[i + k]?.folded === syllable)) yield [i, phrase];
    }
  }
}

/** Marks question phrases, unless hardly anything else would be left. */
function markStops(syllables: Syllable[], phrases: ReadonlyMap<string, readonly Phrase[]>): void {
  const stops = new Set<number>();
  for (const [at, phrase] of matches(syllables, phrases)) phrase.syllables.forEach((_, k) => stops.add(at + k));
  if (syllables.length - stops.size < 1) return;
  for (const at of stops) {
    const syllable = syllables[at];
    if (syllable) syllable.stop = true;
  }
}
