import { createAnalyzer, type Analyzer, type Question } from './analyze.ts';
import { confidence, scope, signals } from './confidence.ts';
import { createHandbookIndex, type HandbookIndex, type Searchable } from './handbook-index.ts';
import { COLUMN, createQuery, meet } from './features.ts';
import { readModel } from './model.ts';
import { rank } from './rank.ts';
import { createReader } from './reader.ts';
import { createSpelling, type Spelling } from './spelling.ts';
import { createTermTable } from './terms.ts';
import { readVocabulary, type Vocabulary } from './vocabulary.ts';

export type Outcome = 'answer' | 'choose' | 'none';

export interface Found<E> {
  entry: E;
  /** 0 to 1: how sure the search is that this entry answers the question. */
  confidence: number;
}

export interface SearchResult<E> {
  outcome: Outcome;
  /** Best first, at most 5, each entry once. */
  found: Found<E>[];
  /** The question as it was read, when that is not as it was typed. */
  corrected: string | undefined;
  /** The bot's own service that the question is about; then nothing of the handbook is found. */
  service: string | undefined;
}

export interface Search<E> {
  /**
   * Finds the entry that answers a question, in any spelling, or says that there is none. Never throws; texts of any
   * length and any Unicode are welcome, what is beyond the first `LONGEST` UTF-16 units is not read.
   *
   * @param options `correct: false` takes every word as it was typed
   */
  ask(text: string, options?: { correct: boolean }): SearchResult<E>;
  /** Share, 0 to 1, of what a text says that an entry says too, by the rarity of its syllables and concepts. */
  covers(text: string, entry: E): number;
  /** Adds an entry, as the last one; or lets it take the place of the one with its id. The next question finds it. */
  put(entry: E): void;
  /** @returns false when there is no entry of this id */
  remove(id: string): boolean;
}

/** The search taken apart, for fitting and for measuring. */
export interface SearchParts<E> {
  vocabulary: Vocabulary;
  analyzer: Analyzer;
  spelling: Spelling;
  index: HandbookIndex<E>;
}

const LONGEST = 1000;
const MOST_FOUND = 5;
/** Longest question that is nothing but the wish to know how long, who, which papers; in syllables. */
const BARE = 3;
/** Terms by which an entry is found to speak of something. */
const SPOKEN_OF = ['syllable', 'concept', 'kind'] as const;

export function createSearchParts<E extends Searchable>(
  entries: readonly E[],
  vocabulary: Vocabulary = readVocabulary(),
): SearchParts<E> {
  const terms = createTermTable();
  const analyzer = createAnalyzer(vocabulary, terms);
  const reader = createReader(vocabulary, terms);
  const index = createHandbookIndex(entries, reader, terms);
  const spelling = createSpelling(analyzer, reader.usage, terms, index.postings);
  return { vocabulary, analyzer, spelling, index };
}

/** Builds the search over a handbook; docs/architecture.md, "Search", says how it works and why. */
export function createSearch<E extends Searchable>(
  entries: readonly E[],
  vocabulary: Vocabulary = readVocabulary(),
): Search<E> {
  const model = readModel();
  const { analyzer, spelling, index } = createSearchParts(entries, vocabulary);
  return {
    put: (entry) => index.put(entry),
    remove: (id) => index.remove(id),
    covers(text, entry) {
      const question = analyzer.question(text.slice(0, LONGEST), spelling);
      const query = createQuery(question, index);
      // "Bao lâu?", "ai ký?": asks for a part of whatever was spoken of.
      if (query.mass.kind > 0 && question.syllables.length <= BARE) return 1;
      const position = index.position(entry.id) ?? -1;
      const [meeting] = meet(query, index, [{ position, weight: 0, matched: 0 }], () => 0);
      const { syllable, concept, kind } = query.mass;
      const said = syllable + concept + kind;
      if (said === 0 || !meeting) return 0;
      const met = SPOKEN_OF.reduce((sum, group) => sum + (meeting.all[COLUMN[group]] ?? 0), 0);
      return met / said;
    },
    ask(text, { correct } = { correct: true }) {
      const question = analyzer.question(text.slice(0, LONGEST), correct ? spelling : undefined);
      const service = vocabulary.service(question.syllables.map(({ folded }) => folded));
      const corrected = question.corrected ? written(question) : undefined;
      if (service !== undefined) return { outcome: 'none', found: [], corrected: undefined, service };
      const { query, ranked } = rank(question, index, model);
      const values = signals(question, query, ranked, index);
      const sure = confidence(values, model);
      // The others share what the best one leaves, by how far they are behind it.
      const best = ranked[0]?.score ?? 0;
      const found = ranked.slice(0, MOST_FOUND).flatMap(({ position, score }) => {
        const entry = index.entry(position)?.entry;
        return entry ? [{ entry, confidence: sure * Math.exp(Math.max(score - best, -50)) }] : [];
      });
      const ours = scope(values, model);
      const outcome: Outcome =
        found.length === 0 || ours < model.choose
          ? 'none'
          : sure >= model.answer && ours > model.within
            ? 'answer'
            : 'choose';
      return { outcome, found, corrected, service: undefined };
    },
  };
}

function written({ syllables }: Question): string {
  return syllables.map((syllable) => syllable.written).join(' ');
}
