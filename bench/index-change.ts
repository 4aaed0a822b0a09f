import { loadHandbook } from '../src/handbook/load.ts';
import { createSearch } from '../src/search/search.ts';
import { median } from './figures.ts';
import { syntheticEntries } from './synthetic.ts';

/*
 * What a change of one entry costs the bot while it runs, in a handbook of 20,000 made-up entries: adding an entry,
 * replacing one, removing one, and the first question after it. Milliseconds of processor time of the one thread that
 * does everything; others that use the machine do not count.
 */
const ENTRIES = 20_000;
const CHANGES = 200;

function milliseconds(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

export function benchIndexChange(): void {
  const all = syntheticEntries(loadHandbook('data/handbook'), ENTRIES + 2 * CHANGES);
  const others = all.splice(ENTRIES);
  const search = createSearch(all);
  const question = all[0]?.question ?? '';
  search.ask(question);
  const times = {
    add: [] as number[],
    replace: [] as number[],
    remove: [] as number[],
    'question after it': [] as number[],
  };
  for (let i = 0; i < CHANGES; i++) {
    const [added, other] = others.slice(2 * i, 2 * i + 2);
    const old = all[(i * 7919) % ENTRIES];
    if (!added || !other || !old) throw new Error('too few entries');
    times.add.push(milliseconds(() => search.put(added)));
    times.replace.push(milliseconds(() => search.put({ ...other, id: old.id })));
    times['question after it'].push(milliseconds(() => search.ask(question)));
    times.remove.push(milliseconds(() => search.remove(added.id)));
  }
  console.table(
    Object.fromEntries(
      Object.entries(times).map(([what, some]) => [
        `${what}, ms`,
        { first: some[0]?.toFixed(1), median: median(some).toFixed(1), max: Math.max(...some).toFixed(1) },
      ]),
    ),
  );
}
