import { entryOf, type Entry, type EntryContent } from './entry.ts';
import { assembleHandbook, type FieldHead, type Handbook, type HandbookParts } from './load.ts';

/** A handbook that officers change while it is read: whatever is asked of it is answered by its present state. */
export interface LiveHandbook extends Handbook {
  /** What the files say. */
  readonly base: Handbook;
  /** All fields, also those that have no entry (yet). */
  readonly heads: readonly FieldHead[];
  /** Lays these over what is in force, all at once; undefined: withdrawn. */
  change(changes: ReadonlyMap<string, EntryContent | undefined>): void;
}

/**
 * Puts the handbook together anew at each change, by the same function that put it together from the files, so that a
 * history of changes cannot leave anything behind. Changes are rare, and 350 entries take a millisecond.
 */
export function createLiveHandbook(parts: HandbookParts): LiveHandbook {
  const base = assembleHandbook(parts);
  const known = new Set(parts.fields.map(({ id }) => id));
  const entries = new Map(base.entries.map((entry) => [entry.id, entry]));
  let now = base;
  return {
    base,
    heads: parts.fields,
    documents: parts.documents,
    get fields() {
      return now.fields;
    },
    get entries() {
      return now.entries;
    },
    entry: (idOrKey) => now.entry(idOrKey),
    field: (idOrKey) => now.field(idOrKey),
    change(changes) {
      for (const [id, content] of changes) {
        const entry: Entry | undefined = content && entryOf(id, content, base.entry(id)?.file);
        // A field whose folder is gone from the files takes its entries along; they come back with it.
        if (entry && known.has(entry.field)) entries.set(id, entry);
        else entries.delete(id);
      }
      now = assembleHandbook({ ...parts, entries: [...entries.values()] });
    },
  };
}
