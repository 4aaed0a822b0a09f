import { writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AccountRef } from '../../src/config.ts';
import { createOutboxStore } from '../../src/delivery/outbox-store.ts';
import { keepDoing } from '../../src/keep-doing.ts';
import { createAccountsStore } from '../../src/people/accounts-store.ts';
import { readConsent } from '../../src/people/consent.ts';
import { createDataRequestsStore } from '../../src/people/data-requests-store.ts';
import { createDialogsStore } from '../../src/people/dialogs-store.ts';
import { createErasureLedger } from '../../src/people/erasure-ledger.ts';
import { createErasure } from '../../src/people/erasure-store.ts';
import { createLinkCodes } from '../../src/people/link-codes-store.ts';
import { createPeopleStore, type PersonHooks } from '../../src/people/people-store.ts';
import { createUpkeep } from '../../src/people/upkeep.ts';
import { createQuestionsStore } from '../../src/questions/questions-store.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { drivenClock } from '../support/clock.ts';
import { watchedLog } from '../support/log.ts';
import { spawnBot, temporaryFolder } from '../support/process.ts';

const TELEGRAM: AccountRef = { channel: 'telegram', userId: '7001' };
const ZALO: AccountRef = { channel: 'zalo', userId: 'zalo-7001' };
const WEB: AccountRef = { channel: 'web', userId: 'lan' };
/** Sunday. */
const START = '2026-11-22T03:00:00Z';

const silent = watchedLog();
const noLedger = createErasureLedger('sqlite::memory:', []);

let db: Database;
let clock: ReturnType<typeof drivenClock>;
let called: string[];
beforeEach(async () => {
  db = await openDatabase('sqlite::memory:');
  clock = drivenClock(START);
  called = [];
});
afterEach(() => db.destroy());

const hooks: PersonHooks = {
  onErase: (_transaction, personId, accounts) => {
    called.push(`erase ${personId} ${accounts.map(({ channel }) => channel).join()}`);
    return Promise.resolve();
  },
  onMerge: (_transaction, from, to) => {
    called.push(`merge ${from} ${to}`);
    return Promise.resolve();
  },
};
const people = () => createPeopleStore(db, clock, [hooks]);

describe('people', () => {
  test('one is kept from the consent on, with the version and the time', async () => {
    expect(await people().of(TELEGRAM)).toBeUndefined();
    const { id } = await people().register(TELEGRAM, 'v1');
    clock.advance({ hours: 1 });
    const again = await people().register(TELEGRAM, 'v2');
    expect(again).toMatchObject({ id, name: undefined, consent: { version: 'v2' } });
    expect(again.consent.at.toString()).toBe('2026-11-22T04:00:00Z');
    expect(await people().of(TELEGRAM)).toEqual(await people().byId(id));
  });

  test('settings come back as they were set, one at a time', async () => {
    const { id, settings } = await people().register(TELEGRAM, 'v1');
    expect(settings).toEqual({
      evening: true,
      eveningAt: undefined,
      minutesBefore: undefined,
      quiet: undefined,
      mutedUntil: undefined,
      stopped: false,
    });
    const changes = {
      evening: false,
      eveningAt: Temporal.PlainTime.from('19:30'),
      minutesBefore: 0,
      quiet: { from: Temporal.PlainTime.from('21:00'), to: Temporal.PlainTime.from('06:00') },
      mutedUntil: Temporal.PlainDate.from('2026-12-05'),
      stopped: true,
    };
    for (const [key, value] of Object.entries(changes)) await people().change(id, { [key]: value });
    expect((await people().byId(id))?.settings).toEqual(changes);
    await people().change(id, { quiet: undefined, mutedUntil: undefined });
    expect((await people().byId(id))?.settings).toEqual({ ...changes, quiet: undefined, mutedUntil: undefined });
  });

  test('a unit is one of the list or what was typed, not both', async () => {
    const { id } = await people().register(TELEGRAM, 'v1');
    await people().setUnit(id, { text: 'CB Văn phòng' });
    expect(await people().byId(id)).toMatchObject({ unitId: undefined, unitText: 'CB Văn phòng' });
    await people().setUnit(id, { id: 'u1' });
    expect(await people().byId(id)).toMatchObject({ unitId: 'u1', unitText: undefined });
  });

  test('a linked account belongs to the person who showed the code; the other person is taken in', async () => {
    const { id } = await people().register(TELEGRAM, 'v1');
    clock.advance({ seconds: 1 });
    const other = await people().register(ZALO, 'v1');
    clock.advance({ seconds: 1 });
    await people().link(other.id, WEB);
    await people().rename(other.id, 'Nguyễn Thị Lan');
    await people().setUnit(other.id, { text: 'CB 1' });
    await people().link(id, ZALO);
    expect(await people().accountsOf(id)).toMatchObject([TELEGRAM, ZALO, WEB]);
    expect(await people().of(WEB)).toMatchObject({ id, name: 'Nguyễn Thị Lan', unitText: 'CB 1' });
    expect(await people().byId(other.id)).toBeUndefined();
    expect(called).toEqual([`merge ${other.id} ${id}`]);
    await people().link(id, ZALO);
    expect(called).toHaveLength(1);
  });

  test('what the one who showed the code has is not replaced, and silence on one account is silence on both', async () => {
    const { id } = await people().register(TELEGRAM, 'v1');
    await people().rename(id, 'Nguyễn Thị Lan');
    await people().setUnit(id, { id: 'u1' });
    const other = await people().register(ZALO, 'v1');
    await people().rename(other.id, 'Lan');
    await people().setUnit(other.id, { text: 'CB 1' });
    await people().change(other.id, { stopped: true });
    await people().link(id, ZALO);
    expect(await people().byId(id)).toMatchObject({
      name: 'Nguyễn Thị Lan',
      unitId: 'u1',
      unitText: undefined,
      settings: { stopped: true },
    });
  });

  test('is written to at the chosen account, or at another when that one blocked the bot', async () => {
    const accounts = createAccountsStore(db, clock);
    const { id } = await people().register(TELEGRAM, 'v1');
    await people().link(id, ZALO);
    expect(await people().preferredAccount(id)).toMatchObject(TELEGRAM);
    await people().prefer(id, ZALO);
    expect(await people().preferredAccount(id)).toMatchObject(ZALO);
    await accounts.markBlocked('zalo', ZALO.userId);
    expect(await accounts.isBlocked('zalo', ZALO.userId)).toBe(true);
    expect(await people().preferredAccount(id)).toMatchObject(TELEGRAM);
    await accounts.markBlocked('telegram', TELEGRAM.userId);
    expect(await people().preferredAccount(id)).toBeUndefined();
    await accounts.seen('zalo', ZALO.userId, false);
    expect(await accounts.isBlocked('zalo', ZALO.userId)).toBe(false);
    expect(await people().preferredAccount(id)).toMatchObject(ZALO);
  });
});

describe('link codes', () => {
  const codes = () => createLinkCodes(db, clock);
  const not = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

  test('are good once', async () => {
    const code = await codes().make('p1');
    expect(code).toMatch(/^\d{6}$/);
    expect(await codes().redeem(code)).toBe('p1');
    expect(await codes().redeem(code)).toBeUndefined();
  });

  test('of two that type it at the same time one gets it', async () => {
    const code = await codes().make('p1');
    const found = await Promise.all([codes().redeem(code), codes().redeem(code)]);
    expect(found.toSorted()).toEqual(['p1', undefined]);
  });

  test('are good for ten minutes, until the next one, and for five tries', async () => {
    const late = await codes().make('p1');
    clock.advance({ minutes: 10 });
    expect(await codes().redeem(late)).toBeUndefined();

    const replaced = await codes().make('p1');
    let newer = await codes().make('p1');
    while (newer === replaced) newer = await codes().make('p1');
    expect(await codes().redeem(replaced)).toBeUndefined();
    expect(await codes().redeem(newer)).toBe('p1');

    const tried = await codes().make('p1');
    for (let i = 0; i < 4; i++) expect(await codes().redeem(not(tried))).toBeUndefined();
    expect(await codes().redeem(tried)).toBe('p1');
    const guessed = await codes().make('p1');
    for (let i = 0; i < 5; i++) expect(await codes().redeem(not(guessed))).toBeUndefined();
    expect(await codes().redeem(guessed)).toBeUndefined();
  });

  test('are not kept as they are, and not at all when they are old', async () => {
    const code = await codes().make('p1');
    const rows = await db.selectFrom('link_codes').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(code);
    await codes().prune();
    expect(await db.selectFrom('link_codes').selectAll().execute()).toHaveLength(1);
    clock.advance({ minutes: 11 });
    await codes().prune();
    expect(await db.selectFrom('link_codes').selectAll().execute()).toEqual([]);
  });
});

test('a dialog is forgotten after a day', async () => {
  const dialogs = createDialogsStore(db, clock);
  const since = clock.now();
  await dialogs.open('web', 'lan', { name: 'a', state: { step: 1 } });
  clock.advance({ hours: 23 });
  expect(await dialogs.current('web', 'lan')).toEqual({ name: 'a', state: { step: 1 }, since });
  await dialogs.open('web', 'lan', { name: 'b', state: null });
  clock.advance({ hours: 24 });
  expect(await dialogs.current('web', 'lan')).toEqual({ name: 'b', state: null, since: since.add({ hours: 23 }) });
  clock.advance({ seconds: 1 });
  expect(await dialogs.current('web', 'lan')).toBeUndefined();
  await dialogs.prune();
  expect(await dialogs.close('web', 'lan')).toBe(false);
});

describe('data requests', () => {
  const requests = () => createDataRequestsStore(db, clock, 'Asia/Ho_Chi_Minh');

  test('have two working days to be answered and fifteen days to be settled', async () => {
    const request = await requests().add(WEB, 'Đề nghị sửa đơn vị');
    expect(request).toMatchObject({ account: WEB, text: 'Đề nghị sửa đơn vị', answered: false });
    expect([request.answerBy.toString(), request.finishBy.toString()]).toEqual(['2026-11-24', '2026-12-07']);
    expect(await requests().openOf([WEB, ZALO])).toEqual([request]);
    expect(await requests().openOf([ZALO])).toEqual([]);
  });

  test('are due once a day until they are answered, then until they are done', async () => {
    const { id } = await requests().add(WEB, 'a');
    expect(await requests().claimDue()).toBe(0);
    clock.advance({ hours: 48 });
    expect(await requests().claimDue()).toBe(1);
    expect(await requests().claimDue()).toBe(0);
    clock.advance({ hours: 24 });
    expect(await requests().claimDue()).toBe(1);
    await requests().answered(id, { actor: 'p1', unitId: 'u1' });
    clock.advance({ hours: 24 });
    expect(await requests().claimDue()).toBe(0);
    clock.advance({ hours: 11 * 24 });
    expect(await requests().claimDue()).toBe(1);
    await requests().done(id, { actor: 'p1', unitId: undefined });
    clock.advance({ hours: 24 });
    expect(await requests().claimDue()).toBe(0);
    expect(await requests().byId(id)).toBeUndefined();
    const [row] = await db.selectFrom('data_requests').selectAll().execute();
    expect(row).toMatchObject({ channel: null, chat_id: null, text: null });
    expect(await db.selectFrom('audit').select(['actor', 'action', 'unit_id']).orderBy('id').execute()).toEqual([
      { actor: 'p1', action: 'data request answered', unit_id: 'u1' },
      { actor: 'p1', action: 'data request closed', unit_id: null },
    ]);
  });
});

describe('an erasure', () => {
  test('asks everything that knows people, and can be proved by who knows the account and the receipt', async () => {
    const erasure = createErasure(db, clock, silent, [hooks], noLedger);
    const { id } = await people().register(TELEGRAM, 'v1');
    await people().link(id, ZALO);
    const { receipt, accounts } = await erasure.erase(ZALO);
    expect(accounts).toEqual([TELEGRAM, ZALO]);
    expect(called).toEqual([`erase ${id} telegram,zalo`]);
    for (const account of [TELEGRAM, ZALO]) {
      expect(await people().of(account)).toBeUndefined();
      expect((await erasure.erasedAt(receipt, account))?.toString()).toBe('2026-11-22T03:00:00Z');
    }
    expect(await erasure.erasedAt(receipt, WEB)).toBeUndefined();
    expect(await erasure.erasedAt('AAAAAAAAAA', ZALO)).toBeUndefined();
    const rows = JSON.stringify(await db.selectFrom('erasures').selectAll().execute());
    for (const secret of [id, TELEGRAM.userId, ZALO.userId]) expect(rows).not.toContain(secret);
  });

  test('of who never registered takes the account away', async () => {
    await createAccountsStore(db, clock).seen('web', 'lan', false);
    await createErasure(db, clock, silent, [], noLedger).erase(WEB);
    expect(await db.selectFrom('accounts').selectAll().execute()).toEqual([]);
  });

  test('leaves everything in place when a part of it fails', async () => {
    const failing: PersonHooks = { ...hooks, onErase: () => Promise.reject(new Error('no')) };
    const { id } = await people().register(TELEGRAM, 'v1');
    await expect(createErasure(db, clock, silent, [failing], noLedger).erase(TELEGRAM)).rejects.toThrow('no');
    expect(await people().of(TELEGRAM)).toMatchObject({ id });
  });
});

test('an erasure that could not clear the files at once does so later', async () => {
  using folder = temporaryFolder();
  const url = `sqlite:${folder.path}/sotay.db`;
  const own = await openDatabase(url);
  const erasure = createErasure(own, clock, silent, [], noLedger);
  await createAccountsStore(own, clock).seen('web', 'lan', false);
  await sql`pragma busy_timeout = 20`.execute(own);
  const swept = async (): Promise<number[]> =>
    (await own.selectFrom('erasures').select('swept').execute()).map((row) => row.swept);
  // A backup or a report that reads meanwhile.
  const reader = new DatabaseSync(`${folder.path}/sotay.db`);
  reader.exec('begin; select * from accounts');
  await erasure.erase(WEB);
  expect(await own.selectFrom('accounts').selectAll().execute()).toEqual([]);
  expect(await swept()).toEqual([0]);
  reader.close();
  await erasure.sweepLeftovers();
  expect(await swept()).toEqual([1]);
  await own.destroy();
});

test('questions are cut after their days', async () => {
  const questions = createQuestionsStore(db, clock, 'Asia/Ho_Chi_Minh', 180);
  const add = (text: string) => questions.add({ text, outcome: 'none', entryId: undefined });
  await add('cũ');
  clock.advance({ hours: 24 });
  await add('mới');
  clock.advance({ hours: 179 * 24 });
  await questions.prune();
  expect((await questions.open('2026-01-01')).map(({ text }) => text)).toEqual(['cũ', 'mới'].toSorted());
  clock.advance({ hours: 24 });
  await questions.prune();
  expect((await questions.open('2026-01-01')).map(({ text }) => text)).toEqual(['mới']);
  const columns = Object.keys((await db.selectFrom('questions').selectAll().executeTakeFirst()) ?? {});
  expect(columns.toSorted()).toEqual(['asked_on', 'entry_id', 'feedback', 'id', 'outcome', 'text']);
});

describe('the text of the consent', () => {
  const read = (text: string, values: Record<string, string> = { PRIVACY_CONTACT: 'Đảng ủy xã A' }) => {
    using folder = temporaryFolder();
    writeFileSync(`${folder.path}/consent.md`, text);
    return readConsent(`${folder.path}/consent.md`, values);
  };

  test('has another version with another word, also in what is filled in, but not with another line break', () => {
    const { markdown, version } = read('Hỏi\n{PRIVACY_CONTACT}.\n');
    expect(markdown).toBe('Hỏi\nĐảng ủy xã A.');
    expect(read('Hỏi\r\n{PRIVACY_CONTACT}.').version).toBe(version);
    expect(read('Hỏi {PRIVACY_CONTACT}!').version).not.toBe(version);
    expect(read('Hỏi\n{PRIVACY_CONTACT}.', { PRIVACY_CONTACT: 'Đảng ủy xã B' }).version).not.toBe(version);
    expect(Buffer.byteLength(`register.agree.${version}`)).toBeLessThanOrEqual(64);
  });

  test.each([
    ['', 'không có chữ nào'],
    ['{TOKEN} {constructor} {PRIVACY_CONTACT}', '{TOKEN}; chỉ dùng được {PRIVACY_CONTACT}'],
  ])('%j stops the start with the cure', (text, expected) => {
    expect(() => read(text)).toThrow(expected);
  });

  test('that comes with the bot fits a Zalo message and names who is responsible', () => {
    const values = { PRIVACY_CONTACT: 'x'.repeat(150), QUESTION_DAYS: '180', DELIVERY_DAYS: '365' };
    const { markdown } = readConsent('data/consent.md', values);
    expect(markdown.length).toBeLessThan(1800);
    expect(markdown).toContain(values.PRIVACY_CONTACT);
  });

  test('that is missing ends the process with status 2', async () => {
    const { exited, output } = spawnBot({ CONSENT_FILE: '/khong/co.md', DATABASE_URL: 'sqlite::memory:', PORT: '0' });
    expect(await exited).toBe(2);
    expect(output()).toMatch(/^CONSENT_FILE: không đọc được tệp \/khong\/co\.md/);
  });
});

test('upkeep reminds officers of what is due, and one part that fails does not keep the others', async () => {
  const requests = createDataRequestsStore(db, clock, 'Asia/Ho_Chi_Minh');
  await requests.add(WEB, 'a');
  clock.advance({ hours: 72 });
  const told: string[] = [];
  const done: string[] = [];
  const task = (name: string) => () => {
    done.push(name);
    return Promise.reject(new Error(name));
  };
  const upkeep = createUpkeep({
    questions: { prune: task('questions') },
    loop: { tend: task('loop') },
    dialogs: { prune: task('dialogs') },
    codes: { prune: task('codes') },
    erasure: { sweepLeftovers: task('sweep') },
    classes: { finishEnded: task('classes') },
    announcements: { tidy: task('announcements') },
    activity: { prune: task('activity') },
    requests,
    tellOfficers: (markdown) => Promise.resolve(told.push(markdown)),
    log: silent,
  });
  const stop = new AbortController();
  let waits = 0;
  await keepDoing(
    upkeep,
    3_600_000,
    () => {
      if (++waits === 2) stop.abort();
      return Promise.resolve();
    },
    stop.signal,
  );
  const once = ['questions', 'loop', 'dialogs', 'codes', 'sweep', 'classes', 'announcements', 'activity'];
  expect(done).toEqual([...once, ...once]);
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('1 yêu cầu về dữ liệu cá nhân đã đến hạn');
});

test('what waits for an account is settled when it is gone or stopped, but for answers', async () => {
  const outbox = createOutboxStore(db, clock);
  const to = (channel: 'web' | 'zalo', kind: 'reminder' | 'announcement' | 'answer') => ({
    key: `${channel}:${kind}`,
    class: kind,
    channel,
    chatId: 'lan',
    message: { markdown: 'x' },
    dueAt: clock.now(),
  });
  const kinds = ['reminder', 'announcement', 'answer'] as const;
  await db
    .transaction()
    .execute((transaction) =>
      outbox.enqueue(transaction, [...kinds.map((kind) => to('web', kind)), ...kinds.map((kind) => to('zalo', kind))]),
    );
  await outbox.withhold(db, [{ channel: 'web', chatId: 'lan' }], 'gone');
  await outbox.withhold(db, [{ channel: 'zalo', chatId: 'lan' }], 'stopped');
  const rows = await db.selectFrom('outbox').select(['key', 'state', 'error', 'markdown']).orderBy('key').execute();
  expect(rows.map(({ key, state, error, markdown }) => [key, state, error, markdown])).toEqual([
    ['web:announcement', 'failed', 'gone', null],
    ['web:answer', 'due', null, 'x'],
    ['web:reminder', 'failed', 'gone', null],
    ['zalo:announcement', 'cancelled', 'stopped', null],
    ['zalo:answer', 'due', null, 'x'],
    ['zalo:reminder', 'cancelled', 'stopped', null],
  ]);
});
