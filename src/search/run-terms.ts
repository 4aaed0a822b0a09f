import { NONE, type Columns } from './columns.ts';
import type { NumberList } from './number-list.ts';
import { standsAt, type NumberedPhrase, type PhraseTable } from './phrase-table.ts';
import type { TermTable } from './terms.ts';

/** Puts the terms of runs of syllables together. */
export interface RunTerms {
  /**
   * Adds to `found` the terms of the rows from `from` to before `to`, some of them more than once, and to `plain` the
   * syllables without what is only said for politeness. Counts the phrases by so many more.
   */
  add(columns: Columns, from: number, to: number, by: number, into: { found: NumberList; plain: NumberList }): void;
}

export function createRunTerms(phrases: PhraseTable, terms: TermTable): RunTerms {
  /** @returns whether there is politeness among them, which few texts of a handbook have */
  function addPhrases(columns: Columns, from: number, to: number, by: number, found: NumberList): boolean {
    const { syllables, pairs } = columns;
    let polite = false;
    for (let at = from; at < to; at++) {
      const alone = phrases.alone(syllables[at] ?? NONE);
      if (alone && take(alone, columns, at, by, found)) polite = true;
      const longer = phrases.from(pairs[at] ?? NONE);
      if (longer && take(longer, columns, at, by, found)) polite = true;
    }
    return polite;
  }

  function take(
    starting: readonly NumberedPhrase[],
    columns: Columns,
    at: number,
    by: number,
    found: NumberList,
  ): boolean {
    let polite = false;
    for (let i = 0; i < starting.length; i++) {
      const phrase = starting[i] as NumberedPhrase;
      if (!standsAt(phrase, columns, at)) continue;
      if (phrase.term === NONE) polite = true;
      else {
        found.push(phrase.term);
        if (by !== 0) terms.use(phrase.term, by);
      }
    }
    return polite;
  }

  /** @returns which rows are politeness, counted from `from`; undefined when nothing else would be left to search by */
  function politeRows(columns: Columns, from: number, to: number): Uint8Array | undefined {
    const rows = new Uint8Array(to - from);
    for (let at = from; at < to; at++) {
      const alone = phrases.alone(columns.syllables[at] ?? NONE) ?? [];
      const longer = phrases.from(columns.pairs[at] ?? NONE) ?? [];
      for (const phrase of [...alone, ...longer]) {
        if (phrase.term !== NONE || !standsAt(phrase, columns, at)) continue;
        rows.fill(1, at - from, at - from + phrase.syllables.length);
      }
    }
    return rows.includes(0) ? rows : undefined;
  }

  return {
    add(columns, from, to, by, { found, plain }) {
      const { syllables, exacts, pairs } = columns;
      const polite = addPhrases(columns, from, to, by, found) ? politeRows(columns, from, to) : undefined;
      for (let i = from; i < to; i++) {
        if (polite && polite[i - from] === 1) continue;
        const syllable = syllables[i] ?? NONE;
        const exact = exacts[i] ?? NONE;
        plain.push(syllable);
        found.push(syllable);
        if (exact !== NONE) found.push(exact);
        if (i > from && !(polite && polite[i - from - 1] === 1)) found.push(pairs[i - 1] ?? NONE);
      }
    },
  };
}
