import type { Clock } from '../clock.ts';
import type { HandbookEditing } from '../handbook/editing.ts';
import { contentOf, type EntryContent } from '../handbook/entry.ts';
import type { LiveHandbook } from '../handbook/live.ts';
import { overtaken } from '../handbook/replacement.ts';
import type { EditablePart } from './handbook-editing-parts.ts';

/** What people read: changing it means that somebody has looked at it today. */
const WORDS: readonly (keyof EntryContent)[] = ['question', 'short', 'body', 'basis', 'gaps', 'evidence'];
const NO_BASIS = 'Chưa có căn cứ bằng văn bản.';

/** A change that an officer is making: kept as what differs, so that it can be laid over somebody else's change. */
export interface Draft {
  /** Empty for a new entry. */
  entryId: string;
  /** For a new entry; empty: not chosen yet. */
  field: string;
  /** The version that it is made from. */
  from: number;
  /** An empty `gaps` takes it away. */
  changes: Partial<EntryContent>;
  /** What the next text is for. */
  asked?: EditablePart | 'reason' | undefined;
  /** What is still to be asked for a new entry. */
  ahead: EditablePart[];
  /** Known beforehand: it is not asked for. */
  reason?: string;
  /** The proposal that it is made from: settled when it is saved. */
  proposal?: string;
}

export interface DraftContentDeps {
  handbook: LiveHandbook;
  editing: Pick<HandbookEditing, 'history' | 'relatedTo'>;
  clock: Clock;
  timeZone: string;
}

/** @returns what an entry would say with a draft laid over it */
export function createDraftContent(deps: DraftContentDeps): (draft: Draft) => Promise<EntryContent> {
  const { handbook, editing, clock, timeZone } = deps;

  /** What the draft changes: what is in force, or what it said before it was withdrawn. */
  async function present({ entryId }: Draft): Promise<EntryContent> {
    if (entryId === '') return EMPTY;
    const entry = handbook.entry(entryId);
    if (entry?.id === entryId) return contentOf(entry);
    const before = (await editing.history(entryId)).find((version) => version.content);
    return before?.content ?? EMPTY;
  }

  return async (draft) => {
    const made: EntryContent = { ...(await present(draft)), ...draft.changes };
    if (made.gaps === '') made.gaps = undefined;
    if (made.basis.length === 0 && made.gaps === undefined) made.gaps = NO_BASIS;
    // Who mends a word below the warning of a replaced document has not checked the answer against the new one.
    const checked = WORDS.some((part) => part in draft.changes) && overtaken(made, handbook.documents).length === 0;
    if (checked || made.checked === undefined) {
      made.checked = clock.now().toZonedDateTimeISO(timeZone).toPlainDate().toString();
    }
    if (draft.entryId === '' && made.related.length === 0) made.related = editing.relatedTo(made.question, '');
    return contentOf(made);
  };
}

const EMPTY: EntryContent = {
  question: '',
  phrasings: [],
  brief: [],
  keywords: [],
  basis: [],
  sources: [],
  related: [],
  also: [],
  body: '',
};
