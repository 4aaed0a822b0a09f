import type { Expression, ExpressionBuilder, Kysely, SqlBool } from 'kysely';
import type { ChannelName } from '../config.ts';
import { reaches, withinReach, type Reach, type Role } from '../people/reach.ts';
import { addressesOf, type LeftOutWhy, type Recipient } from '../people/recipients-store.ts';
import type { Schema } from '../store/schema.ts';
import { placeOf } from '../store/sqlite.ts';
import { audienceWords, type Audience, type AudienceRule } from './audience.ts';

export type { LeftOutWhy } from '../people/recipients-store.ts';

/** Who is in an audience. */
export interface Selection {
  /** Each person once, on one account, in no order. Who wants silence until a date is among them: see `heardAt`. */
  recipients: Recipient[];
  /** Who is in it and gets nothing. */
  leftOut: { personId: string; why: LeftOutWhy }[];
  /** How many recipients by platform; platforms without any are left out. */
  perChannel: Map<ChannelName, number>;
}

export interface AudienceStore {
  /**
   * The people of an audience, as it is now.
   *
   * Whatever the audience says, only people within the reach are in it: those of its units, and the trainees of a
   * class that the audience names and whose unit is within the reach (who runs a class may write to all of it). A
   * class beyond the reach has nobody in it.
   *
   * @param handle the database, or a transaction
   */
  select(handle: Kysely<Schema>, audience: Audience, reach: Reach): Promise<Selection>;
  /** Whether all whom `of` may reach of the audience are also within `by`: whether that officer may judge it. */
  covers(handle: Kysely<Schema>, audience: Audience, of: Reach, by: Reach): Promise<boolean>;
  /**
   * The audience in Vietnamese, as plain text: "bí thư thuộc Đảng ủy xã A và trực thuộc; Lớp BD-2026-01". What is
   * beyond the reach is not named.
   */
  describe(handle: Kysely<Schema>, audience: Audience, reach: Reach): Promise<string>;
}

/** @param channels the platforms that are running */
export function createAudienceStore(channels: () => readonly ChannelName[]): AudienceStore {
  return {
    async select(handle, audience, reach) {
      const paths = await pathsOf(handle, audience);
      const found = await addressesOf(handle, (eb) => matches(eb, audience, reach, paths), channels());
      const perChannel = new Map<ChannelName, number>();
      for (const { channel } of found.recipients.values()) perChannel.set(channel, (perChannel.get(channel) ?? 0) + 1);
      return {
        recipients: [...found.recipients.values()],
        leftOut: [...found.leftOut].map(([personId, why]) => ({ personId, why })),
        perChannel,
      };
    },
    async covers(handle, audience, of, by) {
      if (by.all) return true;
      const paths = await pathsOf(handle, audience);
      const beyond = await handle
        .selectFrom('people')
        .select('people.id')
        .where((eb) => matches(eb, audience, of, paths))
        // Not "not matches": that is unknown, and so not true, of people without a unit.
        .where('people.id', 'not in', (eb) =>
          eb
            .selectFrom('people')
            .select('people.id')
            .where((people) => matches(people, audience, by, paths)),
        )
        .limit(1)
        .executeTakeFirst();
      return beyond === undefined;
    },
    async describe(handle, audience, reach) {
      const classes = await handle
        .selectFrom('classes')
        .leftJoin('units', 'units.id', 'classes.unit_id')
        .select(['classes.id', 'classes.code'])
        .where('classes.id', 'in', classIds(audience))
        .where((eb) => withinReach(eb, reach))
        .execute();
      const units = await handle
        .selectFrom('units')
        .select(['units.id', 'units.name'])
        .where('units.id', 'in', unitIds(audience))
        .where((eb) => withinReach(eb, reach))
        .execute();
      return audienceWords(audience, {
        classes: new Map(classes.map(({ id, code }) => [id, code])),
        units: new Map(units.map(({ id, name }) => [id, name])),
      });
    },
  };
}

type Builder = ExpressionBuilder<Schema, 'people'>;
/** Of the units of an audience, by id. */
type Paths = ReadonlyMap<string, string>;

async function pathsOf(handle: Kysely<Schema>, audience: Audience): Promise<Paths> {
  const rows = await handle.selectFrom('units').select(['id', 'path']).where('id', 'in', unitIds(audience)).execute();
  return new Map(rows.map(({ id, path }) => [id, path]));
}

/** As in `AudienceStore.select`. */
function matches(eb: Builder, audience: Audience, reach: Reach, paths: Paths): Expression<SqlBool> {
  return eb.or(audience.any.map(({ all }) => matchesAll(eb, all, reach, paths)));
}

/**
 * A group costs what it brings, not a look at everybody: it begins with a list of few people, and the other rules are asked
 * of those.
 */
function matchesAll(eb: Builder, all: readonly AudienceRule[], reach: Reach, paths: Paths): Expression<SqlBool> {
  const lists = all.flatMap((one) => {
    if (one.kind === 'class') return inClass(eb, one.classId, reach);
    if (one.kind === 'role') return hasRole(eb, one.role);
    return [];
  });
  const roots = all.flatMap((one) => (one.kind === 'unit' ? [paths.get(one.unitId)] : []));
  // The lower one first: what is below another unit has the longer path.
  const known = roots.filter((root) => root !== undefined).toSorted((a, b) => b.length - a.length);
  if (known.length < roots.length) return eb.lit(false);
  const units = known.map((root): Reach => ({ all: false, paths: [root] }));
  // Who is in a class that is named is there by it: one beyond the reach has nobody in it.
  const isReached = all.some(({ kind }) => kind === 'class') || known.some((root) => reaches(reach, root));
  const places = isReached ? units : [reach, ...units];
  const [first = reach, ...others] = places;
  return lists.length > 0
    ? eb.and([...lists, ...places.map((place) => isOfUnits(eb, place))])
    : eb.and([listOfUnits(eb, first), ...others.map((place) => isOfUnits(eb, place))]);
}

function inClass(eb: Builder, classId: string, reach: Reach): Expression<SqlBool> {
  const theirs = eb
    .selectFrom('enrolments')
    .innerJoin('classes', 'classes.id', 'enrolments.class_id')
    .leftJoin('units', 'units.id', 'classes.unit_id')
    .select('enrolments.person_id')
    .where('enrolments.class_id', '=', classId)
    .where('enrolments.state', '=', 'enrolled')
    .where('enrolments.person_id', 'is not', null)
    .where((units) => withinReach(units, reach));
  return eb('people.id', 'in', theirs);
}

function hasRole(eb: Builder, role: Role): Expression<SqlBool> {
  return eb('people.id', 'in', eb.selectFrom('roles').select('person_id').where('role', '=', role));
}

/** Who belongs to one of these units, or has a role for one: as a list of theirs. */
function listOfUnits(eb: Builder, reach: Reach): Expression<SqlBool> {
  if (reach.all) return eb.lit(true);
  const ids = unitsWithin(eb, reach);
  const members = eb
    .selectFrom('people as member')
    .select(placeOf('member').as('place'))
    .where('member.unit_id', 'in', ids);
  const others = eb
    .selectFrom('roles')
    .innerJoin('people as other', 'other.id', 'roles.person_id')
    .select(placeOf('other').as('place'))
    .where('roles.unit_id', 'in', ids);
  return eb(placeOf('people'), 'in', members.unionAll(others));
}

/** The same, asked of each. */
function isOfUnits(eb: Builder, reach: Reach): Expression<SqlBool> {
  if (reach.all) return eb.lit(true);
  const ids = unitsWithin(eb, reach);
  return eb.or([
    // Not the column itself: SQLite would take its index, which brings all of the units.
    eb(eb.fn.coalesce('people.unit_id', eb.val('')), 'in', ids),
    eb('people.id', 'in', eb.selectFrom('roles').select('roles.person_id').where('roles.unit_id', 'in', ids)),
  ]);
}

function unitsWithin(eb: Builder, reach: Reach) {
  return eb
    .selectFrom('units')
    .select('units.id')
    .where((units) => withinReach(units, reach));
}

function classIds({ any }: Audience): string[] {
  return any.flatMap(({ all }) => all).flatMap((one) => (one.kind === 'class' ? one.classId : []));
}

function unitIds({ any }: Audience): string[] {
  return any.flatMap(({ all }) => all).flatMap((one) => (one.kind === 'unit' ? one.unitId : []));
}
