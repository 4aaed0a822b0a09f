import type { Mistake } from '../spreadsheet/mistake.ts';
import type { Sheet } from '../spreadsheet/sheet.ts';
import { readTable, type Column } from '../spreadsheet/table.ts';
import { planUnits, type PlanOptions, type UnitPlan } from './unit-plan.ts';

const COLUMNS = {
  name: {
    title: 'Đơn vị',
    also: ['ten don vi', 'ten', 'to chuc dang', 'ten to chuc dang', 'don vi truc thuoc', 'ten chi bo', 'chi bo'],
    required: true,
  },
  parent: {
    title: 'Trực thuộc',
    also: ['thuoc', 'cap tren', 'don vi cap tren', 'cap uy cap tren', 'to chuc dang cap tren', 'don vi quan ly'],
    required: false,
  },
  kind: {
    title: 'Loại',
    also: ['loai hinh', 'loai don vi', 'loai to chuc', 'loai to chuc dang', 'loai hinh to chuc'],
    required: false,
  },
} as const satisfies Record<string, Column>;

/** The sheet that holds units; undefined: none does. */
export function unitSheet(sheets: readonly Sheet[]): Sheet | undefined {
  return (
    sheets.find((sheet) => readTable(sheet, COLUMNS).mistakes.length === 0) ??
    sheets.find(({ rows }) => rows.length > 0)
  );
}

/** Reads a sheet of units and works out what importing it would do. */
export function planSheet(sheet: Sheet, options: PlanOptions): UnitPlan {
  const { rows, titles, mistakes } = readTable(sheet, COLUMNS);
  const { plan, mistakes: ofRows } = planUnits(
    rows.map(({ row, cells }) => ({ row, ...cells })),
    { ...options, titles },
  );
  const empty: Mistake[] = mistakes.length === 0 && rows.length === 0 ? [{ text: EMPTY }] : [];
  return { plan, mistakes: [...mistakes, ...ofRows, ...empty] };
}

const EMPTY = 'Bảng chưa có đơn vị nào. Đồng chí ghi mỗi đơn vị một hàng dưới tên các cột.';
