import { expect, test } from 'vitest';
import { loadHandbook } from '../../src/handbook/load.ts';
import { measure } from '../../src/search/eval/measure.ts';
import { readQuestions } from '../../src/search/eval/questions.ts';

const handbook = loadHandbook('data/handbook');

test('an entry that answers, too, counts as right; where none answers, an answer is false', () => {
  const [first = '', second = '', third = ''] = handbook.entries.map(({ id }) => id);
  const { figures, failures } = measure(
    () => ({ outcome: 'answer', ids: [second, first] }),
    [
      { text: 'a', entry: first, also: [second], style: 'reader' },
      { text: 'b', entry: first, also: [], style: 'reader' },
      { text: 'c', entry: third, also: [], style: 'reader' },
      { text: 'd', entry: null, also: [], style: 'near' },
    ],
    handbook,
  );
  expect(figures).toMatchObject({ questions: 3, recall1: 1 / 3, recall3: 2 / 3, precision: 1 / 3, falseAnswers: 1 });
  expect(failures.map(({ text }) => text)).toEqual(['b', 'c', 'd']);
});

test('every entry that a question set names is in the handbook, and no question is in two halves', () => {
  const seen = new Map<string, string>();
  for (const half of ['dev', 'test', 'readers-dev', 'readers-test', 'near-dev', 'near-test']) {
    for (const { text, entry, also } of readQuestions(`data/eval/${half}.jsonl`)) {
      for (const id of entry === null ? [] : [entry, ...also])
        expect(handbook.entry(id), `${half}: ${id}`).toBeDefined();
      expect(seen.get(text) ?? half, text).toBe(half);
      seen.set(text, half);
    }
  }
});
