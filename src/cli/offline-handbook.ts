import { systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import { createDocumentsStore } from '../documents/documents-store.ts';
import { createRegistry } from '../documents/registry.ts';
import { allowedWordsFile, readAllowedWords } from '../handbook/check.ts';
import { createHandbookEditing, type HandbookEditing } from '../handbook/editing.ts';
import { createLiveHandbook, type LiveHandbook } from '../handbook/live.ts';
import { loadParts } from '../handbook/load.ts';
import { createVersionsStore } from '../handbook/versions-store.ts';
import type { Database } from '../store/database.ts';

/** The handbook as the bot has it, without its search: nobody asks here. */
export async function offlineHandbook(
  config: Pick<Config, 'HANDBOOK_DIR' | 'TIME_ZONE'>,
  db: Database,
): Promise<{ handbook: LiveHandbook; editing: HandbookEditing }> {
  const handbook = createLiveHandbook(loadParts(config.HANDBOOK_DIR));
  const { documents } = handbook;
  const store = createDocumentsStore(db, systemClock);
  await createRegistry({ documents, store, clock: systemClock, timeZone: config.TIME_ZONE }).refresh();
  const editing = createHandbookEditing({
    handbook,
    store: createVersionsStore(db, systemClock),
    search: () => undefined,
    allowedWords: readAllowedWords(allowedWordsFile(config.HANDBOOK_DIR)),
  });
  await editing.sync();
  return { handbook, editing };
}
