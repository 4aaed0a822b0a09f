import type { Phrase } from './vocabulary.ts';

/** One syllable (or number) of a text, after abbreviations were written out and keys decoded. */
export interface Syllable {
  readonly folded: string;
  /** With its marks, when it was typed with any. */
  readonly exact: string | undefined;
  /** As a person would write it. */
  readonly written: string;
  /** Phrases that begin with it, by their second syllable, and those that it is by itself, marks and all. */
  readonly phrases: ReadonlyMap<string, readonly Phrase[]> | undefined;
  readonly alone: readonly Phrase[] | undefined;
}

/**
 * Calls back for concepts, kinds and the like, and returns which syllables belong to question phrases: undefined when
 * none do, or when nothing else would be left to search by.
 *
 * @param startingAt phrases of two and more syllables that begin with this syllable and the next
 */
export function phrasesIn(
  run: readonly Syllable[],
  startingAt: (at: number) => readonly Phrase[] | undefined,
  found: (phrase: Phrase) => void,
): boolean[] | undefined {
  let stops: boolean[] | undefined;
  const take = (phrase: Phrase, at: number): void => {
    if (phrase.means === 'stop') {
      stops ??= run.map(() => false);
      stops.fill(true, at, at + phrase.syllables.length);
    } else found(phrase);
  };
  for (let at = 0; at < run.length; at++) {
    const { alone, phrases } = run[at] as Syllable;
    if (alone) for (const phrase of alone) take(phrase, at);
    const longer = phrases && at + 1 < run.length ? startingAt(at) : undefined;
    if (longer) for (const phrase of longer) if (startsAt(run, at, phrase)) take(phrase, at);
  }
  return stops?.includes(false) ? stops : undefined;
}

/** The first two syllables are known to be the same, marks apart. */
function startsAt(syllables: readonly Syllable[], at: number, phrase: Phrase): boolean {
  for (let k = 0; k < phrase.syllables.length; k++) {
    const syllable = syllables[at + k];
    if (!syllable || (k > 1 && syllable.folded !== phrase.syllables[k])) return false;
    if (!agrees(syllable.exact, phrase.exact[k])) return false;
  }
  return true;
}

/** Marks count where both have them: "thẻ" is not "thể", but somebody who types "the" may mean either. */
export function agrees(exact: string | undefined, other: string | undefined): boolean {
  return exact === undefined || other === undefined || exact === other;
}
