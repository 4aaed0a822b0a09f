import type { Incoming } from '../bot/channel.ts';
import type { HandbookEditing } from '../handbook/editing.ts';
import type { Person } from '../people/people-store.ts';
import { isAtTop } from '../people/reach.ts';
import type { QuestionLoop } from '../questions/loop.ts';
import type { AskedQuestion } from '../questions/questions-store.ts';
import type { Feature } from './feature.ts';
import { createFeedback } from './feedback.ts';
import { forOfficers } from './for-officers.ts';
import { createHandover, type HandoverDeps } from './handover.ts';
import { createLecturerQuestions, type LecturerQuestionsDeps } from './lecturer-questions.ts';
import type { KeptLine } from './own-data.ts';
import { createQueueFeature, type QueueFeatureDeps } from './queue.ts';

export type QuestionLoopFeaturesDeps = QuestionLoop &
  Omit<QueueFeatureDeps, 'onEntryGiven' | 'mayEdit' | 'addPhrasing'> & {
    editing: Pick<HandbookEditing, 'addPhrasing'>;
  } & HandoverDeps &
  LecturerQuestionsDeps;

/** Questions that people take care of: handing over, the officers' queue, questions to lecturers, ways of asking. */
export function createQuestionLoopFeatures(deps: QuestionLoopFeaturesDeps): {
  /** Somebody found that this entry is what they had asked for. */
  confirmed: (message: Incoming, question: AskedQuestion) => Promise<void>;
  /** What is kept of a person's questions, for `/dulieu`. */
  kept: (person: Person) => Promise<KeptLine[]>;
  features: Feature[];
} {
  const { suggestions, handbook, roles, editing } = deps;
  const handover = createHandover(deps);
  const lecturers = createLecturerQuestions(deps);
  const queue = createQueueFeature({
    ...deps,
    addPhrasing: (entryId, text, by) => editing.addPhrasing(entryId, text, by),
    mayEdit: async (message) => isAtTop(await roles.reach(message)),
    onEntryGiven: (entry, text, who) => suggestions.count(entry, text, who),
  });
  return {
    async confirmed(message, { text, outcome, entryId }) {
      const entry = handbook.entry(entryId ?? '');
      // What was answered at once needs no other way of asking.
      if (entry && outcome === 'choose') await suggestions.count(entry, text, await roles.actor(message));
    },
    async kept(person) {
      const fields = (await deps.fieldOfficers.of(person.id)).map((id) => handbook.field(id)?.title ?? id);
      const duties = fields.length === 0 ? [] : [{ what: 'Lĩnh vực phụ trách', value: fields.join('; ') }];
      return [...(await handover.kept(person)), ...(await lecturers.kept(person)), ...duties];
    },
    features: [handover, createFeedback(deps), lecturers, forOfficers(queue, deps.isOfficer)],
  };
}
