import type { Mistake } from '../spreadsheet/mistake.ts';
import type { Sheet, Spreadsheet } from '../spreadsheet/sheet.ts';
import { readTable, type Column } from '../spreadsheet/table.ts';
import { fold, words } from '../search/fold.ts';
import { fieldOf, FIELDS, type Written, type WrittenClass } from './class-words.ts';
import type { RosterLine } from './roster-plan.ts';

/** The columns of "Buổi học". */
export const SESSION_COLUMNS = {
  date: { title: 'Ngày', also: ['ngay hoc', 'thu ngay', 'ngay thang'], required: true },
  times: { title: 'Giờ', also: ['gio hoc', 'thoi gian', 'bat dau', 'gio bat dau', 'tu'], required: true },
  end: { title: 'Kết thúc', also: ['gio ket thuc', 'den'], required: false },
  topic: { title: 'Chuyên đề', also: ['noi dung', 'ten chuyen de', 'bai', 'ten bai', 'mon'], required: true },
  lecturer: { title: 'Báo cáo viên', also: ['giang vien', 'nguoi trinh bay', 'nguoi day'], required: false },
  place: { title: 'Địa điểm', also: ['phong', 'phong hoc', 'noi hoc', 'hoi truong'], required: false },
  state: { title: 'Trạng thái', also: ['tinh trang', 'ghi chu trang thai'], required: false },
} as const satisfies Record<string, Column>;

/** The columns of "Học viên". */
export const ROSTER_COLUMNS = {
  name: { title: 'Họ và tên', also: ['ho ten', 'ten hoc vien', 'hoc vien', 'ho ten hoc vien'], required: true },
  unit: {
    title: 'Đơn vị',
    also: ['to chuc dang', 'chi bo', 'don vi cong tac', 'don vi sinh hoat', 'dang bo', 'ten don vi'],
    required: true,
  },
} as const satisfies Record<string, Column>;

const RESULT_COLUMNS = {
  name: ROSTER_COLUMNS.name,
  result: { title: 'Kết quả', also: ['xep loai', 'ket qua hoc tap'], required: true },
} as const satisfies Record<string, Column>;

/** What a file says about a class; each part is there only when its sheet is. */
export interface ClassFile {
  /** The class itself and its sessions. */
  written: WrittenClass | undefined;
  /** Of a file that has a roster only: the class that it is for, when it says so. */
  code: Written | undefined;
  roster: { lines: RosterLine[]; titles: { name: string; unit: string } } | undefined;
  mistakes: { sheet: string; mistakes: Mistake[] }[];
}

/** Titles stand within these rows; the class's own lines are above them. */
const HEAD_ROWS = 15;

/** Whether a file is about a class, told from its sheets' names and columns. */
export function isClassFile({ sheets }: Spreadsheet): boolean {
  return sheets.some((sheet) => isSessions(sheet) || isRoster(sheet));
}

/** Whether a file holds results of trainees, which are not a roster. */
export function isResultsFile({ sheets }: Spreadsheet): boolean {
  return sheets.some((sheet) => hasColumns(sheet, RESULT_COLUMNS, ['name', 'result']));
}

/** Reads the sheets of a class; both, or one of them. */
export function readClassFile({ sheets }: Spreadsheet): ClassFile {
  const filled = sheets.filter(({ rows }) => rows.length > 0);
  const sessionsSheet = filled.find((sheet) => isSessions(sheet));
  const rosterSheet = filled.find((sheet) => sheet !== sessionsSheet && isRoster(sheet));
  const file: ClassFile = { written: undefined, code: undefined, roster: undefined, mistakes: [] };
  if (sessionsSheet) {
    const { rows, titles, mistakes } = readTable(sessionsSheet, SESSION_COLUMNS);
    const head = readHead(sessionsSheet, headEnd(sessionsSheet, SESSION_COLUMNS));
    if (mistakes.length === 0 && rows.length === 0) mistakes.push({ text: NO_SESSIONS });
    file.mistakes.push({ sheet: sessionsSheet.name, mistakes: [...head.mistakes, ...mistakes] });
    file.code = head.fields.code;
    file.written = {
      fields: head.fields,
      quotas: head.quotas,
      sessions: rows.map(({ row, cells }) => {
        const at = (name: keyof typeof SESSION_COLUMNS): Written => ({ text: cells[name], row, column: titles[name] });
        return {
          date: at('date'),
          times: at('times'),
          end: at('end'),
          topic: at('topic'),
          lecturer: at('lecturer'),
          place: at('place'),
          state: at('state'),
        };
      }),
    };
  }
  if (rosterSheet) {
    const { rows, titles, mistakes } = readTable(rosterSheet, ROSTER_COLUMNS);
    const { code } = readHead(rosterSheet, headEnd(rosterSheet, ROSTER_COLUMNS)).fields;
    file.code ??= code;
    file.mistakes.push({ sheet: rosterSheet.name, mistakes });
    const lines = rows.map(({ row, cells }) => ({ row, ...cells }));
    if (lines.length > 0) file.roster = { lines, titles: { name: titles.name, unit: titles.unit } };
  }
  return file;
}

/** "Mã | BD-2026-01", "Mã: BD-2026-01" above the titles; other lines there are headings. */
function readHead(
  { rows }: Sheet,
  before: number,
): { fields: WrittenClass['fields']; quotas: Written[]; mistakes: Mistake[] } {
  const fields: WrittenClass['fields'] = {};
  const quotas: Written[] = [];
  const mistakes: Mistake[] = [];
  for (const { number: row, cells } of rows) {
    if (row >= before) break;
    const filled = cells.filter((cell) => cell !== '');
    const [, inline = '', after = ''] = /^([^:]{1,40}):\s*(.*)$/u.exec(filled[0] ?? '') ?? [];
    const label = inline === '' ? (filled[0] ?? '') : inline;
    const text = [after, ...filled.slice(1)].filter((part) => part !== '').join(' | ');
    const field = fieldOf(label);
    if (field === undefined || text === '') continue;
    const written = { text, row, column: FIELDS[field].label };
    if (field === 'quota') quotas.push(written);
    else if (fields[field]) mistakes.push({ row, text: `dòng "${FIELDS[field].label}" đã có ở trên; bỏ một dòng.` });
    else fields[field] = written;
  }
  return { fields, quotas, mistakes };
}

/** The row of the titles. */
function headEnd({ rows }: Sheet, columns: Readonly<Record<string, Column>>): number {
  const known = new Set(Object.values(columns).flatMap(({ title, also }) => [plain(title), ...also]));
  const head = rows
    .slice(0, HEAD_ROWS)
    .map(({ number, cells }) => ({
      number,
      count: new Set(cells.map((cell) => plain(cell)).filter((cell) => known.has(cell))).size,
    }))
    .toSorted((a, b) => b.count - a.count)[0];
  return head && head.count > 0 ? head.number : 1;
}

function isSessions(sheet: Sheet): boolean {
  return plain(sheet.name).startsWith('buoi hoc') || hasColumns(sheet, SESSION_COLUMNS, ['date', 'topic']);
}

function isRoster(sheet: Sheet): boolean {
  return plain(sheet.name).startsWith('hoc vien') || hasColumns(sheet, ROSTER_COLUMNS, ['name', 'unit']);
}

function hasColumns<Name extends string>(
  { rows }: Sheet,
  columns: Readonly<Record<Name, Column>>,
  names: readonly Name[],
): boolean {
  const titles = names.map((name) => [plain(columns[name].title), ...columns[name].also]);
  return rows
    .slice(0, HEAD_ROWS)
    .some(({ cells }) => titles.every((known) => cells.some((cell) => known.includes(plain(cell)))));
}

function plain(text: string): string {
  return words(fold(text)).join(' ');
}

const NO_SESSIONS = 'Bảng chưa có buổi học nào. Đồng chí ghi mỗi buổi một hàng dưới tên các cột.';
