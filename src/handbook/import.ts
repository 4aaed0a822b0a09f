import type { Mistake } from '../spreadsheet/mistake.ts';
import type { Spreadsheet } from '../spreadsheet/sheet.ts';
import type { Change, HandbookEditing } from './editing.ts';
import { contentHash, withLivingLinks, type EntryContent } from './entry.ts';
import type { LiveHandbook } from './live.ts';
import { readHandbookFile, type HandbookRow } from './workbook.ts';

export type PlannedChange = Pick<Change, 'entryId' | 'from'> & { content: HandbookRow['content'] };

/** What importing a file would do; entries that are not in the file stay as they are. */
export interface HandbookImport {
  changed: PlannedChange[];
  added: PlannedChange[];
  /** Entries of the file that say the same already. */
  same: number;
  /** Entries of the handbook that are not in the file. */
  missing: number;
  /** Words that are no Vietnamese syllables. */
  words: string[];
}

/** Compares a file with the handbook; with mistakes nothing is to be imported. */
export async function planHandbookImport(
  spreadsheet: Spreadsheet,
  handbook: LiveHandbook,
  editing: Pick<HandbookEditing, 'numbers' | 'newId' | 'checkAll'>,
): Promise<{ plan: HandbookImport; mistakes: Mistake[] }> {
  const { rows, titles, mistakes: found } = readHandbookFile(spreadsheet, handbook);
  const mistakes = [...spreadsheet.mistakes, ...found];
  const numbers = await editing.numbers();
  const plan: HandbookImport = { changed: [], added: [], same: 0, missing: 0, words: [] };
  const rowOf = new Map<string, number>();
  const inFile = new Set<string>();
  const named = new Set(rows.map(({ entryId }) => entryId));
  const meant = (content: EntryContent): string =>
    contentHash(withLivingLinks(content, (id) => handbook.entry(id) !== undefined || named.has(id)));
  for (const { row, entryId, field, from, content } of rows) {
    const entry = handbook.entry(entryId);
    const number = numbers.get(entryId) ?? 0;
    if (entry?.id === entryId) {
      inFile.add(entryId);
      if (meant(entry) === meant(content)) plan.same++;
      else if (from !== undefined && from !== number)
        mistakes.push({ row, column: titles.number, text: CHANGED_SINCE });
      else plan.changed.push({ entryId, from: number, content });
    } else if (number > 0) mistakes.push({ row, column: titles.id, text: WITHDRAWN });
    else if (entry) mistakes.push({ row, column: titles.id, text: `mã này nay là của mục ${entry.id}; dùng mã ấy.` });
    else {
      const id = entryId === '' ? await editing.newId(field, content.question, inFile) : entryId;
      inFile.add(id);
      plan.added.push({ entryId: id, from: 0, content });
      rowOf.set(id, row);
    }
    rowOf.set(entryId, row);
  }
  plan.missing = handbook.entries.filter(({ id }) => !inFile.has(id)).length;
  for (const { entry, part, text, weight, word } of editing.checkAll([...plan.changed, ...plan.added])) {
    if (word !== undefined) plan.words.push(word);
    if (weight === 'mistake') mistakes.push({ row: rowOf.get(entry.id), column: part && titles[part], text });
  }
  return { plan: { ...plan, words: [...new Set(plan.words)] }, mistakes };
}

/** What the import would do, in sentences. */
export function importSummary({ changed, added, same, missing, words }: HandbookImport): string[] {
  return [
    `Sổ tay: thêm mới ${added.length}, sửa ${changed.length}, giữ nguyên ${same} mục.`,
    ...(missing > 0 ? [`${missing} mục của sổ tay không có trong tệp: giữ nguyên, không rút.`] : []),
    ...(words.length > 0 ? [`Tôi không nhận ra chữ: ${words.join(', ')}. Đồng chí xem lại chính tả.`] : []),
  ];
}

const CHANGED_SINCE =
  'mục này đã được sửa sau khi xuất tệp, nên hàng này có thể ghi đè; đồng chí xuất tệp mới, chép phần sửa sang rồi nhập lại.';
const WITHDRAWN = 'mục này đã bị rút khỏi sổ tay; lấy lại bằng lệnh /sotay trước, hoặc xóa hàng này.';
