import { expect, onTestFailed, test } from 'vitest';
import { loadHandbook } from '../../src/handbook/load.ts';
import { readQuestions } from '../../src/search/eval/questions.ts';
import { seeded, TYPINGS } from '../../src/search/eval/typing.ts';
import type { Searchable } from '../../src/search/handbook-index.ts';
import { createSearch, type Search } from '../../src/search/search.ts';
import { randomNumbers } from '../support/random.ts';

const { entries } = loadHandbook('data/handbook');
const asked = readQuestions('data/eval/dev.jsonl');
const NEARLY = 1e-9;
const WAYS_OF_TYPING = ['as is', 'no marks', 'one typo in 12', 'Telex residue'];

/** The questions, each typed in another way than the one before it, to which two searches do not say the same. */
function differences(one: Search<Searchable>, other: Search<Searchable>, questions: readonly string[]): string[] {
  const random = seeded(7);
  return questions.flatMap((text, i) => {
    const typed = TYPINGS[WAYS_OF_TYPING[i % WAYS_OF_TYPING.length] ?? '']?.(text, random) ?? text;
    const [first, second] = [one.ask(typed), other.ask(typed)];
    const plain = ({ found, ...rest }: typeof first): string =>
      JSON.stringify({ typed, ...rest, ids: found.map(({ entry }) => entry.id) });
    const apart = first.found.flatMap(({ entry, confidence }, k) => [
      Math.abs(confidence - (second.found[k]?.confidence ?? 0)),
      Math.abs(one.covers(text, entry) - other.covers(text, entry)),
    ]);
    const same = plain(first) === plain(second) && apart.every((distance) => distance < NEARLY);
    return same ? [] : [`${plain(first)} not ${plain(second)}, ${Math.max(...apart)} apart`];
  });
}

/** What the handbook does not say; and slips that may mean more than one of these. */
const RARE = ['khuýt', 'khoét', 'quýt', 'huýt', 'tuýt', 'nghoẹo', 'nghoéo'];
const SLIPS = ['khuyt', 'uyt', 'xuýt la gi', 'đồng chí nghoeo', 'huyet', 'khoeét huytt'];

/** An entry of its own id whose texts come from others, with new words, numbers and abbreviations among them. */
function madeUp(id: string, { number, pick }: ReturnType<typeof randomNumbers>): Searchable {
  const phrasings = Array.from({ length: 1 + number(6) }, () => {
    const words = [...pick(pick(entries).phrasings).split(' '), ...pick(pick(entries).phrasings).split(' ')];
    const odd = ['24-QĐ/TW', 'mẫu 3-KNĐ', 'đvdb', 'blốc', 'thế nào ạ', ...RARE];
    words.splice(number(words.length), 2, pick(odd));
    return words.slice(number(3), 4 + number(12)).join(' ');
  });
  const question = `${pick(phrasings)} ${pick(['', 'là gì', String(number(99))])}`;
  const keywords = pick(entries).keywords.slice(0, number(4));
  const short = number(3) === 0 ? undefined : pick(entries).short;
  return { id, question, phrasings, brief: pick(entries).brief.slice(0, number(3)), keywords, short };
}

/** Changes a search at random, and the plain list of what it should hold. */
function change(
  start: readonly Searchable[],
  steps: number,
  random: ReturnType<typeof randomNumbers>,
): { search: Search<Searchable>; all: readonly Searchable[] } {
  const search = createSearch(start);
  const all = new Map(start.map((entry) => [entry.id, entry]));
  for (let step = 1; step <= steps; step++) {
    // MiniSearch is filled at the first question: some changes come before, some after.
    if (step === Math.floor(steps / 3)) search.ask(random.pick(start).question);
    const kind = random.number(10);
    const known = random.pick([...all.keys(), 'none/of-these']);
    if (kind < 3) {
      expect(search.remove(known)).toBe(all.delete(known));
    } else {
      const original = start.find(({ id }) => id === known);
      const copied = { ...(all.get(known) ?? random.pick(start)), id: `made/up-${step}` };
      const changed = kind === 8 && original ? original : madeUp(kind < 6 ? `made/up-${step}` : known, random);
      const entry = kind === 9 ? copied : changed;
      search.put(entry);
      all.set(entry.id, entry);
    }
  }
  return { search, all: [...all.values()] };
}

test('a search that was changed answers like one that is built afresh', { timeout: 60_000 }, () => {
  const random = randomNumbers();
  onTestFailed(() => console.log(`TEST_SEED=${random.seed}`));
  for (let round = 0; round < 4; round++) {
    const from = random.number(entries.length - 40);
    const some = entries.slice(from, from + 40);
    const about = asked.filter(({ entry }) => some.some(({ id }) => id === entry)).slice(0, 24);
    const { search, all } = change(some, 6 * (1 + random.number(8)), random);
    const own = [...some.slice(0, 4), ...all.slice(-8)].map(({ question }) => question);
    const questions = [...about.map(({ text }) => text), ...own, ...SLIPS, ...SLIPS];
    expect(differences(search, createSearch(all), questions)).toEqual([]);
  }
});

test('the same with the whole handbook', { timeout: 60_000 }, () => {
  const random = randomNumbers();
  onTestFailed(() => console.log(`TEST_SEED=${random.seed}`));
  const { search, all } = change(entries, 60, random);
  const questions = asked.slice(0, 60).map(({ text }) => text);
  expect(differences(search, createSearch(all), questions)).toEqual([]);
});

test('nothing is left when everything was removed, and it can be filled again', () => {
  const some = entries.slice(0, 30);
  const search = createSearch<Searchable>(some);
  for (const { id } of some) expect(search.remove(id)).toBe(true);
  expect(search.remove(some[0]?.id ?? '')).toBe(false);
  expect(search.ask(some[0]?.question ?? '')).toMatchObject({ outcome: 'none', found: [] });
  for (const entry of some) search.put(entry);
  const questions = some.map(({ question }) => question);
  expect(differences(search, createSearch(some), questions)).toEqual([]);
});

test('what is equal comes in the same order, whatever was changed before', () => {
  const saying = (id: string, question: string): Searchable => ({
    id,
    question,
    phrasings: [],
    brief: [],
    keywords: [],
  });
  const [first, second] = [saying('a/a', 'Ai giữ thẻ tuýt?'), saying('a/b', 'Ai giữ thẻ huýt?')];
  const twins = [saying('a/c', 'Khi nào đổi thẻ đảng?'), saying('a/d', 'Khi nào đổi thẻ đảng?')] as const;
  const search = createSearch([second, twins[0], twins[1]]);
  search.ask('đổi thẻ');
  search.remove(second.id);
  search.put(twins[0]);
  search.put(first);
  search.put(second);
  const fresh = createSearch([...twins, first, second]);
  expect(search.ask('đổi thẻ đảng').found.map(({ entry }) => entry.id)).toEqual(['a/c', 'a/d', 'a/a', 'a/b']);
  expect(differences(search, fresh, ['ai giữ thẻ uýt', 'ai giu the uyt', 'đổi thẻ'])).toEqual([]);
});
