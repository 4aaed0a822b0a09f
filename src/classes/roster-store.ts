import { timestamp, type Clock } from '../clock.ts';
import { recordAudit } from '../people/audit-store.ts';
import type { Database } from '../store/database.ts';
import type { KnownTrainee, RosterPlan } from './roster-plan.ts';

/** Names and units by file: what is known of a class's trainees, and what a roster adds. */
export interface RosterStore {
  /** Everybody who is or was in the class, in the order of enrolling; who was erased is left out. */
  known(classId: string): Promise<KnownTrainee[]>;
  /** Carries out a plan in one transaction. */
  apply(classId: string, plan: RosterPlan, by: string): Promise<void>;
}

/** SQLite takes 32,766 values in a statement. */
const ROWS_AT_ONCE = 1000;

export function createRosterStore(db: Database, clock: Clock): RosterStore {
  return {
    async known(classId) {
      const rows = await db
        .selectFrom('enrolments')
        .leftJoin('people', 'people.id', 'enrolments.person_id')
        .leftJoin('units', 'units.id', 'people.unit_id')
        .select(['enrolments.id', 'enrolments.name', 'enrolments.unit_text', 'enrolments.state'])
        .select(['people.name as personName', 'people.unit_text as typedUnit', 'units.name as unitName'])
        .where('class_id', '=', classId)
        .orderBy('enrolments.id')
        .execute();
      return rows
        .map((row): KnownTrainee => {
          const own = row.unitName ?? row.typedUnit;
          return {
            id: row.id,
            names: [row.name, row.personName].filter((name) => name !== null),
            units: [row.unit_text, own].filter((unit) => unit !== null),
            rosterName: row.name,
            rosterUnit: row.unit_text,
            state: row.state,
          };
        })
        .filter(({ names }) => names.length > 0);
    },
    apply(classId, { added, updated }, by) {
      return db.transaction().execute(async (transaction) => {
        const at = timestamp(clock.now());
        const rows = added.map(({ name, unit }) => ({
          class_id: classId,
          person_id: null,
          name,
          unit_text: unit,
          state: 'enrolled' as const,
          at,
          result: null,
        }));
        for (let i = 0; i < rows.length; i += ROWS_AT_ONCE) {
          await transaction
            .insertInto('enrolments')
            .values(rows.slice(i, i + ROWS_AT_ONCE))
            .execute();
        }
        for (const { id, name, unit } of updated) {
          await transaction.updateTable('enrolments').set({ name, unit_text: unit }).where('id', '=', id).execute();
        }
        const known = await transaction
          .selectFrom('classes')
          .select('unit_id')
          .where('id', '=', classId)
          .executeTakeFirst();
        await recordAudit(transaction, clock, {
          actor: by,
          action: 'roster imported',
          unitId: known?.unit_id ?? undefined,
          detail: { added: added.length, updated: updated.length },
        });
      });
    },
  };
}
