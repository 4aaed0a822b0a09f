import { readFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import { fold, foldSyllable, words } from './fold.ts';
import { isFoldedSyllable } from './syllable.ts';

/** The lists of `data/vocabulary/`, which people edit. */
export interface Vocabulary {
  /** What an abbreviation may stand for, likelier first; undefined when the word is none. `marked`: the text has marks. */
  abbreviation(word: string, marked: boolean): readonly (readonly string[])[] | undefined;
  /** Standard words for a regional or familiar one. */
  regional(word: string): readonly string[] | undefined;
  /** By the first syllable of a way of saying, all that begin with it, longest first. */
  readonly concepts: ReadonlyMap<string, readonly Phrase[]>;
  readonly stopPhrases: ReadonlyMap<string, readonly Phrase[]>;
  /** Words that show what is wanted to be known: how long, who, which papers. */
  readonly kinds: ReadonlyMap<string, readonly Phrase[]>;
}

export interface Phrase {
  syllables: readonly string[];
  /** The term that all ways of saying the same share; empty for stop phrases. */
  term: string;
}

const abbreviationsSchema = z.record(z.string(), z.array(z.string()).min(1));
const regionalSchema = z.record(z.string(), z.string());
const synonymsSchema = z.array(z.array(z.coerce.string()).min(2));
const stopSchema = z.array(z.string());
const kindsSchema = z.record(z.string(), z.array(z.string()).min(1));

/**
 * Reads the vocabulary's files.
 *
 * @throws {z.ZodError} naming the place, when a list has not the form that it should have
 */
export function readVocabulary(directory: string): Vocabulary {
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
  const concepts = phrases(
    read('synonyms.yaml', synonymsSchema).flatMap((ways, i) => ways.map((way) => ({ way, term: `~${i}` }))),
  );
  const stopPhrases = phrases(read('stop-phrases.yaml', stopSchema).map((way) => ({ way, term: '' })));
  const kinds = phrases(
    Object.entries(read('question-kinds.yaml', kindsSchema)).flatMap(([kind, ways]) =>
      ways.map((way) => ({ way, term: `?${kind}` })),
    ),
  );
  return {
    abbreviation: (word, marked) => (needMarks.has(word) && !marked ? undefined : abbreviations.get(word)),
    regional: (word) => regional.get(word),
    concepts,
    stopPhrases,
    kinds,
  };
}

function phrases(list: { way: string; term: string }[]): Map<string, Phrase[]> {
  const byFirst = new Map<string, Phrase[]>();
  for (const { way, term } of list) {
    const syllables = words(way.toLowerCase()).map(foldSyllable);
    const first = syllables[0] ?? '';
    byFirst.set(first, [...(byFirst.get(first) ?? []), { syllables, term }]);
  }
  for (const [first, found] of byFirst) {
    byFirst.set(
      first,
      found.toSorted((a, b) => b.syllables.length - a.syllables.length),
    );
  }
  return byFirst;
}
