import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { createDocuments, readDocuments, type Documents } from './documents.ts';
import { entryOf, entrySchema, keyOf, type Entry } from './entry.ts';
import { readYaml, type Mistake } from './yaml.ts';

/** A field of party work as its `_index.md` describes it. */
export interface FieldHead {
  id: string;
  key: string;
  title: string;
  /** What the field covers, one paragraph; may be empty. */
  about: string;
  /** Slugs of its first entries. */
  order: readonly string[];
}

/** One folder of the handbook. */
export interface Field extends FieldHead {
  /** In the order that `_index.md` gives; what it leaves out follows by id. */
  entries: readonly Entry[];
}

/** A handbook before it is put together. */
export interface HandbookParts {
  /** In their order. */
  fields: readonly FieldHead[];
  entries: readonly Entry[];
  documents: Documents;
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
  return assembleHandbook(loadParts(directory));
}

/** The same, to be put together with what officers changed. */
export function loadParts(directory: string): HandbookParts {
  const { parts, mistakes } = readHandbook(directory);
  if (mistakes.length > 0) throw new HandbookError(mistakes);
  return parts;
}

/**
 * Reads a handbook folder (`<field>/<slug>.md`) and the registry `documents.yaml` beside it, which may be missing.
 * What cannot be read is left out of the handbook and named among the mistakes.
 */
export function readHandbook(directory: string): { parts: HandbookParts; handbook: Handbook; mistakes: Mistake[] } {
  const mistakes: Mistake[] = [];
  const fields: FieldHead[] = [];
  const entries: Entry[] = [];
  if (!existsSync(directory)) {
    mistakes.push({ file: directory, line: 1, text: 'không có thư mục sổ tay này; xem lại HANDBOOK_DIR.' });
    const parts = { fields, entries, documents: createDocuments([]) };
    return { parts, handbook: assembleHandbook(parts), mistakes };
  }
  const registry = path.join(path.dirname(path.resolve(directory)), 'documents.yaml');
  const known = existsSync(registry);
  const documents = known ? readRegistry(registry, mistakes) : createDocuments([]);

  const lines = new Map<Entry, (path: readonly PropertyKey[]) => number>();
  for (const folder of readdirSync(directory, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!folder.isDirectory() || folder.name.startsWith('.')) continue;
    const id = folder.name.normalize('NFC');
    let [title, about, order]: [string, string, string[]] = [id, '', []];
    const slugs = new Set<string>();
    for (const name of readdirSync(path.join(directory, folder.name)).toSorted()) {
      if (!name.endsWith('.md') || name.startsWith('.')) continue;
      const file = path.join(directory, folder.name, name);
      const parts = splitFrontMatter(readFileSync(file, 'utf8').normalize('NFC'));
      if (name === '_index.md') {
        const index = readYaml(parts.yaml, indexSchema, file, parts.yamlLine);
        if ('mistakes' in index) mistakes.push(...index.mistakes);
        else ({ title, order } = index.value);
        about = parts.body;
        continue;
      }
      const checked = readYaml(parts.yaml, entrySchema, file, parts.yamlLine);
      if ('mistakes' in checked) {
        mistakes.push(...checked.mistakes);
        continue;
      }
      const slug = name.slice(0, -'.md'.length).normalize('NFC');
      const entry = entryOf(`${id}/${slug}`, { ...checked.value, body: parts.body }, file);
      if (!entry.short && !entry.body) {
        mistakes.push({ file, line: 1, text: 'thiếu câu trả lời: viết short hoặc phần thân sau dòng ---.' });
      }
      lines.set(entry, checked.lineOf);
      entries.push(entry);
      slugs.add(slug);
    }
    for (const slug of order) {
      if (!slugs.has(slug)) {
        const file = path.join(directory, folder.name, '_index.md');
        mistakes.push({ file, line: 1, text: `order: không có mục "${slug}" trong lĩnh vực này.` });
      }
    }
    fields.push({ id, key: keyOf(id), title, about, order });
  }

  const parts = { fields, entries, documents };
  const handbook = assembleHandbook(parts);
  const report = (entry: Entry, at: PropertyKey[], text: string): void => {
    mistakes.push({ file: entry.file, line: lines.get(entry)?.(at) ?? 1, text });
  };
  for (const entry of handbook.entries) {
    for (const [i, id] of entry.also.entries()) {
      const other = handbook.entry(id);
      if (other !== entry) report(entry, ['also', i], `also: mã ${id} đã là của mục ${other?.id}.`);
    }
    for (const [i, id] of entry.related.entries()) {
      if (!handbook.entry(id)) report(entry, ['related', i], `related: không có mục ${id}.`);
    }
    for (const [i, { doc }] of entry.basis.entries()) {
      if (known && !documents.get(doc)) {
        report(entry, ['basis', i, 'doc'], `basis: văn bản ${doc} không có trong danh mục documents.yaml.`);
      }
    }
  }
  return { parts, handbook, mistakes };
}

/** Fields without entries are left out. */
export function assembleHandbook({ fields: heads, entries: unordered, documents }: HandbookParts): Handbook {
  const byField = Map.groupBy(unordered, ({ field }) => field);
  const fields = heads.flatMap((head): Field[] => {
    const found = byField.get(head.id);
    if (!found) return [];
    const rank = new Map(head.order.map((slug, i) => [`${head.id}/${slug}`, i]));
    const last = head.order.length;
    const place = ({ id }: Entry): number => rank.get(id) ?? last;
    return [{ ...head, entries: found.toSorted((a, b) => place(a) - place(b) || (a.id < b.id ? -1 : 1)) }];
  });
  const entries = fields.flatMap((field) => field.entries);
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  for (const entry of entries) for (const id of entry.also) if (!byId.has(id)) byId.set(id, entry);
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
