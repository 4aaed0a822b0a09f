import { expect, test } from 'vitest';
import { parseStyled } from '../../src/bot/markdown/styled.ts';
import { answerMarkdown } from '../../src/handbook/answer.ts';
import { createDocuments } from '../../src/handbook/documents.ts';
import { entryOf } from '../../src/handbook/entry.ts';

test('what people asked and the numbers of documents stand in an answer to the letter', () => {
  const typed = '[x](https://evil.vn) **a** <b>';
  const document = { id: 'd', title: null, issuer: null, issued: null, effective: null, replaces: [], source: null };
  const documents = createDocuments([{ ...document, number: `1-QĐ ${typed}`, in_force: true }]);
  const lists = { phrasings: [], brief: [], keywords: [], sources: [], related: [], also: [] };
  const entry = entryOf('a/b', { question: typed, body: '', basis: [{ doc: 'd', at: typed }], ...lists });
  const { text, spans } = parseStyled(answerMarkdown(entry, documents), 'styled');
  expect(text).toBe(`${typed}\n\nCăn cứ\n\n• 1-QĐ ${typed}, ${typed}`);
  expect(spans.map(({ style }) => style)).toEqual(['bold', 'bold']);
});
