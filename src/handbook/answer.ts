import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { shortNumber, type Documents, type OfficialDocument } from './documents.ts';
import type { Entry } from './entry.ts';
import { vietnameseDate } from './iso-date.ts';
import { overtaken, replacementWarning } from './replacement.ts';

/** Whether somebody has approved what an entry says now, `by` whom as in the audit log; `why` not. */
export type Standing =
  | { state: 'approved'; at: Temporal.ZonedDateTime; until: Temporal.PlainDate; office: string; by: string }
  | { state: 'draft'; why: 'new' | 'changed' | 'document' | 'expired' };

/**
 * The answer as a person reads it: question, answer, what is not certain, legal basis, date checked, whether it is
 * approved. A document that was replaced is never cited without the one that replaced it.
 *
 * @param standing undefined: nobody here knows
 * @returns Markdown
 */
export function answerMarkdown(entry: Entry, documents: Documents, standing?: Standing): string {
  const approvedAt = standing?.state === 'approved' ? standing.at.toInstant() : undefined;
  const parts = [
    replacementWarning(overtaken(entry, documents, approvedAt)),
    `**${escapeMarkdown(entry.question)}**`,
    entry.short ?? '',
    entry.body,
    caution(entry),
  ];
  if (entry.basis.length > 0) {
    const lines = entry.basis.map((basis) => `- ${basisLine(basis, documents)}`);
    parts.push(`**Căn cứ**\n${lines.join('\n')}`);
  }
  if (entry.checked) parts.push(`*Kiểm tra ngày ${vietnameseDate(entry.checked)}*`);
  if (standing) parts.push(standingLine(standing));
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Short, since an answer must fit one Zalo message. */
function standingLine(standing: Standing): string {
  return standing.state === 'approved'
    ? `*Đã duyệt ngày ${vietnameseDate(standing.at.toPlainDate().toString())}.*`
    : '*Bản thảo, chưa được cấp ủy duyệt.*';
}

const EVIDENCE_CAUTION = {
  text: '',
  secondary: 'Nội dung này chưa đối chiếu toàn văn văn bản.',
  memory: 'Nội dung này chưa được xác nhận bằng văn bản; đồng chí hỏi lại cấp ủy cấp trên trước khi làm.',
} as const;

function caution(entry: Entry): string {
  const text = [EVIDENCE_CAUTION[entry.evidence ?? 'text'], entry.gaps ?? ''].filter((part) => part !== '').join(' ');
  return text === '' ? '' : `⚠️ ${text}`;
}

function basisLine(basis: Entry['basis'][number], documents: Documents): string {
  const document = documents.get(basis.doc);
  const cited = [document?.number ?? basis.doc, basis.at ?? ''].filter((part) => part !== '').join(', ');
  return escapeMarkdown(document ? cited + currencyNote(document, documents) : cited);
}

/** " (đã được 208-QĐ/TW thay)", or nothing for a document in force. */
function currencyNote(document: OfficialDocument, documents: Documents): string {
  const currency = documents.currency(document);
  switch (currency.state) {
    case 'replaced':
      return ` (đã được ${shortNumber(currency.by)} thay)`;
    case 'maybe-replaced':
      return ` (có thể đã được ${shortNumber(currency.by)} thay)`;
    case 'to-be-replaced':
      return ` (sẽ được ${shortNumber(currency.by)} thay từ ${vietnameseDate(currency.from.toString())})`;
    case 'expired':
      return ' (đã hết hiệu lực)';
    case 'in-force':
    case 'unknown':
      return '';
  }
}
