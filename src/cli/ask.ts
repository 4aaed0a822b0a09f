import { createInterface } from 'node:readline';
import { parseStyled } from '../bot/markdown/styled.ts';
import { readConfig } from '../config.ts';
import { answerMarkdown } from '../handbook/answer.ts';
import type { Entry } from '../handbook/entry.ts';
import { loadHandbook } from '../handbook/load.ts';
import { createSearch, type Search } from '../search/search.ts';
import { readArguments } from './arguments.ts';
import { explain } from './failures.ts';

/*
 * `npm run ask -- "câu hỏi"` prints the answer; `--json` one JSON object; `--jsonl` reads {"id","text"} lines on stdin
 * and writes for each {"id","outcome","entries":[{"id","confidence"}]}; a line that is none is told on stderr, status 2. Opens no database and no network.
 */
const USAGE = 'Cách dùng: npm run ask -- "câu hỏi" [--json], hoặc npm run ask -- --jsonl < cau-hoi.jsonl';

async function main(): Promise<void> {
  const { values, positionals } = readArguments(USAGE, { json: { type: 'boolean' }, jsonl: { type: 'boolean' } });
  const question = positionals.join(' ').trim();
  if (!values.jsonl && question === '') {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const handbook = loadHandbook(readConfig(process.env).HANDBOOK_DIR);
  const search = createSearch(handbook.entries);

  if (values.jsonl) {
    let number = 0;
    for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
      number++;
      if (line.trim() === '') continue;
      const asked = readLine(line);
      if (asked) process.stdout.write(`${answerLine(asked, search)}\n`);
      else {
        console.error(`Dòng ${number} không phải JSON {"id","text"}, nên không được trả lời.`);
        process.exitCode = 2;
      }
    }
    return;
  }
  const result = search.ask(question);
  const top = result.found[0]?.entry;
  const answer = result.outcome === 'answer' && top ? answerMarkdown(top, handbook.documents) : undefined;
  if (values.json) {
    const found = result.found.map(({ entry, confidence }) => ({ id: entry.id, question: entry.question, confidence }));
    console.log(JSON.stringify({ text: question, outcome: result.outcome, entries: found, answer: answer ?? null }));
  } else if (answer !== undefined) {
    console.log(parseStyled(answer, 'written').text);
  } else if (result.outcome === 'choose') {
    console.log('Chưa chắc đồng chí hỏi câu nào:');
    for (const { entry } of result.found.slice(0, 3)) console.log(`- ${entry.question}`);
  } else {
    console.log('Sổ tay chưa có câu trả lời chắc chắn cho câu này.');
  }
}

function readLine(line: string): object | undefined {
  try {
    const read: unknown = JSON.parse(line);
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

function answerLine(asked: { id?: unknown; text?: unknown }, search: Search<Entry>): string {
  const { id, text } = asked;
  const { outcome, found } = search.ask(typeof text === 'string' ? text : '');
  return JSON.stringify({ id, outcome, entries: found.map(({ entry, confidence }) => ({ id: entry.id, confidence })) });
}

try {
  await main();
} catch (error) {
  process.exitCode = await explain(error);
}
