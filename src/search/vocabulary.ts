import { readFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import { exactSyllable, fold, foldSyllable, words } from './fold.ts';
import { isFoldedSyllable } from './syllable.ts';

/** The lists of `data/vocabulary/`, which people edit. */
export interface Vocabulary {
  /** What an abbreviation may stand for, likelier first; undefined when the word is none. `marked`: the text has marks. */
  abbreviation(word: string, marked: boolean): readonly (readonly string[])[] | undefined;
  /** Standard words for a regional or familiar one. */
  regional(word: string): readonly string[] | undefined;
  /** Every phrase that means something to the search, by its first and second folded syllable ('' for one alone). */
  readonly phrases: ReadonlyMap<string, ReadonlyMap<string, readonly Phrase[]>>;
  /** The words of all phrases, each once. */
  readonly words: readonly View[];
  /** The bot's own service that a question is about, when it is about nothing else. */
  service(folded: readonly string[]): string | undefined;
}

/** A way of saying, and what it stands for. */
export interface Phrase {
  /** Folded. */
  readonly syllables: readonly string[];
  /** With their marks: a text that has marks must have the same. Undefined where the list has none. */
  readonly exact: readonly (string | undefined)[];
  /** The same words by their places in the vocabulary's `words`. */
  readonly words: readonly number[];
  /** `stop`: a question phrase that says nothing of the matter. */
  readonly means: 'stop' | 'concept' | 'kind' | 'foreign' | 'domain';
  /** Name of the concept or kind. */
  readonly name: string;
}

/** A word without its marks, and with them when it has any. */
interface View {
  readonly place: number;
  readonly folded: string;
  readonly exact: string | undefined;
}

const abbreviationsSchema = z.record(z.string(), z.array(z.string()).min(1));
const regionalSchema = z.record(z.string(), z.string());
const synonymsSchema = z.array(z.array(z.coerce.string()).min(2));
const stopSchema = z.array(z.string());
const servicesSchema = z.record(z.string(), z.array(z.string()).min(1));
const kindsSchema = z.record(z.string(), z.array(z.string()).min(1));

/** Where the vocabulary stands that belongs to the program. */
const VOCABULARY = path.join(import.meta.dirname, '../../data/vocabulary');

/**
 * Reads the vocabulary's files.
 *
 * @throws {z.ZodError} naming the place, when a list has not the form that it should have
 */
export function readVocabulary(directory = VOCABULARY): Vocabulary {
  const read = <T>(name: string, schema: z.ZodType<T>): T =>
    schema.parse(load(readFileSync(path.join(directory, name), 'utf8').normalize('NFC')));

  const abbreviations = new Map<string, string[][]>();
  const needMarks = new Set<string>();
  for (const [short, full] of Object.entries(read('abbreviations.yaml', abbreviationsSchema))) {
    const readings = full.map((text) => text.split(' '));
    abbreviations.set(short, readings);
    const plain = fold(short);
    // "cu" and "du" are also syllables that somebody typed without marks.
    if (isFoldedSyllable(foldSyllable(plain))) needMarks.add(short);
    else if (!abbreviations.has(plain)) abbreviations.set(plain, readings);
  }
  const regional = new Map(
    Object.entries(read('regional.yaml', regionalSchema)).map(([word, standard]) => [word, standard.split(' ')]),
  );

  const phrases = new Map<string, Map<string, Phrase[]>>();
  /** The lists have each word many times. */
  const known = new Map<string, View>();
  const views: View[] = [];
  const view = (word: string): View => {
    let one = known.get(word);
    if (!one) {
      one = { place: views.length, folded: foldSyllable(word), exact: exactSyllable(word) };
      known.set(word, one);
      views.push(one);
    }
    return one;
  };
  const add = (way: string, means: Phrase['means'], name: string): void => {
    const run = words(way.toLowerCase()).map(view);
    const syllables = run.map(({ folded }) => folded);
    const exact = run.map((word) => word.exact);
    const phrase: Phrase = { syllables, exact, words: run.map(({ place }) => place), means, name };
    const first = syllables[0] ?? '';
    const second = syllables[1] ?? '';
    let bySecond = phrases.get(first);
    if (!bySecond) phrases.set(first, (bySecond = new Map()));
    const others = bySecond.get(second);
    if (others) others.push(phrase);
    else bySecond.set(second, [phrase]);
  };
  for (const ways of read('synonyms.yaml', synonymsSchema)) for (const way of ways) add(way, 'concept', ways[0] ?? '');
  for (const [kind, ways] of Object.entries(read('question-kinds.yaml', kindsSchema))) {
    for (const way of ways) add(way, 'kind', kind);
  }
  for (const way of read('stop-phrases.yaml', stopSchema)) add(way, 'stop', '');

  for (const way of read('foreign-phrases.yaml', stopSchema)) add(way, 'foreign', way);
  for (const way of read('domain-words.yaml', stopSchema)) add(way, 'domain', way);
  const services = new Map(
    Object.entries(read('services.yaml', servicesSchema)).flatMap(([service, ways]) =>
      ways.map((way) => [words(way).map(foldSyllable).join(' '), service] as const),
    ),
  );

  return {
    abbreviation: (word, marked) => (needMarks.has(word) && !marked ? undefined : abbreviations.get(word)),
    regional: (word) => regional.get(word),
    phrases,
    words: views,
    service: (folded) => services.get(folded.join(' ')),
  };
}
