import { allowedWordsFile, checkHandbook, readAllowedWords } from '../src/handbook/check.ts';
import { loadHandbook } from '../src/handbook/load.ts';
import { readQuestions } from '../src/search/eval/questions.ts';
import { createSearch } from '../src/search/search.ts';
import { startBot, temporaryFolder } from '../test/support/process.ts';
import { median, percentile } from './figures.ts';
import { writeSyntheticHandbook } from './synthetic.ts';

/*
 * Our handbook, and ones of 3,000 and 20,000 made-up entries: time to load, to check (ours), to build the index, to
 * answer, and for the bot to start with it.
 */
const RUNS = 5;

export async function benchHandbook(): Promise<void> {
  const ours = loadHandbook('data/handbook');
  const questions = readQuestions('data/eval/dev.jsonl').map(({ text }) => text);
  const rows: Record<string, Record<string, string | number>> = {};
  for (const count of [0, 3000, 20_000]) {
    using folder = temporaryFolder();
    const directory = count === 0 ? 'data/handbook' : writeSyntheticHandbook(ours, folder.path, count);
    const times = { load: [] as number[], check: [] as number[], index: [] as number[] };
    let handbook = ours;
    let search = createSearch(ours.entries);
    for (let run = 0; run < (count > 5000 ? 1 : RUNS); run++) {
      const start = performance.now();
      handbook = loadHandbook(directory);
      const loaded = performance.now();
      if (count === 0) checkHandbook(handbook, readAllowedWords(allowedWordsFile(directory)));
      const checked = performance.now();
      search = createSearch(handbook.entries);
      times.load.push(loaded - start);
      times.check.push(checked - loaded);
      times.index.push(performance.now() - checked);
    }
    for (const text of questions) search.ask(text); // a process that has run for a while
    const answers = questions.map((text) => {
      const start = performance.now();
      search.ask(text);
      return performance.now() - start;
    });
    const start = performance.now();
    const bot = await startBot({ HANDBOOK_DIR: directory, DATABASE_URL: `sqlite:${folder.path}/sotay.db` });
    const ready = performance.now() - start;
    const memory = process.memoryUsage.rss();
    await bot.end();
    rows[`${handbook.entries.length} entries`] = {
      'load, ms': Math.round(median(times.load)),
      'check, ms': count === 0 ? Math.round(median(times.check)) : '',
      'index, ms': Math.round(median(times.index)),
      'answer p50, ms': percentile(answers, 50).toFixed(2),
      'answer p99, ms': percentile(answers, 99).toFixed(2),
      'bot ready, ms': Math.round(ready),
      'memory of this run, MB': Math.round(memory / 1e6),
    };
  }
  console.table(rows);
}
