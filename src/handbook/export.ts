import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { allowedWordsFile, checkCandidates, readAllowedWords } from './check.ts';
import { changeEntryFile, entryFile } from './entry-file.ts';
import { contentHash, PARTS, withLivingLinks, type Entry } from './entry.ts';
import type { LiveHandbook } from './live.ts';

/** What is to be written, by path; undefined: the file is to be deleted. */
export type FileChanges = Map<string, string | undefined>;

/**
 * What must change in a handbook's files so that they say what is in force: entries, the order in which they stand, the list of topics,
 * and the words that officers used and the spelling check does not know. Nothing, when they say it already.
 *
 * @param directory of the files, as `handbook.base` was read from
 */
export function exportHandbook(handbook: LiveHandbook, directory: string): FileChanges {
  const files: FileChanges = new Map();
  const changed: Entry[] = [];
  for (const entry of handbook.entries) {
    // The loader refuses links that lead nowhere.
    const wanted = withLivingLinks(entry, (id) => handbook.entry(id) !== undefined);
    const before = handbook.base.entry(entry.id);
    if (before?.id === entry.id) {
      if (contentHash(before) === contentHash(wanted)) continue;
      const parts = PARTS.filter((part) => JSON.stringify(before[part]) !== JSON.stringify(wanted[part]));
      files.set(before.file, changeEntryFile(readFileSync(before.file, 'utf8').normalize('NFC'), wanted, parts));
    } else {
      files.set(path.join(directory, `${entry.id}.md`), entryFile(wanted));
    }
    changed.push(entry);
  }
  const gone = handbook.base.entries.filter(({ id }) => handbook.entry(id)?.id !== id);
  for (const entry of gone) files.set(entry.file, undefined);
  for (const field of new Set(gone.map((entry) => entry.field))) leaveOut(files, directory, field, gone);
  leaveOutOfTopics(files, path.join(directory, 'coverage.json'), handbook, gone);
  addWords(files, handbook, changed, directory);
  return files;
}

function leaveOut(files: FileChanges, directory: string, field: string, gone: readonly Entry[]): void {
  const file = path.join(directory, field, '_index.md');
  if (!existsSync(file)) return;
  const source = readFileSync(file, 'utf8');
  const slugs = gone.filter((entry) => entry.field === field).map(({ id }) => id.slice(field.length + 1));
  const wanted = slugs.reduce(
    (text, slug) =>
      text
        .replace(new RegExp(`^[ \\t]*- ['"]?${slug}['"]?[ \\t]*\\r?\\n`, 'm'), '')
        // `order: [a, b]`
        .replace(new RegExp(`(?<=[[,][ \\t]*)${slug}[ \\t]*(?:,[ \\t]*|(?=\\]))`), ''),
    source,
  );
  // The loader wants a list: of the last one the heading goes too.
  const whole = wanted.replace(/^order:[ \t]*\r?\n(?![ \t]*- )/m, '');
  if (whole !== source) files.set(file, whole);
}

function leaveOutOfTopics(files: FileChanges, file: string, handbook: LiveHandbook, gone: readonly Entry[]): void {
  if (gone.length === 0 || !existsSync(file)) return;
  const source = readFileSync(file, 'utf8');
  const topics = JSON.parse(source) as string[];
  const wanted = topics.filter((id) => handbook.entry(id));
  if (wanted.length < topics.length) files.set(file, `${JSON.stringify(wanted, undefined, indentOf(source))}\n`);
}

function indentOf(json: string): string {
  return /^\[\r?\n([ \t]+)/.exec(json)?.[1] ?? '';
}

/** An officer who saved a word that is no syllable has seen it named. */
function addWords(files: FileChanges, handbook: LiveHandbook, changed: readonly Entry[], directory: string): void {
  const file = allowedWordsFile(directory);
  const findings = checkCandidates(changed, handbook, readAllowedWords(file));
  const words = [...new Set(findings.flatMap(({ word }) => word?.toLowerCase() ?? []))].toSorted();
  if (words.length === 0) return;
  const before = existsSync(file) ? readFileSync(file, 'utf8').replace(/\n*$/, '\n') : '';
  files.set(file, `${before}${words.join(' ')}\n`);
}
