import { clean } from '../bot/markdown/styled.ts';

const ADDRESS = /(https?:\/\/[^\s<>"]+)/;
/** Spaces that a line may begin with; more would push it off a telephone's screen. */
const MOST_INDENT = 8;

/**
 * What an officer typed, as message Markdown that shows it line by line as it was typed; only **bold** and *italic* are
 * formatting, and addresses stay addresses.
 */
export function typedMarkdown(text: string): string {
  return clean(text)
    .trim()
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.split('\n').map(typedLine).join('\\\n'))
    .join('\n\n');
}

function typedLine(line: string): string {
  const [, indent = '', rest = ''] = /^(\s*)(.*?)\s*$/.exec(line.replaceAll('\t', '    ')) ?? [];
  const escaped = rest
    .split(ADDRESS)
    .map((part, i) => (i % 2 === 1 ? part : part.replace(/[\\`_[\]<>~|&@]/g, '\\$&')))
    .join('')
    // What would begin a list, a heading, a rule.
    .replace(/^(?:[-+#=]|\*(?=\s|$)|\*(?=[*\s]*$))/, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2');
  return '\u00A0'.repeat(Math.min(indent.length, MOST_INDENT)) + escaped;
}
