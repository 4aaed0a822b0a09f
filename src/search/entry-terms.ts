import type { NumberList } from './number-list.ts';
import { where } from './postings.ts';

/** The terms of one entry, each once, and all the places where they stand in it. Made anew for every entry, in place. */
export interface EntryTerms {
  /** Forgets the last entry. */
  clear(): void;
  /** Takes in the terms of a text, which may name one more than once. @param at what the text is */
  add(text: NumberList, at: number): void;
  readonly size: number;
  readonly terms: readonly number[];
  /** Beside them; as `where` packs. */
  readonly places: readonly number[];
}

export function createEntryTerms(): EntryTerms {
  const terms: number[] = [];
  const places: number[] = [];
  /** Beside them: in which text each was last. */
  const texts: number[] = [];
  let count = 0;
  /** By term: where in these it stands, from `first` on; what is below is of an earlier entry, or none. */
  let slots = new Int32Array(1024);
  let first = 1;
  let size = 0;
  function grow(term: number): void {
    const more = new Int32Array(2 * term);
    more.set(slots);
    slots = more;
  }

  return {
    get size() {
      return size;
    },
    terms,
    places,
    clear() {
      first += size;
      size = 0;
    },
    add(text, at) {
      count++;
      const { numbers, length } = text;
      for (let i = 0; i < length; i++) {
        const term = numbers[i] ?? 0;
        if (term >= slots.length) grow(term);
        const slot = (slots[term] ?? 0) - first;
        if (slot < 0) {
          slots[term] = first + size;
          terms[size] = term;
          places[size] = at;
          texts[size] = count;
          size++;
        } else if (texts[slot] !== count) {
          places[slot] = where.both(places[slot] ?? 0, at);
          texts[slot] = count;
        }
      }
    },
  };
}
