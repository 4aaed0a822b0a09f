import type { Clock } from '../clock.ts';
import { successors, type Documents, type OfficialDocument } from '../handbook/documents.ts';
import type { DocumentFields } from '../handbook/recorded-documents.ts';
import { fold } from '../search/fold.ts';
import type { DocumentRecord, DocumentsStore } from './documents-store.ts';

/** The registry of documents while officers change it: what is kept is laid over what everybody reads. */
export interface Registry {
  readonly documents: Documents;
  /** By id; as of the last refresh. */
  record(id: string): DocumentRecord | undefined;
  /** Newest change first. */
  records(): readonly DocumentRecord[];
  /** Reads again what is kept, when somebody changed it: another process on the same database, for one. */
  refresh(): Promise<void>;
  /** False: somebody else was faster. */
  save(fields: DocumentFields, seen: string | undefined, by: string): Promise<boolean>;
  withdraw(id: string, seen: string, by: string): Promise<boolean>;
  /** The document that would end up as its own successor; undefined: all is well. */
  circle(fields: DocumentFields): OfficialDocument | undefined;
  /** "Quy định số 400-QĐ/TW" → "400-QD/TW", with the year where that is another document's. */
  newId(fields: Pick<DocumentFields, 'number' | 'issued'>): string;
}

export interface RegistryDeps {
  documents: Documents;
  store: DocumentsStore;
  clock: Clock;
  timeZone: string;
}

export function createRegistry({ documents, store, clock, timeZone }: RegistryDeps): Registry {
  let kept: readonly DocumentRecord[] = [];
  let mark = '';
  const now = (): Temporal.ZonedDateTime => clock.now().toZonedDateTimeISO(timeZone);

  async function refresh(): Promise<void> {
    const present = await store.mark();
    if (present === mark) return;
    kept = await store.all();
    documents.lay(kept, now);
    mark = present;
  }

  /** Those whose place the document takes, but for what the file says of it already. */
  function ended({ id, replaces }: DocumentFields): string[] {
    const before = new Set(record(id)?.ends.map((end) => end.id));
    return (replaces ?? []).filter((old) => documents.inFile(old)?.replaced_by !== id || before.has(old));
  }

  const record = (id: string): DocumentRecord | undefined => kept.find(({ fields }) => fields.id === id);

  return {
    documents,
    record,
    records: () => kept.toSorted((a, b) => (a.changedAt < b.changedAt ? 1 : -1)),
    refresh,
    async save(fields, seen, by) {
      const done = await store.save(fields, ended(fields), seen, by);
      await refresh();
      return done;
    },
    async withdraw(id, seen, by) {
      const done = await store.withdraw(id, seen, by);
      await refresh();
      return done;
    },
    circle(fields) {
      // A successor that takes effect later only is one, too.
      const byId = new Map(documents.all.map((document) => [document.id, document]));
      const replaced = new Set(fields.replaces);
      for (const { fields: other, ends } of kept) {
        if (other.id === fields.id) continue;
        for (const { id } of ends) {
          const old = byId.get(id);
          if (old) byId.set(id, { ...old, replaced_by: other.id });
        }
      }
      for (const id of replaced) {
        const old = byId.get(id);
        if (old) byId.set(id, { ...old, replaced_by: fields.id });
      }
      return [...replaced]
        .flatMap((id) => byId.get(id) ?? [])
        .find((old) => old.id === fields.id || successors(byId, old) === 'cycle');
    },
    newId({ number, issued }) {
      const plain = fold(number.replace(/^.*? số /u, ''))
        .toUpperCase()
        .replace(/[^A-Z0-9/]+/g, '-')
        .replace(/^-|-$/g, '');
      const dated = issued ? `${plain}-${issued.slice(0, 4)}` : plain;
      const free = [plain, dated].find((id) => documents.get(id) === undefined);
      return free ?? `${dated}-${documents.all.length}`;
    },
  };
}
