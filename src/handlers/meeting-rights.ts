import type { AccountRef } from '../config.ts';
import type { Meeting } from '../meetings/duties.ts';
import { reaches, type Reach } from '../people/reach.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { Unit, UnitsStore } from '../people/units-store.ts';

/** Whose meetings somebody may record and change. */
export interface MeetingRights {
  /** The units that they are secretary of. */
  own: readonly Unit[];
  /** As an officer. */
  reach: Reach;
  isOfficer: boolean;
  /** Whether they may set meetings for this unit, or for it and everyone below. */
  maySet(unitId: string, below: boolean): Promise<Unit | undefined>;
  mayChange(meeting: Meeting): Promise<boolean>;
}

/** Asked anew at every step, so that a role that was taken away is gone at once. */
export function createMeetingRights(
  roles: Pick<RolesStore, 'rolesOf' | 'reach'>,
  units: Pick<UnitsStore, 'byId'>,
): (account: AccountRef) => Promise<MeetingRights> {
  return async (account) => {
    const held = await roles.rolesOf(account);
    const ids = new Set(held.flatMap(({ role, unitId }) => (role === 'secretary' && unitId ? [unitId] : [])));
    const own = (await Promise.all([...ids].map((id) => units.byId(id)))).filter((unit) => unit !== undefined);
    const reach = await roles.reach(account);
    async function maySet(unitId: string, below: boolean): Promise<Unit | undefined> {
      const unit = await units.byId(unitId);
      return unit && (reaches(reach, unit.path) || (!below && ids.has(unitId))) ? unit : undefined;
    }
    return {
      own,
      reach,
      isOfficer: reach.all || reach.paths.length > 0,
      maySet,
      mayChange: async ({ unitId, below }) => (await maySet(unitId, below)) !== undefined,
    };
  };
}
