import { cleanText } from './clean.ts';
import { documentNumbers, type DocumentNumber } from './document-number.ts';
import { exactSyllable, fold, foldSyllable } from './fold.ts';
import type { Spelling } from './spelling.ts';
import { isFoldedSyllable } from './syllable.ts';
import { decodeKeys } from './telex.ts';
import type { Group, TermTable } from './terms.ts';
import type { Phrase, Vocabulary } from './vocabulary.ts';

/** One syllable (or number) of a text, after abbreviations were written out and keys decoded. */
export interface Syllable {
  readonly folded: string;
  /** With its marks, when it was typed with any. */
  readonly exact: string | undefined;
  /** As a person would write it. */
  readonly written: string;
}

/** A text of the handbook. */
export interface HandbookText {
  readonly syllables: readonly Syllable[];
  /** Numbers of its terms, each once. */
  readonly terms: readonly number[];
}

/** A term of a question; `number` is undefined when the handbook does not have it. */
export interface QuestionTerm {
  readonly number: number | undefined;
  readonly group: Group;
  /** Below 1 for what was only guessed. */
  readonly certainty: number;
}

/** What a person typed. */
export interface Question {
  readonly syllables: readonly Syllable[];
  /** Each known one once. */
  readonly terms: readonly QuestionTerm[];
  readonly documents: readonly DocumentNumber[];
  /** Something was read otherwise than it was typed. */
  readonly corrected: boolean;
}

/** Certainty of a second reading: of an abbreviation, or of a syllable that may be a typing error. */
const GUESS = 0.4;

export interface Analyzer {
  /** Texts of the handbook are taken as they are written; several may be analysed as one, pairs do not cross them. */
  handbook(...texts: string[]): HandbookText;
  /** Abbreviations and regional words are read as meant; with a spelling, keyboard residue and typing errors too. */
  question(text: string, spelling: Spelling | undefined): Question;
}

/** What is known of a word as it is written in the handbook, worked out once. */
interface Word {
  syllables: readonly Syllable[];
  numbers: readonly number[];
  exact: readonly (number | undefined)[];
}

/** The chain from text to terms; each link has its file. */
export function createAnalyzer(vocabulary: Vocabulary, terms: TermTable): Analyzer {
  const words = new Map<string, Word>();
  function wordOf(written: string): Word {
    const known = words.get(written);
    if (known) return known;
    const parts = vocabulary.abbreviation(written, true)?.[0] ?? [written];
    const syllables = parts.map(syllableOf);
    const word = {
      syllables,
      numbers: syllables.map(({ folded }) => terms.named('syllable', folded, true) ?? 0),
      exact: syllables.map(({ exact }) => (exact === undefined ? undefined : terms.named('exact', exact, true))),
    };
    words.set(written, word);
    return word;
  }

  /** Which text last had a term: says in one look whether it is the term's first time in this one. */
  const lastSeen: number[] = [];
  let textNumber = 0;

  function handbook(...texts: string[]): HandbookText {
    textNumber++;
    const found: number[] = [];
    const add = (term: number | undefined): void => {
      if (term === undefined || lastSeen[term] === textNumber) return;
      lastSeen[term] = textNumber;
      found.push(term);
    };
    const all: Syllable[] = [];
    for (const text of texts) {
      const cleaned = cleanText(text);
      const syllables: Syllable[] = [];
      const numbers: number[] = [];
      const exact: (number | undefined)[] = [];
      for (const written of cleaned.match(WORDS) ?? []) {
        const word = wordOf(written);
        for (let i = 0; i < word.syllables.length; i++) {
          syllables.push(word.syllables[i] as Syllable);
          numbers.push(word.numbers[i] as number);
          exact.push(word.exact[i]);
        }
      }
      const stops = phrasesIn(syllables, ({ means, name }) => add(terms.named(means as 'concept', name, true)));
      for (let i = 0; i < numbers.length; i++) {
        const stop = stops?.[i] === true;
        if (!stop) {
          add(numbers[i]);
          add(exact[i]);
        }
        if (i > 0 && !(stop && stops?.[i - 1] === true)) add(terms.pair(numbers[i - 1], numbers[i], true));
      }
      if (DIGIT.test(cleaned)) for (const name of numbersIn(cleaned)) add(terms.named('number', name, true));
      for (const syllable of syllables) all.push(syllable);
    }
    return { syllables: all, terms: found };
  }

  /**
   * Calls back for concepts and kinds, and returns which syllables belong to question phrases: undefined when none do,
   * or when nothing else would be left to search by.
   */
  function phrasesIn(syllables: readonly Syllable[], found: (phrase: Phrase) => void): boolean[] | undefined {
    let stops: boolean[] | undefined;
    const take = (phrases: readonly Phrase[] | undefined, at: number): void => {
      for (const phrase of phrases ?? []) {
        if (!startsAt(syllables, at, phrase)) continue;
        if (phrase.means === 'stop') {
          stops ??= syllables.map(() => false);
          stops.fill(true, at, at + phrase.syllables.length);
        } else found(phrase);
      }
    };
    for (let at = 0; at < syllables.length; at++) {
      const bySecond = vocabulary.phrases.get(syllables[at]?.folded ?? '');
      if (!bySecond) continue;
      take(bySecond.get(''), at);
      const second = syllables[at + 1]?.folded;
      if (second !== undefined) take(bySecond.get(second), at);
    }
    return stops?.includes(false) ? stops : undefined;
  }

  function question(text: string, spelling: Spelling | undefined): Question {
    const cleaned = cleanText(text);
    const marked = fold(cleaned) !== cleaned;
    const syllables: Syllable[] = [];
    const guesses: Syllable[][] = [];
    let corrected = false;
    for (const word of cleaned.match(WORDS) ?? []) {
      const readings = vocabulary.abbreviation(word, marked);
      const standard = vocabulary.regional(word);
      if (readings) {
        syllables.push(...(readings[0] ?? []).map(syllableOf));
        guesses.push(...readings.slice(1).map((reading) => reading.map(syllableOf)));
      } else if (standard) syllables.push(...standard.map(syllableOf));
      else if (isFoldedSyllable(foldSyllable(word)) || /^\d+$/.test(word)) syllables.push(syllableOf(word));
      else {
        const decoded = spelling && decodeKeys(word);
        corrected ||= decoded !== undefined;
        syllables.push(syllableOf(decoded ?? word));
      }
    }
    corrected = spelling?.repair(syllables, guesses) === true || corrected;

    const found: QuestionTerm[] = [];
    const seen = new Set<number>();
    const add = (number: number | undefined, group: Group, certainty: number): void => {
      if (number !== undefined && seen.has(number)) return;
      if (number !== undefined) seen.add(number);
      found.push({ number, group, certainty });
    };
    const addRun = (run: readonly Syllable[], stops: readonly boolean[] | undefined, certainty: number): void => {
      let before: number | undefined;
      for (const [i, { folded, exact }] of run.entries()) {
        const stop = stops?.[i] === true;
        const number = terms.named('syllable', folded, false);
        if (!stop) add(number, 'syllable', certainty);
        if (!stop && exact !== undefined) add(terms.named('exact', exact, false), 'exact', certainty);
        if (i > 0 && !(stop && stops?.[i - 1] === true)) add(terms.pair(before, number, false), 'pair', certainty);
        before = number;
      }
    };
    const stops = phrasesIn(syllables, ({ means, name }) => {
      if (means !== 'stop') add(terms.named(means, name, false), means, 1);
    });
    addRun(syllables, stops, 1);
    for (const guess of guesses) addRun(guess, undefined, GUESS);
    for (const name of numbersIn(cleaned)) add(terms.named('number', name, false), 'number', 1);
    return { syllables, terms: found, documents: documentNumbers(cleaned), corrected };
  }

  return { handbook, question };
}

const WORDS = /[\p{L}\p{M}\p{N}]+/gu;
const DIGIT = /\d/;

function syllableOf(word: string): Syllable {
  return { folded: foldSyllable(word), exact: exactSyllable(word), written: word };
}

/** Marks count where both have them: "thẻ" is not "thể", but somebody who types "the" may mean either. */
function startsAt(syllables: readonly Syllable[], at: number, phrase: Phrase): boolean {
  for (let k = 0; k < phrase.syllables.length; k++) {
    const syllable = syllables[at + k];
    if (!syllable || syllable.folded !== phrase.syllables[k]) return false;
    const exact = phrase.exact[k];
    if (exact !== undefined && syllable.exact !== undefined && syllable.exact !== exact) return false;
  }
  return true;
}

/** Documents ("208qd") and forms ("3knd" for "mẫu 3-KNĐ") that a text names. */
function numbersIn(text: string): string[] {
  if (!DIGIT.test(text)) return [];
  const forms = fold(text).matchAll(/\b(\d{1,2}[a-d]?)[\s-]*(knd|tdv|hsdv|hhd|cshd|shd|tn)\b/g);
  return [
    ...documentNumbers(text).map(({ number, kind }) => number + kind),
    ...Array.from(forms, ([, number, series]) => `${number}${series}`),
  ];
}
