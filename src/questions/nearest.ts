import type { Entry } from '../handbook/entry.ts';
import type { Search } from '../search/search.ts';

/** What the handbook has that comes near a question. */
export interface Nearest {
  /** Of the best entry; undefined: nothing comes near. */
  field: string | undefined;
  /** Best first. */
  entries: readonly Pick<Entry, 'key' | 'question'>[];
}

/** @returns looks a question up, to show an officer where the handbook stands */
export function nearestIn(search: Pick<Search<Entry>, 'ask'>): (text: string) => Nearest {
  return (text) => {
    const { found } = search.ask(text);
    return { field: found[0]?.entry.field, entries: found.map(({ entry }) => entry) };
  };
}
