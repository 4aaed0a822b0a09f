import { cleanText } from './clean.ts';
import { createColumns, NONE, type Columns } from './columns.ts';
import { createCounts } from './counts.ts';
import { besideNumbers, numbersIn } from './document-number.ts';
import { exactSyllable, foldSyllable } from './fold.ts';
import { createNumberList, type NumberList } from './number-list.ts';
import { createPhraseTable } from './phrase-table.ts';
import type { TermTable } from './terms.ts';
import type { Vocabulary } from './vocabulary.ts';
import { createWordTable } from './word-table.ts';

/** Texts as the reader keeps them: what they are made of can be worked out from these numbers at any time. */
export type ReadTexts = Int32Array;

/** A syllable as it is written, with its marks. */
export interface Variant {
  readonly written: string;
  readonly exact: string | undefined;
  /** Where it stands among all. */
  readonly place: number;
}

/** What the handbook's texts are made of, for correcting what people type. */
export interface Usage {
  /** How many syllables all texts have. */
  readonly total: number;
  /** Every folded syllable that ever was in them. */
  readonly syllables: readonly string[];
  /** Ways in which a folded syllable ever was written. */
  variants(folded: string): readonly Variant[];
  /** How often the texts have it. */
  times(variant: Variant): number;
}

/**
 * Is told what a text is made of: the rows from `from` to before `to`, and more terms, some more than once. All of it is
 * good until it returns.
 */
export type SeeText = (columns: Columns, from: number, to: number, more: NumberList) => void;

/** Reads the handbook's texts into numbers, words being looked up once, and counts what they are made of. */
export interface Reader {
  /** Texts given together are taken as one, but pairs do not cross from one to the next. */
  read(texts: readonly (string | readonly string[])[]): ReadTexts;
  contents(texts: ReadTexts, see: SeeText): void;
  /** Counts what the texts have once more (1) or once less (-1). */
  count(texts: ReadTexts, by: 1 | -1): void;
  /** Of the texts that were counted. */
  readonly usage: Usage;
}

/** What is known of a syllable as it is written in the handbook, worked out once. */
interface Part extends Variant {
  readonly number: number;
  /** `NONE` for a syllable without marks. */
  readonly exactNumber: number;
}

/** A word that is more than one syllable: an abbreviation, or a figure, which may belong to the number of a document. */
interface OddWord {
  readonly parts: Int32Array;
  readonly figure: boolean;
  /** A figure, and letters: it may be the number of a document by itself. */
  readonly mixed: boolean;
}

/** In `ReadTexts`: between texts that are taken as one; behind a text; document and form numbers are this less their term. */
const BREAK = -1;
const END = -2;
const NUMBER = -3;
/** In `partOfWord`: it is in `oddWords`. */
const ODD = -1;
const FIGURE = /\d/;
const LETTER = /\p{L}/u;

export function createReader(vocabulary: Vocabulary, terms: TermTable): Reader {
  const table = createWordTable();
  const phrases = createPhraseTable(vocabulary, terms);
  const parts: Part[] = [];
  /** Beside them: how often they stand in the texts that were counted. */
  const times = createCounts();
  let total = 0;
  /** By the table's numbers: place in `parts`. */
  const partOfWord: number[] = [];
  const oddWords = new Map<number, OddWord>();
  const variants = new Map<string, Part[]>();
  const syllables: string[] = [];

  function lookUp(word: number): number {
    const written = table.word(word);
    const reading = vocabulary.abbreviation(written, true)?.[0];
    const figure = FIGURE.test(written);
    const ofWord = (reading ?? [written]).map(partOf);
    if (reading || figure)
      oddWords.set(word, { parts: Int32Array.from(ofWord), figure, mixed: figure && LETTER.test(written) });
    return (partOfWord[word] = reading || figure ? ODD : (ofWord[0] ?? ODD));
  }

  function partOf(written: string): number {
    const folded = foldSyllable(written);
    const exact = exactSyllable(written);
    const part: Part = {
      written,
      exact,
      place: parts.length,
      number: terms.number('syllable', folded),
      exactNumber: exact === undefined ? NONE : terms.number('exact', exact),
    };
    const others = variants.get(folded);
    if (others) others.push(part);
    else {
      variants.set(folded, [part]);
      syllables.push(folded);
    }
    return parts.push(part) - 1;
  }

  const codes = createNumberList();
  function readText(text: string): void {
    const length = table.read(text);
    const { numbers } = table;
    let figures = false;
    for (let i = 0; i < length; i++) {
      const word = numbers[i] ?? 0;
      const part = word < partOfWord.length ? (partOfWord[word] ?? ODD) : lookUp(word);
      if (part === ODD) figures = readOdd(word) || figures;
      else codes.push(part);
    }
    if (!figures || !mayName(length)) return;
    for (const name of numbersIn(cleanText(text))) codes.push(NUMBER - terms.number('number', name));
  }

  /** @returns whether it is a figure */
  function readOdd(word: number): boolean {
    const odd = oddWords.get(word);
    if (!odd) return false;
    for (let i = 0; i < odd.parts.length; i++) codes.push(odd.parts[i] ?? 0);
    return odd.figure;
  }

  /** Whether the text in hand may name a document; most figures in it are years and the like, and looking closely takes long. */
  function mayName(length: number): boolean {
    const { numbers } = table;
    for (let i = 0; i < length; i++) {
      const odd = oddWords.get(numbers[i] ?? 0);
      if (odd?.figure !== true) continue;
      if (odd.mixed) return true;
      if (i > 0 && besideNumbers(table.word(numbers[i - 1] ?? 0))) return true;
      if (i + 1 < length && besideNumbers(table.word(numbers[i + 1] ?? 0))) return true;
    }
    return false;
  }

  let columns = createColumns(4096);
  /** Of the text in hand: phrases, and numbers of documents. */
  const more = createNumberList();

  function fillColumns(texts: ReadTexts): void {
    const rows = texts.length;
    if (rows > columns.pairs.length) columns = createColumns(2 * rows);
    const { syllables: numbers, exacts, pairs } = columns;
    for (let i = 0; i < rows; i++) {
      const code = texts[i] ?? END;
      if (code < 0) {
        numbers[i] = NONE;
        exacts[i] = NONE;
        continue;
      }
      const part = parts[code] as Part;
      numbers[i] = part.number;
      exacts[i] = part.exactNumber;
    }
    terms.pairNumbers(numbers, rows, pairs);
  }

  return {
    read(texts) {
      codes.cut(0);
      for (const one of texts) {
        if (typeof one === 'string') readText(one);
        else {
          for (let i = 0; i < one.length; i++) {
            if (i > 0) codes.push(BREAK);
            readText(one[i] ?? '');
          }
        }
        codes.push(END);
      }
      return codes.values().slice();
    },
    contents(texts, see) {
      fillColumns(texts);
      let text = 0;
      let run = 0;
      for (let i = 0; i < texts.length; i++) {
        const code = texts[i] ?? END;
        if (code >= 0) continue;
        phrases.take(columns, run, i, more);
        run = i + 1;
        if (code === END) {
          see(columns, text, i, more);
          more.cut(0);
          text = run;
        } else if (code !== BREAK) more.push(NUMBER - code);
      }
    },
    count(texts, by) {
      let counted = 0;
      for (let i = 0; i < texts.length; i++) {
        const code = texts[i] ?? END;
        if (code < 0) continue;
        times.add(code, by);
        counted += by;
      }
      total += counted;
    },
    usage: {
      get total() {
        return total;
      },
      syllables,
      variants: (folded) => variants.get(folded) ?? [],
      times: ({ place }) => times.of(place),
    },
  };
}
