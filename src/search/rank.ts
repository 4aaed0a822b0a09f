import type { Question } from './analyze.ts';
import { createQuery, features, FEATURES, meet, type Query } from './features.ts';
import type { HandbookIndex } from './handbook-index.ts';
import type { Model } from './model.ts';

/** Entries that are compared with the question closely: those which a first look finds heaviest. */
const CANDIDATES = 16;

export interface Candidate {
  /** Into the index's entries. */
  position: number;
  /** In the order of `FEATURES`. */
  features: readonly number[];
  score: number;
}

/** Candidates with their features, as retrieved; the fitting starts from here. */
export function candidates<E>(
  question: Question,
  index: HandbookIndex<E>,
): { query: Query; found: Omit<Candidate, 'score'>[] } {
  const query = createQuery(question, index);
  const listed = index.shortlist(query.terms, CANDIDATES, query.exactly);
  const hits = index.retrieve(question.terms, new Set(listed.map(({ position }) => position)));
  const best = hits[0]?.score ?? 1;
  const shares = new Map(hits.map(({ position, score }) => [position, score / best]));
  const closest = meet(query, index, listed, (position) => shares.get(position) ?? 0);
  const most = { weight: closest[0]?.weight ?? 0, likelihood: Math.max(...closest.map((one) => one.likelihood)) };
  const found = closest.map((one) => ({ position: one.position, features: features(query, index, one, most) }));
  return { query, found };
}

/** The candidates by what the model makes of them, best first. A question that is a way of asking wins outright. */
export function rank<E>(
  question: Question,
  index: HandbookIndex<E>,
  model: Model,
): { query: Query; ranked: Candidate[] } {
  const { query, found } = candidates(question, index);
  const weights = FEATURES.map((name) => model.ranking[name]);
  const ranked = found
    .map((one) => ({ ...one, score: dot(one.features, weights) + (query.exactly.has(one.position) ? EXACT : 0) }))
    .toSorted((a, b) => b.score - a.score);
  return { query, ranked };
}

/** More than all other features together can bring. */
const EXACT = 100;

export function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
