import { expect, test } from 'vitest';
import { checkDuplicates } from '../../src/handbook/duplicates.ts';
import { entryOf, type Entry } from '../../src/handbook/entry.ts';

function entry(id: string, question: string, ...phrasings: string[]): Entry {
  const none = { brief: [], keywords: [], basis: [], sources: [], related: [], also: [], body: '' };
  return entryOf(id, { question, phrasings, ...none });
}

test('the same words in another order are found, among all entries and for one that is edited', () => {
  const words = ['chi', 'bộ', 'họp', 'mấy', 'lần', 'trong', 'một', 'năm', 'ở', 'đâu'];
  for (let start = 1; start < words.length; start++) {
    const other = entry('a/hai', [...words.slice(start), ...words.slice(0, start)].join(' '));
    const all = [entry('a/mot', words.join(' ')), entry('a/khac', 'ai giữ sổ thu tiền'), other];
    const found = checkDuplicates(all);
    expect(found.map(({ text }) => text)).toEqual([
      `"${other.question}" trùng với "${words.join(' ')}" của mục a/mot.`,
    ]);
    expect(checkDuplicates(all, new Set([other]))).toEqual(found);
  }
});

test('words that differ tell questions apart; the same twice in one entry is told', () => {
  const all = [entry('a/mot', 'ai được miễn đóng đảng phí'), entry('a/hai', 'ai được miễn sinh hoạt đảng')];
  expect(checkDuplicates(all)).toEqual([]);
  const twice = entry('a/ba', 'đảng phí nộp cho ai', 'Đảng phí nộp cho ai');
  expect(checkDuplicates([...all, twice], new Set([twice]))).toMatchObject([
    { part: 'phrasings', text: '"Đảng phí nộp cho ai" trùng với "đảng phí nộp cho ai" của chính mục này.' },
  ]);
});
