import { cleanText } from './clean.ts';
import { words } from './fold.ts';
import { createPairTable } from './pair-table.ts';

/** The words of the handbook by number. */
export interface WordTable {
  /** Looks a text's words up. @returns how many it has */
  read(text: string): number;
  /** What was read last: the numbers of its words, in their order. */
  readonly numbers: Int32Array;
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
  return new Words();
}

/** A class, so that all tables share their compiled code. */
class Words implements WordTable {
  private readonly known: string[] = [];
  private readonly short = createPairTable();
  private readonly others = new Map<string, number>();
  numbers = new Int32Array(1000);
  /** Of the text in hand. */
  private highs = new Int32Array(1000);
  private lows = new Int32Array(1000);

  word(number: number): string {
    return this.known[number] ?? '';
  }

  read(text: string): number {
    const count = this.cut(text);
    if (count >= 0) {
      this.lookUp(count);
      return count;
    }
    const numbers = words(cleanText(text)).map((word) => this.numberOf(word));
    if (numbers.length > this.numbers.length) this.numbers = wide(numbers.length);
    this.numbers.set(numbers);
    return numbers.length;
  }

  /** @returns how many short words the text has, which are in `highs` and `lows` then; -1 if there is anything else in it */
  private cut(text: string): number {
    const end = text.length;
    if (end >= this.numbers.length) [this.highs, this.lows, this.numbers] = [wide(end), wide(end), wide(end)];
    const { highs, lows } = this;
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

  /** Looks up what was cut. */
  private lookUp(count: number): void {
    const { known, numbers, highs, lows } = this;
    const next = this.short.number(highs, lows, count, known.length, numbers);
    for (let i = 0; known.length < next; i++) {
      if (numbers[i] === known.length) known.push(spelled(highs[i] ?? 0, lows[i] ?? 0));
    }
  }

  private numberOf(word: string): number {
    if (this.cut(word) === 1) {
      this.lookUp(1);
      return this.numbers[0] ?? 0;
    }
    const number = this.others.get(word) ?? this.known.push(word) - 1;
    this.others.set(word, number);
    return number;
  }
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
