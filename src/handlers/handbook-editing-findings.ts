import { checkSecrecy } from '../announcements/secrecy.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { EntryContent } from '../handbook/entry.ts';
import type { Finding } from '../handbook/finding.ts';
import { PART_NAMES } from './handbook-editing-parts.ts';

/** What must be mended, as people read it. */
export function mistakeLines(mistakes: readonly Finding[]): string[] {
  if (mistakes.length === 0) return [];
  const lines = mistakes.map(({ part, text }) => `- ${part ? `${PART_NAMES[part]}: ` : ''}${escapeMarkdown(text)}`);
  return [`**Phải sửa trước khi ghi:**\n${lines.join('\n')}`];
}

/** What could be better. */
export function adviceLines(findings: readonly Finding[]): string[] {
  const words = findings.flatMap(({ word }) => word ?? []);
  const few = findings.filter(({ weight, word }) => weight === 'advice' && word === undefined);
  return [
    ...(words.length === 0
      ? []
      : [
          `Tôi không nhận ra chữ: ${escapeMarkdown(words.join(', '))}. Đồng chí xem lại chính tả; viết đúng rồi thì thôi.`,
        ]),
    ...(few.length === 0
      ? []
      : [few.map(({ part, text }) => `Nên thêm ${part ? PART_NAMES[part].toLowerCase() : ''}: ${text}`).join('\n\n')]),
  ];
}

/** The handbook is read by everybody. */
export function secrecyLines({ question, short, body, gaps }: EntryContent): string[] {
  const found = checkSecrecy([question, short ?? '', body, gaps ?? ''].join('\n\n'));
  return found.map(({ words, reason }) => `⚠️ "${escapeMarkdown(words)}": ${escapeMarkdown(reason)}`);
}
