import type { Clock } from '../clock.ts';
import type { Search } from '../search/search.ts';
import type { Database } from '../store/database.ts';
import { createApprovals, type Approvals } from './approvals.ts';
import { createHandbookEditing, type EditingDeps, type HandbookEditing } from './editing.ts';
import type { Entry } from './entry.ts';
import { createLiveHandbook, type LiveHandbook } from './live.ts';
import type { HandbookParts } from './load.ts';
import { createVersionsStore } from './versions-store.ts';

export interface OpenedHandbook {
  handbook: LiveHandbook;
  search: Search<Entry>;
  editing: HandbookEditing;
  approvals: Approvals;
  /** Brings into force what other processes on the same database saved. */
  sync(): Promise<void>;
}

export interface OpenHandbookDeps {
  parts: HandbookParts;
  db: Database;
  clock: Clock;
  timeZone: string;
  allowedWords: ReadonlySet<string>;
  buildSearch: (entries: readonly Entry[]) => Search<Entry>;
  onReworded?: EditingDeps['onReworded'];
}

/** The files, what officers changed over them, and the search over both. */
export async function openHandbook(deps: OpenHandbookDeps): Promise<OpenedHandbook> {
  const { parts, db, clock, timeZone, allowedWords, buildSearch } = deps;
  const handbook = createLiveHandbook(parts);
  const approvals = createApprovals({ db, documents: handbook.documents, clock, timeZone });
  let built: Search<Entry> | undefined;
  const store = createVersionsStore(db, clock);
  const editing = createHandbookEditing({
    handbook,
    store,
    search: () => built,
    allowedWords,
    onReworded: deps.onReworded,
  });
  await editing.sync();
  await approvals.sync();
  const search = buildSearch(handbook.entries);
  built = search;
  return {
    handbook,
    search,
    editing,
    approvals,
    async sync() {
      await editing.sync();
      await approvals.sync();
    },
  };
}
