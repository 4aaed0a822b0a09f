/** Combining marks of the five tones, numbered as VNI types them: sắc 1, huyền 2, hỏi 3, ngã 4, nặng 5. */
const TONES: Record<string, number> = { '\u0301': 1, '\u0300': 2, '\u0309': 3, '\u0303': 4, '\u0323': 5 };

/**
 * A word without its tone, and the tone's number (0: none). The tone may stand on any letter: old and new placement
 * (hoà, hòa) are the same word, and Unicode's order of marks does not matter.
 */
export function toneless(word: string): { bare: string; tone: number } {
  let tone = 0;
  const bare = word.normalize('NFD').replace(/[\u0300\u0301\u0303\u0309\u0323]/g, (mark) => {
    tone = TONES[mark] ?? 0;
    return '';
  });
  return { bare: bare.normalize('NFC'), tone };
}
