import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { reaches, withinReach, type Reach } from '../../src/people/reach.ts';
import { createUnitsStore, newUnitId, type Unit, type UnitsStore } from '../../src/people/units-store.ts';
import { openDatabase } from '../../src/store/database.ts';
import { drivenClock } from '../support/clock.ts';
import { randomNumbers } from '../support/random.ts';

async function openUnits() {
  const db = await openDatabase('sqlite::memory:');
  const units = createUnitsStore(db, drivenClock('2026-11-22T03:00:00Z'));
  return { db, units, [Symbol.asyncDispose]: () => db.destroy() };
}

async function add(units: UnitsStore, name: string, parentId?: string): Promise<Unit> {
  const id = newUnitId();
  await units.apply([{ change: 'add', id, name, kind: 'chi bộ', parentId }], 'cli');
  const unit = await units.byId(id);
  if (!unit) throw new Error('not added');
  return unit;
}

test('names are changed and units moved, with all below them, unless that would double or circle', async () => {
  await using open = await openUnits();
  const { units } = open;
  const [a, b] = [await add(units, 'Đảng ủy A'), await add(units, 'Đảng ủy B')];
  const cell = await add(units, 'Chi bộ 1', a.id);
  const group = await add(units, 'Tổ đảng 1', cell.id);
  const namesake = await add(units, 'Chi bộ 1', b.id);
  expect(await units.label(namesake)).toBe('Chi bộ 1 (Đảng ủy B)');

  expect(await units.move(a.id, group.id, 'cli')).toBe(false);
  expect(await units.move(a.id, a.id, 'cli')).toBe(false);
  expect(await units.move(cell.id, b.id, 'cli')).toBe(false);
  expect(await units.rename(cell.id, 'Chi bộ Đông', 'cli')).toBe(true);
  expect(await units.move(cell.id, b.id, 'cli')).toBe(true);
  expect((await units.byId(group.id))?.path).toBe(`${b.id}/${cell.id}/${group.id}/`);
  expect(await units.rename(cell.id, 'cb số 01', 'cli')).toBe(false);
  expect(await units.move(cell.id, undefined, 'cli')).toBe(true);
  expect((await units.byId(group.id))?.path).toBe(`${cell.id}/${group.id}/`);
  expect((await units.children(undefined)).map(({ name }) => name)).toEqual(['Chi bộ Đông', 'Đảng ủy A', 'Đảng ủy B']);

  const actions = await open.db.selectFrom('audit').select('action').orderBy('at').execute();
  expect(actions.filter(({ action }) => action === 'unit moved')).toHaveLength(2);
  expect(actions.filter(({ action }) => action === 'unit renamed')).toHaveLength(1);
});

test('a change that fails leaves neither itself nor an audit row', async () => {
  await using open = await openUnits();
  const { db, units } = open;
  const unit = await add(units, 'Chi bộ 1');
  const plan = [
    { change: 'add', id: newUnitId(), name: 'Chi bộ 2', kind: 'chi bộ', parentId: unit.id },
    { change: 'add', id: unit.id, name: 'Chi bộ 3', kind: 'chi bộ', parentId: unit.id },
  ] as const;
  await expect(units.apply(plan, 'cli')).rejects.toThrow('UNIQUE');
  expect(await units.all()).toHaveLength(1);
  expect(await db.selectFrom('audit').selectAll().execute()).toHaveLength(1);
});

/** The oracle walks up from each person's unit. */
test('random trees: who is within a reach is who a plain walk upwards finds', async () => {
  const { seed, number, pick } = randomNumbers();
  await using open = await openUnits();
  const { db, units } = open;
  const parents = new Map<string, string | undefined>();
  for (let i = 0; i < 60; i++) {
    const parentId = parents.size > 0 && number(5) > 0 ? pick([...parents.keys()]) : undefined;
    parents.set((await add(units, `Chi bộ ${i}`, parentId)).id, parentId);
  }
  const people = Array.from({ length: 200 }, (_, i) => ({
    id: `p${i}`,
    unit_id: number(10) === 0 ? null : pick([...parents.keys()]),
    consent_version: 'v1',
    consented_at: 'x',
    created_at: 'x',
  }));
  await db.insertInto('people').values(people).execute();

  const isBelow = (id: string | null, roots: readonly string[]): boolean => {
    for (let at = id ?? undefined; at !== undefined; at = parents.get(at)) if (roots.includes(at)) return true;
    return false;
  };
  for (let round = 0; round < 60; round++) {
    const [moved, to] = [pick([...parents.keys()]), number(4) === 0 ? undefined : pick([...parents.keys()])];
    const circle = to !== undefined && isBelow(to, [moved]);
    expect(await units.move(moved, to, 'cli'), `seed ${seed}`).toBe(!circle);
    if (!circle) parents.set(moved, to);

    const roots = Array.from({ length: number(4) }, () => pick([...parents.keys()]));
    const found = await Promise.all(roots.map((id) => units.byId(id)));
    const reach: Reach = { all: false, paths: found.map((unit) => unit?.path ?? '') };
    const expected = people.filter(({ unit_id }) => isBelow(unit_id, roots)).map(({ id }) => id);
    expect((await units.peopleWithin(reach)).toSorted(), `seed ${seed}`).toEqual(expected.toSorted());
    for (const unit of await units.all())
      expect(reaches(reach, unit.path), `seed ${seed}`).toBe(isBelow(unit.id, roots));
  }
  expect(await units.peopleWithin({ all: true })).toHaveLength(people.length);
});

test('each unit of a reach is one range of the index on paths, and its people come by their index', async () => {
  await using open = await openUnits();
  const query = open.db
    .selectFrom('units')
    .innerJoin('people', 'people.unit_id', 'units.id')
    .select('people.id')
    .where((eb) => withinReach(eb, { all: false, paths: ['a/', 'b/c/'] }))
    .compile();
  const values = [...query.parameters];
  const { rows } = await sql<{
    detail: string;
  }>`explain query plan ${sql.raw(query.sql.replace(/\?/g, () => `'${String(values.shift())}'`))}`.execute(open.db);
  const plan = rows.map(({ detail }) => detail);
  expect(plan.filter((step) => step.includes('SEARCH units USING INDEX units_path (path>? AND path<?)'))).toHaveLength(
    2,
  );
  expect(plan.join('\n')).toContain('SEARCH people USING INDEX people_unit');
  expect(plan.join('\n')).not.toMatch(/^SCAN/m);
});
