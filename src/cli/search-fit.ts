import { readFileSync, writeFileSync } from 'node:fs';
import { readQuestions } from '../search/eval/questions.ts';
import { fitModel } from '../search/eval/fit.ts';
import { loadHandbook } from '../handbook/load.ts';

/*
 * `npm run search:fit`: fits the ranking's weights and the confidence on the development halves in data/eval and writes
 * src/search/model.json. The test halves are not read.
 */
const target = new URL('../search/model.json', import.meta.url);
const questions = ['dev', 'readers-dev', 'near-dev'].flatMap((half) => readQuestions(`data/eval/${half}.jsonl`));
const model = fitModel(loadHandbook('data/handbook'), questions);
writeFileSync(target, `${JSON.stringify(model, null, 2)}\n`);
console.log(readFileSync(target, 'utf8'));
