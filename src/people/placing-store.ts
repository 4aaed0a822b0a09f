import type { Clock } from '../clock.ts';
import type { Database } from '../store/database.ts';
import { recordAudit } from './audit-store.ts';

/** People who typed the same words for their unit, of which the list had none. */
export interface Unplaced {
  /** The id of one of them, which stands for all. */
  personId: string;
  unitText: string;
  people: number;
}

/** Sorting people into units whose names the bot did not know when they registered. */
export interface PlacingStore {
  /** Those that most people typed come first. */
  list(limit: number): Promise<Unplaced[]>;
  /** Undefined: this person belongs to a unit, or is gone. */
  of(personId: string): Promise<Unplaced | undefined>;
  /** Puts everybody who typed the same into the unit; returns how many. */
  place(unplaced: Unplaced, unitId: string, by: string): Promise<number>;
}

export function createPlacingStore(db: Database, clock: Clock): PlacingStore {
  const grouped = () =>
    db
      .selectFrom('people')
      .select(['unit_text', (eb) => eb.fn.min<string>('id').as('id')])
      .select((eb) => eb.fn.countAll<number | string>().as('people'))
      .where('unit_id', 'is', null)
      .where('unit_text', 'is not', null)
      .groupBy('unit_text');

  const toUnplaced = (row: { id: string; unit_text: string | null; people: number | string }): Unplaced => ({
    personId: row.id,
    unitText: row.unit_text ?? '',
    people: Number(row.people),
  });

  return {
    async list(limit) {
      const rows = await grouped().orderBy('people', 'desc').orderBy('unit_text').limit(limit).execute();
      return rows.map((row) => toUnplaced(row));
    },
    async of(personId) {
      const row = await grouped()
        .where('unit_text', '=', (eb) =>
          eb.selectFrom('people as chosen').select('chosen.unit_text').where('chosen.id', '=', personId),
        )
        .executeTakeFirst();
      return row && toUnplaced(row);
    },
    place({ unitText }, unitId, by) {
      return db.transaction().execute(async (transaction) => {
        const { numUpdatedRows } = await transaction
          .updateTable('people')
          .set({ unit_id: unitId, unit_text: null })
          .where('unit_id', 'is', null)
          .where('unit_text', '=', unitText)
          .executeTakeFirstOrThrow();
        const added = Number(numUpdatedRows);
        if (added > 0)
          await recordAudit(transaction, clock, { actor: by, action: 'people placed', unitId, detail: { added } });
        return added;
      });
    },
  };
}
