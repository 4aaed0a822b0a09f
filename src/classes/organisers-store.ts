import type { Kysely } from 'kysely';
import type { ChannelName } from '../config.ts';
import { recipientsOf } from '../people/recipients-store.ts';
import type { Schema } from '../store/schema.ts';

/** Where an organiser is written to. */
export interface Organiser {
  /** Undefined: named in ADMINS and not registered. */
  personId: string | undefined;
  channel: ChannelName;
  chatId: string;
}

/** More than these need not hear of each absence. */
const MOST = 5;

/**
 * Whom a class's matters go to, within a transaction: who made it; when that is nobody who can be reached, the officers of its unit,
 * then of the units above, then the admins by role.
 */
export async function organisersOf(handle: Kysely<Schema>, classId: string): Promise<Organiser[]> {
  const known = await handle
    .selectFrom('classes')
    .leftJoin('units', 'units.id', 'classes.unit_id')
    .select(['classes.made_by', 'units.path'])
    .where('classes.id', '=', classId)
    .executeTakeFirst();
  if (!known) return [];
  const [, channel, chatId] = /^(telegram|zalo|web):(.+)$/.exec(known.made_by) ?? [];
  if (channel !== undefined && chatId !== undefined) {
    return [{ personId: undefined, channel: channel as ChannelName, chatId }];
  }
  const maker = (await recipientsOf(handle, [known.made_by])).get(known.made_by);
  if (maker) return [maker];
  // Nearest first: the class's unit is the last of its path.
  const units = (known.path ?? '').split('/').filter(Boolean).toReversed();
  for (const unit of units) {
    const officers = await reachable(handle, 'officer', unit);
    if (officers.length > 0) return officers;
  }
  return reachable(handle, 'admin', undefined);
}

async function reachable(
  handle: Kysely<Schema>,
  role: 'admin' | 'officer',
  unitId: string | undefined,
): Promise<Organiser[]> {
  const rows = await handle
    .selectFrom('roles')
    .select('person_id')
    .distinct()
    .where('role', '=', role)
    .where('unit_id', unitId === undefined ? 'is' : '=', unitId ?? null)
    .execute();
  const found = await recipientsOf(
    handle,
    rows.map(({ person_id }) => person_id),
  );
  return [...found.values()].slice(0, MOST);
}
