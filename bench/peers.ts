import { loadHandbook } from '../src/handbook/load.ts';
import { measure, type Engine, type Figures } from '../src/search/eval/measure.ts';
import { readQuestions, type EvalQuestion } from '../src/search/eval/questions.ts';
import { seeded, TYPINGS } from '../src/search/eval/typing.ts';
import { median } from './figures.ts';
import { flexSearch } from './peers/flexsearch.ts';
import { fts5 } from './peers/fts5.ts';
import { fuse } from './peers/fuse.ts';
import { miniSearch } from './peers/minisearch.ts';
import { orama } from './peers/orama.ts';
import { ours } from './peers/ours.ts';
import type { Peer, PeerEntry } from './peers/peer.ts';
import { syntheticEntries } from './synthetic.ts';

/*
 * Our search and others, on the test half of data/eval: how often the right entry comes first and among the first three,
 * in each way of typing, and how quality, latency and the time to build the index change when the handbook grows. The
 * added entries are made of our own questions with one word in five exchanged: near misses for every question.
 * Peers were set up on the development half.
 */
const PEERS: readonly Peer[] = [ours, miniSearch, fts5, flexSearch, orama, fuse];
const SIZES = [3000, 20_000];
const SEED = 20261122;
const BUILDS = 3;
/** Seconds for the questions of one line of a table; slow peers get fewer questions, but these at least. */
const BUDGET = 20;
const LEAST = 2;
/** Questions to the large handbooks; who has no time for all of them gets no recall there, which could not be compared. */
const SAMPLE = 100;

interface Built {
  engine: Engine;
  /** Milliseconds. */
  build: number;
  /** What one question takes, milliseconds. */
  cost: number;
}

export function benchPeers(): void {
  const handbook = loadHandbook('data/handbook');
  const dev = readQuestions('data/eval/dev.jsonl').map(({ text }) => text);
  const questions = shuffled(readQuestions('data/eval/test.jsonl').filter(({ entry }) => entry !== null));

  const quality: Record<string, Record<string, string>> = {};
  const growth: Record<string, Record<string, string | number>> = {};
  for (const peer of PEERS) {
    const built = prepare(peer, handbook.entries, BUILDS, dev);
    const put = (row: string, value: string): unknown => ((quality[row] ??= {})[peer.name] = value);
    const asked = affordable(questions, built);
    for (const [name, type] of Object.entries(TYPINGS)) {
      const random = seeded(SEED);
      const { figures } = measure(built.engine, asked, handbook, (text) => type(text, random));
      put(name, recalls(figures));
      if (name === 'as is') growth[`${handbook.entries.length} entries, ${peer.name}`] = grown(figures, built);
    }
    put('questions asked', String(asked.length));
  }
  console.log(`recall@1 / recall@3, per cent; test half of data/eval, seed ${SEED}`);
  console.table(quality);

  for (const size of SIZES) {
    const entries = [...handbook.entries, ...syntheticEntries(handbook, size - handbook.entries.length)];
    for (const peer of PEERS) {
      const built = prepare(peer, entries, 1, dev);
      const { figures } = measure(built.engine, affordable(questions.slice(0, SAMPLE), built), handbook);
      growth[`${size} entries, ${peer.name}`] = grown(figures, built);
    }
  }
  console.table(growth);
}

/** Builds the index, and asks until the code is warm and the cost of a question is known. */
function prepare(peer: Peer, entries: readonly PeerEntry[], builds: number, warmUp: readonly string[]): Built {
  let find: ReturnType<Peer['build']> = () => [];
  const times = Array.from({ length: builds }, () => {
    const start = performance.now();
    find = peer.build(entries);
    return performance.now() - start;
  });
  const costs: number[] = [];
  const end = performance.now() + 1000;
  for (const text of warmUp) {
    const start = performance.now();
    if (start > end) break;
    find(text);
    costs.push(performance.now() - start);
  }
  return {
    engine: (text) => ({ ids: find(text).map((position) => entries[position]?.id ?? '') }),
    build: median(times),
    cost: median(costs),
  };
}

function affordable(questions: readonly EvalQuestion[], { cost }: Built): readonly EvalQuestion[] {
  return questions.slice(0, Math.max(LEAST, Math.floor((BUDGET * 1000) / cost)));
}

function recalls({ recall1, recall3 }: Figures): string {
  return `${(recall1 * 100).toFixed(1)} / ${(recall3 * 100).toFixed(1)}`;
}

function grown(figures: Figures, built: Built): Record<string, string | number> {
  return {
    'recall@1 / @3': figures.questions < SAMPLE ? '' : recalls(figures),
    'build, ms': Math.round(built.build),
    'p50, ms': figures.p50.toFixed(2),
    'p99, ms': figures.p99.toFixed(2),
    questions: figures.questions,
  };
}

/** So that any beginning of the list is a fair sample. */
function shuffled(questions: readonly EvalQuestion[]): EvalQuestion[] {
  const random = seeded(SEED);
  return questions
    .map((question) => ({ question, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ question }) => question);
}
