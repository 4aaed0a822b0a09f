import { cleanText } from './clean.ts';
import { words } from './fold.ts';
import type { NumberList } from './number-list.ts';
import { createPairTable } from './pair-table.ts';

/** The words of the handbook by number. */
export interface WordTable {
  /** Adds the numbers of a text's words to the list, in their order. */
  read(text: string, into: NumberList): void;
  /** As it was first read, clean and in lower case. */
  word(number: number): string;
}

/** Letters and figures of Vietnamese, each known by its place; the first two places have other meanings. */
const ALPHABET =
  '  0123456789aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz'.normalize(
    'NFC',
  );
const BETWEEN_WORDS = 0;
/** A character that only `cleanText` can judge. */
const UNUSUAL = 1;

/** All letters of Vietnamese, and most signs between words, stand below. */
const USUAL = 0x1f00;
/** By UTF-16 unit: which letter it is once it was cleaned. A text that has others, or marks that stand alone, goes the long way. */
const LETTERS = new Uint8Array(2 ** 16).fill(UNUSUAL);
for (let unit = 0; unit < USUAL; unit++) {
  const vietnamese = unit < 0x1b1 || unit >= 0x1ea0;
  const clean = vietnamese ? cleanText(`a${String.fromCharCode(unit)}a`) : '';
  if (clean.length !== 3) continue;
  const letter = clean.charAt(1);
  if (!/[\p{L}\p{M}\p{N}]/u.test(letter)) LETTERS[unit] = BETWEEN_WORDS;
  else if (ALPHABET.includes(letter)) LETTERS[unit] = ALPHABET.indexOf(letter);
}

/**
 * A short word is two numbers: its last four letters, and up to three before them. No syllable of Vietnamese is longer
 * ("nghiêng"), so hardly any word has to be looked up as a string.
 */
const SHORT = 7;
const LETTER_BITS = 7;
const LETTER = 2 ** LETTER_BITS - 1;
const LOW_BITS = 4 * LETTER_BITS;
const LOW = 2 ** LOW_BITS - 1;

/**
 * Looks words up by the text's own letters, without cutting it into strings first: taking the handbook apart is most of a
 * start, and this was half of it.
 */
export function createWordTable(): WordTable {
  const known: string[] = [];
  const short = createPairTable();
  const others = new Map<string, number>();
  /** Of the text in hand. */
  let highs = new Int32Array(1000);
  let lows = new Int32Array(1000);
  let numbers = new Int32Array(1000);

  /** @returns how many short words the text has, which are in `highs` and `lows` then; -1 if there is anything else in it */
  function cut(text: string): number {
    const end = text.length;
    if (end >= numbers.length) [highs, lows, numbers] = [wide(end), wide(end), wide(end)];
    let count = 0;
    let letters = 0;
    let high = 0;
    let low = 0;
    for (let i = 0; i <= end; i++) {
      const letter = i < end ? (LETTERS[text.charCodeAt(i)] ?? UNUSUAL) : BETWEEN_WORDS;
      if (letter > UNUSUAL) {
        letters++;
        high = (high << LETTER_BITS) | (low >>> (LOW_BITS - LETTER_BITS));
        low = ((low << LETTER_BITS) | letter) & LOW;
      } else if (letter === UNUSUAL || letters > SHORT) return -1;
      else if (letters > 0) {
        highs[count] = high;
        lows[count++] = low;
        letters = high = low = 0;
      }
    }
    return count;
  }

  function addShort(count: number, into: NumberList): void {
    short.addAll(highs, lows, count, 0, known.length, numbers);
    for (let i = 0; i < count; i++) {
      const number = numbers[i] ?? 0;
      if (number === known.length) known.push(spelled(highs[i] ?? 0, lows[i] ?? 0));
      into.push(number);
    }
  }

  function addOther(word: string, into: NumberList): void {
    const number = others.get(word) ?? known.push(word) - 1;
    others.set(word, number);
    into.push(number);
  }

  return {
    word: (number) => known[number] ?? '',
    read(text, into) {
      const count = cut(text);
      if (count >= 0) addShort(count, into);
      else {
        for (const word of words(cleanText(text))) {
          if (cut(word) === 1) addShort(1, into);
          else addOther(word, into);
        }
      }
    },
  };
}

function wide(length: number): Int32Array<ArrayBuffer> {
  return new Int32Array(2 * length);
}

function spelled(high: number, low: number): string {
  let word = '';
  for (let rest = low; rest > 0; rest >>>= LETTER_BITS) word = ALPHABET.charAt(rest & LETTER) + word;
  for (let rest = high; rest > 0; rest >>>= LETTER_BITS) word = ALPHABET.charAt(rest & LETTER) + word;
  return word;
}
