import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AccountRef } from '../../src/config.ts';
import { inviteHash, INVITE_CODE, newInviteCode } from '../../src/people/invite-code.ts';
import { choiceOf, openConversation, textOf, type TestConversation } from '../support/conversation.ts';

const ADMIN: AccountRef = { channel: 'web', userId: 'admin' };
const OFFICER: AccountRef = { channel: 'telegram', userId: '90817263' };
const PERSON: AccountRef = { channel: 'zalo', userId: 'z502' };

let bot: TestConversation;
let a: string;
let cell: string;
let b: string;

beforeEach(async () => {
  bot = await openConversation([ADMIN]);
  const units = await bot.addUnits(['Đảng ủy A', 'Chi bộ 1 | Đảng ủy A', 'Đảng ủy B']);
  [a = '', cell = '', b = ''] = ['Đảng ủy A', 'Chi bộ 1', 'Đảng ủy B'].map((name) => units.get(name) ?? '');
});
afterEach(() => bot.db.destroy());

const audited = async (): Promise<string[]> =>
  (await bot.audit.list({ all: true }, { offset: 0, limit: 50 })).map(({ action }) => action);

describe('roles', () => {
  test('who is named in ADMINS reaches everything without being kept; an officer a unit and what is below it', async () => {
    expect(await bot.roles.rolesOf(ADMIN)).toEqual([{ role: 'admin', unitId: undefined }]);
    expect(await bot.people.of(ADMIN)).toBeUndefined();
    expect(await bot.roles.mayManage(ADMIN, b)).toBe(true);

    await bot.addPerson(OFFICER, 'Nguyễn Văn An', { role: 'officer', unitId: a });
    expect(await bot.roles.rolesOf(OFFICER)).toEqual([{ role: 'officer', unitId: a }]);
    expect(await Promise.all([a, cell, b, 'none'].map((id) => bot.roles.mayManage(OFFICER, id)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(await bot.roles.isOfficer(OFFICER)).toBe(true);
    // On another platform with the same id sits somebody else.
    expect(await bot.roles.isOfficer({ ...OFFICER, channel: 'zalo' })).toBe(false);
    expect(await bot.roles.isOfficer({ ...ADMIN, channel: 'telegram' })).toBe(false);

    await bot.addPerson(PERSON, 'Trần Thị Bình', { role: 'secretary', unitId: cell });
    expect(await bot.roles.isOfficer(PERSON)).toBe(false);
    expect(await bot.roles.reach(PERSON)).toEqual({ all: false, paths: [] });
    expect((await bot.people.of(PERSON))?.unitId).toBe(cell);
    expect(await bot.roles.officersOn('telegram')).toEqual(['90817263']);
    expect(await bot.roles.officersOn('web')).toEqual(['admin']);
  });

  test('a unit that moves takes its people’s officers along', async () => {
    await bot.addPerson(OFFICER, 'Nguyễn Văn An', { role: 'officer', unitId: a });
    await bot.units.move(cell, b, 'cli');
    expect(await bot.roles.mayManage(OFFICER, cell)).toBe(false);
  });

  test('an officer invites and takes roles within reach only, and nobody makes an admin but an admin', async () => {
    await bot.addPerson(OFFICER, 'Nguyễn Văn An', { role: 'officer', unitId: a });
    await bot.addPerson(PERSON, 'Trần Thị Bình', { role: 'officer', unitId: b });
    const menu = textOf(await bot.press(OFFICER, choiceOf(await bot.say(OFFICER, '/quantri'), 'Mời')));
    expect(menu).toContain('[Cán bộ phụ trách]');
    expect(menu).not.toContain('[Quản trị]');
    const old = await bot.press(OFFICER, 'nonsense');
    for (const id of ['admin.invite.admin', `admin.invite.admin.${a}`, `admin.invite.officer.${b}`]) {
      expect(await bot.press(OFFICER, id), id).toEqual(old);
    }
    const reach = await bot.roles.reach(OFFICER);
    expect(await bot.roles.count(reach)).toEqual(new Map([['officer', 1]]));
    const [foreign] = await bot.roles.ofPerson((await bot.people.of(PERSON))?.id ?? '');
    expect(await bot.roles.take(reach, foreign?.id ?? '', 'x')).toBe(false);
    expect(await bot.roles.isOfficer(PERSON)).toBe(true);
  });

  test('taking a role away ends the open invites of its holder, is audited and told', async () => {
    const id = await bot.addPerson(OFFICER, 'Nguyễn Văn An', { role: 'officer', unitId: a });
    const { code } = await bot.invites.make({ role: 'officer', unitId: a }, id);
    await bot.press(ADMIN, choiceOf(await bot.say(ADMIN, '/quantri'), 'Danh sách'));
    const list = await bot.press(ADMIN, 'admin.roles.officer');
    const person = await bot.press(ADMIN, choiceOf(list, 'Nguyễn Văn An, Đảng ủy A'));
    const sure = await bot.press(ADMIN, choiceOf(person, 'Thôi vai trò này'));
    const confirm = choiceOf(sure, 'Xác nhận');
    expect(textOf(await bot.press(ADMIN, confirm))).toContain('Đã thôi vai trò');
    expect(textOf(await bot.press(ADMIN, confirm))).toContain('Nút này đã cũ');
    expect(await bot.roles.isOfficer(OFFICER)).toBe(false);
    expect(await bot.invites.find(code)).toBeUndefined();
    expect((await audited())[0]).toBe('role taken');
    expect(bot.rolesChanged.at(-1)).toMatchObject([OFFICER]);
  });

  test('who turns out to be the same person has the roles of both, once', async () => {
    const stays = await bot.addPerson(OFFICER, 'Nguyễn Văn An', { role: 'officer', unitId: a });
    const goes = await bot.addPerson(PERSON, 'Nguyễn Văn An', { role: 'officer', unitId: a });
    const { invite } = await bot.invites.make({ role: 'secretary', unitId: cell }, goes);
    await bot.invites.accept(invite.id, goes);
    await bot.people.link(stays, PERSON);
    const held = await bot.roles.rolesOf(PERSON);
    expect(held.map(({ role }) => role).toSorted()).toEqual(['officer', 'secretary']);
    const rows = await bot.db.selectFrom('audit').select(['actor', 'subject']).execute();
    expect(JSON.stringify(rows)).not.toContain(goes);
  });

  test('erasing a person removes roles and open invites, and makes what they did nameless', async () => {
    const id = await bot.addPerson(OFFICER, 'Nguyễn Văn An', { role: 'officer', unitId: a });
    const open = await bot.invites.make({ role: 'trainee', unitId: cell }, id);
    const used = await bot.invites.make({ role: 'secretary', unitId: cell }, id);
    await bot.addPerson(PERSON, 'Trần Thị Bình');
    await bot.invites.accept(used.invite.id, (await bot.people.of(PERSON))?.id ?? '');
    // Before registering, an officer of ADMINS acts as the account.
    await bot.units.rename(cell, 'Chi bộ Một', 'telegram:90817263');
    await bot.erasure.erase(OFFICER);
    for (const table of ['roles', 'invites', 'audit'] as const) {
      const rows = JSON.stringify(await bot.db.selectFrom(table).selectAll().execute());
      expect(rows, table).not.toContain(id);
      expect(rows, table).not.toContain('90817263');
    }
    expect(await bot.invites.find(open.code)).toBeUndefined();
    const log = textOf(await bot.press(ADMIN, 'admin.log'));
    expect(log).toContain('người đã xóa dữ liệu: đổi tên đơn vị: Chi bộ Một');
    expect(log).toContain('Trần Thị Bình: nhận vai trò: bí thư, Chi bộ Một');
  });
});

describe('invites', () => {
  test('codes are easy to type, have one form and one hash', () => {
    const codes = Array.from({ length: 500 }, () => newInviteCode());
    expect(new Set(codes).size).toBe(500);
    for (const code of codes) {
      expect(code).toMatch(/^MOI-[2-9A-HJ-KM-NP-TW-Z]{4}-\S{4}-\S{4}$/);
      expect(code).toMatch(INVITE_CODE);
      const typed = ` ${code.toLowerCase().replaceAll('-', ' ')}`.trim();
      expect(typed).toMatch(INVITE_CODE);
      expect(inviteHash(typed)).toBe(inviteHash(code));
      expect(`/start ${code}`.length).toBeLessThanOrEqual('/start '.length + 64);
    }
  });

  test('a code works once, for seven days, and is kept as a hash only', async () => {
    const id = await bot.addPerson(PERSON, 'Trần Thị Bình');
    const first = await bot.invites.make({ role: 'officer', unitId: a }, 'cli');
    expect(JSON.stringify(await bot.db.selectFrom('invites').selectAll().execute())).not.toContain(first.code);
    expect(
      await Promise.all([bot.invites.accept(first.invite.id, id), bot.invites.accept(first.invite.id, id)]),
    ).toEqual([{ role: 'officer', unitId: a, had: false }, undefined]);
    expect(await bot.invites.find(first.code)).toBeUndefined();

    const second = await bot.invites.make({ role: 'officer', unitId: a }, 'cli');
    bot.clock.advance({ hours: 7 * 24 - 1 });
    expect((await bot.invites.find(second.code))?.id).toBe(second.invite.id);
    expect(await bot.invites.accept(second.invite.id, id)).toMatchObject({ had: true });
    const third = await bot.invites.make({ role: 'officer', unitId: a }, 'cli');
    bot.clock.advance({ hours: 7 * 24 });
    expect(await bot.invites.find(third.code)).toBeUndefined();
    expect(await bot.invites.accept(third.invite.id, id)).toBeUndefined();
  });

  test('who is registered gets the role at once; the code may be typed in small letters and spaces', async () => {
    await bot.addPerson(PERSON, 'Trần Thị Bình');
    const { code } = await bot.invites.make({ role: 'secretary', unitId: cell }, 'cli');
    const answer = textOf(await bot.say(PERSON, code.toLowerCase().replaceAll('-', ' ')));
    expect(answer).toContain('Từ nay đồng chí là **Bí thư** của **Chi bộ 1**');
    expect(bot.rolesChanged).toMatchObject([[PERSON]]);
    expect(textOf(await bot.say(PERSON, `/start ${code}`))).toContain('không dùng được');
    expect(textOf(await bot.say(PERSON, '/dulieu'))).toContain('Bí thư, Chi bộ 1');
  });

  test('nothing is kept of who does not agree, and the code stays good', async () => {
    const { code } = await bot.invites.make({ role: 'officer', unitId: a }, 'cli');
    const consent = await bot.say(PERSON, `/start ${code}`);
    await bot.press(PERSON, choiceOf(consent, 'Không'));
    expect(await bot.people.of(PERSON)).toBeUndefined();
    expect(await bot.roles.isOfficer(PERSON)).toBe(false);
    expect(await bot.invites.find(code)).toBeDefined();
  });

  test('guessing is stopped after five wrong codes of one account, and two hundred of all', async () => {
    await bot.addPerson(PERSON, 'Trần Thị Bình');
    const { code } = await bot.invites.make({ role: 'officer', unitId: a }, 'cli');
    for (let i = 0; i < 5; i++) expect(textOf(await bot.say(PERSON, newInviteCode()))).toContain('không dùng được');
    expect(textOf(await bot.say(PERSON, code))).toContain('thử sai nhiều lần');
    bot.clock.advance({ hours: 1 });
    for (let i = 0; i < 200; i++) await bot.say({ channel: 'web', userId: `guest${i}` }, newInviteCode());
    expect(textOf(await bot.say(PERSON, code))).toContain('thử sai nhiều lần');
    bot.clock.advance({ hours: 1 });
    expect(textOf(await bot.say(PERSON, code))).toContain('Từ nay đồng chí là');
  });

  test('open codes are listed by reach and can be taken back', async () => {
    await bot.addPerson(OFFICER, 'Nguyễn Văn An', { role: 'officer', unitId: a });
    const { code } = await bot.invites.make({ role: 'secretary', unitId: cell }, 'cli');
    await bot.invites.make({ role: 'officer', unitId: b }, 'cli');
    const codes = await bot.press(OFFICER, 'admin.codes');
    expect(textOf(codes)).toContain('1 mã mời');
    expect(textOf(await bot.press(OFFICER, choiceOf(codes, 'Hủy: Bí thư, Chi bộ 1')))).toContain('Đã hủy');
    expect(await bot.invites.find(code)).toBeUndefined();
    expect((await audited())[0]).toBe('invite taken back');
  });
});

test('the audit log goes page by page, newest first, and holds nothing that people wrote', async () => {
  for (let i = 0; i < 12; i++) {
    bot.clock.advance({ minutes: 1 });
    await bot.units.rename(cell, `Chi bộ ${i + 10}`, 'web:admin');
  }
  const first = await bot.press(ADMIN, 'admin.log');
  expect(textOf(first)).toContain('10:12 22/11/2026, quản trị viên: đổi tên đơn vị: Chi bộ 21');
  expect(textOf(first).match(/^- /gm)).toHaveLength(10);
  const second = textOf(await bot.press(ADMIN, choiceOf(first, 'Xem tiếp')));
  expect(second).toContain('trang 2');
  expect(second).toContain('người vận hành máy: nhập danh sách đơn vị (thêm 3, cập nhật 0)');
  const rows = await bot.db.selectFrom('audit').select('detail').distinct().execute();
  expect(JSON.stringify(rows)).not.toContain('Chi bộ');
});

test('people whose unit the list did not have are put into one by an admin, all with the same words at once', async () => {
  await bot.units.rename(cell, 'Chi bộ Thôn Đông', 'cli');
  await bot.addPerson(OFFICER, 'Nguyễn Văn An', { role: 'officer', unitId: a });
  await bot.people.setUnit((await bot.people.of(OFFICER))?.id ?? '', { id: a });
  expect(textOf(await bot.say(ADMIN, '/donvi'))).not.toContain('chưa xếp');
  const accounts = ['x', 'y', 'z'].map((userId): AccountRef => ({ channel: 'web', userId }));
  for (const account of accounts) {
    const id = await bot.addPerson(account, 'Lê Thị Hoa');
    await bot.people.setUnit(id, { text: account.userId === 'z' ? 'cb mot' : 'Thôn Đông cũ' });
  }
  expect(textOf(await bot.say(OFFICER, '/donvi'))).not.toContain('chưa xếp');
  const waiting = await bot.press(ADMIN, choiceOf(await bot.say(ADMIN, '/donvi'), 'Người chưa xếp đơn vị'));
  expect(textOf(waiting)).toContain('[Thôn Đông cũ (2 người)]');
  const asked = await bot.press(ADMIN, choiceOf(waiting, 'Đông cũ'));
  expect(textOf(await bot.press(ADMIN, choiceOf(asked, 'Chi bộ Thôn Đông (Đảng ủy A)')))).toContain('Đã xếp 2 người');
  await bot.press(ADMIN, choiceOf(waiting, 'cb mot'));
  expect(textOf(await bot.say(ADMIN, 'CB thôn đông'))).toContain('Mọi người đã đăng ký đều có đơn vị');
  expect(await Promise.all(accounts.map(async (one) => (await bot.people.of(one))?.unitId))).toEqual([
    cell,
    cell,
    cell,
  ]);
  expect((await audited()).slice(0, 2)).toEqual(['people placed', 'people placed']);
});
