import { FOLDED, TONE, TONELESS, tonelessAny } from './letters.ts';

/**
 * A word without its tone, and the tone's number (0: none). The tone may stand on any letter: old and new placement
 * (hoà, hòa) are the same word, and Unicode's order of marks does not matter.
 */
export function toneless(word: string): { bare: string; tone: number } {
  let tone = 0;
  let bare = '';
  for (let i = 0; i < word.length; i++) {
    const unit = word.charCodeAt(i);
    if (!FOLDED[unit]) return tonelessAny(word);
    bare += String.fromCharCode(TONELESS[unit] ?? 0);
    tone = TONE[unit] || tone;
  }
  return { bare, tone };
}
