import type { Finding } from '../announcements/secrecy.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';

/** UTF-16 units of the words that stopped a text. */
const WORDS_SHOWN = 60;

/** What the secrecy gate found, as a list: the words, and why they stop. */
export function findingLines(findings: readonly Finding[]): string {
  return findings
    .map(({ words, reason }) => `- “${escapeMarkdown(words.slice(0, WORDS_SHOWN).toWellFormed())}”: ${reason}`)
    .join('\n');
}
