import type { Question } from './analyze.ts';
import { FEATURES, type Query } from './features.ts';
import type { HandbookIndex } from './handbook-index.ts';
import { SIGNALS, type Model } from './model.ts';
import { where } from './postings.ts';
import type { Candidate } from './rank.ts';

/**
 * What tells whether the best candidate is right, in the order of `SIGNALS`: its score, its lead in score and in
 * likelihood, and its share of all candidates; some of its features as they are; whether the question is a way of
 * asking; how much of the question the handbook has never heard, and the two rarest things in it that the entry does
 * not speak of; phrases foreign to the handbook, also where no word of its domain stands beside them, and such words; how
 * long the question is.
 */
export function signals<E>(
  question: Question,
  query: Query,
  ranked: readonly Candidate[],
  index: HandbookIndex<E>,
): number[] {
  const [best, next] = ranked;
  if (!best) return SIGNALS.map(() => 0);
  const feature = (name: (typeof FEATURES)[number]): number => best.features[FEATURES.indexOf(name)] ?? 0;
  const all = ranked.reduce((sum, { score }) => sum + Math.exp(score - best.score), 0);
  let unknown = 0;
  let mass = 0;
  let foreign = 0;
  let anyForeign = 0;
  let domain = 0;
  const missed: number[] = [0, 0];
  for (const { number, weight, group } of query.terms) {
    if (group === 'syllable' || group === 'pair') {
      mass += weight;
      if (number === undefined) unknown += weight;
    }
    if (group === 'syllable' || group === 'concept') {
      const place = number === undefined ? 0 : index.postings.place(number, best.position);
      if ((place & ~where.answer) === 0) missed.push(weight / index.unknownIdf);
    }
    if (group === 'domain') domain++;
    if (group !== 'foreign') continue;
    anyForeign++;
    const known = number !== undefined && (index.postings.place(number, best.position) & ~where.answer) > 0;
    if (!known) foreign++;
  }
  const exact = query.exactly.has(best.position);
  const [missedMost = 0, missedNext = 0] = missed.toSorted((a, b) => b - a);
  return [
    Math.min(best.score, 50) / 10,
    Math.min(best.score - (next?.score ?? 0), 5) / 5,
    1 / all,
    feature('closest'),
    feature('all.pair'),
    feature('all.syllable'),
    exact ? 1 : 0,
    mass === 0 ? 1 : unknown / mass,
    Math.min(foreign, 3) / 3,
    Math.min(domain, 4) / 4,
    Math.min(question.syllables.length, 30) / 30,
    feature('about'),
    feature('second'),
    feature('matched'),
    feature('kind'),
    feature('rarest.asked'),
    feature('canonical'),
    feature('contained'),
    feature('near.pair'),
    feature('core.syllable'),
    Math.min(-(next?.features[FEATURES.indexOf('likelihood')] ?? -1), 1),
    missedMost,
    missedNext,
    domain === 0 ? Math.min(anyForeign, 2) / 2 : 0,
  ];
}

/** Probability, 0 to 1, that the best candidate is right; a way of asking, to the letter, is certain. */
export function confidence(values: readonly number[], model: Model): number {
  return probability(values, model.confidence);
}

/** Probability, 0 to 1, that the handbook is the place to ask. */
export function scope(values: readonly number[], model: Model): number {
  return probability(values, model.scope);
}

function probability(values: readonly number[], weights: Model['confidence']): number {
  if (values[SIGNALS.indexOf('exact')] === 1) return 1;
  let sum = weights.bias;
  for (const [i, name] of SIGNALS.entries()) sum += weights[name] * (values[i] ?? 0);
  return 1 / (1 + Math.exp(-sum));
}
