import { loadHandbook } from '../src/handbook/load.ts';
import { groupQuestions } from '../src/questions/grouping.ts';
import { createQuestionTerms } from '../src/questions/question-terms.ts';
import { readVocabulary } from '../src/search/vocabulary.ts';
import { median } from './figures.ts';
import { syntheticEntries } from './synthetic.ts';

const QUESTIONS = 10_000;
/** Phrasings of each made-up entry. */
const EACH = 15;
const TIMES = 5;

/** How long it takes to put unanswered questions together, each of them asked once and none like another to the letter. */
export function benchGrouping(): void {
  const entries = syntheticEntries(loadHandbook('data/handbook'), Math.ceil(QUESTIONS / EACH));
  const texts = [...new Set(entries.flatMap(({ phrasings }) => phrasings))].slice(0, QUESTIONS);
  const asked = texts.map((text) => ({ text, count: 1 }));
  const readTerms = createQuestionTerms(readVocabulary());
  let groups = 0;
  const times = Array.from({ length: TIMES }, () => {
    const began = performance.now();
    groups = groupQuestions(asked, readTerms).length;
    return performance.now() - began;
  });
  console.table({
    [`${asked.length} unanswered questions`]: {
      groups,
      'grouped in, ms': median(times).toFixed(0),
      'worst, ms': Math.max(...times).toFixed(0),
    },
  });
}
