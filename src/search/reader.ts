import { cleanText } from './clean.ts';
import { exactSyllable, foldSyllable } from './fold.ts';
import { numbersIn } from './document-number.ts';
import { createNumberList } from './number-list.ts';
import { phrasesIn, type Syllable } from './phrases.ts';
import type { TermTable } from './terms.ts';
import { createWordTable } from './word-table.ts';
import type { Phrase, Vocabulary } from './vocabulary.ts';

/** Where a text of the handbook stands in the reader's stream. */
export interface ReadText {
  readonly from: number;
  readonly to: number;
}

/** What a text is made of. */
export interface Contents {
  /** Numbers of its terms, each once. The array is good until the next text. */
  readonly terms: readonly number[];
  /** Its folded syllables with a space between, without what is only said for politeness. */
  readonly plain: string;
}

/** A syllable with its marks. */
export interface Variant extends Syllable {
  /** How often it stands in the handbook. */
  readonly times: number;
}

/** What the handbook's texts were made of, for correcting what people type. */
export interface Usage {
  /** How often a syllable or pair stands in them, by its number. */
  count(term: number | undefined): number;
  /** Folded syllables with the ways in which they were written. */
  readonly syllables: ReadonlyMap<string, readonly Variant[]>;
}

/**
 * Reads the handbook's texts into one stream of numbers, from which the terms of each can be worked out at any time:
 * words are looked up once, and what only candidates need is made for candidates only.
 */
export interface Reader {
  /** Takes in texts as they are written; several are kept as one, but pairs do not cross them. */
  read(...texts: readonly string[]): ReadText;
  contents(text: ReadText): Contents;
  readonly usage: Usage;
}

/** What is known of a syllable as it is written in the handbook, worked out once. */
interface Part extends Variant {
  times: number;
  readonly number: number;
  readonly exactNumber: number | undefined;
}

/** Between two texts that are kept as one. */
const BREAK = -1;
/** Document and form numbers stand in the stream as this less their term. */
const NUMBER = -2;
const NO_PAIR = -1;
const DIGIT = /\d/;

export function createReader(vocabulary: Vocabulary, terms: TermTable): Reader {
  const table = createWordTable();
  /** By the table's numbers: places in `parts`, several for an abbreviation. */
  const words: (readonly number[])[] = [];
  const parts: Part[] = [];
  const syllables = new Map<string, Part[]>();
  const counts: number[] = [];
  const stream = createNumberList();
  /** Beside the stream: the pair that a syllable makes with the one before it. */
  const pairs = createNumberList();
  /** By pair: the phrases that begin with it; most pairs begin none. */
  const phrasesFrom: (readonly Phrase[] | undefined)[] = [];

  function partsOf(word: number): readonly number[] {
    const known = words[word];
    if (known) return known;
    const written = table.word(word);
    const read = vocabulary.abbreviation(written, true)?.[0] ?? [written];
    return (words[word] = read.map(partOf));
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
      alone: phrases?.get(''),
      times: 0,
      number: terms.named('syllable', folded, true) ?? 0,
      exactNumber: exact === undefined ? undefined : terms.named('exact', exact, true),
    };
    const variants = syllables.get(folded);
    if (variants) variants.push(part);
    else syllables.set(folded, [part]);
    return parts.push(part) - 1;
  }

  function pairOf(first: Part, second: Part): number {
    const size = terms.size;
    const pair = terms.pair(first.number, second.number, true) ?? NO_PAIR;
    if (pair === size) phrasesFrom[pair] = first.phrases?.get(second.folded);
    return pair;
  }

  function put(code: number, pair: number): void {
    stream.push(code);
    pairs.push(pair);
  }

  /** Which text last had a term: says in one look whether it is the term's first time in this one. */
  const lastSeen: number[] = [];
  let textNumber = 0;
  const found: number[] = [];
  const run: Part[] = [];
  let plain = '';

  function add(term: number | undefined): void {
    if (term === undefined || lastSeen[term] === textNumber) return;
    lastSeen[term] = textNumber;
    found.push(term);
  }

  /** From one break to the next. */
  function addRun(from: number): void {
    const stops = phrasesIn(
      run,
      (at) => phrasesFrom[pairs.at(from + at + 1)],
      ({ means, name }) => add(means === 'stop' ? undefined : terms.named(means, name, true)),
    );
    for (let i = 0; i < run.length; i++) {
      const part = run[i] as Part;
      if (stops?.[i] === true) continue;
      plain += plain === '' ? part.folded : ` ${part.folded}`;
      add(part.number);
      add(part.exactNumber);
      const pair = pairs.at(from + i);
      if (pair !== NO_PAIR && stops?.[i - 1] !== true) add(pair);
    }
  }

  return {
    read(...texts) {
      const from = stream.length;
      for (const [i, text] of texts.entries()) {
        if (i > 0) put(BREAK, NO_PAIR);
        let before: Part | undefined;
        for (const word of table.numbers(text)) {
          for (const place of partsOf(word)) {
            const part = parts[place] as Part;
            let pair = NO_PAIR;
            if (before) {
              pair = pairOf(before, part);
              counts[pair] = (counts[pair] ?? 0) + 1;
            }
            put(place, pair);
            counts[part.number] = (counts[part.number] ?? 0) + 1;
            part.times++;
            before = part;
          }
        }
        if (DIGIT.test(text)) {
          for (const name of numbersIn(cleanText(text)))
            put(NUMBER - (terms.named('number', name, true) ?? 0), NO_PAIR);
        }
      }
      return { from, to: stream.length };
    },
    contents({ from, to }) {
      textNumber++;
      found.length = 0;
      plain = '';
      run.length = 0;
      let start = from;
      for (let at = from; at < to; at++) {
        const code = stream.at(at);
        if (code >= 0) run.push(parts[code] as Part);
        else {
          addRun(start);
          run.length = 0;
          start = at + 1;
          if (code !== BREAK) add(NUMBER - code);
        }
      }
      addRun(start);
      return { terms: found, plain };
    },
    usage: { count: (term) => (term === undefined ? 0 : (counts[term] ?? 0)), syllables },
  };
}
