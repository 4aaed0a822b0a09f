import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Handbook } from '../src/handbook/load.ts';
import { seeded } from '../src/search/eval/typing.ts';

/** How many words in a hundred of a made-up sentence are others than in the real one. */
const CHANGED = 20;

/**
 * Writes a handbook of `count` entries as large as ours, from our own sentences with one word in five exchanged: words
 * and pairs of words are about as frequent as in a real handbook, which shuffled words would not be.
 */
export function writeSyntheticHandbook(handbook: Handbook, folder: string, count: number): string {
  const random = seeded(count);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const phrasings = handbook.entries.flatMap((entry) => entry.phrasings);
  const shorts = handbook.entries.flatMap((entry) => entry.short ?? []);
  const words = phrasings.flatMap((phrasing) => phrasing.split(' '));
  const changed = (sentence: string): string =>
    sentence
      .split(' ')
      .map((word) => (random() * 100 < CHANGED ? pick(words) : word))
      .join(' ');
  const directory = path.join(folder, 'handbook');
  for (let i = 0; i < count; i++) {
    const field = path.join(directory, `linh-vuc-${i % 40}`);
    if (i < 40) mkdirSync(field, { recursive: true });
    const asked = Array.from({ length: 15 }, () => JSON.stringify(changed(pick(phrasings))));
    writeFileSync(
      path.join(field, `muc-${i}.md`),
      `---\nquestion: ${JSON.stringify(`${changed(pick(phrasings))} ${i}?`)}\nshort: ${JSON.stringify(changed(pick(shorts)))}\nphrasings:\n  - ${asked.join('\n  - ')}\n---\n${pick(handbook.entries).body}\n`,
    );
  }
  return directory;
}
