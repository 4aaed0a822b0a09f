import type { Analyzer } from './analyze.ts';
import { foldSyllable } from './fold.ts';
import { createNeighbours } from './neighbours.ts';
import type { Syllable } from './phrases.ts';
import type { Postings } from './postings.ts';
import type { Usage, Variant } from './reader.ts';
import { isFoldedSyllable } from './syllable.ts';
import type { TermTable } from './terms.ts';

/** Corrects what people type against the words that the handbook uses. */
export interface Spelling {
  /**
   * Rewrites, in place, syllables that the handbook does not know, and adds second readings of those that hardly fit
   * their neighbours.
   *
   * @returns whether anything was rewritten
   */
  repair(syllables: Syllable[], guesses: Syllable[][]): boolean;
}

/*
 * What speaks against a reading, in natural logarithms of odds: how rarely somebody slips so, and how rarely one
 * syllable follows another in the handbook.
 */
const SLIP = 4.5;
/** Of a syllable that the handbook has, with these very marks; and of one that it has with other marks only. */
const SLIP_OF_KNOWN = 7;
const SLIP_OF_KNOWN_UNMARKED = 5.5;
/** A space forgotten, put in, or one letter too far. */
const SLIP_OF_SPACE = 5;
/** A syllable that the handbook does not have; more when it is not even a syllable. */
const NEW_SYLLABLE = 9;
const NO_SYLLABLE = 13;
/** Of each mark that was typed and is not in the reading; and of each that the reading has more. */
const MARK_LOST = 1.5;
const MARK_NEW = 0.7;
/** How much the frequency of a syllable by itself counts against that of the pair. */
const BACK_OFF = 10;
/** Two syllables written as one, with a slip; a longer word is none of ours. Letters. */
const LONGEST = 16;
/** Candidates for one syllable that are tried in its context. */
const MOST_CANDIDATES = 10;

/** A way to read one or two of the typed syllables. */
interface Reading {
  /** How many typed syllables it stands for. */
  readonly takes: number;
  readonly words: readonly Syllable[];
  readonly cost: number;
  /** It is what was typed. */
  readonly kept: boolean;
}

/** The best way to read everything up to here, ending with a certain syllable. */
interface Path {
  readonly cost: number;
  readonly last: string;
  /** How often the handbook has that syllable. */
  readonly times: number;
  readonly reading: Reading | undefined;
  readonly before: Path | undefined;
}

/**
 * @param usage the handbook's syllables
 * @param postings say which of them stand side by side, and how often
 */
export function createSpelling(analyzer: Analyzer, usage: Usage, terms: TermTable, postings: Postings): Spelling {
  function count(folded: string): number {
    let sum = 0;
    for (const variant of usage.variants(folded)) sum += usage.times(variant);
    return sum;
  }
  const isKnown = (folded: string): boolean => count(folded) > 0;
  const pairOf = (a: string, b: string): number | undefined =>
    terms.pair(terms.named('syllable', a), terms.named('syllable', b));
  const isPair = (a: string, b: string): boolean => pairOf(a, b) !== undefined;
  function pair(a: string, b: string): number {
    const term = pairOf(a, b);
    return term === undefined ? 0 : postings.termMass(term);
  }
  const neighbours = createNeighbours();

  /** What a syllable's own frequency counts for it. */
  const share = (folded: string): number => BACK_OFF * ((count(folded) + 0.5) / (usage.total + 1));

  /** Against `b` coming after `a`. @param times how often the handbook has `a` @param own the share of `b` */
  function follows(a: string, times: number, b: string, own: number): number {
    return -Math.log((pair(a, b) + own) / (times + BACK_OFF));
  }

  /** Syllables of the handbook at one edit, or a swap of neighbours, in the order of the alphabet. */
  function near(folded: string): readonly string[] {
    neighbours.take(usage.syllables);
    return neighbours.near(folded).filter(isKnown).toSorted();
  }

  /** Those that fit the neighbours best. */
  function fitting(words: readonly string[], before: string, after: string): readonly string[] {
    if (words.length <= MOST_CANDIDATES) return words;
    return words
      .map((word) => ({ word, fit: 1000 * (pair(before, word) + pair(word, after)) + count(word) }))
      .toSorted((a, b) => b.fit - a.fit)
      .slice(0, MOST_CANDIDATES)
      .map(({ word }) => word);
  }

  /** The handbook's syllables as they are written; worked out when one is first tried. */
  const readVariants = new Map<Variant, { syllable: Syllable; marks: readonly string[] }>();
  function readVariant(variant: Variant): { syllable: Syllable; marks: readonly string[] } {
    const known = readVariants.get(variant);
    if (known) return known;
    const fresh = { syllable: analyzer.syllable(variant.written), marks: marksOf(variant.written) };
    readVariants.set(variant, fresh);
    return fresh;
  }

  /** The handbook's syllable with the marks that are nearest to those typed, and what speaks against these. */
  function dressed(folded: string, typed: readonly string[]): { syllable: Syllable; cost: number } {
    let best: Variant | undefined;
    let bestCost = Infinity;
    let bestTimes = 0;
    for (const variant of usage.variants(folded)) {
      const times = usage.times(variant);
      if (times === 0) continue;
      const cost = typed.length === 0 ? 0 : marksCost(typed, readVariant(variant).marks);
      const worse = cost - bestCost || bestTimes - times || (variant.written < (best?.written ?? '') ? -1 : 1);
      if (worse > 0) continue;
      [best, bestCost, bestTimes] = [variant, cost, times];
    }
    if (!best) return { syllable: analyzer.syllable(folded), cost: 0 };
    const { syllable } = readVariant(best);
    return { syllable: typed.length === 0 ? { ...syllable, exact: undefined } : syllable, cost: bestCost };
  }

  function readings(
    syllables: readonly Syllable[],
    at: number,
    nearTo: (folded: string) => readonly string[],
  ): Reading[] {
    const syllable = syllables[at] as Syllable;
    const { folded, exact } = syllable;
    const before = syllables[at - 1]?.folded ?? '';
    const next = syllables[at + 1];
    const after = next?.folded ?? '';
    const asTyped = (cost: number): Reading => ({ takes: 1, words: [syllable], cost, kept: true });
    if (/\d/.test(folded) || folded.length > LONGEST) return [asTyped(0)];
    const known = isKnown(folded);
    const marksKnown =
      exact === undefined || usage.variants(folded).some((one) => one.exact === exact && usage.times(one) > 0);
    if (known && marksKnown && (isPair(before, folded) || isPair(folded, after))) return [asTyped(0)];

    const found = [asTyped(known ? 0 : isFoldedSyllable(folded) ? NEW_SYLLABLE - SLIP : NO_SYLLABLE)];
    const typed = marksOf(syllable.written);
    const slip = !known || !marksKnown ? SLIP : exact === undefined ? SLIP_OF_KNOWN_UNMARKED : SLIP_OF_KNOWN;
    for (const word of fitting(nearTo(folded), before, after)) {
      const read = dressed(word, typed);
      found.push({ takes: 1, words: [read.syllable], cost: slip + read.cost, kept: false });
    }
    const spaced = (takes: number, words: readonly string[]): void => {
      const read = words.map((word) => dressed(word, []).syllable);
      found.push({ takes, words: read, cost: SLIP_OF_SPACE, kept: false });
    };
    if (!known) for (const words of splits(folded, 1, folded.length - 1)) spaced(1, words);
    if (next && !/\d/.test(after) && !(known && isKnown(after))) {
      const both = folded + after;
      for (const words of splits(both, Math.max(folded.length - 2, 1), folded.length + 1)) spaced(2, words);
      const swapped = folded.slice(0, -1) + after.slice(0, 1) + folded.slice(-1) + after.slice(1);
      for (const words of splits(swapped, Math.max(folded.length - 1, 1), folded.length + 1)) spaced(2, words);
      if (isKnown(both)) spaced(2, [both]);
    }
    return found;
  }

  /** The letters as two syllables that stand side by side in the handbook, parted at one of these places. */
  function splits(letters: string, from: number, to: number): [string, string][] {
    const found: [string, string][] = [];
    for (let at = from; at <= Math.min(to, letters.length - 1); at++) {
      const words: [string, string] = [foldSyllable(letters.slice(0, at)), foldSyllable(letters.slice(at))];
      if (isPair(...words)) found.push(words);
    }
    return found;
  }

  /** The likeliest reading of everything (Viterbi's search). */
  function bestReadings(syllables: readonly Syllable[]): Reading[] {
    const paths: Map<string, Path>[] = Array.from({ length: syllables.length + 1 }, () => new Map());
    /** Long texts repeat their words. */
    const found = new Map<string, readonly string[]>();
    const nearTo = (folded: string): readonly string[] => {
      const words = found.get(folded) ?? near(folded);
      found.set(folded, words);
      return words;
    };
    paths[0]?.set('', { cost: 0, last: '', times: 0, reading: undefined, before: undefined });
    for (let at = 0; at < syllables.length; at++) {
      const here = paths[at];
      if (!here || here.size === 0) continue;
      for (const reading of readings(syllables, at, nearTo)) {
        const [first = '', second] = reading.words.map(({ folded }) => folded);
        const last = second ?? first;
        const times = count(last);
        const own = share(first);
        const inside = second === undefined ? 0 : follows(first, count(first), second, share(second));
        let best: Path | undefined;
        for (const before of here.values()) {
          const cost = before.cost + reading.cost + inside + follows(before.last, before.times, first, own);
          if (!best || cost < best.cost) best = { cost, last, times, reading, before };
        }
        const there = paths[at + reading.takes];
        if (best && best.cost < (there?.get(last)?.cost ?? Infinity)) there?.set(last, best);
      }
    }
    let best: Path | undefined;
    for (const path of paths.at(-1)?.values() ?? []) if (!best || path.cost < best.cost) best = path;
    const steps: Reading[] = [];
    for (let path = best; path?.reading; path = path.before) steps.push(path.reading);
    return steps.toReversed();
  }

  return {
    repair(syllables, guesses) {
      const steps = bestReadings(syllables);
      if (steps.every(({ kept }) => kept)) return false;
      let changed = false;
      let at = 0;
      for (const { kept, takes, words } of steps) {
        const typed = syllables.slice(at, at + takes);
        if (kept) at += 1;
        else if (typed.every(({ folded }) => isKnown(folded))) {
          // What was typed is a word, too: both may be meant.
          const before = syllables[at - 1];
          const after = syllables[at + takes];
          guesses.push([...(before ? [before] : []), ...words, ...(after ? [after] : [])]);
          at += takes;
        } else {
          syllables.splice(at, takes, ...words);
          changed = true;
          at += words.length;
        }
      }
      return changed;
    },
  };
}

/** The marks of a word, "đ" for its stroke. */
function marksOf(written: string): string[] {
  return written.normalize('NFD').match(/[\u0300-\u036Fđ]/g) ?? [];
}

function marksCost(typed: readonly string[], read: readonly string[]): number {
  const left = [...read];
  let cost = 0;
  for (const mark of typed) {
    const at = left.indexOf(mark);
    if (at < 0) cost += MARK_LOST;
    else left.splice(at, 1);
  }
  return cost + MARK_NEW * left.length;
}
