import type { Handbook } from '../../handbook/load.ts';
import { confidence, scope, signals } from '../confidence.ts';
import { FEATURES } from '../features.ts';
import { SIGNALS, type Model } from '../model.ts';
import { candidates, dot, rank } from '../rank.ts';
import { createSearchParts } from '../search.ts';
import { NEAR, type EvalQuestion } from './questions.ts';
import { seeded, TYPINGS } from './typing.ts';

/**
 * How much of what is answered must be right; how many foreign questions may be answered (few, since the list of foreign
 * phrases was made with most of these in view); and how many right answers may be lost to "none".
 */
const WANTED_PRECISION = 0.987;
const FOREIGN_ANSWERED = 0.0075;
const LOST = 0.03;
/** What a question near the handbook counts, since the sets have four times as many of them as people ask. */
const NEAR_WEIGHT = 0.25;
const SEED = 20261121;

/** Ways of typing that the fitting sees: marks are missing in half of what people type, and keys remain in some. */
const SEEN_TYPINGS = ['as is', 'no marks', 'one typo in 12', 'Telex residue'];

/**
 * Fits the ranking (a softmax over the candidates of each question: one that is right should win) and then the confidence
 * (a logistic regression on whether the winner is right), both with L2, and places the thresholds. Questions near the
 * handbook teach the confidence what is wrong; nothing else is made of them, since half of them look like its own.
 */
export function fitModel(handbook: Handbook, questions: readonly EvalQuestion[]): Model {
  const { analyzer, spelling, index } = createSearchParts(handbook.entries);
  const position = new Map(handbook.entries.map((entry, i) => [entry, i]));
  const random = seeded(SEED);
  const typed = SEEN_TYPINGS.flatMap((typing) =>
    questions.map(({ text, entry, also, style }) => ({
      question: analyzer.question(TYPINGS[typing]?.(text, random) ?? text, spelling),
      right: new Set(
        (entry === null ? [] : [entry, ...also]).map((id) => position.get(handbook.entry(id) ?? fail(id))),
      ),
      style,
    })),
  );

  const lessons = typed.flatMap(({ question, right }) => {
    const found = candidates(question, index).found.map((one) => ({ ...one, right: right.has(one.position) }));
    return found.some((one) => one.right) ? [found] : [];
  });
  const ranking = maximize(FEATURES.length, 0.0003, (weights, gradient) => {
    for (const found of lessons) {
      const scores = found.map((one) => dot(one.features, weights));
      const most = Math.max(...scores);
      const odds = scores.map((score) => Math.exp(score - most));
      const all = sum(odds);
      const allRight = sum(odds.filter((_, k) => found[k]?.right));
      for (const [k, one] of found.entries()) {
        const wanted = one.right ? (odds[k] ?? 0) / allRight : 0;
        const push = (wanted - (odds[k] ?? 0) / all) / lessons.length;
        for (const [i, value] of one.features.entries()) gradient[i] = (gradient[i] ?? 0) + push * value;
      }
    }
  });
  const model: Model = {
    ranking: named(FEATURES, ranking),
    confidence: named(['bias', ...SIGNALS], []),
    scope: named(['bias', ...SIGNALS], []),
    answer: 1,
    within: 1,
    choose: 0,
  };

  const judged = typed.map(({ question, right, style }) => {
    const { query, ranked } = rank(question, index, model);
    const order = ranked.map((one) => right.has(one.position));
    return {
      values: signals(question, query, ranked, index),
      right: order[0] === true,
      among3: order.slice(0, 3).includes(true),
      near: style === NEAR,
      foreign: right.size === 0 && style !== NEAR,
    };
  });
  const fit = (from: typeof judged, wanted: (one: (typeof judged)[number]) => boolean): Model['confidence'] => {
    const weights = maximize(SIGNALS.length + 1, 0.001, (current, gradient) => {
      for (const one of from) {
        const inputs = [1, ...one.values];
        const miss = Number(wanted(one)) - 1 / (1 + Math.exp(-dot(inputs, current)));
        const push = ((one.near ? NEAR_WEIGHT : 1) * miss) / from.length;
        for (const [i, value] of inputs.entries()) gradient[i] = (gradient[i] ?? 0) + push * value;
      }
    });
    return named(['bias', ...SIGNALS], weights);
  };
  model.confidence = fit(judged, ({ right }) => right);
  model.scope = fit(
    judged.filter(({ near }) => !near),
    ({ foreign }) => !foreign,
  );
  const scored = judged.map((one) => ({
    ...one,
    confidence: confidence(one.values, model),
    scope: scope(one.values, model),
  }));
  model.answer = round(answerThreshold(scored.filter(({ foreign, near }) => !foreign && !near)));
  model.within = round(
    withinThreshold(
      scored.filter((one) => one.foreign && one.confidence >= model.answer),
      scored,
    ),
  );
  model.choose = round(chooseThreshold(judged.filter(({ among3 }) => among3).map((one) => scope(one.values, model))));
  return model;
}

/** The lowest confidence from which on answers to the handbook's own questions are right as often as wanted. */
function answerThreshold(scored: readonly { right: boolean; confidence: number }[]): number {
  let right = 0;
  let threshold = 1;
  for (const [i, one] of scored.toSorted((a, b) => b.confidence - a.confidence).entries()) {
    if (one.right) right++;
    if (right / (i + 1) >= WANTED_PRECISION) threshold = one.confidence;
  }
  return threshold;
}

/** The scope above which only few of the foreign questions lie that the confidence would have answered. */
function withinThreshold(sure: readonly { scope: number }[], all: readonly { foreign: boolean }[]): number {
  const allowed = Math.floor(FOREIGN_ANSWERED * all.filter(({ foreign }) => foreign).length);
  return sure.map((one) => one.scope).toSorted((a, b) => b - a)[allowed] ?? 0;
}

/** The scope below which only few questions lie whose answer is among the first three. */
function chooseThreshold(scopes: readonly number[]): number {
  const sorted = scopes.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * LOST)] ?? 0;
}

/** Gradient ascent with Adam's steps; the penalty keeps weights small that the questions say little about. */
function maximize(
  size: number,
  penalty: number,
  addGradient: (weights: readonly number[], gradient: number[]) => void,
): number[] {
  const weights = Array.from({ length: size }, () => 0);
  const mean = weights.slice();
  const square = weights.slice();
  for (let step = 1; step <= 400; step++) {
    const gradient = weights.map((weight) => -penalty * weight);
    addGradient(weights, gradient);
    for (const [i, slope] of gradient.entries()) {
      mean[i] = 0.9 * (mean[i] ?? 0) + 0.1 * slope;
      square[i] = 0.999 * (square[i] ?? 0) + 0.001 * slope ** 2;
      const corrected = (mean[i] ?? 0) / (1 - 0.9 ** step) / (Math.sqrt((square[i] ?? 0) / (1 - 0.999 ** step)) + 1e-8);
      weights[i] = (weights[i] ?? 0) + 0.2 * corrected;
    }
  }
  return weights;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}

function named<Name extends string>(names: readonly Name[], values: readonly number[]): Record<Name, number> {
  return Object.fromEntries(names.map((name, i) => [name, round(values[i] ?? 0)])) as Record<Name, number>;
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

function fail(id: string): never {
  throw new Error(`the question sets name an entry that the handbook does not have: ${id}`);
}
