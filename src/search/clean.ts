/** Characters that look like Vietnamese letters or signs and are others; old fonts and copies from PDF leave them. */
const LOOK_ALIKES: Record<string, string> = { ð: 'đ', ɖ: 'đ', '’': "'", '‘': "'", '“': '"', '”': '"' };

/** Anything but what plain Vietnamese text is made of; most texts have none of it, and most time is saved. */
const UNUSUAL = /[^\u0020-\u007E\n\u00A1-\u00AC\u00AE-\u00EF\u00F1-\u017F\u01A0-\u01B0\u1EA0-\u1EF9]/;

/**
 * One spelling for what is written the same: NFC, lower case, plain spaces and dashes, no invisible characters, no
 * lone surrogates, half-width digits.
 */
export function cleanText(text: string): string {
  const lower = text.toWellFormed().normalize('NFC').toLowerCase();
  if (!UNUSUAL.test(lower)) return lower;
  return lower
    .replace(/[\u200B-\u200F\u2060\uFEFF\u00AD\u202A-\u202E]/g, '')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\uFF10-\uFF19]/g, (digit) => String(digit.charCodeAt(0) - 0xff10))
    .replace(/[ðɖ’‘“”]/g, (letter) => LOOK_ALIKES[letter] ?? letter)
    .replace(/\s+/g, ' ')
    .trim()
    .normalize('NFC'); // a mark may now stand behind its letter
}
