import path from 'node:path';
import { parseArgs } from 'node:util';
import { allowedWordsFile, checkCoverage, checkHandbook, readAllowedWords } from '../handbook/check.ts';
import { readHandbook } from '../handbook/load.ts';

/**
 * `npm run handbook:check [-- <field> …]`: every mistake of the handbook with its line; exit status 1 when there is one.
 */
const { positionals } = parseArgs({ allowPositionals: true });
const directory = process.env['HANDBOOK_DIR'] || 'data/handbook';

const { handbook, mistakes } = readHandbook(directory);
mistakes.push(...checkHandbook(handbook, readAllowedWords(allowedWordsFile(directory))));
mistakes.push(...checkCoverage(handbook, path.join(directory, 'coverage.json')));

const wanted = mistakes.filter(
  ({ file }) => positionals.length === 0 || positionals.some((field) => file.startsWith(`${directory}/${field}/`)),
);
for (const { file, line, text } of wanted) console.log(`${file}:${line}: ${text}`);
const counts = `${handbook.entries.length} mục, ${handbook.documents.all.length} văn bản`;
console.log(wanted.length > 0 ? `${wanted.length} lỗi (${counts}).` : `Không có lỗi: ${counts}.`);
process.exitCode = wanted.length > 0 ? 1 : 0;
