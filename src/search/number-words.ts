/*
 * Numbers as people write them, where the handbook has digits: "sáu mươi ba tuổi", "ba chục", "19t".
 */

/** Folded; "tư" and "lăm" stand for four and five behind tens. */
const UNITS = ['khong', 'mot', 'hai', 'ba', 'bon', 'nam', 'sau', 'bay', 'tam', 'chin'];
const BEHIND_TENS: Record<string, number> = { tu: 4, lam: 5 };
const TENS = new Set(['muoi', 'chuc']);

/** Letters that are typed right behind a number. */
const GLUED: Record<string, string> = {
  t: 'tuổi',
  d: 'điểm',
  đ: 'điểm',
  th: 'tháng',
  n: 'năm',
  ng: 'ngày',
  p: 'phút',
  tr: 'triệu',
  k: 'nghìn',
};

/** "19t" → "19", "tuổi"; undefined for anything else. `word` is lower case. */
export function numberWithUnit(word: string): [number: string, unit: string] | undefined {
  const [, number, letters = ''] = /^(\d{1,3})(\p{L}{1,2})$/u.exec(word) ?? [];
  const unit = GLUED[letters];
  return number === undefined || unit === undefined ? undefined : [number, unit];
}

/** A number of two digits that is written in words: where it stands among the syllables, and in digits. */
export function spelledNumbers(folded: readonly string[]): { from: number; to: number; digits: string }[] {
  const found: { from: number; to: number; digits: string }[] = [];
  for (const [at, syllable] of folded.entries()) {
    if (!TENS.has(syllable)) continue;
    const tens = UNITS.indexOf(folded[at - 1] ?? '');
    if (syllable === 'chuc' && tens < 1) continue;
    const behind = folded[at + 1] ?? '';
    const unit = syllable === 'chuc' ? -1 : (BEHIND_TENS[behind] ?? UNITS.indexOf(behind));
    const value = 10 * Math.max(tens, 1) + Math.max(unit, 0);
    found.push({ from: tens < 1 ? at : at - 1, to: unit < 1 ? at + 1 : at + 2, digits: String(value) });
  }
  return found;
}
