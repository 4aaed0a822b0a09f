/*
 * What is known of single letters, by UTF-16 unit. Texts are mostly plain Vietnamese in NFC; who meets any other unit
 * (0 in `FOLDED`) takes the long way of Unicode's normal forms.
 */

/** Combining marks of the five tones, numbered as VNI types them: sắc 1, huyền 2, hỏi 3, ngã 4, nặng 5. */
const TONES: Record<string, number> = { '\u0301': 1, '\u0300': 2, '\u0309': 3, '\u0303': 4, '\u0323': 5 };

/** All letters of Vietnamese, their signs and figures stand in these. */
const RANGES = [
  [0x0020, 0x007e],
  [0x00a0, 0x017f],
  [0x01a0, 0x01b0],
  [0x1ea0, 0x1ef9],
] as const;
const UNITS = 0x1efa;

/** Lower case without any mark; 0 for what only `foldAny` can judge. */
export const FOLDED = new Uint16Array(UNITS);
/** The same letter without its tone. */
export const TONELESS = new Uint16Array(UNITS);
/** The number of its tone; 0: none. */
export const TONE = new Uint8Array(UNITS);

for (const [from, to] of RANGES) {
  for (let unit = from; unit <= to; unit++) {
    const letter = String.fromCharCode(unit);
    const folded = foldAny(letter);
    const { bare, tone } = tonelessAny(letter);
    if (folded.length !== 1 || bare.length !== 1) continue;
    FOLDED[unit] = folded.charCodeAt(0);
    TONELESS[unit] = bare.charCodeAt(0);
    TONE[unit] = tone;
  }
}

/** Takes every mark off, of any text. đ has no decomposition in Unicode and is mapped by hand. */
export function foldAny(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replaceAll('đ', 'd');
}

/** Any word without its tone, and the number of the tone. */
export function tonelessAny(word: string): { bare: string; tone: number } {
  let tone = 0;
  const bare = word.normalize('NFD').replace(/[\u0300\u0301\u0303\u0309\u0323]/g, (mark) => {
    tone = TONES[mark] ?? 0;
    return '';
  });
  return { bare: bare.normalize('NFC'), tone };
}
