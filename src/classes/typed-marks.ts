import { fold, words } from '../search/fold.ts';
import type { Checked } from './attendance-store.ts';
import { nameKey } from './roster-match.ts';

/** What an officer typed about those on the list. */
export interface TypedMarks {
  /** Places on the list from 0, with what was said; null: take the mark away. */
  marks: { index: number; checked: Checked | null }[];
  /** Vietnamese: what could not be read. */
  mistakes: string[];
}

const VERBS: readonly { words: string; checked: Checked | null }[] = [
  { words: 'co mat', checked: 'present' },
  { words: 'di muon', checked: 'late' },
  { words: 'den muon', checked: 'late' },
  { words: 'muon', checked: 'late' },
  { words: 'tre', checked: 'late' },
  { words: 'vang mat', checked: 'absent' },
  { words: 'vang', checked: 'absent' },
  { words: 'bo', checked: null },
];

/**
 * Reads "vắng 3, 7-9; muộn Nguyễn Văn An": a word, then numbers or names, any number of times.
 *
 * @param names as they are listed
 * @returns undefined: the text does not begin with such a word
 */
export function readMarks(text: string, names: readonly string[]): TypedMarks | undefined {
  const found: TypedMarks = { marks: [], mistakes: [] };
  const parts = text.split(/[;\n]/).filter((part) => words(part).length > 0);
  for (const [i, part] of parts.entries()) {
    const spoken = words(fold(part)).join(' ');
    const verb = VERBS.find((one) => spoken === one.words || spoken.startsWith(`${one.words} `));
    if (!verb) {
      if (i === 0) return undefined;
      found.mistakes.push(`"${part.trim()}": chưa rõ có mặt, muộn hay vắng.`);
      continue;
    }
    const rest = afterWords(part, verb.words.split(' ').length);
    for (const one of rest.split(',').map((item) => item.trim())) {
      const indexes = one === '' ? [] : /^[\d\s–-]+$/.test(one) ? numbers(one, names.length) : named(one, names);
      if (indexes.length === 0) found.mistakes.push(mistake(one, names.length));
      for (const index of indexes) found.marks.push({ index, checked: verb.checked });
    }
  }
  return parts.length === 0 ? undefined : found;
}

function afterWords(text: string, count: number): string {
  return text.replace(new RegExp(`^(?:[^\\p{L}\\p{N}]*[\\p{L}\\p{M}\\p{N}]+){${count}}[\\s:]*`, 'u'), '');
}

/** "3", "3 5", "7-9" → places from 0; nothing when one is beyond the list. */
function numbers(text: string, count: number): number[] {
  const indexes: number[] = [];
  for (const [, from = '', to = from] of text.matchAll(/(\d{1,4})(?:\s*[–-]\s*(\d{1,4}))?/g)) {
    const [first, last] = [Number(from), Number(to === '' ? from : to)];
    if (first < 1 || last > count || last < first) return [];
    for (let number = first; number <= last; number++) indexes.push(number - 1);
  }
  return indexes;
}

/** One name that only one of the list has, whole or its last words. */
function named(text: string, names: readonly string[]): number[] {
  const wanted = nameKey(text);
  const keys = names.map((name) => nameKey(name));
  const whole = keys.flatMap((key, i) => (key === wanted ? i : []));
  const ending = keys.flatMap((key, i) => (key.endsWith(` ${wanted}`) ? i : []));
  const matches = whole.length > 0 ? whole : ending;
  return matches.length === 1 ? matches : [];
}

function mistake(text: string, count: number): string {
  if (text === '') return 'chưa ghi số thứ tự hay tên ai.';
  return /\d/.test(text)
    ? `"${text}": danh sách có số từ 1 đến ${count}.`
    : `"${text}": không có ai tên như vậy, hoặc có nhiều người; ghi số thứ tự.`;
}
