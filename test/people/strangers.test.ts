import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AccountRef } from '../../src/config.ts';
import { NOT_UNDERSTOOD } from '../../src/handlers/dialogs.ts';
import { choiceOf, openConversation, textOf, type TestConversation } from '../support/conversation.ts';
import { writeSmallHandbook } from '../support/handbook.ts';
import { temporaryFolder } from '../support/process.ts';

/*
 * Made from what the features themselves offer: every officers' command, every button that an admin is shown on a walk
 * through all of them, every dialog that is opened on the way. What is added later is covered by itself.
 */

const ADMIN: AccountRef = { channel: 'web', userId: 'admin' };
const OFFICER: AccountRef = { channel: 'telegram', userId: '501' };
const OTHER: AccountRef = { channel: 'telegram', userId: '502' };
const STRANGER: AccountRef = { channel: 'telegram', userId: '503' };

/** Words that nobody outside of the first committee may read. */
const SECRET = /Anh Dũng|Đoài|Kín|Thầm/i;
/** What the admin does not press on the walk, since it would change what there is to find. */
const CHANGES = /^(?:Ghi vào|Duyệt|Trở lại|Nội dung không|Trùng|Xác nhận|Nhập|Hủy|Thôi|Đóng|Xóa|Gửi|Ghi$|Nhận$)/;
const TEXTS = [
  'dang uy xa anh dung',
  'chi bo thon doai',
  'x',
  'chi bo thon doai | dang uy xa binh an',
  'nhap',
  '1',
  'moi\nMã: LM-1\nTên: Lớp\nĐịa điểm: x\nĐơn vị: chi bo thon doai\nBuổi: 1/12/2026 8h-9h | x',
  'lk-1',
];

/** A small one: a walk through all of ours would find little else, and it has some of the secret words. */
const folder = temporaryFolder();
const handbook = writeSmallHandbook(folder.path);
afterAll(() => folder[Symbol.dispose]());

let bot: TestConversation;
let units: Map<string, string>;

beforeEach(async () => {
  bot = await openConversation([ADMIN], handbook);
  units = await bot.addUnits([
    'Đảng bộ huyện Yên Sơn',
    'Đảng ủy xã Anh Dũng | Đảng bộ huyện Yên Sơn',
    'Chi bộ Thôn Đoài | Đảng ủy xã Anh Dũng',
    'Đảng ủy xã Bình An | Đảng bộ huyện Yên Sơn',
    'Chi bộ Thôn Bắc | Đảng ủy xã Bình An',
  ]);
  const [first, cell, second] = ['Đảng ủy xã Anh Dũng', 'Chi bộ Thôn Đoài', 'Đảng ủy xã Bình An'].map((name) =>
    units.get(name),
  );
  await bot.addPerson(OFFICER, 'Nguyễn Văn Kín', { role: 'officer', unitId: first }, first);
  await bot.addPerson(OTHER, 'Lê Thị Hai', { role: 'officer', unitId: second }, second);
  await bot.addPerson({ channel: 'zalo', userId: 'z9' }, 'Trần Thị Thầm', { role: 'secretary', unitId: cell }, cell);
  await bot.invites.make({ role: 'trainee', unitId: cell }, 'cli');
  const secretary: AccountRef = { channel: 'zalo', userId: 'z9' };
  const asker = { account: secretary, personId: (await bot.people.of(secretary))?.id, unitId: cell };
  for (const [i, text] of ['Chuyện Kín thứ nhất', 'Việc khác hẳn Kín', 'Hồ sơ Đoài', 'Thầm hỏi lễ'].entries()) {
    const added = await bot.queue.add({ ...asker, text, source: { kind: 'question' } });
    const groupId = added.outcome === 'added' ? added.groupId : '';
    const by = { actor: await bot.roles.actor(i === 1 ? ADMIN : OFFICER), reach: { all: true } as const };
    if (i > 0) await bot.queue.take(groupId, 0, by);
    if (i > 2) await bot.queue.answer(groupId, 1, by, { text: 'Trả lời Kín' });
  }
  const startsAt = Temporal.Instant.from('2026-12-01T01:00:00Z');
  await bot.classes.save(
    {
      code: 'LK-1',
      title: 'Lớp Kín',
      place: 'Nhà Kín',
      unitId: first,
      capacity: undefined,
      closesAt: undefined,
      quotas: {},
      eveningReminder: undefined,
      minutesBefore: undefined,
      sessions: [
        {
          startsAt,
          endsAt: startsAt.add({ hours: 3 }),
          topic: 'Kín',
          lecturer: 'Kín',
          place: undefined,
          state: 'planned',
        },
      ],
    },
    'cli',
  );
});
afterEach(() => bot.db.destroy());

interface Walk {
  /** Ids of buttons of officers' features. */
  choices: Set<string>;
  dialogs: Map<string, unknown>;
}

/** Presses whatever is offered, from every officers' command on. */
async function walk(account: AccountRef): Promise<Walk> {
  const actions = new Set(officersFeatures().flatMap(({ choices }) => Object.keys(choices)));
  const found: Walk = { choices: new Set(), dialogs: new Map() };
  const queue: string[] = [];
  const shapes = new Set<string>();
  const take = async (replies: Awaited<ReturnType<typeof bot.say>>): Promise<void> => {
    const dialog = await bot.dialogs.current(account.channel, account.userId);
    if (dialog) found.dialogs.set(dialog.name, dialog.state);
    for (const { id, label } of replies.flatMap(({ choices = [] }) => choices)) {
      // Each announcement that is begun has the buttons of the one before, under an id of its own.
      const shape = id.replace(/^(tb-\w+)\.[0-9a-f]{16}/, '$1');
      if (found.choices.has(id) || shapes.has(shape) || !actions.has(id.split('.')[0] ?? '')) continue;
      shapes.add(shape);
      found.choices.add(id);
      if (!CHANGES.test(label)) queue.push(id);
    }
  };
  for (const { name } of officersCommands()) {
    await take(await bot.say(account, `/${name}`));
    for (const text of TEXTS) await take(await bot.say(account, `/${name} ${text}`));
  }
  for (let id = queue.shift(); id !== undefined && found.choices.size < 500; id = queue.shift()) {
    await take(await bot.press(account, id));
    // What a dialog asks for leads on to more.
    const dialog = await bot.dialogs.current(account.channel, account.userId);
    if (!dialog || found.dialogs.size > 50) continue;
    for (const text of TEXTS.slice(0, 2)) {
      const before = await everything();
      await take(await bot.say(account, text));
      await restore(before);
    }
  }
  return found;
}

function officersCommands() {
  return bot.commands.filter(({ audience }) => audience === 'officer');
}

function officersFeatures() {
  return bot.features.filter(({ commands }) => commands.some(({ audience }) => audience === 'officer'));
}

/** What officers can change. */
const TABLES = [
  'units',
  'roles',
  'invites',
  'audit',
  'people',
  'data_requests',
  'classes',
  'sessions',
  'queue_groups',
  'queue_questions',
] as const;
type Rows = Record<string, unknown>[];

async function everything(): Promise<Rows[]> {
  return Promise.all(TABLES.map((table) => bot.db.selectFrom(table).selectAll().orderBy('id').execute()));
}

async function restore(before: Rows[]): Promise<void> {
  for (const [i, table] of TABLES.entries()) {
    const rows = before[i] ?? [];
    await bot.db.deleteFrom(table).execute();
    if (rows.length > 0)
      await bot.db
        .insertInto(table)
        .values(rows as never)
        .execute();
  }
}

test('the walk finds what there is to find', async () => {
  const { choices, dialogs } = await walk(ADMIN);
  const labels = textOf(await bot.press(ADMIN, choiceOf(await bot.say(ADMIN, '/quantri'), 'Nhật ký')));
  expect(labels).toMatch(SECRET);
  expect(choices.size).toBeGreaterThan(30);
  expect([...dialogs.keys()].toSorted()).toEqual(
    expect.arrayContaining([
      'class-edit',
      'class-preview',
      'class-step',
      'document-record',
      'handbook-draft',
      'handbook-withdraw',
      'invite-unit',
      'queue-pick',
      'queue-send',
      'queue-text',
      'unit-add',
      'unit-import',
      'unit-move',
      'unit-rename',
    ]),
  );
});

test('a feature with an officers’ command is for officers as a whole', () => {
  for (const { commands } of officersFeatures()) {
    expect(commands.map(({ audience }) => audience)).toEqual(commands.map(() => 'officer'));
  }
});

describe('a stranger', () => {
  test('gets the answer of an unknown command, an old button, a question', async () => {
    const { choices, dialogs } = await walk(ADMIN);
    const before = await everything();
    const unknown = await bot.say(STRANGER, '/khongcolenhnay');
    for (const { name } of officersCommands()) {
      for (const text of ['', ...TEXTS]) expect(await bot.say(STRANGER, `/${name} ${text}`), name).toEqual(unknown);
    }
    const old = await bot.press(STRANGER, 'nonsense.1');
    for (const id of choices) expect(await bot.press(STRANGER, id), id).toEqual(old);
    for (const [name, state] of dialogs) {
      for (const text of TEXTS) {
        await bot.dialogs.close('telegram', STRANGER.userId);
        const asked = textOf(await bot.say(STRANGER, text));
        await bot.dialogs.open('telegram', STRANGER.userId, { name, state });
        expect([asked, NOT_UNDERSTOOD], name).toContain(textOf(await bot.say(STRANGER, text)));
      }
    }
    for (const { words } of officersCommands()) {
      for (const phrase of words) expect(textOf(await bot.say(STRANGER, phrase)), phrase).not.toMatch(SECRET);
    }
    const help = textOf(await bot.say(STRANGER, '/trogiup'));
    for (const { name } of officersCommands()) expect(help).not.toContain(`/${name}`);
    expect(await everything()).toEqual(before);
  });

  test('so does a secretary, and an officer whose role was taken', async () => {
    const unknown = await bot.say(STRANGER, '/khongcolenhnay');
    const secretary: AccountRef = { channel: 'zalo', userId: 'z9' };
    for (const { name } of officersCommands()) expect(await bot.say(secretary, `/${name}`)).toEqual(unknown);
    const { choices } = await walk(OFFICER);
    const held = await bot.roles.ofPerson((await bot.people.of(OFFICER))?.id ?? '');
    expect(await bot.roles.take({ all: true }, held[0]?.id ?? '', 'cli')).toBe(true);
    for (const { name } of officersCommands()) expect(await bot.say(OFFICER, `/${name}`)).toEqual(unknown);
    const old = await bot.press(STRANGER, 'nonsense.1');
    for (const id of choices) expect(await bot.press(OFFICER, id), id).toEqual(old);
  });
});

test('an officer of another unit sees and changes nothing, by command, button, or dialog', async () => {
  const { choices, dialogs } = await walk(ADMIN);
  const before = await everything();
  const seen: string[] = [];
  const note = async (what: string, replies: Promise<Parameters<typeof textOf>[0]>): Promise<void> => {
    const text = textOf(await replies);
    seen.push(text);
    expect(text, what).not.toMatch(SECRET);
  };
  for (const { name } of officersCommands()) {
    for (const text of ['', ...TEXTS]) await note(`/${name} ${text}`, bot.say(OTHER, `/${name} ${text}`));
  }
  for (const id of choices) {
    await note(id, bot.press(OTHER, id));
    for (const text of TEXTS.slice(0, 2)) await note(`${text} after ${id}`, bot.say(OTHER, text));
  }
  for (const [name, state] of dialogs) {
    for (const text of TEXTS) {
      await bot.dialogs.open('telegram', OTHER.userId, { name, state });
      await note(`${text} in ${name}`, bot.say(OTHER, text));
    }
  }
  // And yet the officer's own unit is there.
  expect(seen.join('\n')).toContain('Bình An');

  const root = units.get('Đảng ủy xã Bình An') ?? '';
  const own = new Set((await bot.units.all()).flatMap(({ id, path }) => (path.includes(`${root}/`) ? id : [])));
  for (const { id, unit_id: unit } of await bot.db.selectFrom('classes').select(['id', 'unit_id']).execute()) {
    if (own.has(String(unit))) own.add(id);
  }
  const foreign = (state: Rows[]): unknown =>
    state.map((rows) =>
      rows.filter(
        (row) => !own.has(String(row['unit_id'] ?? row['parent_id'] ?? row['class_id'])) && !own.has(String(row['id'])),
      ),
    );
  expect(foreign(await everything())).toEqual(foreign(before));
});
