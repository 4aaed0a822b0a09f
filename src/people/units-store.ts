import { randomInt } from 'node:crypto';
import type { Selectable, Transaction } from 'kysely';
import type { Clock } from '../clock.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { recordAudit } from './audit-store.ts';
import { reaches, withinReach, type Reach } from './reach.ts';
import { matchUnit, type UnitMatch } from './unit-match.ts';
import { kindOfName, marksAgree, unitKey, type UnitKind } from './unit-names.ts';
import type { PlannedUnit } from './unit-plan.ts';

/** A party organisation. */
export interface Unit {
  id: string;
  name: string;
  kind: UnitKind;
  /** Undefined: at the top. */
  parentId: string | undefined;
  /** The ids from the root down to this one, each with "/" after it. */
  path: string;
}

export interface UnitsStore {
  /** Which unit a typed text means, of those within the reach; without reach: of all. */
  match(text: string, reach?: Reach): Promise<UnitMatch<Unit>>;
  byId(id: string): Promise<Unit | undefined>;
  /** All, parents before their children, names in order. */
  all(): Promise<Unit[]>;
  /** Those right below, or at the top; by name. */
  children(parentId: string | undefined): Promise<Unit[]>;
  /** The units that the reach is made of: those at the top for who reaches everything. */
  roots(reach: Reach): Promise<Unit[]>;
  /** The name with that of the unit above: "Chi bộ Văn phòng (Đảng ủy xã A)". */
  label(unit: Unit): Promise<string>;
  /** Units below, and people in this one and below. */
  counts(unit: Unit): Promise<{ units: number; people: number }>;
  /** Ids of the people who belong to a unit within the reach; who has no unit is within everything only. */
  peopleWithin(reach: Reach): Promise<string[]>;
  /** False: a unit of this name is there already, under the same parent. */
  rename(id: string, name: string, by: string): Promise<boolean>;
  /**
   * Moves a unit with all below it. False: it would be below itself, or a unit of its name is there already.
   *
   * @param parentId undefined: to the top
   */
  move(id: string, parentId: string | undefined, by: string): Promise<boolean>;
  /** Carries out a plan made by `planUnits` in one transaction. */
  apply(plan: readonly PlannedUnit[], by: string): Promise<void>;
}

type Row = Selectable<Schema['units']>;

/** SQLite takes 32,766 values in a statement; a unit has six. */
const ROWS_AT_ONCE = 1000;

export function createUnitsStore(db: Database, clock: Clock): UnitsStore {
  /** In no order. */
  async function every(): Promise<Unit[]> {
    return (await db.selectFrom('units').selectAll().execute()).map((row) => toUnit(row));
  }

  async function byId(id: string): Promise<Unit | undefined> {
    const row = await db.selectFrom('units').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toUnit(row);
  }

  async function children(parentId: string | undefined): Promise<Unit[]> {
    const rows = await db
      .selectFrom('units')
      .selectAll()
      .where('parent_id', parentId === undefined ? 'is' : '=', parentId ?? null)
      .execute();
    const names = new Intl.Collator('vi', { numeric: true });
    return rows.map((row) => toUnit(row)).toSorted((a, b) => names.compare(a.name, b.name));
  }

  return {
    byId,
    async all() {
      const names = new Intl.Collator('vi', { numeric: true });
      return (await every()).toSorted((a, b) => depth(a.path) - depth(b.path) || names.compare(a.name, b.name));
    },
    async match(text, reach = { all: true }) {
      // Those above are needed to tell namesakes apart, even where the reach ends below them.
      return matchUnit(text, await every(), ({ path }) => reaches(reach, path));
    },
    children,
    async roots(reach) {
      if (reach.all) return children(undefined);
      // A unit that somebody holds twice, once through one above it, shows once.
      const roots = [...new Set(reach.paths)].filter((path) =>
        reach.paths.every((other) => other === path || !path.startsWith(other)),
      );
      const found = await Promise.all(roots.map((path) => byId(path.split('/').at(-2) ?? '')));
      return found.filter((unit) => unit !== undefined);
    },
    async label(unit) {
      const parent = unit.parentId === undefined ? undefined : await byId(unit.parentId);
      return parent ? `${unit.name} (${parent.name})` : unit.name;
    },
    async counts({ path }) {
      const within: Reach = { all: false, paths: [path] };
      const units = await db
        .selectFrom('units')
        .select((eb) => eb.fn.countAll<number | string>().as('count'))
        .where((eb) => withinReach(eb, within))
        .executeTakeFirstOrThrow();
      const people = await db
        .selectFrom('units')
        .innerJoin('people', 'people.unit_id', 'units.id')
        .select((eb) => eb.fn.countAll<number | string>().as('count'))
        .where((eb) => withinReach(eb, within))
        .executeTakeFirstOrThrow();
      return { units: Number(units.count) - 1, people: Number(people.count) };
    },
    async peopleWithin(reach) {
      if (reach.all) return (await db.selectFrom('people').select('id').execute()).map(({ id }) => id);
      const rows = await db
        .selectFrom('units')
        .innerJoin('people', 'people.unit_id', 'units.id')
        .select('people.id')
        .where((eb) => withinReach(eb, reach))
        .execute();
      return rows.map(({ id }) => id);
    },
    rename(id, name, by) {
      return db.transaction().execute(async (transaction) => {
        const unit = await read(transaction, id);
        if (!unit || (await isTaken(transaction, unit.parent_id, name, id))) return false;
        const kind = kindOfName(name);
        await transaction
          .updateTable('units')
          .set({ name, key: unitKey(name), ...(kind === 'khác' ? {} : { kind }) })
          .where('id', '=', id)
          .execute();
        await recordAudit(transaction, clock, { actor: by, action: 'unit renamed', unitId: id });
        return true;
      });
    },
    move(id, parentId, by) {
      return db.transaction().execute(async (transaction) => {
        const unit = await read(transaction, id);
        const parent = parentId === undefined ? undefined : await read(transaction, parentId);
        if (!unit || (parentId !== undefined && !parent) || parent?.path.startsWith(unit.path)) return false;
        if (await isTaken(transaction, parentId ?? null, unit.name, id)) return false;
        const path = `${parent?.path ?? ''}${id}/`;
        await transaction
          .updateTable('units')
          .set((eb) => ({
            path: eb.fn<string>('concat', [eb.val(path), eb.fn('substr', ['path', eb.val(unit.path.length + 1)])]),
          }))
          .where((eb) => withinReach(eb, { all: false, paths: [unit.path] }))
          .execute();
        await transaction
          .updateTable('units')
          .set({ parent_id: parentId ?? null })
          .where('id', '=', id)
          .execute();
        await recordAudit(transaction, clock, { actor: by, action: 'unit moved', unitId: id });
        return true;
      });
    },
    apply(plan, by) {
      return db.transaction().execute(async (transaction) => {
        const added = plan.filter(({ change }) => change === 'add');
        const updated = plan.filter(({ change }) => change === 'update');
        const paths = new Map(
          (await transaction.selectFrom('units').select(['id', 'path']).execute()).map(({ id, path }) => [id, path]),
        );
        const rows = added.map(({ id, name, kind, parentId }): Row => {
          const path = `${parentId === undefined ? '' : paths.get(parentId)}${id}/`;
          paths.set(id, path);
          return { id, name, kind, key: unitKey(name), parent_id: parentId ?? null, path };
        });
        for (let i = 0; i < rows.length; i += ROWS_AT_ONCE) {
          await transaction
            .insertInto('units')
            .values(rows.slice(i, i + ROWS_AT_ONCE))
            .execute();
        }
        for (const { id, name, kind } of updated) {
          await transaction.updateTable('units').set({ name, kind }).where('id', '=', id).execute();
        }
        const [only] = added;
        const single = only && added.length === 1 && updated.length === 0;
        await recordAudit(transaction, clock, {
          actor: by,
          action: single ? 'unit added' : 'units imported',
          unitId: single ? only.id : commonRoot(plan, paths),
          detail: single ? {} : { added: added.length, updated: updated.length },
        });
      });
    },
  };
}

/** Letters and digits only: a unit's id stands in the ids of buttons and between the slashes of a path. */
export function newUnitId(): string {
  return Array.from({ length: 10 }, () => ID_LETTERS[randomInt(ID_LETTERS.length)]).join('');
}
const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

async function read(transaction: Transaction<Schema>, id: string): Promise<Row | undefined> {
  return transaction.selectFrom('units').selectAll().where('id', '=', id).executeTakeFirst();
}

async function isTaken(
  transaction: Transaction<Schema>,
  parentId: string | null,
  name: string,
  except: string,
): Promise<boolean> {
  const namesakes = await transaction
    .selectFrom('units')
    .select('name')
    .where('parent_id', parentId === null ? 'is' : '=', parentId)
    .where('key', '=', unitKey(name))
    .where('id', '<>', except)
    .execute();
  return namesakes.some((other) => marksAgree(other.name, name));
}

/** The deepest unit that all of the plan is in; undefined: there is none, so it is the admins' matter. */
function commonRoot(plan: readonly PlannedUnit[], paths: ReadonlyMap<string, string>): string | undefined {
  const [first = [], ...others] = plan.map(({ id, parentId, change }) =>
    ((change === 'add' && parentId !== undefined ? paths.get(parentId) : paths.get(id)) ?? '').split('/').slice(0, -1),
  );
  const shared = first.filter((id, i) => others.every((path) => path[i] === id));
  return shared.at(-1);
}

function depth(path: string): number {
  return path.split('/').length;
}

function toUnit(row: Row): Unit {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind as UnitKind,
    parentId: row.parent_id ?? undefined,
    path: row.path,
  };
}
