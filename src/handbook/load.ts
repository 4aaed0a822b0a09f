import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { createDocuments, readDocuments, type Documents } from './documents.ts';
import { entrySchema, keyOf, type Entry } from './entry.ts';
import { readYaml, type Mistake } from './yaml.ts';

/** A field of party work: one folder of the handbook. */
export interface Field {
  id: string;
  key: string;
  title: string;
  /** What the field covers, one paragraph; may be empty. */
  about: string;
  /** In the order that `_index.md` gives; what it leaves out follows by id. */
  entries: Entry[];
}

export interface Handbook {
  readonly fields: readonly Field[];
  readonly entries: readonly Entry[];
  readonly documents: Documents;
  /** By id, by the id of an entry that was folded into another (`also`), or by key. */
  entry(idOrKey: string): Entry | undefined;
  /** By id or key. */
  field(idOrKey: string): Field | undefined;
}

/** The handbook cannot be used as it is; `mistakes` lists everything that must be mended, in all files. */
export class HandbookError extends Error {
  override name = 'HandbookError';
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(({ file, line, text }) => `${file}:${line}: ${text}`).join('\n'));
    this.mistakes = mistakes;
  }
}

const indexSchema = z.strictObject({
  title: z.string('thiếu tên lĩnh vực').trim().min(1, 'thiếu tên lĩnh vực'),
  order: z.array(z.string()).default([]),
});

/**
 * Loads a handbook that can be relied upon.
 *
 * @throws {HandbookError} naming every mistake of every file, with its line
 */
export function loadHandbook(directory: string): Handbook {
  const { handbook, mistakes } = readHandbook(directory);
  if (mistakes.length > 0) throw new HandbookError(mistakes);
  return handbook;
}

/**
 * Reads a handbook folder (`<field>/<slug>.md`) and the registry `documents.yaml` beside it, which may be missing.
 * What cannot be read is left out of the handbook and named among the mistakes.
 */
export function readHandbook(directory: string): { handbook: Handbook; mistakes: Mistake[] } {
  const mistakes: Mistake[] = [];
  if (!existsSync(directory)) {
    mistakes.push({ file: directory, line: 1, text: 'không có thư mục sổ tay này; xem lại HANDBOOK_DIR.' });
    return { handbook: createHandbook([], [], createDocuments([]), new Map()), mistakes };
  }
  const registry = path.join(path.dirname(path.resolve(directory)), 'documents.yaml');
  const known = existsSync(registry);
  const documents = known ? readRegistry(registry, mistakes) : createDocuments([]);

  const entries: Entry[] = [];
  const fields: Field[] = [];
  const lines = new Map<Entry, (path: readonly PropertyKey[]) => number>();
  for (const folder of readdirSync(directory, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!folder.isDirectory() || folder.name.startsWith('.')) continue;
    const id = folder.name.normalize('NFC');
    const field: Field = { id, key: keyOf(id), title: id, about: '', entries: [] };
    let order: string[] = [];
    for (const name of readdirSync(path.join(directory, folder.name)).toSorted()) {
      if (!name.endsWith('.md') || name.startsWith('.')) continue;
      const file = path.join(directory, folder.name, name);
      const parts = splitFrontMatter(readFileSync(file, 'utf8').normalize('NFC'));
      if (name === '_index.md') {
        const index = readYaml(parts.yaml, indexSchema, file, parts.yamlLine);
        if ('mistakes' in index) mistakes.push(...index.mistakes);
        else ({ title: field.title, order } = index.value);
        field.about = parts.body;
        continue;
      }
      const checked = readYaml(parts.yaml, entrySchema, file, parts.yamlLine);
      if ('mistakes' in checked) {
        mistakes.push(...checked.mistakes);
        continue;
      }
      const entryId = `${id}/${name.slice(0, -'.md'.length).normalize('NFC')}`;
      const entry: Entry = { ...checked.value, id: entryId, key: keyOf(entryId), field: id, body: parts.body, file };
      if (!entry.short && !entry.body) {
        mistakes.push({ file, line: 1, text: 'thiếu câu trả lời: viết short hoặc phần thân sau dòng ---.' });
      }
      lines.set(entry, checked.lineOf);
      field.entries.push(entry);
    }
    const bySlug = new Map(field.entries.map((entry) => [entry.id.slice(id.length + 1), entry]));
    for (const slug of order) {
      if (!bySlug.has(slug)) {
        const file = path.join(directory, folder.name, '_index.md');
        mistakes.push({ file, line: 1, text: `order: không có mục "${slug}" trong lĩnh vực này.` });
      }
    }
    const rank = new Map(order.map((slug, i) => [`${id}/${slug}`, i]));
    field.entries = field.entries.toSorted(
      (a, b) => (rank.get(a.id) ?? order.length) - (rank.get(b.id) ?? order.length),
    );
    if (field.entries.length > 0) fields.push(field);
    entries.push(...field.entries);
  }

  const byId = new Map<string, Entry>(entries.map((entry) => [entry.id, entry]));
  const report = (entry: Entry, at: PropertyKey[], text: string): void => {
    mistakes.push({ file: entry.file, line: lines.get(entry)?.(at) ?? 1, text });
  };
  for (const entry of entries) {
    for (const [i, id] of entry.also.entries()) {
      if (byId.has(id)) report(entry, ['also', i], `also: mã ${id} đã là của mục ${byId.get(id)?.id}.`);
      else byId.set(id, entry);
    }
  }
  for (const entry of entries) {
    for (const [i, id] of entry.related.entries()) {
      if (!byId.has(id)) report(entry, ['related', i], `related: không có mục ${id}.`);
    }
    for (const [i, { doc }] of entry.basis.entries()) {
      if (known && !documents.get(doc)) {
        report(entry, ['basis', i, 'doc'], `basis: văn bản ${doc} không có trong danh mục documents.yaml.`);
      }
    }
  }
  return { handbook: createHandbook(fields, entries, documents, byId), mistakes };
}

function createHandbook(
  fields: readonly Field[],
  entries: readonly Entry[],
  documents: Documents,
  byId: ReadonlyMap<string, Entry>,
): Handbook {
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const fieldByIdOrKey = new Map(fields.flatMap((field) => [[field.id, field] as const, [field.key, field] as const]));
  return {
    fields,
    entries,
    documents,
    entry: (idOrKey) => byId.get(idOrKey) ?? byKey.get(idOrKey),
    field: (idOrKey) => fieldByIdOrKey.get(idOrKey),
  };
}

function readRegistry(file: string, mistakes: Mistake[]): Documents {
  const read = readDocuments(readFileSync(file, 'utf8').normalize('NFC'), file);
  mistakes.push(...read.mistakes);
  return read.documents;
}

/** YAML between the first two lines `---`, and what follows; a file without them is all body. */
function splitFrontMatter(source: string): { yaml: string; yamlLine: number; body: string } {
  const match = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)^---[ \t]*(?:\r?\n|$)/m.exec(source);
  if (!match || match.index !== 0) return { yaml: '', yamlLine: 1, body: source.trim() };
  return { yaml: match[1] ?? '', yamlLine: 2, body: source.slice(match[0].length).trim() };
}
