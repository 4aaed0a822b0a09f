import { NONE } from './columns.ts';
import { createCounts, type Counts } from './counts.ts';
import { createPairTable } from './pair-table.ts';

/** What a term is: how it was made of the text decides how much it says. */
export type Group = 'syllable' | 'pair' | 'exact' | 'concept' | 'kind' | 'foreign' | 'domain' | 'number';

/**
 * The handbook's terms by number, so that texts are compared as numbers: folded syllables ("nap"), pairs of neighbours
 * ("ket nap"), exact syllables with their marks ("nap5"), concepts that several ways of saying share, kinds of
 * question, phrases foreign to the handbook and of its domain, document and form numbers.
 *
 * A term keeps its number for good. When the last entry goes that has it, it is as if the handbook never had it.
 */
export interface TermTable {
  /** How many terms ever had a number. */
  readonly size: number;
  group(term: number): Group;
  /** How many entries have each term; the postings count them. */
  readonly frequencies: Counts;
  /** The term's number, when the handbook has it. */
  named(group: NamedGroup, name: string): number | undefined;
  /** The pair of two syllables, by their numbers, when the handbook has it. */
  pair(first: number | undefined, second: number | undefined): number | undefined;
  /** The number of a term or a pair: a new one when it has none yet. */
  number(group: NamedGroup, name: string): number;
  pairNumber(first: number, second: number): number;
  /**
   * The same for each syllable and the next one, unless either is negative.
   *
   * @param into takes the numbers; `NONE` where there is none, as behind the last
   */
  pairNumbers(syllables: Int32Array, length: number, into: Int32Array): void;
}

type NamedGroup = Exclude<Group, 'pair'>;

/** Places for pairs at first: what our own handbook needs. */
const PAIRS = 2 ** 16;

export function createTermTable(): TermTable {
  return new Terms();
}

/** A class, so that all tables share their compiled code. */
class Terms implements TermTable {
  readonly frequencies = createCounts();
  private readonly groups: Group[] = [];
  private readonly names: Record<NamedGroup, Map<string, number>> = {
    syllable: new Map(),
    exact: new Map(),
    concept: new Map(),
    kind: new Map(),
    foreign: new Map(),
    domain: new Map(),
    number: new Map(),
  };
  private readonly pairs = createPairTable(PAIRS);

  get size(): number {
    return this.groups.length;
  }

  group(term: number): Group {
    return this.groups[term] ?? 'syllable';
  }

  named(group: NamedGroup, name: string): number | undefined {
    return this.inUse(this.names[group].get(name));
  }

  pair(first: number | undefined, second: number | undefined): number | undefined {
    return first === undefined || second === undefined ? undefined : this.inUse(this.pairs.get(first, second));
  }

  number(group: NamedGroup, name: string): number {
    const names = this.names[group];
    const known = names.get(name);
    if (known !== undefined) return known;
    const term = this.groups.push(group) - 1;
    names.set(name, term);
    return term;
  }

  pairNumber(first: number, second: number): number {
    const known = this.pairs.get(first, second);
    if (known !== undefined) return known;
    const term = this.groups.push('pair') - 1;
    this.pairs.set(first, second, term);
    return term;
  }

  pairNumbers(syllables: Int32Array, length: number, into: Int32Array): void {
    if (length === 0) return;
    into[length - 1] = NONE;
    const next = this.pairs.number(syllables, syllables.subarray(1), length - 1, this.groups.length, into);
    while (this.groups.length < next) this.groups.push('pair');
  }

  private inUse(term: number | undefined): number | undefined {
    return term !== undefined && this.frequencies.of(term) > 0 ? term : undefined;
  }
}
