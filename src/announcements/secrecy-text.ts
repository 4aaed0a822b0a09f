import { exactSyllable, fold } from '../search/fold.ts';

/** A text and the same without marks and capitals, letter by letter: a place in one is the same place in the other. */
export interface GateText {
  plain: string;
  folded: string;
}

/** Where some words stand in a text. */
export interface Place {
  start: number;
  end: number;
  /** They have the marks that were looked for; false: no marks at all, so they may mean something else. */
  exact: boolean;
}

/** One spelling for what looks the same: half-width signs, plain dashes and spaces, nothing invisible, no Markdown. */
export function gateText(text: string): GateText {
  const plain = text
    .toWellFormed()
    .normalize('NFKC')
    .replace(/[\p{Cf}*`~#\\]/gu, '')
    // Also in names of files.
    .replaceAll('_', ' ')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[^\S\n]+/g, ' ')
    .normalize('NFC');
  return asGateText(plain);
}

/** A piece of a text that was cleaned already. */
export function asGateText(plain: string): GateText {
  return {
    plain,
    folded: plain.replace(/./gsu, (letter) => {
      const folded = fold(letter);
      return folded.length === letter.length ? folded : letter;
    }),
  };
}

/** Everywhere that one of these phrases stands as whole words, whether typed with its marks or without any. */
export function findPhrases(text: GateText, phrases: readonly string[]): Place[] {
  return phrases.flatMap((phrase) =>
    [...text.folded.matchAll(pattern(phrase))].flatMap(({ index, 0: found }) => {
      const end = index + found.length;
      const exact = marksAgree(text.plain.slice(index, end), phrase);
      return exact === undefined ? [] : [{ start: index, end, exact }];
    }),
  );
}

const patterns = new Map<string, RegExp>();

function pattern(phrase: string): RegExp {
  let known = patterns.get(phrase);
  if (!known) {
    const each = fold(phrase).split(' ');
    const letters = each.map((syllable) => syllable.replace(/[iy]$/, '[iy]'));
    // Between them also a comma or a dash, and no end of a line.
    known = new RegExp(`(?<![a-z0-9])${letters.join('[^a-z0-9\\n]{1,3}')}(?![a-z0-9])`, 'g');
    patterns.set(phrase, known);
  }
  return known;
}

/** Whether these words have the marks of the phrase; false: none at all; undefined: those of other words. */
export function marksAgree(found: string, phrase: string): boolean | undefined {
  const typed = syllables(found);
  const wanted = syllables(phrase);
  if (typed.every((syllable, i) => syllable === wanted[i])) return true;
  return typed.every((syllable, i) => syllable === undefined || syllable === wanted[i]) ? false : undefined;
}

/** "kĩ" and "kỷ" differ in their letter only by habit; undefined: a syllable without marks. */
function syllables(text: string): (string | undefined)[] {
  return (text.toLowerCase().match(/\p{L}+/gu) ?? []).map((word) => exactSyllable(word)?.replace(/y(?=\d?$)/, 'i'));
}

/** The part of a line before the place, from the last stop on. */
export function clauseBefore({ folded }: GateText, at: number): string {
  const from = Math.max(...['.', ';', ':', '!', '?', '\n'].map((sign) => folded.lastIndexOf(sign, at - 1)));
  return folded.slice(from + 1, at);
}
