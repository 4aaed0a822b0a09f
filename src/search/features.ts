import type { Question } from './analyze.ts';
import type { HandbookIndex, IndexedEntry } from './handbook-index.ts';
import { massOf, placeIn, PLACES, where } from './postings.ts';
import type { Listed } from './shortlist.ts';
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
export interface Meeting extends Listed {
  /** MiniSearch's score as a share of the best one. */
  retrieval: number;
  /** Rarity of the terms met, by `COLUMN`: among the ways of asking, more for what many of them have; and anywhere. */
  core: Float64Array;
  all: Float64Array;
  likelihood: number;
}

/** The best among the candidates, which some features are measured against. */
export interface Best {
  weight: number;
  likelihood: number;
}

/** By where a term stands, as `where` packs it: how much of what the entry is about that is. */
const CORE_SAID = Float64Array.from({ length: PLACES }, (_, packed) =>
  Math.max(where.ways(packed) / (where.ways(packed) + CORE), packed & where.keyword),
);

/** Compares the question with entries, term by term. @param retrieval each one's score, as a share of the best */
export function meet<E>(
  query: Query,
  { postings }: HandbookIndex<E>,
  listed: readonly Listed[],
  retrieval: (position: number) => number,
): Meeting[] {
  const meetings = listed.map(({ position, weight, matched }): Meeting => {
    const [core, all] = [new Float64Array(COLUMNS), new Float64Array(COLUMNS)];
    return { position, weight, matched, retrieval: retrieval(position), core, all, likelihood: 0 };
  });
  let said = 0;
  for (const { number, weight, group } of query.terms) {
    if (number === undefined) continue;
    const column = COLUMN[group];
    const telling = TELLING.has(group);
    if (telling) said++;
    const expected = (SMOOTHING * (postings.termMass(number) + 0.5)) / postings.mass;
    const list = postings.of(number);
    for (const meeting of meetings) {
      const packed = placeIn(list, meeting.position);
      if (packed === 0) continue;
      if (telling) meeting.likelihood += Math.log1p(massOf(packed) / expected);
      meeting.core[column] = (meeting.core[column] ?? 0) + weight * (CORE_SAID[packed] ?? 0);
      meeting.all[column] = (meeting.all[column] ?? 0) + weight;
    }
  }
  for (const meeting of meetings) {
    meeting.likelihood -= said * Math.log1p(postings.entryMass(meeting.position) / SMOOTHING);
    meeting.likelihood /= Math.sqrt(said || 1);
  }
  return meetings;
}

function queryTerm({ places, terms }: Query, term: number): QueryTerm | undefined {
  const place = places[term] ?? 0;
  return place === 0 ? undefined : terms[place - 1];
}

/** The features of one candidate, in the order of `FEATURES`. */
export function features<E>(query: Query, index: HandbookIndex<E>, meeting: Meeting, best: Best): number[] {
  const entry = index.entry(meeting.position);
  if (!entry) return FEATURES.map(() => 0);
  const { core, all, matched, position, retrieval } = meeting;
  const weight = meeting.weight / Math.max(best.weight, Number.MIN_VALUE);
  const { near, closest, second, third, canonical, contained, kind } = compareWays(query, entry);
  const rarestAt = query.rarest === undefined ? 0 : index.postings.place(query.rarest, position);
  const found = [
    retrieval,
    weight,
    Math.log(weight + 0.01),
    matched / Math.max(query.terms.length, 1),
    (meeting.likelihood - best.likelihood) / 5,
  ];
  for (const group of COMPARED) found.push(share(query, core, group));
  for (const group of COMPARED) found.push(share(query, all, group));
  for (const group of COMPARED) found.push(share(query, near, group));
  found.push(
    closest,
    second,
    third,
    canonical,
    contained,
    about(query, index, entry),
    where.ways(rarestAt) > 0 ? 1 : 0,
    rarestAt > 0 ? 1 : 0,
    kind,
    share(query, all, 'number'),
    query.exactly.has(position) ? 1 : 0,
  );
  return found;
}

/** @param met by `COLUMN` */
function share({ mass }: Query, met: Float64Array, group: Group): number {
  return mass[group] === 0 ? 0 : (met[COLUMN[group]] ?? 0) / mass[group];
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

/** How similar the question is to an entry's ways of asking. */
interface Comparison {
  /** What the most similar way has of it, by `COLUMN`. */
  near: Float64Array;
  /** Cosines of the most similar ways, and of the entry's own question. */
  closest: number;
  second: number;
  third: number;
  canonical: number;
  contained: number;
  kind: number;
}

function compareWays<E>(query: Query, entry: IndexedEntry<E>): Comparison {
  const { terms, ends, norms } = entry.ways();
  let [closest, second, third, canonical] = [-1, 0, 0, 0];
  let best = 0;
  let contained = 0;
  let kinds = 0;
  for (let way = 0, i = 0; way < ends.length; way++) {
    const end = ends[way] ?? 0;
    const norm = norms[way] ?? 0;
    let product = 0;
    let kind = false;
    for (; i < end; i++) {
      const asked = queryTerm(query, terms[i] ?? 0);
      if (!asked) continue;
      product += asked.weight * asked.rarity;
      kind ||= asked.group === 'kind';
    }
    if (kind) kinds++;
    const cosine = product / (norm * query.norm || 1);
    if (way === 0) canonical = cosine;
    if (cosine > closest) {
      [third, second, closest] = [second, Math.max(closest, 0), cosine];
      best = way;
      contained = Math.min(product / (norm ** 2 || 1), 1);
    } else if (cosine > second) [third, second] = [second, cosine];
    else if (cosine > third) third = cosine;
  }
  const near = new Float64Array(COLUMNS);
  for (const term of terms.subarray(best === 0 ? 0 : ends[best - 1], ends[best])) {
    const asked = queryTerm(query, term);
    const column = asked ? COLUMN[asked.group] : 0;
    if (asked) near[column] = (near[column] ?? 0) + asked.weight;
  }
  return { near, closest, second, third, canonical, contained, kind: kinds / Math.max(ends.length, 1) };
}

function none(): Record<Group, number> {
  return { syllable: 0, pair: 0, exact: 0, concept: 0, kind: 0, foreign: 0, domain: 0, number: 0 };
}
