import { cleanText } from './clean.ts';
import { exactSyllable, foldSyllable } from './fold.ts';
import { numbersIn } from './document-number.ts';
import { createNumberList, type NumberList } from './number-list.ts';
import { agrees, phrasesIn, type Syllable } from './phrases.ts';
import type { TermTable } from './terms.ts';
import { createWordTable } from './word-table.ts';
import type { Phrase, Vocabulary } from './vocabulary.ts';

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
  read(texts: readonly (readonly string[])[]): ReadTexts;
  contents(texts: ReadTexts, see: SeeText): void;
  /** As `contents`, and counts what the texts have once more (1) or once less (-1). */
  count(texts: ReadTexts, by: 1 | -1, see: SeeText): void;
  readonly usage: Usage;
}

/** What is known of a syllable as it is written in the handbook, worked out once. */
interface Part extends Variant {
  times: number;
  /** What `times` will change by when the texts in hand are through. */
  pending: number;
  readonly number: number;
  readonly exactNumber: number;
}

/** In `ReadTexts`: between texts that are taken as one; behind a text; document and form numbers are this less their term. */
const BREAK = -1;
const END = -2;
const NUMBER = -3;
const NONE = -1;
/** In `partOfWord`: an abbreviation, which is several. */
const SEVERAL = -1;
const DIGIT = /\d/;

/** Phrases that begin with the same two syllables: those that are these two, and with them those that have a certain third. */
interface Beginning {
  readonly alone: readonly Phrase[];
  readonly byThird: ReadonlyMap<string, readonly Phrase[]>;
}

function beginningOf(phrases: readonly Phrase[] | undefined): Beginning | undefined {
  if (!phrases) return undefined;
  const alone = phrases.filter(({ syllables }) => syllables.length === 2);
  const byThird = new Map<string, Phrase[]>();
  for (const phrase of phrases) {
    const third = phrase.syllables[2];
    if (third === undefined) continue;
    const list = byThird.get(third);
    if (list) list.push(phrase);
    else byThird.set(third, [...alone, phrase]);
  }
  return { alone, byThird };
}

export function createReader(vocabulary: Vocabulary, terms: TermTable): Reader {
  const table = createWordTable();
  const parts: Part[] = [];
  /** By the table's numbers: place in `parts`. */
  const partOfWord: number[] = [];
  const abbreviated = new Map<number, readonly number[]>();
  const variants = new Map<string, Part[]>();
  const syllables: string[] = [];
  let total = 0;
  /** By pair: the phrases that begin with it; most pairs begin none. */
  const phrasesFrom: (Beginning | undefined)[] = [];
  const phraseTerms = new Map<Phrase, number>();

  function lookUp(word: number): number {
    const written = table.word(word);
    const reading = vocabulary.abbreviation(written, true)?.[0];
    if (reading) abbreviated.set(word, reading.map(partOf));
    return (partOfWord[word] = reading ? SEVERAL : partOf(written));
  }

  function partOf(written: string): number {
    const folded = foldSyllable(written);
    const exact = exactSyllable(written);
    const phrases = vocabulary.phrases.get(folded);
    const part: Part = {
      folded,
      exact,
      written,
      phrases,
      alone: phrases?.get('')?.filter((phrase) => agrees(exact, phrase.exact[0])),
      times: 0,
      pending: 0,
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

  function termOf(phrase: Phrase): number {
    const known = phraseTerms.get(phrase);
    if (known !== undefined || phrase.means === 'stop') return known ?? NONE;
    const term = terms.number(phrase.means, phrase.name);
    phraseTerms.set(phrase, term);
    return term;
  }

  /** Syllables of the texts in hand, those whose count they change. */
  const changed: Part[] = [];
  const codes = createNumberList();
  const words = createNumberList();
  function readText(text: string): void {
    words.cut(0);
    table.read(text, words);
    for (let i = 0; i < words.length; i++) {
      const word = words.at(i);
      const place = partOfWord[word] ?? lookUp(word);
      if (place !== SEVERAL) codes.push(place);
      else for (const part of abbreviated.get(word) ?? []) codes.push(part);
    }
    if (!DIGIT.test(text)) return;
    for (const name of numbersIn(cleanText(text))) codes.push(NUMBER - terms.number('number', name));
  }

  /** Of the run in hand: its syllables, and the pair that each makes with the one before it. */
  let run: Part[] = [];
  const pairs: number[] = [];
  const found = createNumberList();
  const plain = createNumberList();

  function addRun(by: number): void {
    let before: Part | undefined;
    for (let i = 0; i < run.length; i++) {
      const part = run[i] as Part;
      let pair = NONE;
      if (before) {
        const size = terms.size;
        pair = terms.usePair(before.number, part.number, by);
        if (pair === size) phrasesFrom[pair] = beginningOf(before.phrases?.get(part.folded));
      }
      pairs[i] = pair;
      before = part;
      if (by === 0) continue;
      if (part.pending === 0) changed.push(part);
      part.pending += by;
    }
    const stops = phrasesIn(
      run,
      (at) => {
        const beginning = phrasesFrom[pairs[at + 1] ?? NONE];
        return beginning && (beginning.byThird.get(run[at + 2]?.folded ?? '') ?? beginning.alone);
      },
      (phrase) => {
        const term = termOf(phrase);
        if (by !== 0) terms.use(term, by);
        found.push(term);
      },
    );
    for (let i = 0; i < run.length; i++) {
      if (stops?.[i] === true) continue;
      const part = run[i] as Part;
      const pair = pairs[i] ?? NONE;
      plain.push(part.number);
      found.push(part.number);
      if (part.exactNumber !== NONE) found.push(part.exactNumber);
      if (pair !== NONE && stops?.[i - 1] !== true) found.push(pair);
    }
    run = [];
  }

  function visit(texts: ReadTexts, by: number, see: SeeText): void {
    for (let i = 0; i < texts.length; i++) {
      const code = texts[i] ?? END;
      if (code >= 0) {
        run.push(parts[code] as Part);
        continue;
      }
      if (run.length > 0) addRun(by);
      if (code === END) {
        see(found, plain);
        found.cut(0);
        plain.cut(0);
      } else if (code !== BREAK) {
        if (by !== 0) terms.use(NUMBER - code, by);
        found.push(NUMBER - code);
      }
    }
    for (const part of changed) {
      part.times += part.pending;
      total += part.pending;
      terms.use(part.number, part.pending);
      if (part.exactNumber !== NONE) terms.use(part.exactNumber, part.pending);
      part.pending = 0;
    }
    changed.length = 0;
  }

  return {
    read(texts) {
      codes.cut(0);
      for (const together of texts) {
        for (const [i, text] of together.entries()) {
          if (i > 0) codes.push(BREAK);
          readText(text);
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
