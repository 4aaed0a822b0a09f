import type { NamedUnit } from '../people/unit-match.ts';
import { matchUnit } from '../people/unit-match.ts';
import { unitKey } from '../people/unit-names.ts';
import { fold, words } from '../search/fold.ts';
import type { Mistake } from '../spreadsheet/mistake.ts';
import type { Sheet } from '../spreadsheet/sheet.ts';
import { readTable, type Column } from '../spreadsheet/table.ts';
import type { Enrolment } from './enrolments-store.ts';
import { nameKey } from './roster-match.ts';

/** Results of a class, best first. */
export const RESULTS = ['xuất sắc', 'giỏi', 'khá', 'trung bình', 'không đạt'] as const;
export type Result = (typeof RESULTS)[number];

/** One trainee's result as it was written. */
export interface ResultLine {
  row: number;
  name: string;
  /** Empty: none was written. */
  unit: string;
  result: string;
}

export interface ResultPlan {
  /** Those whose result is new or different. */
  changed: { enrolmentId: number; result: Result }[];
  same: number;
}

const COLUMNS = {
  name: { title: 'Họ và tên', also: ['ho ten', 'ten hoc vien', 'hoc vien', 'ho ten hoc vien'], required: true },
  unit: {
    title: 'Đơn vị',
    also: ['to chuc dang', 'chi bo', 'don vi cong tac', 'dang bo', 'ten don vi'],
    required: false,
  },
  result: {
    title: 'Kết quả',
    also: ['xep loai', 'ket qua hoc tap', 'xep loai hoc tap', 'ket qua xep loai', 'loai'],
    required: true,
  },
} as const satisfies Record<string, Column>;

/** "Giỏi", "TB", "Xuất sắc" → the result; undefined: it is none. */
function readResult(text: string): Result | undefined {
  const key = words(fold(text))
    .join(' ')
    .replace(/^(?:loai|dat loai) /, '');
  const short: Record<string, Result> = {
    xs: 'xuất sắc',
    g: 'giỏi',
    k: 'khá',
    tb: 'trung bình',
    'chua dat': 'không đạt',
  };
  return RESULTS.find((result) => fold(result) === key) ?? short[key];
}

/** Reads the sheet that has names and results; undefined: none has. */
export function readResultSheet(
  sheets: readonly Sheet[],
): { lines: ResultLine[]; titles: Record<'name' | 'unit' | 'result', string>; mistakes: Mistake[] } | undefined {
  const tables = sheets.filter(({ rows }) => rows.length > 0).map((sheet) => readTable(sheet, COLUMNS));
  const table = tables.find(({ mistakes, rows }) => mistakes.length === 0 && rows.length > 0) ?? tables[0];
  return (
    table && {
      lines: table.rows.map(({ row, cells }) => ({ row, ...cells })),
      titles: table.titles,
      mistakes: table.mistakes,
    }
  );
}

/** "Nguyễn Văn An | Chi bộ Thôn 1 | Giỏi", one a line; the unit may be left out. */
export function readResultLines(text: string): ResultLine[] {
  return text
    .split('\n')
    .map((line, i) => ({ row: i + 1, parts: line.split('|').map((part) => part.replace(/\s+/gu, ' ').trim()) }))
    .filter(({ parts }) => parts.some((part) => part !== ''))
    .map(({ row, parts }) => {
      const [name = '', second = '', third] = parts;
      return third === undefined ? { row, name, unit: '', result: second } : { row, name, unit: second, result: third };
    });
}

/**
 * Works out whose result is what. Results are personal: a line that does not fit exactly one trainee is a mistake, and
 * with one mistake nothing is kept.
 */
export function planResults(
  lines: readonly ResultLine[],
  enrolments: readonly Enrolment[],
  units: readonly NamedUnit[],
  titles: { name: string; unit: string; result: string } = { name: 'Họ và tên', unit: 'Đơn vị', result: 'Kết quả' },
): { plan: ResultPlan; mistakes: Mistake[] } {
  const plan: ResultPlan = { changed: [], same: 0 };
  const mistakes: Mistake[] = [];
  const byName = Map.groupBy(enrolments, ({ name = '' }) => nameKey(name));
  const rowOf = new Map<number, number>();
  for (const { row, name, unit, result: written } of lines) {
    const result = readResult(written);
    if (result === undefined) {
      const text =
        written === ''
          ? `chưa có kết quả; ghi một trong: ${RESULTS.join(', ')}.`
          : `không có kết quả "${written}"; ghi một trong: ${RESULTS.join(', ')}.`;
      mistakes.push({ row, column: titles.result, text });
    }
    const namesakes = name === '' ? [] : (byName.get(nameKey(name)) ?? []);
    const fitting = unit === '' ? namesakes : namesakes.filter((one) => isIn(one, unit, units));
    const [trainee, another] = fitting;
    if (!trainee || another) {
      mistakes.push(wrongTrainee({ row, name, unit }, namesakes.length, fitting.length, titles));
      continue;
    }
    const before = rowOf.get(trainee.id);
    if (before !== undefined) {
      mistakes.push({ row, column: titles.name, text: `"${name}" đã có ở hàng ${before}; bỏ một trong hai hàng.` });
      continue;
    }
    rowOf.set(trainee.id, row);
    if (result === undefined) continue;
    if (trainee.result === result) plan.same++;
    else plan.changed.push({ enrolmentId: trainee.id, result });
  }
  return { plan, mistakes };
}

function isIn({ unit, unitId }: Enrolment, written: string, units: readonly NamedUnit[]): boolean {
  if (unit !== undefined && unitKey(unit) === unitKey(written)) return true;
  const match = unitId === undefined ? undefined : matchUnit(written, units);
  return match?.kind === 'exact' && match.unit.id === unitId;
}

function wrongTrainee(
  { row, name, unit }: { row: number; name: string; unit: string },
  namesakes: number,
  fitting: number,
  titles: { name: string; unit: string },
): Mistake {
  if (name === '') return { row, column: titles.name, text: 'chưa có họ và tên.' };
  if (namesakes === 0)
    return { row, column: titles.name, text: `lớp không có học viên "${name}"; ghi đúng như danh sách lớp.` };
  if (fitting === 0)
    return { row, column: titles.unit, text: `"${name}" không thuộc đơn vị "${unit}"; ghi đúng như danh sách lớp.` };
  return unit === ''
    ? { row, column: titles.unit, text: `lớp có nhiều học viên tên "${name}"; ghi thêm đơn vị.` }
    : { row, column: titles.name, text: `đơn vị có nhiều học viên tên "${name}"; báo người vận hành máy.` };
}

/** How many had which result, with percent: "xuất sắc 2 (10 %), giỏi 5 (25 %)…". */
export function resultSummary(results: readonly (string | undefined)[]): string {
  const known = results.filter((result) => result !== undefined);
  return RESULTS.map((result) => {
    const count = known.filter((one) => one === result).length;
    const share = known.length === 0 ? 0 : Math.round((count / known.length) * 1000) / 10;
    return `${result} ${count} (${share.toLocaleString('vi')} %)`;
  }).join(', ');
}
