import { createSearch } from '../../src/search/search.ts';
import type { Peer, PeerEntry } from './peer.ts';

export const ours: Peer = {
  name: 'this search',
  build(entries) {
    const search = createSearch(entries);
    const positions = new Map<PeerEntry, number>(entries.map((entry, position) => [entry, position]));
    search.ask(''); // its retrieval index is filled by the first question; here that belongs to building
    return (text) => search.ask(text).found.map(({ entry }) => positions.get(entry) ?? -1);
  },
};
