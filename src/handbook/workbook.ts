import { words, fold } from '../search/fold.ts';
import type { Mistake } from '../spreadsheet/mistake.ts';
import type { Sheet, SheetRow, Spreadsheet } from '../spreadsheet/sheet.ts';
import { readTable, type Column } from '../spreadsheet/table.ts';
import { writeXlsx } from '../spreadsheet/write-xlsx.ts';
import { contentOf, entrySchema, type Entry, type EntryContent, type Part } from './entry.ts';
import type { LiveHandbook } from './live.ts';

/*
 * The whole handbook as one sheet: a row an entry, a column a part; lists stand in their cell line by line. What is
 * written is read back without loss; `Bản` says from which version a row was made, so that an import cannot overwrite
 * what somebody changed since.
 */

type Name = 'id' | 'field' | 'number' | Part;

const SHEET = 'Sổ tay';
const COLUMNS: Readonly<Record<Name, Column & { width: number }>> = {
  id: { title: 'Mã mục', also: ['ma'], required: true, width: 24 },
  number: { title: 'Bản', also: ['so ban'], required: false, width: 6 },
  field: { title: 'Lĩnh vực', also: [], required: false, width: 20 },
  question: { title: 'Câu hỏi', also: [], required: true, width: 40 },
  short: { title: 'Trả lời ngắn', also: [], required: true, width: 50 },
  body: { title: 'Nội dung', also: [], required: false, width: 80 },
  basis: { title: 'Căn cứ', also: [], required: false, width: 30 },
  evidence: { title: 'Mức đối chiếu', also: [], required: false, width: 14 },
  gaps: { title: 'Điều chưa chắc', also: [], required: false, width: 40 },
  checked: { title: 'Ngày kiểm tra', also: [], required: false, width: 12 },
  phrasings: { title: 'Cách hỏi khác', also: [], required: false, width: 50 },
  brief: { title: 'Câu hỏi ngắn', also: [], required: false, width: 40 },
  keywords: { title: 'Từ khóa', also: [], required: false, width: 30 },
  related: { title: 'Mục liên quan', also: [], required: false, width: 30 },
  also: { title: 'Mã cũ', also: [], required: false, width: 16 },
  sources: { title: 'Nơi đã đọc', also: [], required: false, width: 40 },
};
const NAMES = Object.keys(COLUMNS) as Name[];
const LISTS = ['phrasings', 'brief', 'keywords', 'related', 'also', 'sources'] as const;
const EVIDENCE = { text: 'toàn văn', secondary: 'qua tài liệu khác', memory: 'trí nhớ' } as const;
/** Stands between document, place and reason of a basis. */
const BAR = ' | ';

/** Whether this is the handbook, and no other table. */
export function isHandbookFile({ sheets }: Spreadsheet): boolean {
  return handbookSheet(sheets) !== undefined;
}

function handbookSheet(sheets: readonly Sheet[]): Sheet | undefined {
  return sheets.find((sheet) => readTable(sheet, COLUMNS).mistakes.length === 0);
}

/** @param numberOf the version in force of an entry */
export async function handbookWorkbook(
  entries: readonly Entry[],
  numberOf: (entryId: string) => number,
): Promise<Uint8Array> {
  const rows = entries.map((entry) =>
    NAMES.map((name) => {
      switch (name) {
        case 'number':
          return String(numberOf(entry.id));
        case 'basis':
          return entry.basis
            .map(({ doc, at, why }) => [doc, at ?? '', why ?? ''].join(BAR).replace(/(?: \| )+$/, ''))
            .join('\n');
        case 'evidence':
          return entry.evidence ? EVIDENCE[entry.evidence] : '';
        case 'id':
        case 'field':
        case 'question':
        case 'body':
          return entry[name];
        case 'short':
        case 'gaps':
        case 'checked':
          return entry[name] ?? '';
        case 'phrasings':
        case 'brief':
        case 'keywords':
        case 'related':
        case 'also':
        case 'sources':
          return entry[name].join('\n');
      }
    }),
  );
  const titles = NAMES.map((name) => COLUMNS[name].title);
  return writeXlsx([
    { name: SHEET, rows: [titles, ...rows], titles: 0, widths: NAMES.map((name) => COLUMNS[name].width) },
  ]);
}

/** A row of a handbook file. */
export interface HandbookRow {
  /** From 1, as the spreadsheet program shows it. */
  row: number;
  /** Empty: a new entry. */
  entryId: string;
  field: string;
  /** The version that it was made from; undefined: not said. */
  from: number | undefined;
  content: EntryContent;
}

/**
 * Reads the sheet with the handbook, from cells that kept their lines. Rows with mistakes are left out.
 *
 * @returns `titles`: as the file has them, for what is told about mistakes
 */
export function readHandbookFile(
  { sheets }: Spreadsheet,
  handbook: LiveHandbook,
): { rows: HandbookRow[]; titles: Record<Name, string>; mistakes: Mistake[] } {
  const table = readTable(handbookSheet(sheets) ?? { name: '', rows: [] as SheetRow[] }, COLUMNS);
  const mistakes = [...table.mistakes];
  const rows: HandbookRow[] = [];
  const seen = new Map<string, number>();
  for (const { row, cells } of table.rows) {
    const before = mistakes.length;
    const report = (column: Name, text: string): void => {
      mistakes.push({ row, column: table.titles[column], text });
    };
    const entryId = cells.id.trim();
    const field = fieldOf(cells.field, entryId, handbook);
    if (field === undefined) report('field', NO_FIELD(handbook));
    else if (entryId !== '' && !entryId.startsWith(`${field}/`)) report('id', BAD_ID(field));
    else if (entryId !== '' && !/^[^/]+\/[a-z0-9-]+$/.test(entryId) && !handbook.entry(entryId))
      report('id', BAD_ID(field));
    const again = seen.get(entryId);
    if (entryId !== '' && again !== undefined) report('id', `trùng với hàng ${again}; mỗi mục chỉ một hàng.`);
    seen.set(entryId, row);
    if (cells.number !== '' && !/^\d{1,6}$/.test(cells.number))
      report('number', 'ghi số như khi xuất tệp, hoặc để trống.');
    const evidence = evidenceOf(cells.evidence);
    if (evidence === 'unknown') report('evidence', `ghi một trong: ${Object.values(EVIDENCE).join('; ')}.`);
    const content = {
      question: cells.question,
      ...(cells.short !== '' && { short: cells.short }),
      ...Object.fromEntries(LISTS.map((name) => [name, lines(cells[name])])),
      basis: lines(cells.basis).map((line) => basisOf(line)),
      ...(cells.checked !== '' && { checked: cells.checked }),
      ...(evidence !== undefined && evidence !== 'unknown' && { evidence }),
      ...(cells.gaps !== '' && { gaps: cells.gaps }),
    };
    const checked = entrySchema.safeParse(content);
    if (!checked.success) {
      for (const { path, message } of checked.error.issues)
        report((path[0] as Name | undefined) ?? 'question', `${message}.`);
    }
    if (mistakes.length > before || !checked.success || field === undefined) continue;
    rows.push({
      row,
      entryId,
      field,
      from: cells.number === '' ? undefined : Number(cells.number),
      content: contentOf({ ...checked.data, body: cells.body }),
    });
  }
  return { rows, titles: table.titles, mistakes };
}

function fieldOf(cell: string, entryId: string, { heads }: LiveHandbook): string | undefined {
  const wanted = cell === '' ? entryId.slice(0, Math.max(entryId.indexOf('/'), 0)) : cell;
  const plain = (text: string): string => words(fold(text)).join(' ');
  return heads.find(({ id, title }) => id === wanted || plain(title) === plain(wanted))?.id;
}

function evidenceOf(cell: string): keyof typeof EVIDENCE | 'unknown' | undefined {
  if (cell === '') return undefined;
  const plain = words(fold(cell)).join(' ');
  const found = Object.entries(EVIDENCE).find(([id, name]) => plain === id || plain === words(fold(name)).join(' '));
  return (found?.[0] as keyof typeof EVIDENCE | undefined) ?? 'unknown';
}

function basisOf(line: string): { doc: string; at?: string; why?: string } {
  const [doc = '', at = '', ...why] = line.split('|').map((part) => part.trim());
  return { doc, ...(at !== '' && { at }), ...(why.length > 0 && { why: why.join(BAR) }) };
}

function lines(cell: string): string[] {
  return cell
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

const NO_FIELD = ({ heads }: LiveHandbook): string =>
  `không có lĩnh vực này; ghi một trong: ${heads.map(({ title }) => title).join('; ')}.`;
const BAD_ID = (field: string): string =>
  `mã phải như "${field}/ten-muc" (chữ thường không dấu, gạch nối); mục mới thì để trống.`;
