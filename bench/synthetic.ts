import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Handbook } from '../src/handbook/load.ts';
import { seeded } from '../src/search/eval/typing.ts';
import type { PeerEntry } from './peers/peer.ts';

/** How many words in a hundred of a made-up sentence are others than in the real one. */
const CHANGED = 20;
const FIELDS = 40;
const PHRASINGS = 15;

/**
 * `count` entries as large as ours, from our own sentences with one word in five exchanged: words and pairs of words
 * are about as frequent as in a real handbook, which shuffled words would not be.
 */
export function syntheticEntries(handbook: Handbook, count: number): PeerEntry[] {
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
  return Array.from({ length: count }, (_, i) => ({
    id: `linh-vuc-${i % FIELDS}/muc-${i}`,
    phrasings: Array.from({ length: PHRASINGS }, () => changed(pick(phrasings))),
    question: `${changed(pick(phrasings))} ${i}?`,
    short: changed(pick(shorts)),
    brief: [],
    keywords: [],
    body: pick(handbook.entries).body,
  }));
}

/** Writes a handbook of `count` made-up entries into a folder of `folder`, and returns where it is. */
export function writeSyntheticHandbook(handbook: Handbook, folder: string, count: number): string {
  const directory = path.join(folder, 'handbook');
  for (let i = 0; i < FIELDS; i++) mkdirSync(path.join(directory, `linh-vuc-${i}`), { recursive: true });
  for (const { id, question, short, phrasings, body } of syntheticEntries(handbook, count)) {
    const asked = phrasings.map((phrasing) => JSON.stringify(phrasing));
    writeFileSync(
      path.join(directory, `${id}.md`),
      `---\nquestion: ${JSON.stringify(question)}\nshort: ${JSON.stringify(short)}\nphrasings:\n  - ${asked.join('\n  - ')}\n---\n${body}\n`,
    );
  }
  return directory;
}
