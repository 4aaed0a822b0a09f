import { dump } from 'js-yaml';
import { PARTS, type EntryContent, type Part } from './entry.ts';

/** An entry as a file of the handbook. */
export function entryFile(content: EntryContent): string {
  return changeEntryFile('---\n---\n', content, PARTS);
}

/**
 * The file with some of its parts changed; everything else stays to the letter, comments included.
 *
 * @param source has a front matter
 * @param changed parts that say something else now
 */
export function changeEntryFile(source: string, content: EntryContent, changed: readonly Part[]): string {
  const text = source.replaceAll('\r\n', '\n');
  const end = text.indexOf('\n---', 3);
  const blocks = readBlocks(text.slice(text.indexOf('\n') + 1, end + 1));
  for (const part of changed) {
    if (part === 'body') continue;
    const at = blocks.findIndex(({ key }) => key === part);
    const yaml = partYaml(part, content);
    const found = blocks[at];
    if (found) blocks.splice(at, 1, ...(yaml === '' ? [] : [{ key: part, text: yaml + trailing(found.text) }]));
    else if (yaml !== '') blocks.splice(placeFor(part, blocks), 0, { key: part, text: yaml });
  }
  const head = `---\n${blocks.map((block) => block.text).join('')}---\n`;
  if (!changed.includes('body')) return head + text.slice(text.indexOf('\n', end + 1) + 1);
  return content.body === '' ? head : `${head}${content.body}\n`;
}

interface Block {
  /** Empty: what comes before the first key. */
  key: string;
  text: string;
}

/** The front matter cut before each key of its top level. */
function readBlocks(yaml: string): Block[] {
  const blocks: Block[] = [];
  for (const line of yaml.split(/(?<=\n)/)) {
    const key = /^['"]?(\w+)['"]?\s*:/.exec(line)?.[1];
    const last = blocks.at(-1);
    if (key !== undefined || !last) blocks.push({ key: key ?? '', text: line });
    else last.text += line;
  }
  return blocks.filter(({ text }) => text !== '');
}

/** Comments and empty lines that stand below a part. */
function trailing(block: string): string {
  return /(?:(?<=\n)(?:#.*|[ \t]*)\n)*$/.exec(block)?.[0] ?? '';
}

function placeFor(part: Part, blocks: readonly Block[]): number {
  const before = new Set<string>(['', ...PARTS.slice(0, PARTS.indexOf(part))]);
  return blocks.findLastIndex(({ key }) => before.has(key)) + 1;
}

function partYaml(part: Exclude<Part, 'body'>, content: EntryContent): string {
  const value = content[part];
  if (value === undefined || value.length === 0) return '';
  // A date needs no quotes here: our schema of YAML has none.
  if (part === 'checked') return `checked: ${content.checked}\n`;
  const yaml = dump({ [part]: value }, { lineWidth: -1 });
  // Our files have items that begin with a digit in quotes; lines of a text stand deeper, or in no list.
  return Array.isArray(value) ? yaml.replace(/^( {2}- )(\d[^'"\n]*)$/gm, "$1'$2'") : yaml;
}
