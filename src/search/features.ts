import type { Question } from './analyze.ts';
import type { HandbookIndex, IndexedEntry } from './handbook-index.ts';
import { massOf, posting, where } from './postings.ts';
import type { Hit } from './retrieval.ts';
import type { Slots } from './slots.ts';
import type { Group } from './terms.ts';

/** Groups of terms whose shares are features of their own. */
const COMPARED = ['syllable', 'pair', 'exact', 'concept'] as const;

/**
 * What speaks for an entry as the answer to a question, each 0 to 1. `rank.ts` weighs them with numbers that are fitted
 * on the development half of the question sets, not guessed.
 *
 * - `retrieval`: MiniSearch's score as a share of the best one
 * - `weight`: rarity of the terms that the entry has, the ways of asking counting most, times the square of how many it
 *   has, as a share of the best candidate's; `logWeight`: its logarithm
 * - `matched`: share of the question's terms that the entry has
 * - `likelihood`: how much likelier the question's terms are among the entry's than in the whole handbook, as a
 *   logarithm below the best candidate's (a language model with Dirichlet's smoothing)
 * - `core.*`: share of the question's rarity among the ways of asking, more for what many of them have
 * - `all.*`: share of the question's rarity anywhere in the entry
 * - `near.*`: share of the question's rarity in the most similar way of asking
 * - `closest`, `second`, `third`: cosine with the most similar ways of asking
 * - `canonical`: cosine with the entry's own question
 * - `contained`: share of the most similar way of asking that the question has
 * - `about`: share of the rarity of what the entry is about that the question has; a question that names no business
 *   owner is hardly for the entry about business owners
 * - `rarest.asked`, `rarest.any`: whether the question's rarest term stands there
 * - `kind`: share of the ways of asking that want to know the same kind of thing
 * - `number`: a document or form of the question is in the entry
 * - `exact`: the question is a way of asking, to the letter after folding
 */
export const FEATURES = [
  'retrieval',
  'weight',
  'logWeight',
  'matched',
  'likelihood',
  ...COMPARED.map((group) => `core.${group}` as const),
  ...COMPARED.map((group) => `all.${group}` as const),
  ...COMPARED.map((group) => `near.${group}` as const),
  'closest',
  'second',
  'third',
  'canonical',
  'contained',
  'about',
  'rarest.asked',
  'rarest.any',
  'kind',
  'number',
  'exact',
] as const;

interface QueryTerm {
  number: number | undefined;
  rarity: number;
  /** Rarity, less when it is a guess. */
  weight: number;
  group: Group;
}

/** A question made ready for comparing with many entries. */
export interface Query {
  terms: readonly QueryTerm[];
  /** By term: its place in `terms`, from 1; good until the next question. */
  places: Slots['places'];
  norm: number;
  /** Weight of all terms of a group. */
  mass: Readonly<Record<Group, number>>;
  rarest: number | undefined;
  exactly: ReadonlySet<number>;
}

/** A term that half of the ways of asking have is the core of an entry; one that one has may be an accident. */
const CORE = 1.5;
/** Groups of terms that the likelihood counts, and how many terms of the whole handbook it mixes into an entry's. */
const TELLING = new Set<Group>(['syllable', 'pair', 'exact', 'concept', 'number']);
const SMOOTHING = 100;
/** How much more a way of asking says than the answer. */
const ASKED = 3;

export function createQuery<E>({ terms, plain }: Question, index: HandbookIndex<E>): Query {
  const mass = none();
  let square = 0;
  let rarest: number | undefined;
  let rarestWeight = 0;
  const weighed = terms.map(({ number, group, certainty }): QueryTerm => {
    const rarity = number === undefined ? index.unknownIdf : index.idf(number);
    const weight = certainty * rarity;
    mass[group] += weight;
    if (number !== undefined) {
      square += weight ** 2;
      if ((group === 'syllable' || group === 'pair') && weight > rarestWeight)
        [rarest, rarestWeight] = [number, weight];
    }
    return { number, rarity, weight, group };
  });
  const exactly = new Set(index.asExactly(plain));
  index.slots.fill(
    terms.map(({ number }) => number),
    index.terms,
  );
  return { terms: weighed, places: index.slots.places, norm: Math.sqrt(square), mass, rarest, exactly };
}

/** Where a group of terms is counted in the columns of a meeting. */
export const COLUMN: Readonly<Record<Group, number>> = {
  syllable: 0,
  pair: 1,
  exact: 2,
  concept: 3,
  kind: 4,
  foreign: 5,
  domain: 6,
  number: 7,
};
const COLUMNS = 8;

/** How an entry's terms meet the question's. */
export interface Meeting {
  position: number;
  /** MiniSearch's score as a share of the best one. */
  retrieval: number;
  /** Rarity of the terms met, by `COLUMN`, among the ways of asking and anywhere: from here on in `columns`. */
  columns: Float64Array;
  core: number;
  all: number;
  matched: number;
  /** Rarity of the terms met, times the square of how many they are. */
  weight: number;
  likelihood: number;
}

/** The best among the candidates, which some features are measured against. */
export interface Best {
  weight: number;
  likelihood: number;
}

/** How many there are of what `where` packs into a byte. */
const PACKED = 256;
/** By where a term stands, as `where` packs it: how much that says, and how much of it is what the entry is about. */
const SAID = Float64Array.from(
  { length: PACKED },
  (_, packed) => ASKED * saturated(where.ways(packed) + (packed & where.keyword)) + (packed & where.answer ? 1 : 0),
);
const CORE_SAID = Float64Array.from({ length: PACKED }, (_, packed) =>
  Math.max(where.ways(packed) / (where.ways(packed) + CORE), packed & where.keyword),
);

/** Compares the question with entries, term by term. */
export function meet<E>(query: Query, { positions, postings }: HandbookIndex<E>, hits: readonly Hit[]): Meeting[] {
  /** By position: which of the hits, from 1. */
  const wanted = new Uint16Array(positions);
  /** One array for all: records of their own were a third of the garbage of a question. */
  const columns = new Float64Array(2 * COLUMNS * hits.length);
  const meetings = hits.map(({ position, score }, i): Meeting => {
    wanted[position] = i + 1;
    const core = 2 * COLUMNS * i;
    return { position, retrieval: score, columns, core, all: core + COLUMNS, matched: 0, weight: 0, likelihood: 0 };
  });
  let said = 0;
  const likelier = new Float64Array(PACKED);
  for (const { number, weight, group } of query.terms) {
    if (number === undefined) continue;
    const column = COLUMN[group];
    const telling = TELLING.has(group);
    if (telling) said++;
    const expected = (postings.termMass(number) + 0.5) / postings.mass;
    likelier.fill(-1);
    for (const one of postings.of(number)) {
      const hit = wanted[posting.position(one)] ?? 0;
      const meeting = hit === 0 ? undefined : meetings[hit - 1];
      if (!meeting) continue;
      const packed = posting.place(one);
      if (telling) {
        // Many entries have a term in the same places, and a logarithm takes longer than all the rest here.
        let more = likelier[packed] ?? 0;
        if (more < 0) likelier[packed] = more = Math.log1p(massOf(packed) / (SMOOTHING * expected));
        meeting.likelihood += more;
      }
      meeting.matched++;
      meeting.weight += weight * (SAID[packed] ?? 0);
      const core = meeting.core + column;
      const all = meeting.all + column;
      columns[core] = (columns[core] ?? 0) + weight * (CORE_SAID[packed] ?? 0);
      columns[all] = (columns[all] ?? 0) + weight;
    }
  }
  for (const meeting of meetings) {
    meeting.weight *= meeting.matched ** 2;
    meeting.likelihood -= said * Math.log1p(postings.entryMass(meeting.position) / SMOOTHING);
    meeting.likelihood /= Math.sqrt(said || 1);
  }
  return meetings;
}

function queryTerm({ places, terms }: Query, term: number): QueryTerm | undefined {
  const place = places[term] ?? 0;
  return place === 0 ? undefined : terms[place - 1];
}

/** BM25's saturation: the tenth way of asking that has a term adds less than the second. */
function saturated(ways: number): number {
  return (ways * 2.2) / (ways + 1.2);
}

/** The features of one candidate, in the order of `FEATURES`. */
export function features<E>(query: Query, index: HandbookIndex<E>, meeting: Meeting, best: Best): number[] {
  const entry = index.entry(meeting.position);
  if (!entry) return FEATURES.map(() => 0);
  const { columns, core, all, matched, position, retrieval } = meeting;
  const weight = meeting.weight / Math.max(best.weight, Number.MIN_VALUE);
  const { near, cosines, contained, kind } = compareWays(query, entry);
  const share = (found: Float64Array, from: number, group: Group): number =>
    query.mass[group] === 0 ? 0 : (found[from + COLUMN[group]] ?? 0) / query.mass[group];
  const rarestAt = query.rarest === undefined ? 0 : index.postings.place(query.rarest, position);
  const [closest = 0, second = 0, third = 0] = cosines.toSorted((a, b) => b - a);
  return [
    retrieval,
    weight,
    Math.log(weight + 0.01),
    matched / Math.max(query.terms.length, 1),
    (meeting.likelihood - best.likelihood) / 5,
    ...COMPARED.map((group) => share(columns, core, group)),
    ...COMPARED.map((group) => share(columns, all, group)),
    ...COMPARED.map((group) => share(near, 0, group)),
    closest,
    second,
    third,
    cosines[0] ?? 0,
    contained,
    about(query, index, entry),
    where.ways(rarestAt) > 0 ? 1 : 0,
    rarestAt > 0 ? 1 : 0,
    kind,
    share(columns, all, 'number'),
    query.exactly.has(position) ? 1 : 0,
  ];
}

function about<E>(query: Query, index: HandbookIndex<E>, entry: IndexedEntry<E>): number {
  let said = 0;
  let all = 0;
  for (const term of entry.core) {
    const rarity = index.idf(term);
    all += rarity;
    if (queryTerm(query, term)) said += rarity;
  }
  return all === 0 ? 0 : said / all;
}

interface Comparison {
  /** By `COLUMN`. */
  near: Float64Array;
  /** In the order of the ways of asking. */
  cosines: number[];
  contained: number;
  kind: number;
}

function compareWays<E>(query: Query, entry: IndexedEntry<E>): Comparison {
  const { terms, ends, norms } = entry.ways();
  const cosines: number[] = [];
  let closest = -1;
  let best = 0;
  let contained = 0;
  let kinds = 0;
  for (let way = 0, i = 0; way < ends.length; way++) {
    const end = ends[way] ?? 0;
    const norm = norms[way] ?? 0;
    let product = 0;
    let kind = false;
    for (; i < end; i++) {
      const term = terms[i] ?? 0;
      const asked = queryTerm(query, term);
      if (!asked) continue;
      product += asked.weight * asked.rarity;
      kind ||= asked.group === 'kind';
    }
    if (kind) kinds++;
    const cosine = product / (norm * query.norm || 1);
    cosines.push(cosine);
    if (cosine > closest) {
      closest = cosine;
      best = way;
      contained = Math.min(product / (norm ** 2 || 1), 1);
    }
  }
  const near = new Float64Array(COLUMNS);
  for (const term of terms.subarray(best === 0 ? 0 : ends[best - 1], ends[best])) {
    const asked = queryTerm(query, term);
    const column = asked ? COLUMN[asked.group] : 0;
    if (asked) near[column] = (near[column] ?? 0) + asked.weight;
  }
  return { near, cosines, contained, kind: kinds / Math.max(ends.length, 1) };
}

function none(): Record<Group, number> {
  return { syllable: 0, pair: 0, exact: 0, concept: 0, kind: 0, foreign: 0, domain: 0, number: 0 };
}
