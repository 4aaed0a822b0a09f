import { foldAny, FOLDED } from './letters.ts';
import { toneless } from './tone.ts';

/** Takes every mark off: "Đảng viên" → "dang vien". Lower-cases, so that typed capitals do not matter. */
export function fold(text: string): string {
  let folded = '';
  for (let i = 0; i < text.length; i++) {
    const unit = FOLDED[text.charCodeAt(i)];
    if (!unit) return foldAny(text);
    folded += String.fromCharCode(unit);
  }
  return folded;
}

/** Runs of letters and digits. */
export function words(text: string): string[] {
  return text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
}

/**
 * The folded view of one syllable: without marks, and with one letter for the i/y that writers mix (kỷ luật = kĩ luật,
 * lý lịch = lí lịch, quy = qui).
 */
export function foldSyllable(word: string): string {
  const folded = fold(word);
  return folded.endsWith('y') ? folded.replace(/^(qu|[hklmstv])?y$/, '$1i') : folded;
}

/**
 * The exact view of one lower-case syllable: its letters with their vowel marks, and the tone at the end, so that
 * "hoà" and "hòa" are one. Undefined for a syllable without any mark, which says nothing about what was meant.
 */
export function exactSyllable(word: string): string | undefined {
  const { bare, tone } = toneless(word);
  if (tone === 0 && fold(bare) === bare) return undefined;
  return tone === 0 ? bare : bare + String(tone);
}
