import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type App } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { drivenClock } from '../support/clock.ts';
import { watchedLog } from '../support/log.ts';
import { chat, temporaryFolder, type ChatBody } from '../support/process.ts';

/** A person at the web chat. */
interface User {
  say(text: string): Promise<string>;
  /** Picks the newest choice with this label. */
  pick(label: string): Promise<string>;
  press(choice: string): Promise<string>;
  /** Labels of the last reply. */
  offered(): string[];
}

let folder: ReturnType<typeof temporaryFolder>;
let app: App;
let db: Database;
let clock: ReturnType<typeof drivenClock>;
const consentFile = (): string => `${folder.path}/consent.md`;
const databaseUrl = (): string => `sqlite:${folder.path}/sotay.db`;

async function start(): Promise<void> {
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: databaseUrl(),
    WEB_CHAT: 'on',
    ADMINS: 'web:can-bo',
    CONSENT_FILE: consentFile(),
    PRIVACY_CONTACT: 'Đảng ủy xã A',
    QUESTION_DAYS: '30',
    RATE_LIMIT: 'off',
  });
  app = await startApp(config, watchedLog(), clock);
}

async function restart(consent?: string): Promise<void> {
  await app.stop();
  if (consent !== undefined) writeFileSync(consentFile(), consent);
  await start();
}

// A start takes longer than a test: one app for all, and other people in each test.
beforeAll(async () => {
  folder = temporaryFolder();
  clock = drivenClock('2026-11-22T03:00:00Z');
  writeFileSync(
    consentFile(),
    'Tôi giữ họ tên. Chịu trách nhiệm: {PRIVACY_CONTACT}. Câu hỏi giữ {QUESTION_DAYS} ngày.\n',
  );
  await start();
  db = await openDatabase(databaseUrl());
});
afterAll(async () => {
  await db.destroy();
  await app.stop();
  folder[Symbol.dispose]();
});

function user(name: string): User {
  const offered: ChatBody['replies'][number]['choices'] = [];
  let last: string[] = [];
  const send = async (message: object): Promise<string> => {
    const { body } = await chat(app.url, { user: name, ...message });
    const choices = body.replies.flatMap((reply) => reply.choices);
    offered.unshift(...choices);
    last = choices.map(({ label }) => label);
    return body.replies.map(({ markdown }) => markdown).join('\n');
  };
  return {
    say: (text) => send({ text }),
    press: (choice) => send({ choice }),
    pick: (label) => send({ choice: offered.find((choice) => choice.label.includes(label))?.id ?? `no "${label}"` }),
    offered: () => last,
  };
}

/** Somebody who has gone through the registration. */
async function registered(name: string, fullName = 'Nguyễn Thị Lan'): Promise<User> {
  const person = user(name);
  await person.say('/caidat');
  await person.pick('Tôi đồng ý');
  await person.say(fullName);
  await person.say('CB Văn phòng');
  return person;
}

let people = 0;
/** A name at the web chat that nobody had before. */
const newcomer = (): string => `nguoi-${++people}`;

const rowOf = (name: string) =>
  db
    .selectFrom('accounts')
    .innerJoin('people', 'people.id', 'accounts.person_id')
    .selectAll('people')
    .where('accounts.chat_id', '=', name)
    .executeTakeFirst();

/** What waits to be pushed to this page. */
async function outboxOf(name: string): Promise<(string | null)[]> {
  const rows = await db.selectFrom('outbox').select('markdown').where('chat_id', '=', name).execute();
  return rows.map(({ markdown }) => markdown);
}

describe('registration', () => {
  test('asks for consent, name and unit, keeps nothing before the consent, and goes on with what it was for', async () => {
    const name = newcomer();
    const lan = user(name);
    const asked = await lan.say('/caidat');
    expect(asked).toBe('Tôi giữ họ tên. Chịu trách nhiệm: Đảng ủy xã A. Câu hỏi giữ 30 ngày.');
    expect(lan.offered()).toEqual(['Tôi đồng ý', 'Không']);
    expect(await lan.say('Nguyễn Thị Lan')).not.toContain('đơn vị');
    expect(await rowOf(name)).toBeUndefined();

    expect(await lan.pick('Tôi đồng ý')).toContain('họ và tên');
    expect(await rowOf(name)).toMatchObject({ name: null, consented_at: '2026-11-22T03:00:00.000Z' });
    expect(await lan.say('nguyễn thị lan')).toContain('**đơn vị**');
    const done = await lan.say('CB Văn phòng');
    expect(done).toContain('ghi đúng như đồng chí gõ: **CB Văn phòng**');
    expect(done).toContain('Tôi nhắc đồng chí như sau');
    expect(await rowOf(name)).toMatchObject({ name: 'Nguyễn Thị Lan', unit_id: null, unit_text: 'CB Văn phòng' });
    expect(await lan.say('/caidat')).toContain('Tôi nhắc đồng chí như sau');
  });

  test('keeps nothing of who refuses, in buttons or in words', async () => {
    const name = newcomer();
    const lan = user(name);
    await lan.say('/caidat');
    expect(await lan.pick('Không')).toContain('không ghi gì');
    await lan.say('/lienket');
    expect(await lan.say('không')).toContain('không ghi gì');
    expect(await rowOf(name)).toBeUndefined();
    expect(await db.selectFrom('dialogs').selectAll().where('chat_id', '=', name).execute()).toEqual([]);
    expect(await lan.say('tuổi kết nạp đv')).toContain('Từ đủ 18 tuổi');
  });

  test('asks again, once, when the text of the consent has changed', async () => {
    const name = newcomer();
    const lan = await registered(name);
    const before = await rowOf(name);
    await restart('Tôi giữ họ tên và đơn vị.');
    expect(await lan.say('/caidat')).toBe('Tôi giữ họ tên và đơn vị.');
    expect(await lan.say('tôi đồng ý')).toContain('Tôi nhắc đồng chí như sau');
    const after = await rowOf(name);
    expect(after).toMatchObject({ id: before?.id, name: 'Nguyễn Thị Lan' });
    expect(after?.consent_version).not.toBe(before?.consent_version);
    expect(await lan.say('/caidat')).toContain('Tôi nhắc đồng chí như sau');
  });

  test('an old button does not agree to a new text', async () => {
    const name = newcomer();
    const lan = user(name);
    await lan.say('/caidat');
    await restart('Bản mới.');
    expect(await lan.pick('Tôi đồng ý')).toBe('Bản mới.');
    expect(await rowOf(name)).toBeUndefined();
  });

  test('goes on after a restart, and is left with /huy', async () => {
    const name = newcomer();
    const lan = user(name);
    await lan.say('/caidat');
    await lan.pick('Tôi đồng ý');
    await restart();
    expect(await lan.say('Nguyễn Thị Lan')).toContain('đơn vị');
    expect(await lan.say('/huy')).toContain('đã bỏ');
    expect(await lan.say('/huy')).toContain('không có việc nào');
    expect(await lan.say('tuổi kết nạp đv')).toContain('Từ đủ 18 tuổi');
    // What is known is not asked again.
    expect(await lan.say('/caidat')).toContain('đơn vị');
    expect(await lan.say('hủy')).toContain('đã bỏ');
  });

  test('tells a question from a name', async () => {
    const name = newcomer();
    const lan = user(name);
    await lan.say('/caidat');
    await lan.pick('Tôi đồng ý');
    expect(await lan.say('bao nhiêu tuổi thì được vào Đảng?')).toContain('Từ đủ 18 tuổi');
    expect(await lan.say('tuổi kết nạp đv')).toContain('là họ và tên của đồng chí phải không');
    expect(await lan.say('0912345678')).toContain('Tôi chưa đọc được họ và tên');
    expect(await lan.say('/linhvuc')).toContain('lĩnh vực');
    expect(await lan.say('Nguyễn Thị Lan')).toContain('đơn vị');
    expect(await rowOf(name)).toMatchObject({ name: 'Nguyễn Thị Lan' });
  });

  test('takes a name that looks like a question when told that it is one', async () => {
    const name = newcomer();
    const lan = user(name);
    await lan.say('/caidat');
    await lan.pick('Tôi đồng ý');
    await lan.say('tuổi kết nạp đv');
    expect(await lan.pick('là họ tên tôi')).toContain('đơn vị');
    expect(await rowOf(name)).toMatchObject({ name: 'Tuổi Kết Nạp Đv' });
  });

  test('offers the units that a name may mean', async () => {
    const name = newcomer();
    await db
      .insertInto('units')
      .values(
        ['Chi bộ Trường học', 'Chi bộ Thôn 1', 'Chi bộ Thôn 2'].map((unit, i) => ({
          id: `u${i}`,
          name: unit,
          kind: 'chi bộ' as const,
          key: unit.toLowerCase(),
          parent_id: null,
          path: `u${i}/`,
        })),
      )
      .execute();
    const lan = user(name);
    await lan.say('/caidat');
    await lan.pick('Tôi đồng ý');
    await lan.say('Nguyễn Thị Lan');
    expect(await lan.say('thôn')).toContain('đơn vị');
    expect(lan.offered()).toEqual(['Chi bộ Thôn 1', 'Chi bộ Thôn 2', 'Không có đơn vị nào đúng']);
    expect(await lan.pick('Chi bộ Thôn 2')).toContain('**Chi bộ Thôn 2**');
    expect(await rowOf(name)).toMatchObject({ unit_id: 'u2', unit_text: null });
    await lan.say('/dulieu');
    await lan.pick('Sửa đơn vị');
    expect(await lan.say('CB truong hoc')).toContain('Tôi đã ghi đơn vị: **Chi bộ Trường học**');
    expect(await lan.pick('Chi bộ Thôn 1')).toContain('đã cũ');
  });
});

describe('settings', () => {
  test.each([
    ['im lặng đến 5/12', 'đến hết ngày 05/12/2026'],
    ['nhắc trước 30 phút', 'nhắc trước 30 phút'],
    ['/caidat nhắc trước 2 giờ', 'nhắc trước 2 giờ'],
    ['yên tĩnh 21h-6h', '21:00 đến 06:00'],
    ['nhắc buổi tối 19:30', 'nhắc lúc 19:30'],
  ])('%s', async (typed, expected) => {
    const name = newcomer();
    const lan = await registered(name);
    expect(await lan.say(typed)).toContain(expected);
    expect(await lan.say('cài đặt')).toContain(expected);
  });

  test('are chosen and typed step by step', async () => {
    const name = newcomer();
    const lan = await registered(name);
    await lan.pick('Nhắc trước bao lâu');
    expect(await lan.say('lâu lâu')).toContain('Tôi chưa hiểu');
    expect(await lan.say('45')).toContain('nhắc trước 45 phút');
    await lan.pick('Im lặng đến một ngày');
    expect(await lan.say('5/12')).toContain('đến hết ngày 05/12/2026');
    await lan.pick('Im lặng đến một ngày');
    expect(await lan.say('bỏ')).toContain('**Tạm im lặng:** không');
    expect(await lan.say('tuổi kết nạp đv')).toContain('Từ đủ 18 tuổi');
  });

  test('"dừng" stops, "đúng" does not, and "dung" is asked about', async () => {
    const name = newcomer();
    const lan = await registered(name);
    const stopped = async (): Promise<unknown> => (await rowOf(name))?.stopped;
    await lan.say('đúng');
    await lan.say('dùng');
    expect(await stopped()).toBe(0);
    expect(await lan.say('dung')).toContain('phải không');
    expect(await stopped()).toBe(0);
    expect(await lan.say('Dừng.')).toContain('đã dừng mọi tin nhắc');
    expect(await stopped()).toBe(1);
    expect(await lan.say('cài đặt')).toContain('đã dừng tất cả');
    expect(await lan.say('nhận lại')).toContain('như trước');
    expect(await stopped()).toBe(0);
    expect(await lan.say('/dung')).toContain('đã dừng mọi tin nhắc');
    expect(await user(newcomer()).say('dừng')).toContain('chưa đăng ký');
  });
});

describe('accounts of one person', () => {
  test('are linked by a code, and the one to be written to is chosen', async () => {
    const name = newcomer();
    const lan = await registered(name);
    const code = /\*\*(\d{6})\*\*/.exec(await lan.say('/lienket'))?.[1] ?? '';
    expect(await lan.say(`/lienket ${code}`)).toContain('chính tài khoản này');
    const next = /\*\*(\d{6})\*\*/.exec(await lan.say('/lienket'))?.[1] ?? '';
    const otherName = newcomer();
    const other = user(otherName);
    expect(await other.say(`liên kết ${next.slice(0, 3)} ${next.slice(3)}`)).toContain('Đã liên kết');
    expect(await other.say('/dulieu')).toContain('Nguyễn Thị Lan');
    await other.say('/caidat');
    await other.pick('Nhận tin ở đâu');
    expect(other.offered()).toEqual(['trang web (tài khoản thứ 1)', 'trang web (tài khoản thứ 2)']);
    await other.pick('thứ 2');
    expect(await rowOf(name)).toMatchObject({ preferred_chat_id: otherName });
    expect(await outboxOf(name)).toMatchObject([expect.stringContaining('vừa được liên kết')]);
  });

  test('one account cannot guess on and on', async () => {
    const name = newcomer();
    const lan = await registered(name);
    const guesser = user(newcomer());
    for (let i = 0; i < 5; i++) expect(await guesser.say('/lienket 000000')).toContain('Mã không đúng');
    const code = /\*\*(\d{6})\*\*/.exec(await lan.say('/lienket'))?.[1] ?? '';
    expect(await guesser.say(`/lienket ${code}`)).toContain('gõ sai nhiều lần');
    expect(await user(newcomer()).say(`/lienket ${code}`)).toContain('Đã liên kết');
    clock.advance({ minutes: 11 });
    expect(await guesser.say('/lienket 000000')).toContain('Mã không đúng');
  });
});

describe('own data', () => {
  test('are shown whole, copied and corrected', async () => {
    const name = newcomer();
    const lan = await registered(name);
    await lan.say('nhắc trước 30 phút');
    const shown = await lan.say('dữ liệu của tôi');
    for (const part of [
      'Nguyễn Thị Lan',
      'CB Văn phòng',
      `mã ${name}`,
      '22/11/2026',
      'nhắc trước 30 phút',
      '30 ngày',
    ]) {
      expect(shown).toContain(part);
    }
    expect(await lan.pick('Tải về')).toContain('Họ và tên: Nguyễn Thị Lan\n');
    await lan.pick('Sửa họ tên');
    expect(await lan.say('Trần Thị Hoa')).toContain('**Họ và tên:** Trần Thị Hoa');
  });

  test('are erased on the second word, and the receipt proves it to its owner', async () => {
    const name = newcomer();
    const lan = await registered(name);
    const { id = '' } = (await rowOf(name)) ?? {};
    await lan.say('/dulieu');
    await lan.pick('Xóa dữ liệu của tôi');
    expect(await lan.pick('Không xóa')).toContain('Nguyễn Thị Lan');
    await lan.pick('Rút lại đồng ý');
    const done = await lan.pick('Xác nhận xóa');
    const receipt = /\*\*([A-Z0-9]{10})\*\*/.exec(done)?.[1] ?? '';
    for (const table of ['accounts', 'dialogs', 'choice_lists'] as const) {
      expect(await db.selectFrom(table).selectAll().where('chat_id', '=', name).execute(), table).toEqual([]);
    }
    expect(await db.selectFrom('people').selectAll().where('id', '=', id).execute()).toEqual([]);
    expect(await lan.say(`/dulieu ${receipt}`)).toContain('đã được xóa ngày 22/11/2026');
    expect(await user(newcomer()).say(`/dulieu ${receipt}`)).toContain('không thấy mã này');
    expect(await lan.say('/dulieu')).toContain('chưa giữ họ tên');
    expect(await lan.say('/caidat')).not.toContain('Tôi nhắc đồng chí');
  });

  test('a request goes to an officer, who answers and closes it', async () => {
    const name = newcomer();
    const [lan, officer] = [await registered(name), user('can-bo')];
    await lan.say('/dulieu');
    await lan.pick('Gửi yêu cầu khác');
    const told = await lan.say('Đề nghị chuyển tôi sang chi bộ khác');
    expect(told).toContain('24/11/2026');
    expect(told).toContain('07/12/2026');
    expect(await lan.say('/dulieu')).toContain('Đề nghị chuyển tôi');
    expect(await lan.say('/yeucau')).toContain('không có lệnh này');

    expect(await officer.say('/yeucau')).toContain('1 yêu cầu');
    expect(await officer.pick('Nguyễn Thị Lan')).toContain('Đề nghị chuyển tôi');
    await officer.pick('Trả lời');
    expect(await officer.say('Đồng chí gặp văn phòng nhé')).toContain('Đã gửi');
    expect(await outboxOf(name)).toMatchObject([expect.stringContaining('Đồng chí gặp văn phòng nhé')]);
    expect(await officer.pick('Đã giải quyết xong')).toContain('Đã đóng');
    expect(await officer.say('/yeucau')).toContain('Không có yêu cầu nào');
    expect(await officer.pick('Trả lời')).toContain('đã được đóng');
  });

  test('who is not registered sees their requests too, of which five can wait', async () => {
    const lan = user(newcomer());
    for (let i = 1; i <= 6; i++) {
      await lan.say('/dulieu');
      await lan.pick('Gửi yêu cầu khác');
      expect(await lan.say(`Đề nghị thứ ${i}`)).toContain(i < 6 ? 'đã chuyển yêu cầu' : 'chưa nhận thêm');
    }
    const shown = await lan.say('/dulieu');
    expect(shown).toContain('Đề nghị thứ 5');
    expect(shown).not.toContain('Đề nghị thứ 6');
    await lan.pick('Xóa dữ liệu của tôi');
    await lan.pick('Xác nhận xóa');
    expect(await lan.say('/dulieu')).not.toContain('Đề nghị');
  });

  test('a request is seen by the officers of the unit, and by no others', async () => {
    const name = newcomer();
    const lan = await registered(name);
    const unit = (id: string) => ({ id, name: id, kind: 'chi bộ' as const, key: id, parent_id: null, path: `${id}/` });
    const [own, other] = [`own-${name}`, `other-${name}`];
    await db
      .insertInto('units')
      .values([unit(own), unit(other)])
      .execute();
    await db
      .updateTable('people')
      .set({ unit_id: own, unit_text: null })
      .where('id', '=', (await rowOf(name))?.id ?? '')
      .execute();
    const officerOf = async (unit_id: string): Promise<User> => {
      const officer = newcomer();
      const person = await registered(officer, 'Cán Bộ Phụ Trách');
      const { id: person_id = '' } = (await rowOf(officer)) ?? {};
      await db
        .insertInto('roles')
        .values({ id: `role-${officer}`, person_id, role: 'officer', unit_id, granted_at: '2026-11-22T00:00:00.000Z' })
        .execute();
      return person;
    };
    const [theirs, stranger] = [await officerOf(own), await officerOf(other)];
    await lan.say('/dulieu');
    await lan.pick('Gửi yêu cầu khác');
    await lan.say('Đề nghị');
    expect(await stranger.say('/yeucau')).toContain('Không có yêu cầu nào');
    expect(await theirs.say('/yeucau')).toContain('1 yêu cầu');
    const row = await db.selectFrom('data_requests').select('id').where('chat_id', '=', name).executeTakeFirst();
    for (const what of ['show', 'answer', 'done']) {
      expect(await stranger.press(`request.${what}.${row?.id}`)).toContain('đã được đóng');
    }
    expect(await theirs.pick('Nguyễn Thị Lan')).toContain('Đề nghị');
    await theirs.pick('Đã giải quyết xong');
  });

  test("buttons of officers are none in a stranger's hand", async () => {
    const name = newcomer();
    const lan = await registered(name);
    await lan.say('/dulieu');
    await lan.pick('Gửi yêu cầu khác');
    await lan.say('Đề nghị');
    const row = await db.selectFrom('data_requests').select('id').where('chat_id', '=', name).executeTakeFirst();
    for (const what of ['show', 'answer', 'done']) {
      expect(await user(newcomer()).press(`request.${what}.${row?.id}`)).toContain('Nút này đã cũ');
    }
    const left = await db.selectFrom('data_requests').select('done_at').where('chat_id', '=', name).execute();
    expect(left).toEqual([{ done_at: null }]);
  });
});
