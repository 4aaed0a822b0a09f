import type { NamedUnit } from '../people/unit-match.ts';
import { matchUnit } from '../people/unit-match.ts';
import { marksAgree, unitKey } from '../people/unit-names.ts';
import { fold, words } from '../search/fold.ts';

/** A line of a class's roster that nobody has claimed yet. */
export interface RosterRow {
  id: number;
  name: string;
  /** As it was written; empty: nothing was. */
  unit: string;
}

/** Somebody who enrols. */
export interface Claimant {
  name: string;
  /** The unit of the list, or what they typed for it. */
  unitId: string | undefined;
  unitText: string | undefined;
}

/** Which line is theirs: `exact` (no need to ask), `unsure` (ask), or `none`. */
export type RosterMatch =
  | { kind: 'exact'; row: RosterRow }
  | { kind: 'unsure'; rows: readonly RosterRow[] }
  | { kind: 'none' };

/** Lines that are asked about; more namesakes are the officer's to sort out. */
const MOST_ASKED = 5;

/**
 * Finds somebody in a roster by name and unit. It is theirs without asking only when both say the same and no other line
 * does: whoever is taken for somebody else gets the other's reminders and results.
 */
export function matchRoster(claimant: Claimant, rows: readonly RosterRow[], units: readonly NamedUnit[]): RosterMatch {
  const namesakes = rows.filter(({ name }) => nameKey(name) === nameKey(claimant.name));
  if (namesakes.length === 0) return { kind: 'none' };
  const same = namesakes.filter(
    ({ name, unit }) => marksAgree(name, claimant.name) && isSameUnit(unit, claimant, units),
  );
  const [only] = same;
  if (only && same.length === 1) return { kind: 'exact', row: only };
  return { kind: 'unsure', rows: (same.length > 0 ? same : namesakes).slice(0, MOST_ASKED) };
}

/** What makes two names of people the same, marks aside. */
export function nameKey(name: string): string {
  return words(fold(name)).join(' ');
}

function isSameUnit(written: string, { unitId, unitText }: Claimant, units: readonly NamedUnit[]): boolean {
  if (written === '') return false;
  if (unitId === undefined) return unitText !== undefined && unitKey(unitText) === unitKey(written);
  const match = matchUnit(written, units);
  return match.kind === 'exact' && match.unit.id === unitId;
}
