import type { Choice } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { KEYS, LABELS, type Draft, type Key } from '../documents/typed-document.ts';
import type { Documents, OfficialDocument } from '../handbook/documents.ts';
import { vietnameseDate } from '../handbook/iso-date.ts';
import { fold, words } from '../search/fold.ts';
import { choiceId } from './feature.ts';

/** The first part of the buttons' ids. */
export const RECORD = 'vbm';

export const button = (label: string, ...what: string[]): Choice => ({ id: choiceId(RECORD, ...what), label });

/** How each part of a document is asked for, and what can be picked instead of typing. */
export const QUESTIONS: Readonly<Record<Key, { ask: string; choices: readonly Choice[] }>> = {
  number: {
    ask: 'Đồng chí gõ **số hiệu** đầy đủ, ví dụ: Quy định số 400-QĐ/TW.',
    choices: [],
  },
  title: { ask: 'Văn bản quy định về việc gì? Gõ **tên** ngắn gọn, ví dụ: Thi hành Điều lệ Đảng.', choices: [] },
  issuer: { ask: '**Cơ quan** nào ban hành? Ví dụ: Ban Chấp hành Trung ương.', choices: [button('Chưa rõ', 'none')] },
  issued: { ask: '**Ngày ban hành**? Ví dụ: 15/11/2026.', choices: [button('Chưa rõ', 'none')] },
  effective: {
    ask: '**Có hiệu lực từ ngày** nào? Ví dụ: 01/12/2026.',
    choices: [button('Từ ngày ban hành', 'same'), button('Chưa rõ', 'none')],
  },
  replaces: {
    ask: '**Thay cho** văn bản nào? Gõ số hiệu, nhiều văn bản thì cách nhau dấu chấm phẩy, ví dụ: 208-QĐ/TW; 06-HD/TW. Văn bản chỉ sửa đổi, bổ sung một phần thì chọn không thay.',
    choices: [button('Không thay văn bản nào', 'none')],
  },
  source: {
    ask: '**Đọc văn bản ở đâu**? Dán đường dẫn trang đăng văn bản, nếu có.',
    choices: [button('Không có', 'none')],
  },
};

/** The part that is asked for next; undefined: all is there. */
export function missing(draft: Draft): Key | undefined {
  return KEYS.find((key) => draft[key] === undefined);
}

/** A document as officers check it, a line a part. Markdown. */
export function draftLines(draft: Draft, documents: Documents): string {
  const date = (iso: string | null | undefined): string => (iso ? vietnameseDate(iso) : 'chưa rõ');
  const replaced = (draft.replaces ?? []).map((id) => documents.get(id)?.number ?? id);
  const values: Record<Key, string> = {
    number: draft.number ?? '',
    title: draft.title ?? 'chưa ghi',
    issuer: draft.issuer ?? 'chưa rõ',
    issued: date(draft.issued),
    effective: date(draft.effective),
    replaces: replaced.length > 0 ? replaced.join('; ') : 'không thay văn bản nào',
    source: draft.source ?? 'không có',
  };
  return KEYS.map((key) => `- **${LABELS[key][0]}:** ${escapeMarkdown(values[key])}`).join('\n');
}

/** The document of the registry that this one must be: the same number, and no other date. */
export function twin(draft: Draft, documents: Documents, id: string | undefined): OfficialDocument | undefined {
  if (id !== undefined) return undefined;
  const plain = (text: string): string => words(fold(text.replace(/^.*? số /u, ''))).join(' ');
  return documents.all.find(
    (one) =>
      plain(one.number) === plain(draft.number ?? '') && (!one.issued || !draft.issued || one.issued === draft.issued),
  );
}

/** What an officer should look at again; empty: nothing. */
export function doubts({ issued, effective }: Draft, today: Temporal.PlainDate): string[] {
  return [
    issued && issued > today.toString() ? 'Ngày ban hành ở sau hôm nay.' : '',
    issued && effective && effective < issued ? 'Ngày hiệu lực ở trước ngày ban hành.' : '',
  ].filter((text) => text !== '');
}
