import type { Clock } from '../clock.ts';
import type { AccountRef } from '../config.ts';
import type { OutboxStore } from '../delivery/outbox-store.ts';
import type { Entry } from '../handbook/entry.ts';
import type { Search } from '../search/search.ts';
import type { Vocabulary } from '../search/vocabulary.ts';
import type { Holidays } from '../meetings/holidays.ts';
import type { Database } from '../store/database.ts';
import { createFieldOfficersStore, type FieldOfficersStore } from './field-officers-store.ts';
import { createLecturerQuestionsStore, type LecturerQuestionsStore } from './lecturer-store.ts';
import { nearestIn, type Nearest } from './nearest.ts';
import { createQuestionTerms, type ReadTerms } from './question-terms.ts';
import { createQueueStore, type QueueStore } from './queue-store.ts';
import { createSuggestionsStore, type SuggestionsStore } from './suggestions-store.ts';

/** What turns people's questions into officers' work, and officers' answers into the handbook. */
export interface QuestionLoop {
  queue: QueueStore;
  suggestions: SuggestionsStore;
  fieldOfficers: FieldOfficersStore;
  lecturerQuestions: LecturerQuestionsStore;
  readTerms: ReadTerms;
  nearest: (text: string) => Nearest;
  /** What has to be done by the clock: reminds, closes, and cuts what is old. */
  tend(): Promise<void>;
}

export interface QuestionLoopDeps {
  db: Database;
  clock: Clock;
  timeZone: string;
  /** No working days. */
  holidays: Holidays;
  outbox: Pick<OutboxStore, 'enqueue' | 'cancel'>;
  search: Pick<Search<Entry>, 'ask'>;
  vocabulary: Vocabulary;
  /** Who is named in ADMINS. */
  admins: readonly AccountRef[];
  /** How long questions are kept. */
  days: number;
}

export function createQuestionLoop(deps: QuestionLoopDeps): QuestionLoop {
  const { db, clock, days } = deps;
  const readTerms = createQuestionTerms(deps.vocabulary);
  const nearest = nearestIn(deps.search);
  const queue = createQueueStore({ ...deps, readTerms, nearest });
  const suggestions = createSuggestionsStore({ ...deps, readTerms });
  const lecturerQuestions = createLecturerQuestionsStore(db, clock, days);
  return {
    queue,
    suggestions,
    fieldOfficers: createFieldOfficersStore(db),
    lecturerQuestions,
    readTerms,
    nearest,
    async tend() {
      await queue.tend();
      await suggestions.prune();
      await lecturerQuestions.prune();
    },
  };
}
