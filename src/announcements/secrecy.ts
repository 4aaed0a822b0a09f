import { findCardNumbers, findIdentityNumbers } from './secrecy-numbers.ts';
import { findMatters } from './secrecy-people.ts';
import { findStamps } from './secrecy-stamps.ts';
import { gateText, type GateText, type Place } from './secrecy-text.ts';

/**
 * What stops an announcement: a stamp or a word that says that a paper is not for everybody; the number of somebody's
 * identity or party card; a person named beside a matter of discipline or personnel.
 */
export type FindingKind = 'stamp' | 'identity-number' | 'card-number' | 'discipline' | 'personnel';

/** Something in a text that must not go out through a public messenger. */
export interface Finding {
  kind: FindingKind;
  /** The words of the text that stop it, as they were typed. For its author only: never kept or logged. */
  words: string;
  /** Vietnamese: why it stops, and what to do. */
  reason: string;
}

const LONGEST_WORDS = 120;

/**
 * The gate: what in this text must not be sent to many people. Reads plain text and message Markdown, with or without
 * marks, in capitals, spaced out. Pure; an empty list lets the text pass. One finding a kind, the first of each.
 *
 * It reads for slips, not for intent: who wants to get something past it can. What it stops wrongly, a second officer
 * lets go.
 */
export function checkSecrecy(text: string): Finding[] {
  const read = gateText(text);
  return GATES.flatMap(({ kind, find, reason }) => {
    const first = find(read).toSorted((a, b) => a.start - b.start)[0];
    if (!first) return [];
    const words = read.plain.slice(first.start, first.end).replace(/\s+/g, ' ').trim();
    return [{ kind, words: words.length > LONGEST_WORDS ? `${words.slice(0, LONGEST_WORDS)}…` : words, reason }];
  });
}

const GATES: readonly { kind: FindingKind; find: (text: GateText) => Place[]; reason: string }[] = [
  {
    kind: 'stamp',
    find: findStamps,
    reason:
      'Đây là dấu hiệu của tài liệu mật hoặc lưu hành nội bộ, không được gửi qua mạng. Đồng chí bỏ phần này, chuyển văn bản theo đường công văn.',
  },
  {
    kind: 'identity-number',
    find: findIdentityNumbers,
    reason: 'Đây giống số căn cước của một người. Đồng chí bỏ số này, báo riêng cho người đó.',
  },
  {
    kind: 'card-number',
    find: findCardNumbers,
    reason: 'Đây giống số thẻ đảng viên. Đồng chí bỏ số này, báo riêng cho người đó.',
  },
  {
    kind: 'discipline',
    find: (text) => findMatters(text, 'discipline'),
    reason:
      'Có tên người bên cạnh việc kỷ luật, vi phạm hoặc đơn thư. Đồng chí bỏ tên hoặc bỏ nội dung này, báo trực tiếp cho những người liên quan.',
  },
  {
    kind: 'personnel',
    find: (text) => findMatters(text, 'personnel'),
    reason:
      'Có tên người bên cạnh việc nhân sự hoặc lý lịch. Đồng chí bỏ tên hoặc bỏ nội dung này, báo trực tiếp cho những người liên quan.',
  },
];
