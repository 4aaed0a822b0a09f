import { cleanText } from './clean.ts';
import { documentNumbers } from './document-number.ts';
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
  /** Phrases that begin with it, by their second syllable, and those that it is by itself. */
  readonly phrases: ReadonlyMap<string, readonly Phrase[]> | undefined;
  readonly alone: readonly Phrase[] | undefined;
}

/** A text of the handbook. */
export interface HandbookText {
  /** Its folded syllables as they were typed, with a space between. */
  readonly typed: string;
  /** Numbers of its terms, each once. */
  readonly terms: readonly number[];
}

/** What the handbook's texts were made of, for correcting what people type. */
export interface Usage {
  /** How often a syllable or pair stands in them, by its number. */
  count(term: number | undefined): number;
  /** Folded syllables with the way in which they were first written. */
  readonly syllables: ReadonlyMap<string, string>;
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
  /** Its folded syllables as they were typed, with a space between. */
  readonly typed: string;
  /** Each known one once. */
  readonly terms: readonly QuestionTerm[];
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
  /** Numbers of the folded syllables alone, each once: for long texts, where pairs say little for what they cost. */
  syllables(text: string): readonly number[];
  /** A syllable by itself. */
  syllable(word: string): Syllable;
  readonly usage: Usage;
}

/** What is known of a syllable as it is written in the handbook, worked out once. */
interface Part extends Syllable {
  readonly number: number;
  readonly exactNumber: number | undefined;
}

/** The chain from text to terms; each link has its file. */
export function createAnalyzer(vocabulary: Vocabulary, terms: TermTable): Analyzer {
  const syllableOf = (word: string): Syllable => {
    const folded = foldSyllable(word);
    const phrases = vocabulary.phrases.get(folded);
    return { folded, exact: exactSyllable(word), written: word, phrases, alone: phrases?.get('') };
  };
  const words = new Map<string, { parts: readonly Part[]; typed: string }>();
  const syllables = new Map<string, string>();
  const counts: number[] = [];
  function partsOf(written: string): { parts: readonly Part[]; typed: string } {
    const known = words.get(written);
    if (known) return known;
    const parts = (vocabulary.abbreviation(written, true)?.[0] ?? [written]).map((word): Part => {
      const syllable = syllableOf(word);
      const { folded, exact } = syllable;
      if (!syllables.has(folded)) syllables.set(folded, word);
      return {
        ...syllable,
        number: terms.named('syllable', folded, true) ?? 0,
        exactNumber: exact === undefined ? undefined : terms.named('exact', exact, true),
      };
    });
    const word = { parts, typed: foldSyllable(written) };
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
    let typed = '';
    for (const text of texts) {
      const cleaned = cleanText(text);
      const parts: Part[] = [];
      for (const written of cleaned.match(WORDS) ?? []) {
        const word = partsOf(written);
        typed += typed === '' ? word.typed : ` ${word.typed}`;
        for (const part of word.parts) parts.push(part);
      }
      const stops = phrasesIn(parts, ({ means, name }) => add(terms.named(means as 'concept', name, true)));
      let before: Part | undefined;
      for (let i = 0; i < parts.length; i++) {
        const part = parts[i] as Part;
        const stop = stops?.[i] === true;
        counts[part.number] = (counts[part.number] ?? 0) + 1;
        if (!stop) {
          add(part.number);
          add(part.exactNumber);
        }
        if (before) {
          const pair = terms.pair(before.number, part.number, true) ?? 0;
          counts[pair] = (counts[pair] ?? 0) + 1;
          if (!(stop && stops?.[i - 1] === true)) add(pair);
        }
        before = part;
      }
      if (DIGIT.test(cleaned)) for (const name of numbersIn(cleaned)) add(terms.named('number', name, true));
    }
    return { typed, terms: found };
  }

  function syllablesOf(text: string): number[] {
    textNumber++;
    const found: number[] = [];
    for (const written of cleanText(text).match(WORDS) ?? []) {
      for (const { number } of partsOf(written).parts) {
        counts[number] = (counts[number] ?? 0) + 1;
        if (lastSeen[number] === textNumber) continue;
        lastSeen[number] = textNumber;
        found.push(number);
      }
    }
    return found;
  }

  /**
   * Calls back for concepts and kinds, and returns which syllables belong to question phrases: undefined when none do,
   * or when nothing else would be left to search by.
   */
  function phrasesIn(run: readonly Syllable[], found: (phrase: Phrase) => void): boolean[] | undefined {
    let stops: boolean[] | undefined;
    const take = (phrases: readonly Phrase[], at: number): void => {
      for (const phrase of phrases) {
        if (!startsAt(run, at, phrase)) continue;
        if (phrase.means === 'stop') {
          stops ??= run.map(() => false);
          stops.fill(true, at, at + phrase.syllables.length);
        } else found(phrase);
      }
    };
    for (let at = 0; at < run.length; at++) {
      const { phrases, alone } = run[at] as Syllable;
      if (alone) take(alone, at);
      const second = phrases && run[at + 1]?.folded;
      const longer = second === undefined ? undefined : phrases?.get(second);
      if (longer) take(longer, at);
    }
    return stops?.includes(false) ? stops : undefined;
  }

  function question(text: string, spelling: Spelling | undefined): Question {
    const cleaned = cleanText(text);
    const marked = fold(cleaned) !== cleaned;
    const read: Syllable[] = [];
    const guesses: Syllable[][] = [];
    let corrected = false;
    const written: readonly string[] = cleaned.match(WORDS) ?? [];
    for (const word of written) {
      const readings = vocabulary.abbreviation(word, marked);
      const standard = vocabulary.regional(word);
      if (readings) {
        read.push(...(readings[0] ?? []).map(syllableOf));
        guesses.push(...readings.slice(1).map((reading) => reading.map(syllableOf)));
      } else if (standard) read.push(...standard.map(syllableOf));
      else if (isFoldedSyllable(foldSyllable(word)) || /^\d+$/.test(word)) read.push(syllableOf(word));
      else {
        const decoded = spelling && decodeKeys(word);
        corrected ||= decoded !== undefined;
        read.push(syllableOf(decoded ?? word));
      }
    }
    corrected = spelling?.repair(read, guesses) === true || corrected;

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
    const stops = phrasesIn(read, ({ means, name }) => {
      if (means !== 'stop') add(terms.named(means, name, false), means, 1);
    });
    addRun(read, stops, 1);
    for (const guess of guesses) addRun(guess, undefined, GUESS);
    for (const name of numbersIn(cleaned)) add(terms.named('number', name, false), 'number', 1);
    const typed = written.map(foldSyllable).join(' ');
    return { syllables: read, typed, terms: found, corrected };
  }

  const usage: Usage = { count: (term) => (term === undefined ? 0 : (counts[term] ?? 0)), syllables };
  return { handbook, question, syllables: syllablesOf, syllable: syllableOf, usage };
}

const WORDS = /[\p{L}\p{M}\p{N}]+/gu;
const DIGIT = /\d/;

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
