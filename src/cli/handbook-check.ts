import path from 'node:path';
import { allowedWordsFile, checkCoverage, checkHandbook, readAllowedWords } from '../handbook/check.ts';
import { readHandbook } from '../handbook/load.ts';
import type { Mistake } from '../handbook/yaml.ts';
import { readArguments } from './arguments.ts';

/**
 * `npm run handbook:check [-- <field> …]`: every mistake of the handbook with its line, and what
 * could be better; exit status 1 when there is a mistake.
 */
const { positionals } = readArguments('Cách dùng: npm run handbook:check [-- <lĩnh vực> …]', {});
const directory = process.env['HANDBOOK_DIR'] || 'data/handbook';

const { handbook, mistakes } = readHandbook(directory);
const found = checkHandbook(handbook, readAllowedWords(allowedWordsFile(directory)));
mistakes.push(...found.mistakes);
mistakes.push(...checkCoverage(handbook, path.join(directory, 'coverage.json')));

const isWanted = ({ file }: Mistake): boolean =>
  positionals.length === 0 || positionals.some((field) => file.startsWith(`${directory}/${field}/`));
const wanted = mistakes.filter(isWanted);
for (const { file, line, text } of found.advice.filter(isWanted)) console.log(`${file}:${line}: nên sửa: ${text}`);
for (const { file, line, text } of wanted) console.log(`${file}:${line}: ${text}`);
const counts = `${handbook.entries.length} mục, ${handbook.documents.all.length} văn bản`;
console.log(wanted.length > 0 ? `${wanted.length} lỗi (${counts}).` : `Không có lỗi: ${counts}.`);
process.exitCode = wanted.length > 0 ? 1 : 0;
