import type { Analysis } from './analyze.ts';
import type { HandbookIndex, IndexedEntry } from './handbook-index.ts';

/**
 * What speaks for an entry as the answer to a question. Each is about 0 to 1; `rank.ts` weighs them with numbers that
 * are fitted, not guessed.
 */
export const FEATURES = [
  /** MiniSearch's score as a share of the best one. */
  'retrieval',
  /** Share of the question's rarity found among the ways of asking, by syllables, pairs, concepts. */
  'askedSyllables',
  'askedPairs',
  'askedConcepts',
  /** The same in all of the entry. */
  'allSyllables',
  'allPairs',
  'allConcepts',
  /** Cosine with the most similar way of asking, with the second, with the canonical question. */
  'closest',
  'second',
  'canonical',
  /** Share of the closest way of asking that the question has. */
  'contained',
  /** The rarest term of the question stands among the ways of asking, or at least in the answer. */
  'rarestAsked',
  'rarestAnywhere',
  /** Longest run of the question's syllables that the closest way of asking has in the same order. */
  'run',
  /** Of syllables typed with marks, the share that the entry writes with the same marks. */
  'marks',
  /** The ways of asking want to know the same kind of thing. */
  'kind',
  /** A document number or form of the question is in the entry. */
  'number',
  /** The question is a way of asking, letter for letter after folding. */
  'exact',
] as const;

export type FeatureName = (typeof FEATURES)[number];

/** Groups of terms, told apart by their first sign. */
type Group = 'syllable' | 'pair' | 'concept' | 'kind' | 'number';

interface Weighed {
  number: number | undefined;
  weight: number;
  group: Group;
}

export interface QueryVector {
  terms: readonly Weighed[];
  /** Weight by term number; most are 0. */
  weights: Float64Array;
  norm: number;
  mass: Record<Group, number>;
  rarest: number | undefined;
  run: readonly string[];
  exact: readonly string[];
  exactly: ReadonlySet<number>;
}

export function groupOf(term: string): Group {
  if (term.startsWith('~')) return 'concept';
  if (term.startsWith('?')) return 'kind';
  if (term.includes(':')) return 'number';
  return term.includes('_') ? 'pair' : 'syllable';
}

export function queryVector<E>({ terms, syllables }: Analysis, index: HandbookIndex<E>): QueryVector {
  const weighed: Weighed[] = [];
  const weights = new Float64Array(index.termCount);
  const mass: Record<Group, number> = { syllable: 0, pair: 0, concept: 0, kind: 0, number: 0 };
  let square = 0;
  let rarest: number | undefined;
  let rarestWeight = 0;
  for (const [term, certainty] of terms) {
    const number = index.termNumber(term);
    const group = groupOf(term);
    const weight = certainty * index.idf(number);
    weighed.push({ number, weight, group });
    mass[group] += weight;
    if (number === undefined) continue;
    weights[number] = weight;
    square += weight ** 2;
    if ((group === 'syllable' || group === 'pair') && weight > rarestWeight) [rarest, rarestWeight] = [number, weight];
  }
  const run = syllables.map(({ folded }) => folded);
  return {
    terms: weighed,
    weights,
    norm: Math.sqrt(square),
    mass,
    rarest,
    run,
    exact: syllables.flatMap(({ exact, stop }) => (exact === undefined || stop ? [] : exact)),
    exactly: new Set(index.asExactly(run)),
  };
}

/** The features of one candidate, in the order of `FEATURES`. */
export function features<E>(
  query: QueryVector,
  candidate: IndexedEntry<E>,
  position: number,
  retrieval: number,
  index: HandbookIndex<E>,
): number[] {
  const asked = { syllable: 0, pair: 0, concept: 0, kind: 0, number: 0 };
  const all = { syllable: 0, pair: 0, concept: 0, kind: 0, number: 0 };
  for (const { number, weight, group } of query.terms) {
    if (number === undefined) continue;
    if (candidate.askedTerms.has(number)) {
      asked[group] += weight;
      all[group] += weight;
    } else if (candidate.answerTerms.has(number)) all[group] += weight;
  }
  const share = (found: number, mass: number): number => (mass === 0 ? 0 : found / mass);

  let closest = 0;
  let second = 0;
  let canonical = 0;
  let contained = 0;
  let best = candidate.asked[0];
  let kinds = 0;
  for (const [i, way] of candidate.asked.entries()) {
    let product = 0;
    let kind = false;
    for (const term of way.terms) {
      const weight = query.weights[term] ?? 0;
      if (weight > 0) product += weight * index.idf(term);
    }
    for (const { number, group } of query.terms) kind ||= group === 'kind' && number !== undefined && way.terms.includes(number);
    if (kind) kinds++;
    const cosine = product / (way.norm * query.norm || 1);
    if (i === 0) canonical = cosine;
    if (cosine > closest) {
      [second, closest, best] = [closest, cosine, way];
      contained = product / (way.norm ** 2 || 1);
    } else if (cosine > second) second = cosine;
  }
  const rarest = query.rarest;
  const exactMarks = new Set(candidate.asked.flatMap((way) => [...way.exact]));
  const agreeing = query.exact.filter((exact) => exactMarks.has(exact)).length;
  return [
    retrieval,
    share(asked.syllable, query.mass.syllable),
    share(asked.pair, query.mass.pair),
    share(asked.concept, query.mass.concept),
    share(all.syllable, query.mass.syllable),
    share(all.pair, query.mass.pair),
    share(all.concept, query.mass.concept),
    closest,
    second,
    canonical,
    Math.min(contained, 1),
    rarest !== undefined && candidate.askedTerms.has(rarest) ? 1 : 0,
    rarest !== undefined && (candidate.askedTerms.has(rarest) || candidate.answerTerms.has(rarest)) ? 1 : 0,
    best ? longestRun(query.run, best.run) / Math.max(query.run.length, 1) : 0,
    query.exact.length === 0 ? 0 : agreeing / query.exact.length,
    kinds / candidate.asked.length,
    share(all.number, query.mass.number),
    query.exactly.has(position) ? 1 : 0,
  ];
}

/** Length of the longest run of neighbours that both have. */
function longestRun(a: readonly string[], b: readonly string[]): number {
  let best = 0;
  let row = new Int32Array(b.length + 1);
  for (const word of a) {
    const next = new Int32Array(b.length + 1);
    for (let j = 0; j < b.length; j++) {
      if (b[j] !== word) continue;
      next[j + 1] = (row[j] ?? 0) + 1;
      best = Math.max(best, next[j + 1] ?? 0);
    }
    row = next;
  }
  return best;
}
