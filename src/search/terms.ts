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
  const pairs = createPairTable();
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
      const number = pairs.get(first, second);
      if (number !== undefined || !grow) return number;
      const next = groups.push('pair') - 1;
      pairs.set(first, second, next);
      return next;
    },
  };
}

/**
 * Pairs of numbers in flat arrays with open addressing: the handbook's index is mostly pairs, and a map of maps takes
 * three times as long to fill.
 */
function createPairTable(): {
  get(first: number, second: number): number | undefined;
  set(first: number, second: number, value: number): void;
} {
  let size = 0;
  let mask = 2 ** 14 - 1;
  /** Three numbers a place: first + 1 (0: free), second, value. */
  let places = new Int32Array(3 * (mask + 1));

  function placeOf(first: number, second: number): number {
    let at = (Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b)) & mask;
    for (;;) {
      const found = places[3 * at];
      if (found === 0 || (found === first + 1 && places[3 * at + 1] === second)) return 3 * at;
      at = (at + 1) & mask;
    }
  }

  function put(first: number, second: number, value: number): void {
    const place = placeOf(first, second);
    places[place] = first + 1;
    places[place + 1] = second;
    places[place + 2] = value;
  }

  return {
    get(first, second) {
      const place = placeOf(first, second);
      return places[place] === 0 ? undefined : places[place + 2];
    },
    set(first, second, value) {
      if (++size * 2 > mask) {
        const old = places;
        mask = mask * 2 + 1;
        places = new Int32Array(3 * (mask + 1));
        for (let at = 0; at < old.length; at += 3) {
          const key = old[at] ?? 0;
          if (key !== 0) put(key - 1, old[at + 1] ?? 0, old[at + 2] ?? 0);
        }
      }
      put(first, second, value);
    },
  };
}
