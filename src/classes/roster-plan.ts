import { matchUnit } from '../people/unit-match.ts';
import type { Unit } from '../people/units-store.ts';
import { unitKey } from '../people/unit-names.ts';
import type { Mistake } from '../spreadsheet/mistake.ts';
import type { EnrolmentState } from '../store/schema.ts';
import { nameKey } from './roster-match.ts';

/** One trainee of a roster as it was written. */
export interface RosterLine {
  row: number;
  name: string;
  unit: string;
}

/** Somebody who is in the class already, or was. */
export interface KnownTrainee {
  id: number;
  /** In the roster, and in what they said themselves: either is theirs. */
  names: readonly string[];
  units: readonly string[];
  /** As the roster has them; null: they are in none. */
  rosterName: string | null;
  rosterUnit: string | null;
  state: EnrolmentState;
}

/** What importing a roster would do. */
export interface RosterPlan {
  added: { name: string; unit: string }[];
  /** Spelling or unit is different now. */
  updated: { id: number; name: string; unit: string }[];
  same: number;
  /** Who left the class stays out. */
  left: number;
  /** How many are in the class afterwards. */
  total: number;
}

/** UTF-16 units. */
const LONGEST_NAME = 80;
const LONGEST_UNIT = 160;

/**
 * Works out what a roster changes: a trainee is known by name and unit, whatever the marks and abbreviations, so that
 * the same roster again changes nothing. Who is not in it stays in the class.
 */
export function planRoster(
  lines: readonly RosterLine[],
  known: readonly KnownTrainee[],
  units: readonly Unit[],
  titles: { name: string; unit: string },
): { plan: RosterPlan; mistakes: Mistake[] } {
  const plan: RosterPlan = { added: [], updated: [], same: 0, left: 0, total: 0 };
  const mistakes: Mistake[] = [];
  // A roster names few units many times, and comparing with all is slow.
  const unitKeys = new Map<string, string>();
  const placeOf = (text: string): string => {
    let key = unitKeys.get(text);
    if (key === undefined) {
      const match = text === '' ? undefined : matchUnit(text, units);
      key = match?.kind === 'exact' ? match.unit.id : unitKey(text);
      unitKeys.set(text, key);
    }
    return key;
  };
  const byName = new Map<string, KnownTrainee[]>();
  for (const trainee of known) {
    for (const key of new Set(trainee.names.map((name) => nameKey(name)))) {
      byName.set(key, [...(byName.get(key) ?? []), trainee]);
    }
  }
  const rows = new Map<string, number>();
  const taken = new Set<number>();
  for (const { row, name, unit } of lines) {
    const mistake = lineMistake(name, unit, titles);
    if (mistake) {
      mistakes.push({ row, ...mistake });
      continue;
    }
    const key = `${nameKey(name)}|${placeOf(unit)}`;
    const before = rows.get(key);
    if (before !== undefined) {
      const text = `"${name}" cùng đơn vị đã có ở hàng ${before}; bỏ một hàng, hoặc thêm dấu phân biệt vào tên nếu là hai người.`;
      mistakes.push({ row, column: titles.name, text });
      continue;
    }
    rows.set(key, row);
    const namesakes = (byName.get(nameKey(name)) ?? []).filter(({ id }) => !taken.has(id));
    const found = namesakes.find(({ units: theirs }) => theirs.some((one) => placeOf(one) === placeOf(unit)));
    if (!found) {
      plan.added.push({ name, unit });
      continue;
    }
    taken.add(found.id);
    if (found.state === 'cancelled') plan.left++;
    else if (found.rosterName === name && (found.rosterUnit ?? '') === unit) plan.same++;
    else if (found.rosterName === null && found.names.includes(name)) plan.same++;
    else plan.updated.push({ id: found.id, name, unit });
  }
  plan.total = known.filter(({ state }) => state === 'enrolled').length + plan.added.length;
  return { plan, mistakes };
}

function lineMistake(
  name: string,
  unit: string,
  titles: { name: string; unit: string },
): { column: string; text: string } | undefined {
  if (name === '') return { column: titles.name, text: 'chưa có họ tên; ghi họ tên, hoặc xóa cả hàng.' };
  if (!/\p{L}/u.test(name) || /[@/\\<>{}=]|\d{4,}/u.test(name)) {
    return { column: titles.name, text: `'${name.slice(0, 40)}' không phải họ tên; ghi họ tên bằng chữ.` };
  }
  if (name.length > LONGEST_NAME)
    return { column: titles.name, text: `dài quá ${LONGEST_NAME} ký tự; chỉ ghi họ và tên.` };
  if (unit.length > LONGEST_UNIT)
    return { column: titles.unit, text: `dài quá ${LONGEST_UNIT} ký tự; chỉ ghi tên đơn vị.` };
  return undefined;
}
