import { unitKey } from '../people/unit-names.ts';

/** Somebody who has a place, or wants one; with what is known of their unit. */
export interface PlaceHolder {
  /** As in the table of units. */
  unitPath: string | undefined;
  /** As the roster has it, when the unit is not known otherwise. */
  unitText: string | undefined;
}

/** How many may be in a class. */
export interface PlaceLimits {
  capacity: number | undefined;
  /** The most of a unit and what is below it. */
  quotas: readonly { unitId: string; unitName: string; most: number }[];
}

/** Why there is no place: the class is full, or this unit's part of it. */
export type NoPlace = { full: 'class' } | { full: 'unit'; unitName: string };

/** Whether there is a place for one more; undefined: there is. */
export function noPlaceFor(
  one: PlaceHolder,
  holders: readonly PlaceHolder[],
  { capacity, quotas }: PlaceLimits,
): NoPlace | undefined {
  if (capacity !== undefined && holders.length >= capacity) return { full: 'class' };
  for (const quota of quotas) {
    if (!isIn(one, quota)) continue;
    if (holders.filter((holder) => isIn(holder, quota)).length >= quota.most) {
      return { full: 'unit', unitName: quota.unitName };
    }
  }
  return undefined;
}

function isIn(
  { unitPath, unitText }: PlaceHolder,
  { unitId, unitName }: { unitId: string; unitName: string },
): boolean {
  if (unitPath !== undefined) return unitPath.split('/').includes(unitId);
  return unitText !== undefined && unitKey(unitText) === unitKey(unitName);
}
