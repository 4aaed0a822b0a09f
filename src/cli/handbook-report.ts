import { zaloText } from '../bot/markdown/zalo-text.ts';
import { answerMarkdown } from '../handbook/answer.ts';
import { allowedWordsFile, checkCoverage, checkHandbook, readAllowedWords } from '../handbook/check.ts';
import type { Entry } from '../handbook/entry.ts';
import { readHandbook } from '../handbook/load.ts';

/*
 * `npm run handbook:report`: per field how many entries there are, what they rest on, how many cite a document that was
 * replaced, the oldest check and the longest answer (UTF-16 units on Zalo); last, the number of mistakes.
 */
const directory = process.env['HANDBOOK_DIR'] || 'data/handbook';
const { handbook, mistakes } = readHandbook(directory);
const found = checkHandbook(handbook, readAllowedWords(allowedWordsFile(directory)));
mistakes.push(...found.mistakes);
mistakes.push(...checkCoverage(handbook, `${directory}/coverage.json`));

function citesReplaced(entry: Entry): boolean {
  return entry.basis.some(({ doc }) => {
    const document = handbook.documents.get(doc);
    return document !== undefined && 'by' in handbook.documents.currency(document);
  });
}

function lengthOnZalo(entry: Entry): number {
  return zaloText(answerMarkdown(entry, handbook.documents)).reduce((sum, part) => sum + part.text.length, 0);
}

function row(entries: readonly Entry[]): Record<string, number | string> {
  const longest = entries.toSorted((a, b) => lengthOnZalo(b) - lengthOnZalo(a))[0];
  const resting = (evidence: string): number => entries.filter((entry) => entry.evidence === evidence).length;
  return {
    mục: entries.length,
    text: resting('text'),
    secondary: resting('secondary'),
    memory: resting('memory'),
    'dẫn văn bản đã thay': entries.filter(citesReplaced).length,
    'kiểm tra cũ nhất': entries.map((entry) => entry.checked ?? '').toSorted()[0] ?? '',
    'dài nhất': longest ? `${lengthOnZalo(longest)} (${longest.id.split('/')[1]})` : '',
  };
}

console.table({
  ...Object.fromEntries(handbook.fields.map((field) => [field.id, row(field.entries)])),
  'tất cả': row(handbook.entries),
});
for (const { file, line, text } of mistakes) console.log(`${file}:${line}: ${text}`);
console.log(`${mistakes.length} lỗi.`);
process.exitCode = mistakes.length > 0 ? 1 : 0;
