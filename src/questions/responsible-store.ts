import type { Kysely } from 'kysely';
import type { AccountRef, ChannelName } from '../config.ts';
import { recipientsOf } from '../people/recipients-store.ts';
import type { Schema } from '../store/schema.ts';

type Handle = Kysely<Schema>;

/** An officer or admin whose word reaches a unit. */
export interface Responsible {
  /** As in `AuditTable.actor`. */
  actor: string;
  name: string | undefined;
  /** Undefined: everywhere. */
  unitId: string | undefined;
}

/** Where an officer is written to. */
export interface OfficerChat {
  actor: string;
  personId: string | undefined;
  channel: ChannelName;
  chatId: string;
}

/**
 * Everybody whose word reaches all of these units, those of the nearest unit first, admins last; each once.
 *
 * @param unitIds undefined among them: who belongs to no unit, the admins' matter
 * @param admins who is named in ADMINS
 */
export async function reachingAll(
  handle: Handle,
  unitIds: readonly (string | undefined)[],
  admins: readonly AccountRef[],
): Promise<Responsible[]> {
  const paths = await Promise.all(unitIds.map((id) => pathOf(handle, id)));
  const [first = [], ...others] = paths;
  // Nearest first: a unit is the last of its own path.
  const shared = first.filter((unit) => others.every((path) => path.includes(unit))).toReversed();
  const found = new Map<string, Responsible>();
  const officers = shared.length === 0 ? [] : await holders(handle, 'officer', shared);
  for (const unit of shared) {
    for (const officer of officers) {
      if (officer.unitId === unit && !found.has(officer.actor)) found.set(officer.actor, officer);
    }
  }
  for (const admin of await holders(handle, 'admin', undefined))
    found.set(admin.actor, { ...admin, unitId: undefined });
  for (const account of admins) {
    const actor = await actorOf(handle, account);
    if (!found.has(actor.actor)) found.set(actor.actor, { ...actor, unitId: undefined });
  }
  return [...found.values()];
}

/**
 * Whom a question goes to: those who see to its field; else the officers of the nearest unit that has any who can be
 * written to; else the admins.
 */
export async function toldOf(
  handle: Handle,
  { unitId, field }: { unitId: string | undefined; field: string | undefined },
  admins: readonly AccountRef[],
): Promise<OfficerChat[]> {
  const all = await reachingAll(handle, [unitId], admins);
  const inField = field === undefined ? [] : await chatsOf(handle, await ofField(handle, field, all));
  if (inField.length > 0) return inField;
  for (const unit of new Set(all.map((one) => one.unitId))) {
    const chats = await chatsOf(
      handle,
      all.flatMap((one) => (one.unitId === unit ? one.actor : [])),
    );
    if (chats.length > 0) return chats;
  }
  return [];
}

/** Where these officers are written to; who cannot be is left out. */
export async function chatsOf(handle: Handle, actors: readonly string[]): Promise<OfficerChat[]> {
  const people = await recipientsOf(handle, actors);
  return actors.flatMap((actor): OfficerChat[] => {
    const person = people.get(actor);
    if (person) return [{ actor, personId: actor, channel: person.channel, chatId: person.chatId }];
    const [, channel, chatId] = /^(telegram|zalo|web):(.+)$/.exec(actor) ?? [];
    return channel === undefined || chatId === undefined
      ? []
      : [{ actor, personId: undefined, channel: channel as ChannelName, chatId }];
  });
}

async function ofField(handle: Handle, field: string, all: readonly Responsible[]): Promise<string[]> {
  const rows = await handle.selectFrom('field_officers').select('actor').where('field', '=', field).execute();
  const see = new Set(rows.map(({ actor }) => actor));
  return all.flatMap(({ actor }) => (see.has(actor) ? actor : []));
}

async function pathOf(handle: Handle, unitId: string | undefined): Promise<string[]> {
  if (unitId === undefined) return [];
  const unit = await handle.selectFrom('units').select('path').where('id', '=', unitId).executeTakeFirst();
  return (unit?.path ?? '').split('/').filter(Boolean);
}

async function holders(
  handle: Handle,
  role: 'admin' | 'officer',
  units: readonly string[] | undefined,
): Promise<Responsible[]> {
  let query = handle
    .selectFrom('roles')
    .leftJoin('people', 'people.id', 'roles.person_id')
    .select(['roles.person_id', 'roles.unit_id', 'people.name'])
    .where('roles.role', '=', role)
    .orderBy('roles.granted_at')
    .orderBy('roles.id');
  if (units) query = query.where('roles.unit_id', 'in', units);
  return (await query.execute()).map(({ person_id, unit_id, name }) => ({
    actor: person_id,
    name: name ?? undefined,
    unitId: unit_id ?? undefined,
  }));
}

async function actorOf(handle: Handle, { channel, userId }: AccountRef): Promise<Responsible> {
  const row = await handle
    .selectFrom('accounts')
    .leftJoin('people', 'people.id', 'accounts.person_id')
    .select(['people.id', 'people.name'])
    .where('accounts.channel', '=', channel)
    .where('accounts.chat_id', '=', userId)
    .executeTakeFirst();
  return { actor: row?.id ?? `${channel}:${userId}`, name: row?.name ?? undefined, unitId: undefined };
}
