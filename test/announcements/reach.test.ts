import { afterEach, beforeEach, expect, test } from 'vitest';
import { audienceOf, type Audience, type AudienceRule } from '../../src/announcements/audience.ts';
import type { AccountRef } from '../../src/config.ts';
import { readSpreadsheet } from '../../src/spreadsheet/read-spreadsheet.ts';
import { choiceOf, openConversation, textOf, type TestConversation } from '../support/conversation.ts';

/*
 * An officer of one unit and the people of another: nothing reaches, lists or names them, by any command, forged button
 * or step of a dialog. test/people/strangers.test.ts does the same for what officers do beside announcements.
 */

const ADMIN: AccountRef = { channel: 'web', userId: 'admin' };
const OFFICER: AccountRef = { channel: 'telegram', userId: '501' };
const OTHER: AccountRef = { channel: 'telegram', userId: '502' };
const STRANGER: AccountRef = { channel: 'telegram', userId: '503' };

/** Words that nobody outside of the first committee may read. */
const SECRET = /Anh Dũng|Đoài|Kín|Thầm|LK-1/i;
const OWN_PEOPLE = ['502', 'b1', 'b2'];

let bot: TestConversation;
let units: Map<string, string>;
let foreignClass: string;
let ownClass: string;

beforeEach(async () => {
  bot = await openConversation([ADMIN]);
  units = await bot.addUnits([
    'Đảng bộ huyện Yên Sơn',
    'Đảng ủy xã Anh Dũng | Đảng bộ huyện Yên Sơn',
    'Chi bộ Thôn Đoài | Đảng ủy xã Anh Dũng',
    'Đảng ủy xã Bình An | Đảng bộ huyện Yên Sơn',
    'Chi bộ Thôn Bắc | Đảng ủy xã Bình An',
  ]);
  const [first, cell, second, north] = [
    unit('Đảng ủy xã Anh Dũng'),
    unit('Chi bộ Thôn Đoài'),
    unit('Đảng ủy xã Bình An'),
    unit('Chi bộ Thôn Bắc'),
  ];
  await bot.addPerson(OFFICER, 'Nguyễn Văn Kín', { role: 'officer', unitId: first }, first);
  await bot.addPerson(OTHER, 'Lê Thị Hai', { role: 'officer', unitId: second }, second);
  const add = (userId: string, name: string, unitId?: string): Promise<string> =>
    bot.addPerson({ channel: 'telegram', userId }, name, unitId ? { role: 'secretary', unitId } : undefined, unitId);
  await add('a1', 'Trần Thị Thầm', cell);
  const guest = await add('a2', 'Phạm Văn Thầm', cell);
  const pupil = await add('b1', 'Ngô Văn Bắc', north);
  await add('b2', 'Đỗ Thị Bắc', north);
  await add('n1', 'Vũ Thị Thầm');
  foreignClass = await addClass('LK-1', first);
  ownClass = await addClass('BA-1', second);
  // One of the other's people is in the foreign class, and one of theirs in the other's.
  await bot.enrolments.enrol(foreignClass, pupil);
  await bot.enrolments.enrol(ownClass, guest);
});
afterEach(() => bot.db.destroy());

function unit(name: string): string {
  const id = units.get(name);
  if (id === undefined) throw new Error(`no unit ${name}`);
  return id;
}

async function addClass(code: string, unitId: string): Promise<string> {
  const startsAt = Temporal.Instant.from('2026-12-01T01:00:00Z');
  const common = { lecturer: undefined, place: undefined, state: 'planned' } as const;
  const { version } = await bot.classes.save(
    {
      code,
      title: `Lớp ${code}`,
      place: 'Hội trường',
      unitId,
      capacity: undefined,
      closesAt: undefined,
      quotas: {},
      eveningReminder: undefined,
      minutesBefore: undefined,
      sessions: [{ startsAt, endsAt: startsAt.add({ hours: 3 }), topic: 'Bài 1', ...common }],
    },
    'cli',
  );
  return version.trainingClass.id;
}

/** The draft that this officer has just begun. */
async function draftBy(account: AccountRef, text: string): Promise<string> {
  const asked = await bot.say(account, `/thongbao ${text}`);
  return choiceOf(asked, 'Tất cả').split('.')[1] ?? '';
}

const set = (id: string, audience: Audience): Promise<unknown> =>
  bot.announcements.store.change(bot.db, id, ['draft'], { audience });

/** One in each state that an announcement of the first committee can be in, and one of an admin to everybody. */
async function announcements(): Promise<Record<'draft' | 'sent' | 'planned' | 'awaiting' | 'toAll', string>> {
  const { store } = bot.announcements;
  const draft = await draftBy(OFFICER, 'Bản nháp Kín');
  const sent = await draftBy(OFFICER, 'Đã gửi: nội dung Kín');
  await bot.press(OFFICER, choiceOf(await bot.press(OFFICER, `tb-nn.${sent}.s.e`), 'Gửi ngay'));
  const planned = await draftBy(OFFICER, 'Đã hẹn: nội dung Kín');
  await set(planned, audienceOf({ kind: 'everyone' }));
  await store.change(bot.db, planned, ['draft'], { state: 'planned', sendAt: bot.clock.now().add({ hours: 20 }) });
  const awaiting = await draftBy(OFFICER, 'Đang chờ: nội dung Kín');
  await set(awaiting, audienceOf({ kind: 'everyone' }));
  await store.change(bot.db, awaiting, ['draft'], { state: 'awaiting', awaitingSince: bot.clock.now() });
  const toAll = await draftBy(ADMIN, 'Gửi toàn huyện');
  await set(toAll, audienceOf({ kind: 'everyone' }));
  // More than one officer may send to alone.
  await store.change(bot.db, toAll, ['draft'], { releasedBy: 'cli' });
  await bot.press(ADMIN, choiceOf(await bot.press(ADMIN, `tb-truoc.${toAll}`), 'Gửi ngay'));
  return { draft, sent, planned, awaiting, toAll };
}

async function kept() {
  const tables = ['announcements', 'announcement_confirmations', 'announcement_changes', 'outbox'] as const;
  return Promise.all(tables.map((table) => bot.db.selectFrom(table).selectAll().execute()));
}

const sentTo = async (id: string): Promise<string[]> =>
  (await bot.db.selectFrom('outbox').select('chat_id').where('group_id', '=', `announcement:${id}`).execute())
    .map(({ chat_id }) => chat_id)
    .toSorted();

/** What follows an announcement's id in the buttons of an action. */
function steps(action: string): string[] {
  if (action !== 'tb-nn') return [...'ok goi tep lai gui soan huy ngay mai bao chi thoi y n'.split(' '), ''];
  const parts = [`u.${unit('Chi bộ Thôn Đoài')}`, `c.${foreignClass}`, 'e', 'r.secretary'];
  return ['', 'x', 'k', 'b.o', 'l.s.u.0', 'l.s.c.0', ...parts.map((part) => `s.${part}`)];
}

type Kept = Awaited<ReturnType<typeof kept>>;

/** Without what this officer has begun meanwhile. */
async function ofOthers(account: AccountRef, [rows = [], ...more]: Kept): Promise<unknown> {
  const own = await bot.roles.actor(account);
  return [rows.filter((row) => !('author' in row && row.author === own)), ...more];
}

test('no button of an announcement does or shows anything beyond the reach', async () => {
  const ids = await announcements();
  const actions = bot.features.flatMap(({ choices }) => Object.keys(choices)).filter((name) => name.startsWith('tb-'));
  expect(actions.length).toBeGreaterThan(15);
  const before = await kept();
  for (const id of [ids.draft, ids.sent, ids.planned, ids.awaiting]) {
    for (const action of actions) {
      expect(textOf(await bot.press(STRANGER, `${action}.${id}`)), action).not.toMatch(SECRET);
      for (const step of steps(action)) {
        const choice = [action, id, step].filter((part) => part !== '').join('.');
        expect(textOf(await bot.press(OTHER, choice)), choice).not.toMatch(SECRET);
      }
    }
    // Nor by a text that a dialog takes, should one have been opened on the way.
    for (const text of ['Nội dung khác', '8h sáng mai', 'đã nhận']) {
      for (const account of [OTHER, STRANGER]) expect(textOf(await bot.say(account, text))).not.toMatch(SECRET);
    }
  }
  expect(await ofOthers(OTHER, await kept())).toEqual(await ofOthers(OTHER, before));
});

test('the dialogs of an announcement are nobody else’s', async () => {
  const { draft, sent, planned } = await announcements();
  const names = bot.features
    .flatMap(({ dialogs = {} }) => Object.keys(dialogs))
    .filter((name) => /^(?:tb|announ)/.test(name));
  expect(names.length).toBeGreaterThan(4);
  const before = await kept();
  for (const name of names) {
    for (const id of [draft, sent, planned]) {
      for (const text of ['Nội dung khác', '8h sáng mai', 'tất cả', 'chi bo thon doai', 'LK-1']) {
        await bot.dialogs.open('telegram', OTHER.userId, { name, state: { id, how: 'set', markdown: 'Tin khác' } });
        const answer = textOf(await bot.say(OTHER, text)).replaceAll(text, '');
        expect(answer, `${text} in ${name}`).not.toMatch(SECRET);
        await bot.dialogs.close('telegram', OTHER.userId);
      }
    }
  }
  expect(await ofOthers(OTHER, await kept())).toEqual(await ofOthers(OTHER, before));
});

const FORGED: readonly [string, () => AudienceRule[], readonly string[]][] = [
  ['everyone', () => [{ kind: 'everyone' }], OWN_PEOPLE],
  ['a foreign cell', () => [{ kind: 'unit', unitId: unit('Chi bộ Thôn Đoài') }], []],
  ['the committee above', () => [{ kind: 'unit', unitId: unit('Đảng bộ huyện Yên Sơn') }], OWN_PEOPLE],
  ['a foreign class, where one of theirs is', () => [{ kind: 'class', classId: foreignClass }], []],
  ['their class, where a foreigner is', () => [{ kind: 'class', classId: ownClass }], ['a2']],
  ['all secretaries', () => [{ kind: 'role', role: 'secretary' }], ['b1', 'b2']],
  ['all officers', () => [{ kind: 'role', role: 'officer' }], ['502']],
  [
    'their class and a foreign cell',
    () => [
      { kind: 'class', classId: ownClass },
      { kind: 'unit', unitId: unit('Chi bộ Thôn Đoài') },
    ],
    ['a2'],
  ],
];

test.for(FORGED)('of %s only those within the reach get anything', async ([, rules, expected]) => {
  const id = await draftBy(OTHER, 'Mời họp lúc 8 giờ.');
  await set(id, audienceOf(...rules()));
  const preview = await bot.press(OTHER, `tb-nn.${id}.x`);
  expect(textOf(preview)).not.toMatch(SECRET);
  // Where it goes to nobody there is no button.
  const offered = preview.flatMap(({ choices = [] }) => choices).find(({ label }) => label === 'Gửi ngay');
  expect(textOf(await bot.press(OTHER, offered?.id ?? `tb-gui.${id}`))).not.toMatch(SECRET);
  expect(await sentTo(id)).toEqual(expected);
  await bot.db.updateTable('outbox').set({ state: 'failed' }).where('class', '=', 'announcement').execute();
  expect(textOf(await bot.press(OTHER, `tb-xem.${id}.goi`)).includes('Thầm')).toBe(expected.includes('a2'));
});

test('forged parts of an audience are not taken, and typed names beyond the reach are not known', async () => {
  const id = await draftBy(OTHER, 'Mời họp lúc 8 giờ.');
  const foreign = [`u.${unit('Chi bộ Thôn Đoài')}`, `u.${unit('Đảng bộ huyện Yên Sơn')}`, `c.${foreignClass}`];
  for (const how of ['s', 'f', 'o', 'a']) {
    for (const part of foreign) await bot.press(OTHER, `tb-nn.${id}.${how}.${part}`);
  }
  for (const text of ['chi bo thon doai', 'dang uy xa anh dung', 'LK-1', 'lớp LK-1', 'đơn vị Đảng bộ huyện Yên Sơn']) {
    const asked = await bot.say(OTHER, text);
    expect(textOf(asked).replaceAll(new RegExp(text, 'gi'), ''), text).not.toMatch(/Người nhận|người nhận/);
  }
  expect((await bot.announcements.store.byId(id))?.audience).toBeUndefined();
});

test('of an announcement to all an officer sees their own people, in text and in the file', async () => {
  const { sent, toAll } = await announcements();
  const rows = await bot.db
    .selectFrom('outbox')
    .select(['id', 'chat_id'])
    .where('class', '=', 'announcement')
    .execute();
  expect(rows.map(({ chat_id }) => chat_id)).toEqual(expect.arrayContaining(['a1', 'b1', 'n1']));
  await bot.db
    .updateTable('outbox')
    .set({ state: 'failed', error: 'gone' })
    .where('class', '=', 'announcement')
    .execute();
  const list = await bot.press(OTHER, 'tb-ds');
  expect(textOf(list)).toContain('Gửi toàn huyện');
  expect(textOf(list)).not.toMatch(SECRET);
  const report = textOf(await bot.press(OTHER, `tb-xem.${toAll}`));
  expect(report).toContain('Bình An');
  const calls = textOf(await bot.press(OTHER, `tb-xem.${toAll}.goi`));
  expect(calls).toContain('Ngô Văn Bắc');
  const [file] = await bot.press(OTHER, `tb-xem.${toAll}.tep`);
  const workbook = JSON.stringify(await readSpreadsheet(file?.file?.bytes ?? new Uint8Array()));
  expect(workbook).toContain('Ngô Văn Bắc');
  // Who is in the officer's class is theirs to write to, by the class only.
  for (const text of [report, calls, workbook]) expect(text).not.toMatch(SECRET);
  expect(textOf(await bot.press(OTHER, `tb-xem.${sent}`))).toContain('Nút này đã cũ');
});

test('who has lost the role reaches nobody with what was begun before', async () => {
  const id = await draftBy(OTHER, 'Mời họp lúc 8 giờ.');
  const preview = await bot.press(OTHER, `tb-nn.${id}.s.e`);
  const [held] = await bot.roles.ofPerson((await bot.people.of(OTHER))?.id ?? '');
  await bot.roles.take({ all: true }, held?.id ?? '', 'cli');
  for (const label of ['Gửi ngay', 'Hẹn giờ', 'Sửa']) {
    expect(textOf(await bot.press(OTHER, choiceOf(preview, label)))).toContain('Nút này đã cũ');
  }
  expect(await sentTo(id)).toEqual([]);
});
