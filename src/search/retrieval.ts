import MiniSearch, { type Options } from 'minisearch';
import type { QuestionTerm } from './analyze.ts';
import type { EntryTerms } from './entry-terms.ts';
import { posting, where, type Postings } from './postings.ts';
import type { Group, TermTable } from './terms.ts';

/** Finds entries that share terms with a question. */
export interface Retrieval {
  /** Best first by MiniSearch's score. @param among positions to look at */
  retrieve(terms: readonly QuestionTerm[], among: ReadonlySet<number>): Hit[];
  add(position: number, entry: EntryTerms): void;
  remove(position: number, entry: EntryTerms): void;
}

export interface Hit {
  position: number;
  score: number;
}

/**
 * Postings that one retrieval may walk: terms are taken rarest first until the budget is used up, so that a question of
 * common words does not cost the sum of all postings.
 */
const POSTINGS = 600;

/** What MiniSearch indexes; pairs and the exact view are left to the shortlist and the ranking. */
const RETRIEVED = new Set<Group>(['syllable', 'concept', 'number']);
interface Indexed {
  id: number;
  /** Its tokens, with a space between. */
  asked: string;
}

const OPTIONS: Options<Indexed> = {
  fields: ['asked'],
  tokenize: (text) => (text === '' ? [] : text.split(' ')),
  processTerm: (term) => term,
};

/** Whether a term leads to an entry where it stands there; what only the answer says does not. */
function leadsTo(group: Group, place: number): boolean {
  return RETRIEVED.has(group) && place !== where.answer;
}

/** @param positions of all entries that there are now, in order */
export function createRetrieval(positions: () => readonly number[], postings: Postings, terms: TermTable): Retrieval {
  /** Filled at the first retrieval, not at the start: the bot is ready sooner. */
  let filled: MiniSearch<Indexed> | undefined;

  function document(position: number, entry: EntryTerms): Indexed {
    const tokens: string[] = [];
    for (const one of entry) {
      const term = posting.position(one);
      if (leadsTo(terms.group(term), posting.place(one))) tokens.push(token(term));
    }
    return { id: position, asked: tokens.join(' ') };
  }

  return {
    add: (position, entry) => filled?.add(document(position, entry)),
    remove: (position, entry) => filled?.remove(document(position, entry)),
    retrieve(asked, among) {
      const known = asked
        .flatMap(({ number, group, certainty }) =>
          number !== undefined && RETRIEVED.has(group) ? [{ number, certainty, df: postings.frequency(number) }] : [],
        )
        .toSorted((a, b) => a.df - b.df);
      let left = POSTINGS;
      const affordable = known.filter(({ df }, i) => (left -= df) > 0 || i === 0);
      const certainty = new Map(affordable.map((one) => [token(one.number), one.certainty]));
      filled ??= fill(positions(), postings, terms);
      const hits = filled.search([...certainty.keys()].join(' '), {
        boostTerm: (term) => certainty.get(term) ?? 1,
        boostDocument: (position) => (among.has(position as number) ? 1 : 0),
      });
      return hits.map(({ id, score }): Hit => ({ position: id as number, score }));
    },
  };
}

/**
 * MiniSearch with all entries, from the form in which it saves itself: term by term as our postings are. Entry by entry,
 * as it adds documents, takes several times as long and as much memory.
 */
function fill(positions: readonly number[], postings: Postings, terms: TermTable): MiniSearch<Indexed> {
  const lengths = new Map(positions.map((position) => [position, 0]));
  for (const [, led] of ledPositions(postings, terms)) {
    for (const position of led) lengths.set(position, (lengths.get(position) ?? 0) + 1);
  }
  const all = [...lengths.values()].reduce((sum, length) => sum + length, 0);
  return MiniSearch.loadJS<Indexed>(
    {
      documentCount: positions.length,
      nextId: (positions.at(-1) ?? -1) + 1,
      documentIds: Object.fromEntries(positions.map((position) => [position, position])),
      fieldIds: { asked: 0 },
      fieldLength: Object.fromEntries([...lengths].map(([position, length]) => [position, [length]])),
      averageFieldLength: [all / Math.max(positions.length, 1)],
      storedFields: {},
      // It is gone through once, so that it need not be an array, which would take 20 MB for a moment.
      index: savedTerms(postings, terms) as Iterable<SavedTerm> as SavedTerm[],
      serializationVersion: 2,
    },
    OPTIONS,
  );
}

/** A term as MiniSearch saves it: by field, how often each entry has it. */
type SavedTerm = [string, { 0: Record<number, number> }];

function* savedTerms(postings: Postings, terms: TermTable): Generator<SavedTerm> {
  for (const [term, led] of ledPositions(postings, terms)) {
    yield [token(term), { 0: Object.fromEntries(led.map((position) => [position, 1])) }];
  }
}

/** Each term that leads to entries, and the positions of these. */
function* ledPositions(postings: Postings, terms: TermTable): Generator<[number, number[]]> {
  for (let term = 0; term < terms.size; term++) {
    const group = terms.group(term);
    if (!RETRIEVED.has(group)) continue;
    const led = [...postings.of(term)].filter((one) => leadsTo(group, posting.place(one))).map(posting.position);
    if (led.length > 0) yield [term, led];
  }
}

/** A term's number as MiniSearch's word: short words make a shallow tree. */
function token(term: number): string {
  return term.toString(36);
}
