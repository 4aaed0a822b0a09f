import { cleanText } from './clean.ts';
import { numbersIn } from './document-number.ts';
import { exactSyllable, fold, foldSyllable, words } from './fold.ts';
import { numberWithUnit, spelledNumbers } from './number-words.ts';
import { agrees, phrasesIn, type Syllable } from './phrases.ts';
import type { Spelling } from './spelling.ts';
import { isFoldedSyllable } from './syllable.ts';
import { decodeKeys } from './telex.ts';
import type { Group, TermTable } from './terms.ts';
import type { Phrase, Vocabulary } from './vocabulary.ts';

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
  /** Its folded syllables before any correction, without what is only said for politeness. */
  readonly plain: readonly string[];
  /** Each known one once. */
  readonly terms: readonly QuestionTerm[];
  /** Something was read otherwise than it was typed. */
  readonly corrected: boolean;
}

/** Certainty of a second reading: of an abbreviation, or of a syllable that may be a typing error. */
const GUESS = 0.4;

export interface Analyzer {
  /** Abbreviations and regional words are read as meant; with a spelling, keyboard residue and typing errors too. */
  question(text: string, spelling: Spelling | undefined): Question;
  /** A syllable by itself. */
  syllable(word: string): Syllable;
}

/** The chain from what was typed to terms that the handbook has; each link has its file. */
export function createAnalyzer(vocabulary: Vocabulary, terms: TermTable): Analyzer {
  const syllableOf = (word: string): Syllable => {
    const folded = foldSyllable(word);
    const exact = exactSyllable(word);
    const phrases = vocabulary.phrases.get(folded);
    const alone = phrases?.get('')?.filter((phrase) => agrees(exact, phrase.exact[0]));
    return { folded, exact, written: word, phrases, alone };
  };

  function question(text: string, spelling: Spelling | undefined): Question {
    const cleaned = cleanText(text);
    const marked = fold(cleaned) !== cleaned;
    const read: Syllable[] = [];
    const guesses: Syllable[][] = [];
    let corrected = false;
    for (const word of words(cleaned)) {
      const readings = vocabulary.abbreviation(word, marked);
      const standard = vocabulary.regional(word) ?? numberWithUnit(word);
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
    const polite = stopsIn(read);
    const plain = read.flatMap(({ folded }, i) => (polite?.[i] === true ? [] : [folded]));
    corrected = spelling?.repair(read, guesses) === true || corrected;
    for (const { from, to, digits } of spelledNumbers(read.map(({ folded }) => folded))) {
      guesses.push([digits, ...read.slice(to, to + 1).map(({ written }) => written)].map(syllableOf));
      if (from > 0) guesses.push([...read.slice(from - 1, from).map(({ written }) => written), digits].map(syllableOf));
    }

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
        const number = terms.named('syllable', folded);
        if (stops?.[i] !== true) {
          add(number, 'syllable', certainty);
          if (exact !== undefined) add(terms.named('exact', exact), 'exact', certainty);
          if (i > 0 && stops?.[i - 1] !== true) add(terms.pair(before, number), 'pair', certainty);
        }
        before = number;
      }
    };
    const stops = stopsIn(read, ({ means, name }) => {
      if (means !== 'stop') add(terms.named(means, name), means, 1);
    });
    addRun(read, stops, 1);
    for (const guess of guesses) addRun(guess, undefined, GUESS);
    for (const name of numbersIn(cleaned)) add(terms.named('number', name), 'number', 1);
    return { syllables: read, plain, terms: found, corrected };
  }

  return { question, syllable: syllableOf };
}

function stopsIn(run: readonly Syllable[], found: (phrase: Phrase) => void = () => undefined): boolean[] | undefined {
  return phrasesIn(run, (at) => run[at]?.phrases?.get(run[at + 1]?.folded ?? ''), found);
}
