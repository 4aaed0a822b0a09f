import type { Mistake } from '../spreadsheet/mistake.ts';
import { matchUnit, type NamedUnit, type UnitMatch } from './unit-match.ts';
import {
  kindOfName,
  LONGEST_UNIT_NAME,
  marksAgree,
  readKind,
  UNIT_KINDS,
  unitKey,
  unitSyllables,
  type UnitKind,
} from './unit-names.ts';

/** One line of what is to be imported, as it was written. */
export interface UnitRow {
  row: number;
  name: string;
  /** The unit above; empty: none was named. */
  parent: string;
  /** Empty: as the name says. */
  kind: string;
}

/** What becomes of a line. */
export interface PlannedUnit {
  change: 'add' | 'update' | 'same';
  /** Of the unit, new ones too. */
  id: string;
  name: string;
  kind: UnitKind;
  parentId: string | undefined;
}

export interface UnitPlan {
  /** Parents before their children. */
  plan: PlannedUnit[];
  /** When there is one, nothing of the plan may be carried out. */
  mistakes: Mistake[];
}

export interface PlanOptions {
  existing: readonly (NamedUnit & { kind: UnitKind })[];
  /** Where units without a named parent go; undefined: to the top. */
  under?: string | undefined;
  newId: () => string;
  /** As the file titles its columns. */
  titles?: { name: string; parent: string; kind: string };
}

interface Waiting extends UnitRow {
  key: string;
  parentKey: string;
}

/**
 * Works out what an import would do: a unit is known by its name under its parent, so that importing again updates and
 * never doubles. The order of the lines does not matter.
 */
export function planUnits(rows: readonly UnitRow[], options: PlanOptions): UnitPlan {
  const { existing, under, newId, titles = { name: 'Đơn vị', parent: 'Trực thuộc', kind: 'Loại' } } = options;
  const mistakes: Mistake[] = [];
  const plan: PlannedUnit[] = [];
  const known = [...existing];
  const byKey = Map.groupBy(known, ({ name }) => unitKey(name));
  const rowOf = new Map<string, number>();
  let waiting: Waiting[] = [];

  for (const row of rows) {
    const text = nameMistake(row.name);
    if (text !== undefined) mistakes.push({ row: row.row, column: titles.name, text });
    else if (row.kind !== '' && readKind(row.kind) === undefined) {
      const kinds = UNIT_KINDS.join(', ');
      mistakes.push({
        row: row.row,
        column: titles.kind,
        text: `không có loại "${row.kind}"; chọn một trong: ${kinds}.`,
      });
    } else waiting.push({ ...row, key: unitKey(row.name), parentKey: unitKey(row.parent) });
  }

  const found = (parent: string, key: string): UnitMatch<NamedUnit> => {
    const same = byKey.get(key) ?? [];
    const [only] = same;
    return only && same.length === 1
      ? { kind: 'exact', unit: only }
      : matchUnit(parent, same.length > 0 ? upwards(same) : known);
  };
  /** A namesake's units above, which may be named as well. */
  const upwards = (units: readonly NamedUnit[]): NamedUnit[] => {
    const byId = new Map(known.map((unit) => [unit.id, unit]));
    const all = new Set<NamedUnit>(units);
    for (const unit of all) {
      const parent = byId.get(unit.parentId ?? '');
      if (parent) all.add(parent);
    }
    return [...all];
  };

  const place = (row: Waiting, parentId: string | undefined): void => {
    const namesake = (byKey.get(row.key) ?? []).find(
      (unit) => unit.parentId === parentId && marksAgree(unit.name, row.name),
    );
    const before = namesake && rowOf.get(namesake.id);
    if (before !== undefined) {
      const text = `"${row.name}" đã có ở hàng ${before}; bỏ một trong hai hàng.`;
      mistakes.push({ row: row.row, column: titles.name, text });
      return;
    }
    const planned = namesake ? update(namesake, row) : add(row, parentId);
    rowOf.set(planned.id, row.row);
    plan.push(planned);
  };
  const add = (row: Waiting, parentId: string | undefined): PlannedUnit => {
    const unit = { id: newId(), name: row.name, kind: readKind(row.kind) ?? kindOfName(row.name), parentId };
    known.push(unit);
    byKey.set(row.key, [...(byKey.get(row.key) ?? []), unit]);
    return { change: 'add', ...unit };
  };

  for (let progress = true; progress;) {
    progress = false;
    const open = Map.groupBy(waiting, ({ key }) => key);
    const left: Waiting[] = [];
    for (const row of waiting) {
      if (row.parent === '') {
        place(row, under);
        progress = true;
        continue;
      }
      // Whoever is named may stand further down in the same file.
      const match = open.has(row.parentKey) ? undefined : found(row.parent, row.parentKey);
      if (match?.kind === 'exact') {
        place(row, match.unit.id);
        progress = true;
      } else left.push(row);
    }
    waiting = left;
  }
  const open = new Set(waiting.map(({ key }) => key));
  for (const row of waiting) {
    const text = open.has(row.parentKey) ? inCircle(row) : notFound(row, found(row.parent, row.parentKey));
    mistakes.push({ row: row.row, column: titles.parent, text });
  }
  return { plan, mistakes };
}

/** What is wrong with a unit's name, in Vietnamese; undefined: nothing. */
export function nameMistake(name: string): string | undefined {
  if (name === '') return 'chưa có tên đơn vị; ghi tên, hoặc xóa cả hàng.';
  if (name.length > LONGEST_UNIT_NAME) return `tên dài quá ${LONGEST_UNIT_NAME} ký tự; viết gọn lại.`;
  if (!/\p{L}/u.test(name) || unitSyllables(name).length === 0)
    return `"${name}" không phải tên đơn vị; ghi tên bằng chữ.`;
  return undefined;
}

/** Spelling and marks are taken over; an abbreviation does not replace the full name. */
function update(unit: NamedUnit & { kind: UnitKind }, row: Waiting): PlannedUnit {
  const spelledOut = unitSyllables(row.name).length >= unitSyllables(unit.name).length;
  const plainer = row.name === unitWithoutMarks(row.name) && unit.name !== unitWithoutMarks(unit.name);
  const name = spelledOut && !plainer ? row.name : unit.name;
  const kind = readKind(row.kind) ?? unit.kind;
  const change = name === unit.name && kind === unit.kind ? 'same' : 'update';
  return { change, id: unit.id, name, kind, parentId: unit.parentId };
}

function unitWithoutMarks(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'D');
}

function inCircle({ name, parent }: Waiting): string {
  return `"${name}" trực thuộc "${parent}" tạo thành vòng tròn, hoặc cấp trên của nó có lỗi; sửa lại đơn vị cấp trên.`;
}

function notFound({ parent }: Waiting, match: UnitMatch<NamedUnit>): string {
  if (match.kind !== 'candidates') {
    return `không có đơn vị "${parent}"; ghi đúng tên của một đơn vị đã có, hoặc thêm một hàng cho đơn vị đó.`;
  }
  const names = match.units.map(({ name }) => `"${name}"`);
  return new Set(names).size < names.length
    ? `có nhiều đơn vị tên "${parent}"; ghi thêm cấp trên của nó, ví dụ "${parent}, Đảng ủy xã A".`
    : `chưa rõ "${parent}" là đơn vị nào (${names.join(', ')}); ghi đúng tên.`;
}
