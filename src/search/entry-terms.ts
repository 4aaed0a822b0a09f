import { NONE, type Columns } from './columns.ts';
import type { NumberList } from './number-list.ts';
import { posting, where } from './postings.ts';

/** The terms of an entry, each once, and where they stand in it: packed as `posting` does, with the term as the position. */
export type EntryTerms = Int32Array;

/** Puts together the terms of one entry after the other. */
export interface EntryTermsBuilder {
  /** Takes in the terms of a text, which may name one more than once. @param at what the text is */
  add(columns: Columns, from: number, to: number, more: NumberList, at: number): void;
  /** Of all texts since it was last asked. */
  take(): EntryTerms;
}

/** Terms that there is room for at first, of all entries and of one: what our own handbook needs. */
const TERMS = 2 ** 16;
const TERMS_OF_ENTRY = 2 ** 12;

/** Texts that can be told apart; then all is forgotten that is known of earlier ones. */
const MOST_TEXTS = 2 ** 23 - 1;

export function createEntryTermsBuilder(): EntryTermsBuilder {
  return new Builder();
}

/** A class, so that all builders share their compiled code. */
class Builder implements EntryTermsBuilder {
  /** By term: the last text that had it, and where it stands in the entry, packed as `posting` does. */
  private last = new Int32Array(TERMS);
  private text = 0;
  /** What is below is of an earlier entry. */
  private first = posting.of(1, 0);
  private terms = new Int32Array(TERMS_OF_ENTRY);
  private size = 0;

  add({ syllables, exacts, pairs }: Columns, from: number, to: number, more: NumberList, at: number): void {
    this.text += posting.of(1, 0);
    this.takeIn(syllables, from, to, at);
    this.takeIn(exacts, from, to, at);
    this.takeIn(pairs, from, to, at);
    this.takeIn(more.numbers, 0, more.length, at);
  }

  take(): EntryTerms {
    const packed = new Int32Array(this.size);
    for (let i = 0; i < packed.length; i++) {
      const term = this.terms[i] ?? 0;
      packed[i] = posting.of(term, posting.place(this.last[term] ?? 0));
    }
    this.size = 0;
    if (posting.position(this.text) > MOST_TEXTS / 2) {
      this.last.fill(0);
      this.text = 0;
    }
    this.first = this.text + posting.of(1, 0);
    return packed;
  }

  private takeIn(column: Int32Array, from: number, to: number, at: number): void {
    const { text, first } = this;
    let { last, size } = this;
    if (size + to - from > this.terms.length) this.terms = larger(this.terms, size + to - from);
    const { terms } = this;
    for (let i = from; i < to; i++) {
      const term = column[i] ?? NONE;
      if (term === NONE) continue;
      if (term >= last.length) this.last = last = larger(last, term);
      const known = last[term] ?? 0;
      if (known >= text) continue;
      if (known < first) terms[size++] = term;
      last[term] = text | (known < first ? at : where.both(posting.place(known), at));
    }
    this.size = size;
  }
}

function larger(numbers: Int32Array, index: number): Int32Array<ArrayBuffer> {
  const more = new Int32Array(2 * index);
  more.set(numbers);
  return more;
}
