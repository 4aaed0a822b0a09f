import type { Documents, OfficialDocument } from '../handbook/documents.ts';

/** In the order in which the file has them. */
const KEYS = [
  'number',
  'title',
  'issuer',
  'issued',
  'effective',
  'replaces',
  'replaced_by',
  'in_force',
  'as_of',
  'evidence',
  'source',
  'note',
] as const satisfies readonly (keyof OfficialDocument)[];
type Key = (typeof KEYS)[number];

/**
 * The text of `documents.yaml` with what officers recorded: changed lines of documents that it has, new documents at its
 * end. Everything else stays as it is written, comments too; once it is in the file, nothing changes any more.
 *
 * @param source the file as it is now; empty: there is none
 * @param documents the same file, read, with the records over it
 */
export function registryYaml(source: string, documents: Documents): string {
  const blocks = source.normalize('NFC').split(/^(?=- id:)/m);
  const known = new Set<string>();
  const mended = blocks.map((block) => {
    const id = idOf(block);
    const [now, before] = [documents.get(id ?? ''), documents.inFile(id ?? '')];
    if (id === undefined || !now || !before || known.has(id)) return block;
    known.add(id);
    return KEYS.filter((key) => valueOf(now, key) !== valueOf(before, key)).reduce(
      (text, key) => withKey(text, key, linesOf(now, key)),
      block,
    );
  });
  const text = mended.join('');
  const added = documents.all.filter(({ id }) => !known.has(id)).map((document) => newBlock(document));
  if (added.length === 0) return text;
  return `${text === '' || text.endsWith('\n') ? text : `${text}\n`}${added.join('')}`;
}

function newBlock(document: OfficialDocument): string {
  // Nobody has said that the text itself was read.
  const whole = { evidence: 'secondary' as const, as_of: document.issued, ...document };
  return [`- id: ${scalar(document.id)}\n`, ...KEYS.map((key) => linesOf(whole, key))].join('');
}

function idOf(block: string): string | undefined {
  const written = /^- id:[ \t]*(.+?)[ \t]*$/m.exec(block)?.[1];
  return written?.replace(/^(['"])(.*)\1$/, '$2');
}

/** What tells two values apart; nothing, null and an empty list are the same. */
function valueOf(document: OfficialDocument, key: Key): string {
  const value = document[key] ?? null;
  return JSON.stringify(Array.isArray(value) && value.length === 0 ? null : value);
}

/** Puts the lines of one key in place of those that are there, or where its order wants them. */
function withKey(block: string, key: Key, lines: string): string {
  const present = new RegExp(`^  ${key}:.*\\n?(?:^    .*\\n?)*`, 'm');
  if (present.test(block)) return block.replace(present, () => lines);
  const later = KEYS.slice(KEYS.indexOf(key) + 1).join('|');
  const next = new RegExp(`^  (?:${later}):`, 'm').exec(block);
  return next ? block.slice(0, next.index) + lines + block.slice(next.index) : `${block.replace(/\n*$/, '\n')}${lines}`;
}

function linesOf(document: OfficialDocument, key: Key): string {
  const value = document[key];
  if (key !== 'replaces') return `  ${key}: ${typeof value === 'string' ? scalar(value) : String(value ?? null)}\n`;
  const ids = document.replaces ?? [];
  return ids.length === 0
    ? '  replaces: []\n'
    : ['  replaces:\n', ...ids.map((id) => `    - ${scalar(id)}\n`)].join('');
}

/** As it is where YAML reads it so, else in single quotes. */
function scalar(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  const plain =
    /^[\p{L}\p{N}(]/u.test(line) &&
    !/: |:$| #/.test(line) &&
    !/^(?:null|true|false|yes|no|on|off|~|[-+.]?\d[\d_.,eE+-]*|0[xob].*)$/i.test(line);
  // A date is read as text, and is written so everywhere in the file.
  return plain || /^\d{4}-\d{2}(?:-\d{2})?$/.test(line) ? line : `'${line.replaceAll("'", "''")}'`;
}
