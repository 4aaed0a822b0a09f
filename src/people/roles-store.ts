import type { Transaction } from 'kysely';
import { randomBytes } from 'node:crypto';
import { timestamp, type Clock } from '../clock.ts';
import type { AccountRef } from '../config.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { recordAudit } from './audit-store.ts';
import type { PersonHooks } from './people-store.ts';
import { reaches, withinReach, type Reach, type Role } from './reach.ts';

/** A role that somebody has. */
export interface HeldRole {
  role: Role;
  /** Undefined: everywhere. */
  unitId: string | undefined;
}

/** A role in a list, with who has it. */
export interface ListedRole extends HeldRole {
  id: string;
  personId: string;
  personName: string | undefined;
  unitName: string | undefined;
}

export interface RolesStore {
  /** Who is named in ADMINS is an admin without being kept anywhere. */
  rolesOf(account: AccountRef): Promise<HeldRole[]>;
  ofPerson(personId: string): Promise<ListedRole[]>;
  /** Whether officers' commands exist for this account. */
  isOfficer(account: AccountRef): Promise<boolean>;
  /** The units that this account may see and change, as an admin or officer. */
  reach(account: AccountRef): Promise<Reach>;
  mayManage(account: AccountRef, unitId: string): Promise<boolean>;
  /** How this account stands in the audit log: its person's id, else the account itself. */
  actor(account: AccountRef): Promise<string>;
  /** How many have each role within the reach; roles that nobody has are left out. */
  count(reach: Reach): Promise<Map<Role, number>>;
  /** Who has a role within the reach, by unit. */
  list(reach: Reach, role: Role, page: { offset: number; limit: number }): Promise<ListedRole[]>;
  /** Undefined: there is none, or it is beyond the reach. */
  held(reach: Reach, id: string): Promise<ListedRole | undefined>;
  /** Takes the role away, and the open codes that its holder made. False: it was gone already, or is beyond the reach. */
  take(reach: Reach, id: string, by: string): Promise<boolean>;
  /** Ids of the people who are admins by role. */
  admins(): Promise<string[]>;
  /** Accounts of officers and admins on a platform. */
  officersOn(channel: string): Promise<string[]>;
}

/** @param admins who is named in ADMINS */
export function createRolesStore(db: Database, clock: Clock, admins: readonly AccountRef[]): RolesStore {
  function isNamed({ channel, userId }: AccountRef): boolean {
    return admins.some((admin) => admin.channel === channel && admin.userId === userId);
  }

  const ofAccount = ({ channel, userId }: AccountRef) =>
    db
      .selectFrom('accounts')
      .innerJoin('roles', 'roles.person_id', 'accounts.person_id')
      .where('accounts.channel', '=', channel)
      .where('accounts.chat_id', '=', userId);

  async function reach(account: AccountRef): Promise<Reach> {
    if (isNamed(account)) return { all: true };
    const rows = await ofAccount(account)
      .leftJoin('units', 'units.id', 'roles.unit_id')
      .select(['roles.role', 'units.path'])
      .where('roles.role', 'in', ['admin', 'officer'])
      .execute();
    if (rows.some(({ role }) => role === 'admin')) return { all: true };
    return { all: false, paths: rows.flatMap(({ path }) => path ?? []) };
  }

  /** A role without a unit is for those who reach everything only. */
  const within = (limits: Reach) =>
    db
      .selectFrom('roles')
      .leftJoin('units', 'units.id', 'roles.unit_id')
      .leftJoin('people', 'people.id', 'roles.person_id')
      .where((eb) => withinReach(eb, limits));

  const listed = (limits: Reach) =>
    within(limits).select([
      'roles.id',
      'roles.role',
      'roles.unit_id as unitId',
      'roles.person_id as personId',
      'people.name as personName',
      'units.name as unitName',
    ]);

  async function held(limits: Reach, id: string): Promise<ListedRole | undefined> {
    const row = await listed(limits).where('roles.id', '=', id).executeTakeFirst();
    return row && toListed(row);
  }

  return {
    reach,
    async rolesOf(account) {
      const rows = await ofAccount(account).select(['roles.role', 'roles.unit_id']).orderBy('granted_at').execute();
      const kept = rows.map(({ role, unit_id }): HeldRole => ({ role, unitId: unit_id ?? undefined }));
      return isNamed(account) ? [{ role: 'admin', unitId: undefined }, ...kept] : kept;
    },
    async ofPerson(personId) {
      const rows = await listed({ all: true }).where('roles.person_id', '=', personId).orderBy('granted_at').execute();
      return rows.map((row) => toListed(row));
    },
    async isOfficer(account) {
      const limits = await reach(account);
      return limits.all || limits.paths.length > 0;
    },
    async mayManage(account, unitId) {
      const limits = await reach(account);
      if (limits.all) return true;
      const unit = await db.selectFrom('units').select('path').where('id', '=', unitId).executeTakeFirst();
      return unit !== undefined && reaches(limits, unit.path);
    },
    async actor({ channel, userId }) {
      const row = await db
        .selectFrom('accounts')
        .select('person_id')
        .where('channel', '=', channel)
        .where('chat_id', '=', userId)
        .executeTakeFirst();
      return row?.person_id ?? `${channel}:${userId}`;
    },
    async count(limits) {
      const rows = await within(limits)
        .select(['roles.role', (eb) => eb.fn.countAll<number | string>().as('count')])
        .groupBy('roles.role')
        .execute();
      return new Map(rows.map(({ role, count }) => [role, Number(count)]));
    },
    async list(limits, role, { offset, limit }) {
      const rows = await listed(limits)
        .where('roles.role', '=', role)
        .orderBy('units.path')
        .orderBy('roles.id')
        .offset(offset)
        .limit(limit)
        .execute();
      return rows.map((row) => toListed(row));
    },
    held,
    async take(limits, id, by) {
      const role = await held(limits, id);
      if (!role) return false;
      return db.transaction().execute(async (transaction) => {
        const { numDeletedRows } = await transaction.deleteFrom('roles').where('id', '=', id).executeTakeFirstOrThrow();
        if (numDeletedRows === 0n) return false;
        // Or they could come back by a code that they made for themselves.
        await transaction
          .deleteFrom('invites')
          .where('made_by', '=', role.personId)
          .where('used_at', 'is', null)
          .execute();
        await recordAudit(transaction, clock, {
          actor: by,
          action: 'role taken',
          subject: role.personId,
          unitId: role.unitId,
          detail: { role: role.role },
        });
        return true;
      });
    },
    async admins() {
      const rows = await db.selectFrom('roles').select('person_id').distinct().where('role', '=', 'admin').execute();
      return rows.map(({ person_id }) => person_id);
    },
    async officersOn(channel) {
      const rows = await db
        .selectFrom('accounts')
        .innerJoin('roles', 'roles.person_id', 'accounts.person_id')
        .select('accounts.chat_id')
        .distinct()
        .where('accounts.channel', '=', channel)
        .where('roles.role', 'in', ['admin', 'officer'])
        .execute();
      const named = admins.filter((admin) => admin.channel === channel).map(({ userId }) => userId);
      return [...new Set([...named, ...rows.map(({ chat_id }) => chat_id)])];
    },
  };
}

/** Gives a role in a transaction that also records why. False: the person has it already. */
export async function grantRole(
  transaction: Transaction<Schema>,
  clock: Clock,
  personId: string,
  { role, unitId }: HeldRole,
): Promise<boolean> {
  const known = await transaction
    .selectFrom('roles')
    .select('id')
    .where('person_id', '=', personId)
    .where('role', '=', role)
    .where('unit_id', unitId === undefined ? 'is' : '=', unitId ?? null)
    .executeTakeFirst();
  if (known) return false;
  await transaction
    .insertInto('roles')
    .values({
      id: randomBytes(9).toString('hex'),
      person_id: personId,
      role,
      unit_id: unitId ?? null,
      granted_at: timestamp(clock.now()),
    })
    .execute();
  return true;
}

/** Roles go with the person; who turns out to be the same person has the roles of both. */
export const roleHooks: PersonHooks = {
  async onErase(transaction, personId) {
    await transaction.deleteFrom('roles').where('person_id', '=', personId).execute();
  },
  async onMerge(transaction, from, to) {
    const rows = await transaction.selectFrom('roles').selectAll().where('person_id', 'in', [from, to]).execute();
    const had = new Set(rows.filter((row) => row.person_id === to).map((row) => `${row.role} ${row.unit_id}`));
    for (const row of rows.filter(({ person_id }) => person_id === from)) {
      const change = had.has(`${row.role} ${row.unit_id}`)
        ? transaction.deleteFrom('roles').where('id', '=', row.id)
        : transaction.updateTable('roles').set({ person_id: to }).where('id', '=', row.id);
      await change.execute();
    }
  },
};

function toListed(row: {
  id: string;
  role: Role;
  unitId: string | null;
  personId: string;
  personName: string | null;
  unitName: string | null;
}): ListedRole {
  return {
    ...row,
    unitId: row.unitId ?? undefined,
    personName: row.personName ?? undefined,
    unitName: row.unitName ?? undefined,
  };
}
