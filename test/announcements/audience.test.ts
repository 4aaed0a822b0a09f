import { CompiledQuery, createQueryId, type RootOperationNode } from 'kysely';
import { expect, test } from 'vitest';
import { ZodError } from 'zod';
import {
  audienceOf,
  audienceWords,
  readAudience,
  union,
  type Audience,
  type AudienceRule,
} from '../../src/announcements/audience.ts';
import { createAudienceStore } from '../../src/announcements/audience-store.ts';
import type { ChannelName } from '../../src/config.ts';
import { reaches, type Reach, type Role } from '../../src/people/reach.ts';
import type { LeftOutWhy } from '../../src/people/recipients-store.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { randomNumbers } from '../support/random.ts';

const AT = '2026-11-22T03:00:00.000Z';
const WORLDS = 500;
const RUNNING: ChannelName[] = ['telegram', 'zalo'];

interface Unit {
  id: string;
  path: string;
}

interface Person {
  id: string;
  unit: Unit | undefined;
  roles: { role: Role; unit: Unit | undefined }[];
  classes: { id: string; state: 'enrolled' | 'waiting' | 'cancelled' }[];
  stopped: boolean;
  mutedUntil: string | undefined;
  /** Oldest first. */
  accounts: { channel: ChannelName; chatId: string; blocked: boolean }[];
  preferred: number;
}

interface World {
  units: Unit[];
  classes: { id: string; unit: Unit | undefined }[];
  people: Person[];
}

type Random = ReturnType<typeof randomNumbers>;

function randomWorld({ number, pick }: Random): World {
  const units: Unit[] = [];
  for (let i = 0; i < 1 + number(9); i++) {
    const parent = number(4) === 0 || units.length === 0 ? undefined : pick(units);
    // "u1" and "u11" must not be taken for one another.
    const id = `u${i === 0 ? '' : '1'.repeat(i)}`;
    units.push({ id, path: `${parent?.path ?? ''}${id}/` });
  }
  const maybe = <T>(list: readonly T[]): T | undefined => (number(4) === 0 ? undefined : pick(list));
  const classes = Array.from({ length: number(4) }, (_, i) => ({ id: `c${i}`, unit: maybe(units) }));
  const people = Array.from({ length: number(15) }, (_, i): Person => {
    const accounts = Array.from({ length: number(4) }, (_unused, at) => ({
      channel: pick(['telegram', 'telegram', 'zalo', 'web'] as const),
      chatId: `${i}-${at}`,
      blocked: number(4) === 0,
    }));
    return {
      id: `p${i}`,
      unit: maybe(units),
      roles: Array.from({ length: number(3) }, () => ({
        role: pick(['admin', 'officer', 'secretary', 'trainee'] as const),
        unit: maybe(units),
      })),
      classes: classes
        .filter(() => number(2) === 0)
        .map(({ id }) => ({ id, state: pick(['enrolled', 'enrolled', 'waiting', 'cancelled'] as const) })),
      stopped: number(6) === 0,
      mutedUntil: number(6) === 0 ? '2026-12-01' : undefined,
      accounts,
      preferred: number(6) - 1,
    };
  });
  return { units, classes, people };
}

function randomAudience({ number, pick }: Random, { units, classes }: World): Audience {
  const rule = (): AudienceRule => {
    const unitId = number(12) === 0 ? 'nowhere' : pick(units).id;
    const classId = classes.length === 0 || number(12) === 0 ? 'none' : pick(classes).id;
    return pick<AudienceRule>([
      { kind: 'everyone' },
      { kind: 'unit', unitId },
      { kind: 'unit', unitId },
      { kind: 'class', classId },
      { kind: 'role', role: pick(['admin', 'officer', 'secretary', 'trainee'] as const) },
    ]);
  };
  return {
    any: Array.from({ length: 1 + number(3) }, () => ({ all: Array.from({ length: 1 + number(3) }, rule) })),
  };
}

function randomReach({ number, pick }: Random, { units }: World): Reach {
  if (number(3) === 0) return { all: true };
  return { all: false, paths: Array.from({ length: number(3) }, () => pick(units).path) };
}

/** The same selection, one person after the other. */
function plainly(world: World, audience: Audience, reach: Reach): { sent: string[]; leftOut: string[] } {
  const unitsOf = (person: Person): Unit[] =>
    [person.unit, ...person.roles.map(({ unit }) => unit)].filter((unit) => unit !== undefined);
  const isIn = (person: Person, classId: string): boolean => {
    const unit = world.classes.find(({ id }) => id === classId)?.unit;
    const isTheirs = reach.all || (unit !== undefined && reaches(reach, unit.path));
    return isTheirs && person.classes.some(({ id, state }) => id === classId && state === 'enrolled');
  };
  const applies = (person: Person, rule: AudienceRule): boolean => {
    if (rule.kind === 'class') return isIn(person, rule.classId);
    if (rule.kind === 'role') return person.roles.some(({ role }) => role === rule.role);
    if (rule.kind === 'unit') return unitsOf(person).some(({ path }) => path.split('/').includes(rule.unitId));
    return true;
  };
  const sent: string[] = [];
  const leftOut: string[] = [];
  for (const person of world.people) {
    const isWanted = audience.any.some(({ all }) => {
      const mayBe =
        reach.all ||
        unitsOf(person).some(({ path }) => reaches(reach, path)) ||
        all.some((rule) => rule.kind === 'class' && isIn(person, rule.classId));
      return mayBe && all.every((rule) => applies(person, rule));
    });
    if (!isWanted) continue;
    const open = person.accounts.filter(({ blocked }) => !blocked);
    const usable = open.filter(({ channel }) => RUNNING.includes(channel));
    const preferred = person.accounts[person.preferred];
    const account = preferred && usable.includes(preferred) ? preferred : usable[0];
    const why: LeftOutWhy = person.stopped ? 'stopped' : open.length === 0 ? 'blocked' : 'off';
    if (account && !person.stopped) {
      sent.push(`${person.id} ${account.channel} ${account.chatId} ${person.mutedUntil ?? ''}`);
    } else leftOut.push(`${person.id} ${why}`);
  }
  return { sent: sent.toSorted(), leftOut: leftOut.toSorted() };
}

async function fill(db: Database, { units, classes, people }: World): Promise<void> {
  const into = async (table: Parameters<Database['insertInto']>[0], rows: readonly object[]): Promise<void> => {
    if (rows.length > 0) await db.insertInto(table).values(rows).execute();
  };
  for (const table of ['units', 'classes', 'people', 'accounts', 'roles', 'enrolments'] as const) {
    await db.deleteFrom(table).execute();
  }
  await into(
    'units',
    units.map(({ id, path }) => ({ id, path, parent_id: null, name: id, kind: 'chi bộ', key: id })),
  );
  await into(
    'classes',
    classes.map(({ id, unit }) => ({
      id,
      code: id,
      key: id,
      title: id,
      place: id,
      unit_id: unit?.id ?? null,
      made_by: 'cli',
      made_at: AT,
      state: 'open',
    })),
  );
  await into(
    'people',
    people.map(({ id, unit, stopped, mutedUntil, accounts, preferred }) => ({
      id,
      consent_version: 'v1',
      consented_at: AT,
      created_at: AT,
      unit_id: unit?.id ?? null,
      stopped: stopped ? 1 : 0,
      muted_until: mutedUntil ?? null,
      preferred_channel: accounts[preferred]?.channel ?? null,
      preferred_chat_id: accounts[preferred]?.chatId ?? null,
    })),
  );
  await into(
    'accounts',
    people
      .flatMap(({ id, accounts }) =>
        accounts.map(({ channel, chatId, blocked }, at) => ({
          channel,
          chat_id: chatId,
          first_seen: `2026-01-0${at + 1}`,
          person_id: id,
          blocked_at: blocked ? AT : null,
        })),
      )
      // The youngest is written first: its place in the table says nothing.
      .toReversed(),
  );
  await into(
    'roles',
    people.flatMap(({ id, roles }) =>
      roles.map(({ role, unit }, at) => ({
        id: `${id}-${at}`,
        person_id: id,
        role,
        unit_id: unit?.id ?? null,
        granted_at: AT,
      })),
    ),
  );
  await into(
    'enrolments',
    people.flatMap(({ id, classes: theirs }) =>
      theirs.map((one) => ({ class_id: one.id, person_id: id, state: one.state, at: AT })),
    ),
  );
}

test(`${WORLDS} random trees, people, classes and audiences are selected as one would by hand`, async () => {
  const random = randomNumbers();
  const db = await openDatabase('sqlite::memory:');
  const store = createAudienceStore(() => RUNNING);
  let people = 0;
  for (let i = 0; i < WORLDS; i++) {
    const world = randomWorld(random);
    await fill(db, world);
    const [audience, reach, other] = [
      readAudience(JSON.stringify(randomAudience(random, world))),
      randomReach(random, world),
      randomReach(random, world),
    ];
    // In a transaction, as when it is sent: the outer handle would hang.
    const { recipients, leftOut, perChannel } = await db
      .transaction()
      .execute((transaction) => store.select(transaction, audience, reach));
    const expected = plainly(world, audience, reach);
    const where = `seed ${random.seed}, world ${i}, ${JSON.stringify(audience)}`;
    expect(
      {
        sent: recipients
          .map((one) => `${one.personId} ${one.channel} ${one.chatId} ${one.mutedUntil?.toString() ?? ''}`)
          .toSorted(),
        leftOut: leftOut.map(({ personId, why }) => `${personId} ${why}`).toSorted(),
      },
      where,
    ).toEqual(expected);
    for (const channel of ['telegram', 'zalo', 'web'] as const) {
      const count = recipients.filter((one) => one.channel === channel).length;
      expect(perChannel.get(channel) ?? 0, where).toBe(count);
    }
    const ids = ({ sent, leftOut: out }: typeof expected): string[] =>
      [...sent, ...out].map((line) => line.split(' ')[0] ?? '');
    const theirs = new Set(ids(plainly(world, audience, other)));
    expect(await store.covers(db, audience, reach, other), where).toBe(ids(expected).every((id) => theirs.has(id)));
    people += recipients.length;
  }
  expect(people, 'the worlds are not empty').toBeGreaterThan(WORLDS / 2);
  await db.destroy();
});

test('an audience of few is found without a look at everybody', async () => {
  const db = await openDatabase('sqlite::memory:');
  const store = createAudienceStore(() => RUNNING);
  const units = [
    { id: 'x', path: 'x/' },
    { id: 'c', path: 'x/c/' },
  ];
  await fill(db, { units, classes: [{ id: 'k', unit: units[0] }], people: [] });
  const nodes: RootOperationNode[] = [];
  const watched = db.withPlugin({
    transformQuery({ node }) {
      nodes.push(node);
      return node;
    },
    transformResult: ({ result }) => Promise.resolve(result),
  });
  const cell = audienceOf({ kind: 'unit', unitId: 'c' });
  const everyone = audienceOf({ kind: 'everyone' });
  for (const [audience, reach] of [
    [cell, { all: true }],
    [cell, { all: false, paths: ['x/'] }],
    [everyone, { all: false, paths: ['x/c/'] }],
    [audienceOf({ kind: 'unit', unitId: 'x' }), { all: false, paths: ['x/c/'] }],
    [audienceOf({ kind: 'role', role: 'secretary' }, { kind: 'unit', unitId: 'x' }), { all: true }],
    [union(cell, audienceOf({ kind: 'class', classId: 'k' })), { all: false, paths: ['x/'] }],
  ] satisfies [Audience, Reach][]) {
    await store.select(watched, audience, reach);
    const last = nodes.at(-1);
    if (!last) throw new Error('nothing was asked');
    const query = db.getExecutor().compileQuery(last, createQueryId());
    const { rows } = await db.executeQuery<{ detail: string }>(
      CompiledQuery.raw(`explain query plan ${query.sql}`, [...query.parameters]),
    );
    const plan = rows.map(({ detail }) => detail).join('\n');
    expect(plan, JSON.stringify(audience)).toMatch(/SEARCH people/);
    expect(plan, JSON.stringify(audience)).not.toMatch(/SCAN (?:people|member|other)\b/);
  }
  await db.destroy();
});

test('an audience is read as it was written, and what is none is an error, not everybody', () => {
  const audience = union(
    audienceOf({ kind: 'unit', unitId: 'u1' }, { kind: 'role', role: 'secretary' }),
    audienceOf({ kind: 'class', classId: 'c1' }),
  );
  expect(readAudience(JSON.stringify(audience))).toEqual(audience);
  for (const wrong of ['{"any":[]}', '{"any":[{"all":[]}]}', '{}', '{"any":[{"all":[{"kind":"unit"}]}]}']) {
    expect(() => readAudience(wrong), wrong).toThrow(ZodError);
  }
});

test('an audience is told in words; what is beyond the reach is not named', async () => {
  const db = await openDatabase('sqlite::memory:');
  const [a, b] = [
    { id: 'a', path: 'a/' },
    { id: 'b', path: 'b/' },
  ];
  await fill(db, { units: [a, b], classes: [{ id: 'c', unit: a }], people: [] });
  const audience = union(
    audienceOf({ kind: 'class', classId: 'c' }),
    audienceOf({ kind: 'role', role: 'secretary' }, { kind: 'unit', unitId: 'b' }),
  );
  const store = createAudienceStore(() => RUNNING);
  const words = (reach: Reach): Promise<string> => store.describe(db, audience, reach);
  expect(await words({ all: true })).toBe('Lớp c; Bí thư của b và trực thuộc');
  expect(await words({ all: false, paths: ['a/'] })).toBe('Lớp c; Bí thư của một đơn vị không còn');
  expect(await words({ all: false, paths: ['b/'] })).toBe('Một lớp không còn; Bí thư của b và trực thuộc');
  await db.destroy();
});

test.for<[AudienceRule[], string]>([
  [[{ kind: 'everyone' }], 'Tất cả'],
  [[{ kind: 'unit', unitId: 'u' }], 'Đơn vị Đảng ủy xã Tân Lập và trực thuộc'],
  [[{ kind: 'class', classId: 'c' }], 'Lớp BD-2026-01'],
  [[{ kind: 'role', role: 'secretary' }], 'Bí thư'],
  [
    [
      { kind: 'class', classId: 'c' },
      { kind: 'unit', unitId: 'u' },
    ],
    'Những đồng chí học lớp BD-2026-01 của Đảng ủy xã Tân Lập và trực thuộc',
  ],
])('%j is told', ([rules, words]) => {
  const names = { classes: new Map([['c', 'BD-2026-01']]), units: new Map([['u', 'Đảng ủy xã Tân Lập']]) };
  expect(audienceWords(audienceOf(...rules), names)).toBe(words);
});
