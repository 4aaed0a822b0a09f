import type { Incoming } from '../bot/channel.ts';
import type { Clock } from '../clock.ts';
import type { AccountRef } from '../config.ts';
import type { AuditStore } from '../people/audit-store.ts';
import { createGuesses } from '../people/guesses.ts';
import type { InvitesStore } from '../people/invites-store.ts';
import type { PeopleStore, Person } from '../people/people-store.ts';
import type { PlacingStore } from '../people/placing-store.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { UnitsStore } from '../people/units-store.ts';
import { createAdmin } from './admin.ts';
import { createAuditLog } from './audit-log.ts';
import type { Dialogs } from './dialogs.ts';
import type { Feature } from './feature.ts';
import { forOfficers } from './for-officers.ts';
import { createInvites, type Invites } from './invites.ts';
import type { KeptLine } from './own-data.ts';
import type { Registration } from './registration.ts';
import { ROLE_NAMES } from './role-names.ts';
import { createUnitsFeature } from './units.ts';

export interface OrganisationDeps {
  units: UnitsStore;
  placing: PlacingStore;
  roles: RolesStore;
  invites: InvitesStore;
  audit: AuditStore;
  people: PeopleStore;
  dialogs: Dialogs;
  registration: Registration;
  /** The address that opens the bot on Telegram with this code; undefined: Telegram is off. */
  startLink: (code: string) => string | undefined;
  /** Told when what these accounts may do has changed. */
  onRolesChanged: (accounts: readonly AccountRef[]) => void;
  isOfficer: (message: Incoming) => Promise<boolean>;
  clock: Clock;
  timeZone: string;
}

/** Units, roles and invites: what officers do with them, and accepting an invite. */
export function createOrganisation(deps: OrganisationDeps): {
  accept: Invites['accept'];
  /** What is kept of a person's roles, and of what they did in them, for `/dulieu`. */
  kept: (person: Person) => Promise<KeptLine[]>;
  features: Feature[];
} {
  const { clock, timeZone, isOfficer } = deps;
  const local = (at: Temporal.Instant): Temporal.ZonedDateTime => at.toZonedDateTimeISO(timeZone);
  const showDate = (at: Temporal.Instant): string => {
    const { day, month, year } = local(at);
    return `${day}/${month}/${year}`;
  };
  const showTime = (at: Temporal.Instant): string =>
    `${local(at).toPlainTime().toString({ smallestUnit: 'minute' })} ${showDate(at)}`;
  const invites = createInvites({ ...deps, guesses: createGuesses(clock) });
  return {
    accept: invites.accept,
    async kept({ id }) {
      const held = (await deps.roles.ofPerson(id)).map(({ role, unitName }) => ({
        what: 'Vai trò',
        value: [ROLE_NAMES[role], unitName].filter(Boolean).join(', '),
      }));
      const done = await deps.audit.countOf(id);
      return done === 0 ? held : [...held, { what: 'Nhật ký', value: `${done} việc có ghi tên đồng chí` }];
    },
    features: [
      invites.feature,
      forOfficers(createUnitsFeature(deps), isOfficer),
      forOfficers(createAdmin({ ...deps, audit: createAuditLog(deps.audit, showTime), showDate }), isOfficer),
    ],
  };
}
