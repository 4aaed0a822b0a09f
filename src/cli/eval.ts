import { parseArgs } from 'node:util';
import { loadHandbook } from '../handbook/load.ts';
import { measure, type Engine, type Figures } from '../search/eval/measure.ts';
import { readQuestions, type EvalQuestion } from '../search/eval/questions.ts';
import { residentOfSearch } from '../search/eval/resident.ts';
import { seeded, TYPINGS, type Typing } from '../search/eval/typing.ts';
import { createSearch, createSearchParts } from '../search/search.ts';
import { readVocabulary } from '../search/vocabulary.ts';

/*
 * `npm run eval`: search quality on the test halves of data/eval, as a table: by way of typing, by way of asking, by
 * field; on `readers`, questions as people put them to newspapers, whose foreign ones are of party work that no
 * entry speaks of; and on `near`, more of these. `--dev` takes the development halves; `--failures` lists what went wrong
 * (use it with --dev: who reads the failures of the test half tunes on it).
 */
const { values } = parseArgs({ options: { dev: { type: 'boolean' }, failures: { type: 'boolean' } } });
const SEED = 20261122;
/** How often each question is typed in each way: slips draw lots, and one draw is a point better or worse than the next. */
const DRAWS = 5;
/** Entries of the index whose building is timed, and how often: the first time nothing of it is compiled. */
const INDEXED = 300;
const BUILDS = 7;

const handbook = loadHandbook('data/handbook');
const half = values.dev ? 'dev' : 'test';
const questions = readQuestions(`data/eval/${half}.jsonl`);
const readers = readQuestions(`data/eval/readers-${half}.jsonl`);
const near = readQuestions(`data/eval/near-${half}.jsonl`);
const timed = (run: () => unknown): number => {
  const began = performance.now();
  run();
  return Math.round(performance.now() - began);
};
const vocabulary = readVocabulary();
const builds = Array.from({ length: BUILDS }, () =>
  timed(() => createSearchParts(handbook.entries.slice(0, INDEXED), vocabulary)),
);
const reading = timed(readVocabulary);
const search = createSearch(handbook.entries, vocabulary);
const engine: Engine = (text) => {
  const { outcome, found } = search.ask(text);
  return { outcome, ids: found.map(({ entry }) => entry.id) };
};
const typed = (some: readonly EvalQuestion[], type: Typing): Figures => {
  const random = seeded(SEED);
  const drawn = Array.from({ length: DRAWS }, () => some).flat();
  const { figures } = measure(engine, drawn, handbook, (text) => type(text, random));
  return { ...figures, questions: figures.questions / DRAWS };
};
for (const { text } of questions) engine(text); // latency is that of a process that has run for a while

const rows: [string, Figures][] = [];
const asIs = measure(engine, questions, handbook);
const read = measure(engine, readers, handbook);
for (const [name, type] of Object.entries(TYPINGS)) rows.push([name, typed(questions, type)]);
const inScope = questions.filter(({ entry }) => entry !== null);
for (const style of new Set(inScope.map((question) => question.style))) {
  const some = questions.filter((question) => question.entry === null || question.style === style);
  rows.push([`  ${style}`, measure(engine, some, handbook).figures]);
}
for (const field of handbook.fields) {
  const some = questions.filter(({ entry }) => entry === null || handbook.entry(entry)?.field === field.id);
  rows.push([`  ${field.id}`, measure(engine, some, handbook).figures]);
}
for (const [name, type] of Object.entries(TYPINGS)) rows.push([`readers ${name}`, typed(readers, type)]);
const unanswerable = measure(engine, near, handbook);
rows.push([`near (${near.length})`, unanswerable.figures]);

const percent = (value: number): string => (Number.isNaN(value) ? '' : (value * 100).toFixed(1));
console.log(
  `${values.dev ? 'Development' : 'Test'} half: ${asIs.figures.questions} in scope, typed ${DRAWS} times, seed ${SEED}`,
);
console.table(
  Object.fromEntries(
    rows.map(([name, f]) => [
      name,
      {
        n: f.questions,
        'recall@1': percent(f.recall1),
        'recall@3': percent(f.recall3),
        'MRR@10': percent(f.mrr10),
        precision: percent(f.precision),
        answer: percent(f.answered),
        choose: percent(f.offered),
        none: percent(f.declined),
        'foreign answered': percent(f.falseAnswers),
        'foreign none': percent(f.foreignDeclined),
        'p50 ms': f.p50.toFixed(2),
        'p99 ms': f.p99.toFixed(2),
      },
    ]),
  ),
);
const median = builds.toSorted((a, b) => a - b)[(BUILDS - 1) / 2];
console.log(
  `Index of ${INDEXED} entries: the first of this process ${builds[0]} ms, median of ${BUILDS} ${median} ms;`,
  `reading the vocabulary ${reading} ms.`,
  `Memory of a process with the search alone, after these questions: ${await residentOfSearch(questions.map(({ text }) => text))} MiB.`,
);
if (values.failures) {
  for (const { text, wanted, got, outcome } of [...asIs.failures, ...read.failures, ...unanswerable.failures]) {
    console.log(`${outcome ?? ''}\t${text}\n\twanted ${wanted ?? 'nothing'}, got ${got ?? 'nothing'}`);
  }
}
