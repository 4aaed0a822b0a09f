import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely';
import type { Schema } from '../store/schema.ts';

export type Role = 'admin' | 'officer' | 'secretary' | 'trainee';

/**
 * How far somebody's word goes: everywhere, or in these units and all below them. No path: nowhere.
 *
 * A path is as in the table of units: the ids from the root down, each with "/" after it.
 */
export type Reach = { all: true } | { all: false; paths: readonly string[] };

/** Whether the unit with this path is one of them or below one. */
export function reaches(reach: Reach, path: string): boolean {
  return reach.all || reach.paths.some((root) => path.startsWith(root));
}

/** The same as a condition on the units of a query; each root is one range of the index on paths. */
export function withinReach(eb: ExpressionBuilder<Schema, 'units'>, reach: Reach): Expression<SqlBool> {
  if (reach.all) return sql<SqlBool>`true`;
  return eb.or(
    reach.paths.map((root) => eb.and([eb('units.path', '>=', root), eb('units.path', '<', afterAll(root))])),
  );
}

/** Sorts after whatever begins with the path: ids and "/" are all before "~". */
function afterAll(path: string): string {
  return `${path}~`;
}

/** Whether somebody's word goes for everybody: everywhere, or for a unit that has none above it. */
export function isAtTop(reach: Reach): boolean {
  return reach.all || reach.paths.some((path) => path.indexOf('/') === path.length - 1);
}
