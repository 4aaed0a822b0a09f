import type { Handbook } from '../../handbook/load.ts';
import type { EvalQuestion } from './questions.ts';

/** What is measured: an engine that puts entry ids in order, and maybe says how sure it is. */
export type Engine = (text: string) => { outcome?: 'answer' | 'choose' | 'none'; ids: string[] };

export interface Figures {
  questions: number;
  recall1: number;
  recall3: number;
  mrr10: number;
  /**
   * Of the questions in scope, `NaN` where there are none: right among those answered, and how many were answered, offered,
   * declined.
   */
  precision: number;
  answered: number;
  offered: number;
  declined: number;
  /** Shares of the questions out of scope that got an answer, and that were declined as they should be. */
  falseAnswers: number;
  foreignDeclined: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

export interface Failure {
  text: string;
  wanted: string | null;
  got: string | undefined;
  outcome: string | undefined;
}

/** Asks every question and counts. Out of scope questions count for `falseAnswers` and `precision` only. */
export function measure(
  engine: Engine,
  questions: readonly EvalQuestion[],
  handbook: Handbook,
  type: (text: string) => string = (text) => text,
): { figures: Figures; failures: Failure[] } {
  const times: number[] = [];
  const failures: Failure[] = [];
  const count = {
    first: 0,
    three: 0,
    reciprocal: 0,
    right: 0,
    answered: 0,
    all: 0,
    choose: 0,
    none: 0,
    foreign: 0,
    foreignNone: 0,
    false: 0,
  };
  for (const { text, entry, also } of questions) {
    const asked = type(text);
    const start = performance.now();
    const { ids, outcome } = engine(asked);
    times.push(performance.now() - start);
    if (outcome === 'answer') count.all++;
    if (entry === null) {
      count.foreign++;
      if (outcome === 'answer') count.false++;
      if (outcome === 'none') count.foreignNone++;
      if (outcome === 'answer') failures.push({ text: asked, wanted: null, got: ids[0], outcome });
      continue;
    }
    const right = new Set([entry, ...also].map((id) => handbook.entry(id)?.id));
    const rank = ids.findIndex((id) => right.has(id));
    if (rank === 0) count.first++;
    else failures.push({ text: asked, wanted: entry, got: ids[0], outcome });
    if (rank >= 0 && rank < 3) count.three++;
    if (rank >= 0 && rank < 10) count.reciprocal += 1 / (rank + 1);
    if (outcome === 'answer') count.answered++;
    if (outcome === 'answer' && rank === 0) count.right++;
    if (outcome === 'choose') count.choose++;
    if (outcome === 'none') count.none++;
  }
  const inScope = questions.length - count.foreign;
  times.sort((a, b) => a - b);
  const figures: Figures = {
    questions: inScope,
    recall1: count.first / inScope,
    recall3: count.three / inScope,
    mrr10: count.reciprocal / inScope,
    precision: count.right / count.answered,
    answered: count.answered / inScope,
    offered: count.choose / inScope,
    declined: count.none / inScope,
    falseAnswers: count.false / Math.max(count.foreign, 1),
    foreignDeclined: count.foreignNone / Math.max(count.foreign, 1),
    p50: times[Math.floor(times.length * 0.5)] ?? 0,
    p99: times[Math.floor(times.length * 0.99)] ?? 0,
  };
  return { figures, failures };
}
