import type { Database } from '../store/database.ts';

/** Which fields of the handbook officers see to. */
export interface FieldOfficersStore {
  /** Ids of the fields of this officer. @param actor as in an audit entry */
  of(actor: string): Promise<string[]>;
  /** Takes a field on, or gives it up. */
  set(actor: string, field: string, sees: boolean): Promise<void>;
}

export function createFieldOfficersStore(db: Database): FieldOfficersStore {
  return {
    async of(actor) {
      const rows = await db.selectFrom('field_officers').select('field').where('actor', '=', actor).execute();
      return rows.map(({ field }) => field);
    },
    async set(actor, field, sees) {
      if (sees) {
        await db
          .insertInto('field_officers')
          .values({ actor, field })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      } else await db.deleteFrom('field_officers').where('actor', '=', actor).where('field', '=', field).execute();
    },
  };
}
