import { createCounts } from './counts.ts';
import { createPairTable } from './pair-table.ts';

/** What a term is: how it was made of the text decides how much it says. */
export type Group = 'syllable' | 'pair' | 'exact' | 'concept' | 'kind' | 'foreign' | 'domain' | 'number';

/**
 * The handbook's terms by number, so that texts are compared as numbers: folded syllables ("nap"), pairs of neighbours
 * ("ket nap"), exact syllables with their marks ("nap5"), concepts that several ways of saying share, kinds of
 * question, phrases foreign to the handbook and of its domain, document and form numbers.
 *
 * A term keeps its number for good. When the last text goes that has it, it is as if the handbook never had it.
 */
export interface TermTable {
  /** How many terms ever had a number. */
  readonly size: number;
  group(term: number): Group;
  /** How often the handbook's texts have a term that is no pair, and how often a pair. */
  uses(term: number | undefined): number;
  pairUses(first: number | undefined, second: number | undefined): number;
  /** Counts the term by so many more, or less when negative; it must be no pair. */
  use(term: number, by: number): void;
  /** The same for the first `length` of these; what is negative is none. */
  useAll(terms: Int32Array, length: number, by: number): void;
  /**
   * Counts the pairs that syllables make with the next one, unless either is negative. New pairs get a number.
   *
   * @param into takes the number of each; `NONE` where there is none
   */
  usePairs(syllables: Int32Array, length: number, by: number, into: Int32Array): void;
  /** The term's number, when the handbook has it. */
  named(group: NamedGroup, name: string): number | undefined;
  /** The pair of two syllables, by their numbers, when the handbook has it. */
  pair(first: number | undefined, second: number | undefined): number | undefined;
  /** The number of a term or a pair: a new one when it has none yet. */
  number(group: NamedGroup, name: string): number;
  pairNumber(first: number, second: number): number;
}

type NamedGroup = Exclude<Group, 'pair'>;

/** Pairs that there is room for at first: a small handbook's. */
const PAIRS = 2 ** 15;

export function createTermTable(): TermTable {
  const groups: Group[] = [];
  const names: Record<NamedGroup, Map<string, number>> = {
    syllable: new Map(),
    exact: new Map(),
    concept: new Map(),
    kind: new Map(),
    foreign: new Map(),
    domain: new Map(),
    number: new Map(),
  };
  const pairs = createPairTable(PAIRS);
  const counts = createCounts();
  const inUse = (term: number | undefined): number | undefined =>
    term !== undefined && counts.of(term) > 0 ? term : undefined;
  return {
    get size() {
      return groups.length;
    },
    group: (term) => groups[term] ?? 'syllable',
    uses: (term) => (term === undefined ? 0 : counts.of(term)),
    pairUses: (first, second) => (first === undefined || second === undefined ? 0 : pairs.count(first, second)),
    use: (term, by) => counts.add(term, by),
    named: (group, name) => inUse(names[group].get(name)),
    pair(first, second) {
      if (first === undefined || second === undefined || pairs.count(first, second) === 0) return undefined;
      return pairs.get(first, second);
    },
    number(group, name) {
      const known = names[group].get(name);
      if (known !== undefined) return known;
      const term = groups.push(group) - 1;
      names[group].set(name, term);
      return term;
    },
    pairNumber(first, second) {
      const known = pairs.get(first, second);
      if (known !== undefined) return known;
      const term = groups.push('pair') - 1;
      pairs.set(first, second, term);
      return term;
    },
    useAll: (some, length, by) => counts.addAll(some, length, by),
    usePairs(syllables, length, by, into) {
      if (length === 0) return;
      const next = pairs.addAll(syllables, syllables.subarray(1), length - 1, by, groups.length, into);
      while (groups.length < next) groups.push('pair');
    },
  };
}
