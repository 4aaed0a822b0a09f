import { fold } from '../search/fold.ts';
import { isSyllable } from '../search/syllable.ts';

const WELL_SPELT = new Set<string>();

/**
 * What is wrong with a word, told in Vietnamese; undefined: nothing.
 *
 * @param allowedWords words that are no Vietnamese syllables and still right, lower case
 */
export function spelling(word: string, allowedWords: ReadonlySet<string>): string | undefined {
  if (WELL_SPELT.has(word)) return undefined;
  const lower = word.toLowerCase();
  const noSyllable = /\p{N}/u.test(word) || /\p{Lu}\p{Lu}/u.test(word); // 208, QĐi, UBKT
  const abbreviation = !/[aeiouy]/.test(fold(lower)); // đv, shcb, kt
  if (!noSyllable && !abbreviation && !allowedWords.has(lower)) {
    if (OLD_STYLE_TONE.test(lower)) return 'bỏ dấu kiểu "hòa, thủy" cho thống nhất.';
    if (!isSyllable(lower)) return NO_SYLLABLE;
  }
  WELL_SPELT.add(word);
  return undefined;
}

/** Of a word that may be right all the same. */
export const NO_SYLLABLE = 'không phải âm tiết tiếng Việt; sửa chính tả hoặc thêm vào danh sách cho phép.';

/** "hoà", "khoẻ", "uỷ": the tone on the second vowel of an open syllable. After q the u is no vowel. */
const OLD_STYLE_TONE = /(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])$/;
