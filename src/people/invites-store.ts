import { randomBytes } from 'node:crypto';
import { timestamp, type Clock } from '../clock.ts';
import type { Database } from '../store/database.ts';
import { actorNames, ERASED, recordAudit } from './audit-store.ts';
import { inviteHash, newInviteCode } from './invite-code.ts';
import type { PersonHooks } from './people-store.ts';
import { withinReach, type Reach } from './reach.ts';
import { grantRole, type HeldRole } from './roles-store.ts';

const INVITE_DAYS = 7;
/** How long used and expired invites are kept: none is shown after its week. */
const KEEP_DAYS = 30;

export interface Invite extends HeldRole {
  id: string;
  expiresAt: Temporal.Instant;
}

export interface InvitesStore {
  /** @returns the code, which is kept nowhere */
  make(role: HeldRole, by: string): Promise<{ code: string; invite: Invite }>;
  /** An invite that is still good; undefined: no such code, used, expired. */
  find(code: string): Promise<Invite | undefined>;
  /**
   * Uses the invite up and gives its role. Undefined: it is no longer good; `had`: the person had the role already.
   *
   * @param id of the invite
   */
  accept(id: string, personId: string): Promise<(HeldRole & { had: boolean }) | undefined>;
  /** Those still good within the reach, newest first. */
  open(reach: Reach): Promise<(Invite & { unitName: string | undefined })[]>;
  /** False: used meanwhile, or beyond the reach. */
  takeBack(reach: Reach, id: string, by: string): Promise<boolean>;
}

export function createInvitesStore(db: Database, clock: Clock): InvitesStore {
  const now = (): string => timestamp(clock.now());

  const openOnes = (reach: Reach) =>
    db
      .selectFrom('invites')
      .leftJoin('units', 'units.id', 'invites.unit_id')
      .where((eb) => withinReach(eb, reach))
      .where('used_at', 'is', null)
      .where('expires_at', '>', now());

  return {
    async make({ role, unitId }, by) {
      const code = newInviteCode();
      const expiresAt = clock.now().add({ hours: 24 * INVITE_DAYS });
      const id = randomBytes(9).toString('hex');
      await db.transaction().execute(async (transaction) => {
        await transaction
          .deleteFrom('invites')
          .where('expires_at', '<', timestamp(clock.now().subtract({ hours: 24 * KEEP_DAYS })))
          .execute();
        await transaction
          .insertInto('invites')
          .values({
            id,
            hash: inviteHash(code),
            role,
            unit_id: unitId ?? null,
            made_by: by,
            made_at: now(),
            expires_at: timestamp(expiresAt),
          })
          .execute();
        await recordAudit(transaction, clock, { actor: by, action: 'invite made', unitId, detail: { role } });
      });
      return { code, invite: { id, role, unitId, expiresAt } };
    },
    async find(code) {
      const row = await db
        .selectFrom('invites')
        .select(['id', 'role', 'unit_id', 'expires_at'])
        .where('hash', '=', inviteHash(code))
        .where('used_at', 'is', null)
        .where('expires_at', '>', now())
        .executeTakeFirst();
      return row && toInvite(row);
    },
    accept(id, personId) {
      return db.transaction().execute(async (transaction) => {
        const row = await transaction
          .updateTable('invites')
          .set({ used_at: now() })
          .where('id', '=', id)
          .where('used_at', 'is', null)
          .where('expires_at', '>', now())
          .returning(['role', 'unit_id'])
          .executeTakeFirst();
        if (!row) return undefined;
        const held: HeldRole = { role: row.role, unitId: row.unit_id ?? undefined };
        const had = !(await grantRole(transaction, clock, personId, held));
        if (row.unit_id !== null && (row.role === 'secretary' || row.role === 'trainee')) {
          // Somebody who was let in for a unit belongs to it, unless they said otherwise.
          await transaction
            .updateTable('people')
            .set({ unit_id: row.unit_id, unit_text: null })
            .where('id', '=', personId)
            .where('unit_id', 'is', null)
            .execute();
        }
        await recordAudit(transaction, clock, {
          actor: personId,
          action: 'role granted',
          subject: personId,
          unitId: held.unitId,
          detail: { role: held.role },
        });
        return { ...held, had };
      });
    },
    async open(reach) {
      const rows = await openOnes(reach)
        .select(['invites.id', 'invites.role', 'invites.unit_id', 'invites.expires_at', 'units.name as unitName'])
        .orderBy('made_at', 'desc')
        .execute();
      return rows.map((row) => ({ ...toInvite(row), unitName: row.unitName ?? undefined }));
    },
    async takeBack(reach, id, by) {
      const invite = await openOnes(reach)
        .select(['invites.role', 'invites.unit_id'])
        .where('invites.id', '=', id)
        .executeTakeFirst();
      if (!invite) return false;
      return db.transaction().execute(async (transaction) => {
        const { numDeletedRows } = await transaction
          .deleteFrom('invites')
          .where('id', '=', id)
          .where('used_at', 'is', null)
          .executeTakeFirstOrThrow();
        if (numDeletedRows === 0n) return false;
        await recordAudit(transaction, clock, {
          actor: by,
          action: 'invite taken back',
          unitId: invite.unit_id ?? undefined,
          detail: { role: invite.role },
        });
        return true;
      });
    },
  };
}

/** Open codes go with who made them; of those that were used it is forgotten who did. */
export const inviteHooks: PersonHooks = {
  async onErase(transaction, personId, accounts) {
    const names = actorNames(personId, accounts);
    await transaction.deleteFrom('invites').where('made_by', 'in', names).where('used_at', 'is', null).execute();
    await transaction.updateTable('invites').set({ made_by: ERASED }).where('made_by', 'in', names).execute();
  },
  async onMerge(transaction, from, to) {
    await transaction.updateTable('invites').set({ made_by: to }).where('made_by', '=', from).execute();
  },
};

function toInvite(row: { id: string; role: HeldRole['role']; unit_id: string | null; expires_at: string }): Invite {
  return {
    id: row.id,
    role: row.role,
    unitId: row.unit_id ?? undefined,
    expiresAt: Temporal.Instant.from(row.expires_at),
  };
}
