/** What a term is: how it was made of the text decides how much it says. */
export type Group = 'syllable' | 'pair' | 'exact' | 'concept' | 'kind' | 'foreign' | 'domain' | 'number';

/**
 * The handbook's terms by number, so that texts are compared as numbers: folded syllables ("nap"), pairs of neighbours
 * ("ket nap"), exact syllables with their marks ("nap5"), concepts that several ways of saying share, kinds of
 * question, phrases foreign to the handbook and of its domain, document and form numbers.
 */
export interface TermTable {
  /** How many terms there are. */
  readonly size: number;
  group(term: number): Group;
  /** The term's number; `grow` gives it one when it is new, otherwise a new term is undefined. */
  named(group: Exclude<Group, 'pair'>, name: string, grow: boolean): number | undefined;
  /** The pair of two syllables, by their numbers. */
  pair(first: number | undefined, second: number | undefined, grow: boolean): number | undefined;
}

export function createTermTable(): TermTable {
  const groups: Group[] = [];
  const names: Record<Exclude<Group, 'pair'>, Map<string, number>> = {
    syllable: new Map(),
    exact: new Map(),
    concept: new Map(),
    kind: new Map(),
    foreign: new Map(),
    domain: new Map(),
    number: new Map(),
  };
  /** By the first syllable's number: small integers are the fastest keys there are. */
  const followers: (Map<number, number> | undefined)[] = [];
  return {
    get size() {
      return groups.length;
    },
    group: (term) => groups[term] ?? 'syllable',
    named(group, name, grow) {
      let number = names[group].get(name);
      if (number === undefined && grow) {
        number = groups.push(group) - 1;
        names[group].set(name, number);
      }
      return number;
    },
    pair(first, second, grow) {
      if (first === undefined || second === undefined) return undefined;
      let following = followers[first];
      if (!following) {
        if (!grow) return undefined;
        following = new Map();
        followers[first] = following;
      }
      let number = following.get(second);
      if (number === undefined && grow) {
        number = groups.push('pair') - 1;
        following.set(second, number);
      }
      return number;
    },
  };
}
