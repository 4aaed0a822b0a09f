import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Handbook } from '../src/handbook/load.ts';
import { seeded } from '../src/search/eval/typing.ts';

/**
 * Writes a handbook of `count` entries as large as ours and made of our own sentences, shuffled: every entry has a
 * question, phrasings, a short answer and a body of other entries' parts, so that words are as frequent as in life.
 */
export function writeSyntheticHandbook(handbook: Handbook, folder: string, count: number): string {
  const random = seeded(count);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const words = handbook.entries.flatMap((entry) => entry.phrasings.flatMap((phrasing) => phrasing.split(' ')));
  const sentence = (length: number): string => Array.from({ length }, () => pick(words)).join(' ');
  const directory = path.join(folder, 'handbook');
  for (let i = 0; i < count; i++) {
    const field = path.join(directory, `linh-vuc-${i % 40}`);
    if (i < 40) mkdirSync(field, { recursive: true });
    const phrasings = Array.from({ length: 15 }, () => JSON.stringify(sentence(8)));
    writeFileSync(
      path.join(field, `muc-${i}.md`),
      `---\nquestion: ${JSON.stringify(`${sentence(9)} ${i}?`)}\nshort: ${JSON.stringify(sentence(25))}\nphrasings:\n  - ${phrasings.join('\n  - ')}\n---\n${pick(handbook.entries).body}\n`,
    );
  }
  return directory;
}
