import { expect, test } from 'vitest';
import { parseStyled } from '../../src/bot/markdown/styled.ts';
import { shortNumber } from '../../src/handbook/documents.ts';
import { contentOf } from '../../src/handbook/entry.ts';
import { loadHandbook } from '../../src/handbook/load.ts';
import { partText, readPart } from '../../src/handlers/handbook-editing-parts.ts';
import { createDocumentFinder } from '../../src/search/document-number.ts';

const { entries, documents } = loadHandbook('data/handbook');

test('what is shown of a part of our handbook is, typed again, that part', () => {
  const find = createDocumentFinder(documents);
  const numberOf = (doc: string): string => {
    const document = documents.get(doc);
    return document ? shortNumber(document) : doc;
  };
  for (const entry of entries) {
    const content = contentOf(entry);
    for (const part of ['question', 'short', 'body', 'basis', 'gaps'] as const) {
      const shown = partText(part, content, numberOf);
      if (shown === '') continue;
      const read = readPart(part, shown, content, find);
      expect(read, `${entry.id}: ${shown}`).toEqual({ changes: { [part]: content[part] } });
    }
  }
});

test('lists are added to, and lines taken away by their numbers', () => {
  const [first] = entries;
  if (!first) throw new Error('an empty handbook');
  const content = { ...contentOf(first), phrasings: ['một', 'hai', 'ba'] };
  const typed = (text: string) => readPart('phrasings', text, content, () => []);
  expect(typed('bốn\n- năm\n2. sáu\nmột')).toEqual({
    changes: { phrasings: ['một', 'hai', 'ba', 'bốn', 'năm', 'sáu'] },
  });
  expect(typed('Bỏ 1, 3')).toEqual({ changes: { phrasings: ['hai'] } });
  expect(typed('bỏ 2 và 3')).toEqual({ changes: { phrasings: ['một'] } });
  expect(typed('bỏ 4')).toEqual({ mistake: 'Không có số 4: chỉ có từ 1 đến 3.' });
});

test('a fenced text keeps its lines on every platform', () => {
  expect(parseStyled('```\n- a\n  *b*\n```', 'written').text).toContain('- a\n  *b*');
});
