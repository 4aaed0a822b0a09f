import { fold } from '../fold.ts';

export type Typing = (text: string, random: () => number) => string;

/** Ways in which the same question is typed. Those that draw lots take a seed, so that a run can be repeated. */
export const TYPINGS: Record<string, Typing> = {
  'as is': (text) => text,
  'no marks': (text) => text.split('').map(withoutMarks).join(''),
  'one typo in 12': oneTypoIn12,
  'Telex residue': telexResidue,
  abbreviations: abbreviated,
  NFD: (text) => text.normalize('NFD'),
};

/** A small generator of pseudo-random numbers from 0 to 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function withoutMarks(letter: string): string {
  const plain = fold(letter);
  return letter === letter.toUpperCase() ? plain.toUpperCase() : plain;
}

const LETTERS = 'abcdeghiklmnopqrstuvxy';

/** In every stretch of 12 characters one letter is left out, doubled, swapped with the next, or another. */
function oneTypoIn12(text: string, random: () => number): string {
  let result = '';
  for (let at = 0; at < text.length; at += 12) {
    const part = text.slice(at, at + 12);
    const i = Math.floor(random() * part.length);
    const letter = part[i] ?? '';
    if (!/\p{L}/u.test(letter)) {
      result += part;
      continue;
    }
    const next = part[i + 1] ?? '';
    const kinds = [
      part.slice(0, i) + part.slice(i + 1),
      part.slice(0, i) + letter + part.slice(i),
      part.slice(0, i) + next + letter + part.slice(i + 2),
      part.slice(0, i) + (LETTERS[Math.floor(random() * LETTERS.length)] ?? 'a') + part.slice(i + 1),
    ];
    result += kinds[Math.floor(random() * kinds.length)] ?? part;
  }
  return result;
}

const TELEX: Record<string, string> = {
  '\u0301': 's',
  '\u0300': 'f',
  '\u0309': 'r',
  '\u0303': 'x',
  '\u0323': 'j',
};

/** Three words in ten as their Telex keys, as when the keyboard was off for a moment. */
function telexResidue(text: string, random: () => number): string {
  return text
    .split(' ')
    .map((word) => (random() < 0.3 ? telexKeys(word) : word))
    .join(' ');
}

function telexKeys(word: string): string {
  let tone = '';
  let keys = '';
  for (const character of word.normalize('NFD').replaceAll('đ', 'dd').replaceAll('Đ', 'Dd')) {
    if (TELEX[character] !== undefined) tone = TELEX[character];
    else if (character === '\u0302') keys += keys.at(-1) ?? '';
    else if (character === '\u0306' || character === '\u031B') keys += 'w';
    else keys += character;
  }
  return keys + tone;
}

const SHORT: [string, string][] = [
  ['đảng viên dự bị', 'đvdb'],
  ['đảng viên', 'đv'],
  ['sinh hoạt chi bộ', 'shcb'],
  ['chi bộ', 'cb'],
  ['đảng ủy', 'đu'],
  ['quần chúng', 'qc'],
  ['ủy ban kiểm tra', 'ubkt'],
  ['kiểm tra, giám sát', 'ktgs'],
  ['sinh hoạt đảng', 'shđ'],
  ['bí thư', 'bt'],
  ['không', 'ko'],
  ['như thế nào', 'ntn'],
  ['bao nhiêu', 'bn'],
  ['đảng phí', 'đp'],
  ['nghị quyết', 'nq'],
];

function abbreviated(text: string): string {
  return SHORT.reduce((result, [full, short]) => result.replace(new RegExp(full, 'gi'), short), text);
}
