/** Characters that look like Vietnamese letters or signs and are others; old fonts and copies from PDF leave them. */
const LOOK_ALIKES: Record<string, string> = { ð: 'đ', ɖ: 'đ', '’': "'", '‘': "'", '“': '"', '”': '"' };

/**
 * One spelling for what is written the same: NFC, lower case, plain spaces and dashes, no invisible characters, no
 * lone surrogates, half-width digits.
 */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\u200B-\u200F\u2060\uFEFF\u00AD\u202A-\u202E]/g, '')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\uFF10-\uFF19]/g, (digit) => String(digit.charCodeAt(0) - 0xff10))
    .replace(/[ðɖ’‘“”]/g, (letter) => LOOK_ALIKES[letter] ?? letter)
    .replace(/\s+/g, ' ')
    .trim();
}
