import { cleanText } from '../search/clean.ts';
import { exactSyllable, foldSyllable } from '../search/fold.ts';

/*
 * Names of party organisations as people write them. A name is compared syllable by syllable, in its order, without
 * marks; a run of syllables may be written as its initials ("CB Văn phòng", "đu xã A", "cb vp").
 */

/** What a unit is; the first words of its name say it mostly. Longer ones first, since they begin alike. */
export const UNIT_KINDS = [
  'đảng bộ bộ phận',
  'đảng ủy bộ phận',
  'đảng bộ cơ sở',
  'đảng ủy cơ sở',
  'chi bộ cơ sở',
  'chi bộ trực thuộc',
  'đảng bộ',
  'đảng ủy',
  'chi bộ',
  'khác',
] as const;

export type UnitKind = (typeof UNIT_KINDS)[number];

/** UTF-16 units; the longest names of real units have about 120. */
export const LONGEST_UNIT_NAME = 160;
/** A text of more syllables is no name; bounds the work of comparing. */
const MOST_SYLLABLES = 40;

/** Written with one letter and a full stop before a place's name. */
const SINGLE_LETTERS: Record<string, string> = { x: 'xa', p: 'phuong', q: 'quan', h: 'huyen', t: 'tinh' };

const KINDS_FOLDED = UNIT_KINDS.filter((kind) => kind !== 'khác').map((kind) => ({
  kind,
  syllables: kind.split(' ').map(foldSyllable),
}));

/** The folded syllables of a name: "CB số 03, Đảng ủy xã Kỳ Sơn" → cb 3 dang uy xa ki son. */
export function unitSyllables(text: string): string[] {
  const parts = cleanText(text).match(/\p{N}+|[\p{L}\p{M}]+/gu) ?? [];
  return parts
    .map((part) => (/^\p{N}/u.test(part) ? part.replace(/^0+(?=.)/, '') : foldSyllable(part)))
    .filter((part, i, all) => !(part === 'so' && /^\p{N}/u.test(all[i + 1] ?? '')));
}

/** What makes two names the same: the syllables, with an abbreviated kind at the start written out. */
export function unitKey(name: string): string {
  const syllables = unitSyllables(name);
  for (const { syllables: kind } of KINDS_FOLDED) {
    if (syllables[0] === initials(kind)) return [...kind, ...syllables.slice(1)].join(' ');
  }
  return syllables.join(' ');
}

/**
 * Whether two names with the same key are one name: marks tell "An Lộc" from "Ân Lộc", but a name that was typed without
 * any says nothing about them.
 */
export function marksAgree(one: string, other: string): boolean {
  const [a, b] = [marksOf(one), marksOf(other)];
  return a.length === 0 || b.length === 0 || a.join(' ') === b.join(' ');
}

/** The kind that a name begins with; "khác" when it names none. */
export function kindOfName(name: string): UnitKind {
  return leadingKind(unitKey(name).split(' '))?.kind ?? 'khác';
}

/** The kind that a person wrote; undefined when it is none. */
export function readKind(text: string): UnitKind | undefined {
  const key = unitKey(text);
  if (key === 'khac') return 'khác';
  return KINDS_FOLDED.find(({ syllables }) => syllables.join(' ') === key)?.kind;
}

/** A name without its kind: what tells it from others of the same kind. */
export function withoutKind(syllables: readonly string[]): readonly string[] {
  const written = leadingKind(syllables);
  if (written) return syllables.slice(written.length);
  const short = KINDS_FOLDED.find(({ syllables: kind }) => initials(kind) === syllables[0]);
  return short ? syllables.slice(1) : syllables;
}

/**
 * Whether two names are the same from the first syllable to the last, where either may shorten a run of two or more
 * syllables to their initials.
 *
 * @param same whether two syllables are the same
 */
export function aligned(
  a: readonly string[],
  b: readonly string[],
  same: (one: string, other: string) => boolean = sameSyllable,
): boolean {
  if (a.length > MOST_SYLLABLES || b.length > MOST_SYLLABLES) return false;
  // Where it was tried in vain; a text of many equal syllables would otherwise be tried in very many ways.
  let failed: Set<number> | undefined;
  const from = (i: number, j: number): boolean => {
    if (i === a.length || j === b.length) return i === a.length && j === b.length;
    const place = i * (MOST_SYLLABLES + 1) + j;
    if (failed?.has(place)) return false;
    const [one = '', other = ''] = [a[i], b[j]];
    if (same(one, other) && from(i + 1, j + 1)) return true;
    if (isInitials(one, b, j) && from(i + 1, j + one.length)) return true;
    if (isInitials(other, a, i) && from(i + other.length, j + 1)) return true;
    (failed ??= new Set()).add(place);
    return false;
  };
  return from(0, 0);
}

function sameSyllable(one: string, other: string): boolean {
  return one === other || SINGLE_LETTERS[one] === other || SINGLE_LETTERS[other] === one;
}

/** The same, or at one slip of the finger. Numbers have no slips. */
export function nearlySameSyllable(one: string, other: string): boolean {
  if (sameSyllable(one, other)) return true;
  if (Math.max(one.length, other.length) < 4 || Math.abs(one.length - other.length) > 1) return false;
  if (/^\p{N}/u.test(one) || /^\p{N}/u.test(other)) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  const rest = (text: string, skip: number): string => text.slice(start + skip);
  return (
    rest(one, 1) === rest(other, 1) ||
    rest(one, 1) === rest(other, 0) ||
    rest(one, 0) === rest(other, 1) ||
    (one[start] === other[start + 1] && one[start + 1] === other[start] && rest(one, 2) === rest(other, 2))
  );
}

/** The marked syllables of a name after its kind, each at its place; none: it was typed without marks. */
function marksOf(name: string): string[] {
  const syllables = cleanText(name).match(/\p{N}+|[\p{L}\p{M}]+/gu) ?? [];
  const rest = syllables.slice(syllables.length - withoutKind(syllables.map((one) => foldSyllable(one))).length);
  return rest.flatMap((one, i) => {
    const exact = exactSyllable(one);
    return exact === undefined ? [] : [`${rest.length - i}:${exact}`];
  });
}

function leadingKind(syllables: readonly string[]): { kind: UnitKind; length: number } | undefined {
  const found = KINDS_FOLDED.find(({ syllables: kind }) => kind.every((syllable, i) => syllables[i] === syllable));
  return found && { kind: found.kind, length: found.syllables.length };
}

function initials(syllables: readonly string[]): string {
  return syllables.map((syllable) => syllable[0] ?? '').join('');
}

function isInitials(short: string, syllables: readonly string[], at: number): boolean {
  if (short.length < 2 || at + short.length > syllables.length) return false;
  for (let k = 0; k < short.length; k++) if (syllables[at + k]?.[0] !== short[k]) return false;
  return true;
}
