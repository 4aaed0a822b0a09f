import type { Analyzer } from './analyze.ts';
import { foldSyllable } from './fold.ts';
import type { Syllable } from './phrases.ts';
import type { Usage } from './reader.ts';
import type { TermTable } from './terms.ts';

/** Corrects what people type against the words that the handbook uses. */
export interface Spelling {
  /**
   * Rewrites syllables that the handbook does not know, in place, and adds second readings of those that hardly fit
   * their neighbours.
   *
   * @returns whether anything was rewritten
   */
  repair(syllables: Syllable[], guesses: Syllable[][]): boolean;
}

/** How often a pair must stand in the handbook before a real syllable is suspected to be a slip for one of its parts. */
const FIRM_PAIR = 3;

/** @param usage of the whole handbook: its syllables, and which of them stand side by side */
export function createSpelling(analyzer: Analyzer, usage: Usage, terms: TermTable): Spelling {
  const numberOf = (folded: string | undefined): number | undefined =>
    folded === undefined ? undefined : terms.named('syllable', folded, false);
  const pair = (a: string | undefined, b: string | undefined): number =>
    usage.count(terms.pair(numberOf(a), numberOf(b), false));
  const neighbours = deletionIndex(usage.syllables.keys());
  const corrected = (folded: string): Syllable => ({
    ...analyzer.syllable(usage.syllables.get(folded) ?? folded),
    exact: undefined,
  });

  /** Syllables at one edit, or a swap of neighbours, from this one. */
  function near(folded: string): string[] {
    const found = new Set<string>();
    for (const key of deletions(folded))
      for (const word of neighbours.get(key) ?? []) if (isOneEdit(folded, word)) found.add(word);
    return [...found];
  }

  function bestNear(folded: string, before: string | undefined, after: string | undefined): string | undefined {
    let best: string | undefined;
    let bestScore = 0;
    for (const candidate of near(folded)) {
      const fit = pair(before, candidate) + pair(candidate, after);
      const score = fit * 1000 + usage.count(numberOf(candidate));
      if (score > bestScore) [best, bestScore] = [candidate, score];
    }
    return best;
  }

  /** "chibo" → "chi", "bo", when the two stand side by side in the handbook. */
  function split(folded: string): [string, string] | undefined {
    let best: [string, string] | undefined;
    let bestCount = 0;
    for (let at = 1; at < folded.length; at++) {
      const parts: [string, string] = [foldSyllable(folded.slice(0, at)), foldSyllable(folded.slice(at))];
      const count = pair(...parts);
      if (count > bestCount) [best, bestCount] = [parts, count];
    }
    return best;
  }

  return {
    repair(syllables, guesses) {
      let changed = false;
      for (let i = 0; i < syllables.length; i++) {
        const syllable = syllables[i];
        if (!syllable || /\d/.test(syllable.folded)) continue;
        const before = syllables[i - 1]?.folded;
        const after = syllables[i + 1]?.folded;
        if (!usage.syllables.has(syllable.folded)) {
          const parts = split(syllable.folded);
          const better = parts ?? bestNear(syllable.folded, before, after);
          if (better === undefined) continue;
          const read = typeof better === 'string' ? [better] : better;
          syllables.splice(i, 1, ...read.map(corrected));
          i += read.length - 1;
          changed = true;
        } else if (pair(before, syllable.folded) + pair(syllable.folded, after) === 0) {
          const better = bestNear(syllable.folded, before, after);
          if (better === undefined) continue;
          if (before !== undefined && pair(before, better) >= FIRM_PAIR) guesses.push([before, better].map(corrected));
          if (after !== undefined && pair(better, after) >= FIRM_PAIR) guesses.push([better, after].map(corrected));
        }
      }
      return changed;
    },
  };
}

/** The word and each form of it with one letter left out: two words at one edit share one of these. */
function deletions(word: string): string[] {
  const keys = [word];
  for (let at = 0; at < word.length; at++) keys.push(word.slice(0, at) + word.slice(at + 1));
  return keys;
}

function deletionIndex(words: Iterable<string>): Map<string, string[]> {
  const index = new Map<string, string[]>();
  for (const word of words) {
    if (/\d/.test(word)) continue;
    for (const key of deletions(word)) {
      const list = index.get(key);
      if (list) list.push(word);
      else index.set(key, [word]);
    }
  }
  return index;
}

/** One letter more, less or other, or two neighbours swapped. */
function isOneEdit(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const restA = a.slice(start, a.length - end);
  const restB = b.slice(start, b.length - end);
  if (restA.length <= 1 && restB.length <= 1) return true;
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
}
