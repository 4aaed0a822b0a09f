import { cleanText } from './clean.ts';
import { createColumns, NONE } from './columns.ts';
import { numbersIn } from './document-number.ts';
import { exactSyllable, foldSyllable } from './fold.ts';
import { createNumberList, type NumberList } from './number-list.ts';
import { agrees, type Syllable } from './phrases.ts';
import { createPhraseTable } from './phrase-table.ts';
import { createRunTerms } from './run-terms.ts';
import type { TermTable } from './terms.ts';
import type { Vocabulary } from './vocabulary.ts';
import { createWordTable } from './word-table.ts';

/** Texts as the reader keeps them: what they are made of can be worked out from these numbers at any time. */
export type ReadTexts = Int32Array;

/** A syllable as it is written, with its marks. */
export interface Variant extends Syllable {
  /** How often it stands in the handbook. */
  readonly times: number;
}

/** What the handbook's texts are made of, for correcting what people type. */
export interface Usage {
  /** How many syllables all texts have. */
  readonly total: number;
  /** Every folded syllable that ever was in them; `terms` knows which still are. */
  readonly syllables: readonly string[];
  /** Ways in which a folded syllable is written now. */
  variants(folded: string): readonly Variant[];
}

/**
 * Is told what a text is made of: its terms, some of them more than once, and its syllables by number without what is
 * only said for politeness. The lists are good until it returns.
 */
export type SeeText = (terms: NumberList, plain: NumberList) => void;

/** Reads the handbook's texts into numbers, words being looked up once, and counts what they are made of. */
export interface Reader {
  /** Texts given together are taken as one, but pairs do not cross from one to the next. */
  read(texts: readonly (string | readonly string[])[]): ReadTexts;
  contents(texts: ReadTexts, see: SeeText): void;
  /** As `contents`, and counts what the texts have once more (1) or once less (-1). */
  count(texts: ReadTexts, by: 1 | -1, see: SeeText): void;
  readonly usage: Usage;
}

/** What is known of a syllable as it is written in the handbook, worked out once. */
interface Part extends Variant {
  times: number;
  readonly number: number;
  /** `NONE` for a syllable without marks. */
  readonly exactNumber: number;
}

/** A word that is more than one syllable: an abbreviation, or a figure, which may belong to the number of a document. */
interface OddWord {
  readonly parts: readonly number[];
  readonly figure: boolean;
}

/** In `ReadTexts`: between texts that are taken as one; behind a text; document and form numbers are this less their term. */
const BREAK = -1;
const END = -2;
const NUMBER = -3;
/** In `partOfWord`: it is in `oddWords`. */
const ODD = -1;
const FIGURE = /\d/;

export function createReader(vocabulary: Vocabulary, terms: TermTable): Reader {
  const table = createWordTable();
  const runTerms = createRunTerms(createPhraseTable(vocabulary, terms), terms);
  const parts: Part[] = [];
  /** By the table's numbers: place in `parts`. */
  const partOfWord: number[] = [];
  const oddWords = new Map<number, OddWord>();
  const variants = new Map<string, Part[]>();
  const syllables: string[] = [];
  let total = 0;

  function lookUp(word: number): number {
    const written = table.word(word);
    const reading = vocabulary.abbreviation(written, true)?.[0];
    const figure = FIGURE.test(written);
    const ofWord = (reading ?? [written]).map(partOf);
    if (reading || figure) oddWords.set(word, { parts: ofWord, figure });
    return (partOfWord[word] = reading || figure ? ODD : (ofWord[0] ?? ODD));
  }

  function partOf(written: string): number {
    const folded = foldSyllable(written);
    const exact = exactSyllable(written);
    const starting = vocabulary.phrases.get(folded);
    const part: Part = {
      folded,
      exact,
      written,
      phrases: starting,
      alone: starting?.get('')?.filter((phrase) => agrees(exact, phrase.exact[0])),
      times: 0,
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

  const words = createNumberList();
  const codes = createNumberList();
  function readText(text: string): void {
    words.cut(0);
    table.read(text, words);
    const { numbers, length } = words;
    let figures = false;
    for (let i = 0; i < length; i++) {
      const word = numbers[i] ?? 0;
      const part = word < partOfWord.length ? (partOfWord[word] ?? ODD) : lookUp(word);
      if (part !== ODD) {
        codes.push(part);
        continue;
      }
      const odd = oddWords.get(word);
      for (const one of odd?.parts ?? []) codes.push(one);
      figures ||= odd?.figure === true;
    }
    if (!figures) return;
    for (const name of numbersIn(cleanText(text))) codes.push(NUMBER - terms.number('number', name));
  }

  let columns = createColumns(1000);
  /** Of the text in hand. */
  const inText = { found: createNumberList(), plain: createNumberList() };

  function visit(texts: ReadTexts, by: number, see: SeeText): void {
    fillColumns(texts, by);
    let from = 0;
    for (let i = 0; i < texts.length; i++) {
      const code = texts[i] ?? END;
      if (code >= 0) continue;
      runTerms.add(columns, from, i, by, inText);
      from = i + 1;
      if (code === END) {
        see(inText.found, inText.plain);
        inText.found.cut(0);
        inText.plain.cut(0);
      } else if (code !== BREAK) {
        if (by !== 0) terms.use(NUMBER - code, by);
        inText.found.push(NUMBER - code);
      }
    }
  }

  function fillColumns(texts: ReadTexts, by: number): void {
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
      part.times += by;
      total += by;
    }
    terms.usePairs(numbers, rows, by, pairs);
    if (by === 0) return;
    terms.useAll(numbers, rows, by);
    terms.useAll(exacts, rows, by);
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
    contents: (texts, see) => visit(texts, 0, see),
    count: (texts, by, see) => visit(texts, by, see),
    usage: {
      get total() {
        return total;
      },
      syllables,
      variants: (folded) => variants.get(folded)?.filter(({ times }) => times > 0) ?? [],
    },
  };
}
