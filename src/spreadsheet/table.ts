import { fold, words } from '../search/fold.ts';
import type { Mistake } from './mistake.ts';
import type { Sheet } from './sheet.ts';

/** How far down the titles may stand: lists often begin with the name of the office. */
const TITLES_WITHIN = 15;

/** A column that is looked for by its title. */
export interface Column {
  /** Other titles that mean the same, folded; the title itself need not be among them. */
  also: readonly string[];
  /** As our template has it. */
  title: string;
  required: boolean;
}

export interface TableRow<Name extends string> {
  /** From 1, as the spreadsheet program shows it. */
  row: number;
  /** Empty: the cell is, or the column is not there. */
  cells: Record<Name, string>;
}

export interface Table<Name extends string> {
  rows: TableRow<Name>[];
  /** As the file has them, for what is told about mistakes. */
  titles: Record<Name, string>;
  mistakes: Mistake[];
}

/**
 * Reads the columns of a sheet by their titles, whatever their order, spelling and capitals; columns that nobody asked
 * for are left out. The titles may stand below a heading.
 */
export function readTable<Name extends string>(sheet: Sheet, columns: Readonly<Record<Name, Column>>): Table<Name> {
  const names = Object.keys(columns) as Name[];
  const known = new Map<string, Name>();
  for (const name of names)
    for (const title of [plain(columns[name].title), ...columns[name].also]) known.set(title, name);
  const titles = Object.fromEntries(names.map((name) => [name, columns[name].title])) as Record<Name, string>;

  const places = (cells: readonly string[]): Map<Name, number[]> => {
    const found = new Map<Name, number[]>();
    for (const [i, cell] of cells.entries()) {
      const name = known.get(plain(cell));
      if (name !== undefined) found.set(name, [...(found.get(name) ?? []), i]);
    }
    return found;
  };
  const required = names.filter((name) => columns[name].required);
  const missing = (found: Map<Name, number[]>): Name[] => required.filter((name) => !found.has(name));
  // The row of titles is the one that has most of them.
  const heads = sheet.rows
    .slice(0, TITLES_WITHIN)
    .map(({ cells, number }) => ({ number, cells, found: places(cells) }));
  const head = heads.toSorted((a, b) => b.found.size - a.found.size)[0];
  if (!head || head.found.size === 0 || missing(head.found).length > 0) {
    const lacking = (head ? missing(head.found) : required).map((name) => `"${columns[name].title}"`).join(', ');
    const text = `Không thấy cột ${lacking}. Đồng chí ghi tên các cột ở một hàng phía trên danh sách.`;
    return { rows: [], titles, mistakes: [{ text }] };
  }
  const mistakes: Mistake[] = [];
  const at = {} as Record<Name, number | undefined>;
  for (const name of names) {
    const [first, again] = head.found.get(name) ?? [];
    at[name] = first;
    if (first !== undefined) titles[name] = head.cells[first] ?? titles[name];
    if (again !== undefined) {
      const text = `có hai cột "${titles[name]}"; xóa hoặc đổi tên một cột.`;
      mistakes.push({ row: head.number, column: titles[name], text });
    }
  }
  const rows = sheet.rows
    .filter(({ number }) => number > head.number)
    .map(({ number, cells }) => ({
      row: number,
      cells: Object.fromEntries(names.map((name) => [name, cells[at[name] ?? -1] ?? ''])) as Record<Name, string>,
    }))
    .filter(({ cells }) => names.some((name) => cells[name] !== ''));
  return { rows, titles, mistakes };
}

function plain(title: string): string {
  return words(fold(title)).join(' ');
}
