import { DatabaseSync } from 'node:sqlite';
import { fieldsOf, foldedWords, FOUND, pairs, type Peer } from './peer.ts';

/*
 * - A column a field, all with the same weight in bm25(): heavier questions or phrasings found less (development half).
 * - Any word may match (OR), and phrases of two neighbours as well, which takes it from 47 to 80 per cent first.
 * - Folded before it is stored: `remove_diacritics 2` does not touch đ.
 * - No tolerance of typing errors: SQLite's (spellfix1) is an extension that Node does not have.
 */
export const fts5: Peer = {
  name: 'SQLite FTS5',
  build(entries) {
    const db = new DatabaseSync(':memory:');
    db.exec('CREATE VIRTUAL TABLE entries USING fts5(question, phrasings, keywords, short, body)');
    const insert = db.prepare(
      'INSERT INTO entries (rowid, question, phrasings, keywords, short, body) VALUES (?, ?, ?, ?, ?, ?)',
    );
    db.exec('BEGIN');
    for (const [position, entry] of entries.entries()) {
      insert.run(position, ...Object.values(fieldsOf(entry)).map((text) => foldedWords(text).join(' ')));
    }
    db.exec("COMMIT; INSERT INTO entries (entries) VALUES ('optimize')");
    const find = db.prepare(`SELECT rowid AS position FROM entries WHERE entries MATCH ? ORDER BY rank LIMIT ${FOUND}`);
    return (text) => {
      const folded = foldedWords(text);
      const phrases = [...folded, ...pairs(folded).map((pair) => pair.join(' '))];
      const query = [...new Set(phrases)].map((phrase) => `"${phrase}"`).join(' OR ');
      return query === '' ? [] : find.all(query).map(({ position }) => position as number);
    };
  },
};
