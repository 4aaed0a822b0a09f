import MiniSearch from 'minisearch';
import { fieldsOf, FIELDS, FOUND, type Peer } from './peer.ts';

/** As it comes: no option but the fields, so no folding, no prefix, no fuzzy search. */
export const miniSearch: Peer = {
  name: 'MiniSearch',
  build(entries) {
    const index = new MiniSearch({ fields: [...FIELDS] });
    index.addAll(entries.map((entry, id) => ({ id, ...fieldsOf(entry) })));
    return (text) =>
      index
        .search(text)
        .slice(0, FOUND)
        .map(({ id }) => id as number);
  },
};
