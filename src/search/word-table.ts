import { cleanText } from './clean.ts';
import { words } from './fold.ts';
import type { NumberList } from './number-list.ts';

/** The words of the handbook by number. */
export interface WordTable {
  /** Adds the numbers of a text's words to the list, in their order. */
  read(text: string, into: NumberList): void;
  /** As it was first read, clean and in lower case. */
  word(number: number): string;
}

const BETWEEN_WORDS = 0;
/** A character that only `cleanText` can judge. */
const UNUSUAL = 0xffff;

/**
 * By UTF-16 unit: what it is once it was cleaned. All letters of Vietnamese stand below U+1F00; a text that has others,
 * or marks that stand alone, goes the long way.
 */
const LETTERS = Uint16Array.from({ length: 0x1f00 }, (_, unit) => {
  const vietnamese = unit < 0x1b1 || unit >= 0x1ea0;
  const clean = vietnamese ? cleanText(`a${String.fromCharCode(unit)}a`) : '';
  if (clean.length !== 3) return UNUSUAL;
  return /^[\p{L}\p{M}\p{N}]+$/u.test(clean) ? clean.charCodeAt(1) : BETWEEN_WORDS;
});

/**
 * Looks words up in the text itself, letter by letter, without cutting it into strings first: taking the handbook apart
 * is most of a start, and this was half of it.
 */
export function createWordTable(): WordTable {
  const known: string[] = [];
  const hashes: number[] = [];
  /** Number + 1 by hash, with open addressing; 0: free. */
  let places = new Int32Array(2 ** 12);

  function grow(): void {
    places = new Int32Array(2 * places.length);
    for (const [number, hash] of hashes.entries()) places[freePlace(hash)] = number + 1;
  }

  function freePlace(hash: number): number {
    let at = hash & (places.length - 1);
    while (places[at] !== 0) at = (at + 1) & (places.length - 1);
    return at;
  }

  /** The word that stands in `text` from `start` to `end`, whose hash is given. */
  function numberOf(text: string, start: number, end: number, hash: number): number {
    for (let at = hash & (places.length - 1); ; at = (at + 1) & (places.length - 1)) {
      const number = (places[at] ?? 0) - 1;
      if (number < 0) return add(cleanText(text.slice(start, end)), hash);
      if (hashes[number] === hash && isWord(known[number] ?? '', text, start, end)) return number;
    }
  }

  function add(word: string, hash: number): number {
    if (2 * known.length > places.length) grow();
    places[freePlace(hash)] = known.length + 1;
    hashes.push(hash);
    return known.push(word) - 1;
  }

  function lookUp(word: string): number {
    let hash = 0;
    for (let i = 0; i < word.length; i++) hash = (Math.imul(hash, 31) + (LETTERS[word.charCodeAt(i)] ?? UNUSUAL)) | 0;
    return numberOf(word, 0, word.length, hash);
  }

  return {
    word: (number) => known[number] ?? '',
    read(text, into) {
      const before = into.length;
      let start = -1;
      let hash = 0;
      for (let i = 0; i <= text.length; i++) {
        const letter = i === text.length ? BETWEEN_WORDS : (LETTERS[text.charCodeAt(i)] ?? UNUSUAL);
        if (letter === UNUSUAL) {
          into.cut(before);
          for (const word of words(cleanText(text))) into.push(lookUp(word));
          return;
        }
        if (letter === BETWEEN_WORDS) {
          if (start >= 0) into.push(numberOf(text, start, i, hash));
          start = -1;
          hash = 0;
        } else {
          if (start < 0) start = i;
          hash = (Math.imul(hash, 31) + letter) | 0;
        }
      }
    },
  };
}

function isWord(word: string, text: string, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let i = 0; i < word.length; i++) {
    const unit = text.charCodeAt(start + i);
    if (word.charCodeAt(i) !== unit && word.charCodeAt(i) !== LETTERS[unit]) return false;
  }
  return true;
}
