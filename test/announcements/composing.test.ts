import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LARGEST_ANNOUNCED_FILE } from '../../src/announcements/files.ts';
import type { AccountRef } from '../../src/config.ts';
import { createFileRoute } from '../../src/http/files.ts';
import { choiceOf, FOUR_EYES_ABOVE, openConversation, textOf, type TestConversation } from '../support/conversation.ts';

const ADMIN: AccountRef = { channel: 'web', userId: 'admin' };
const OFFICER: AccountRef = { channel: 'telegram', userId: '501' };
const SECOND: AccountRef = { channel: 'telegram', userId: '502' };
const FOREIGN: AccountRef = { channel: 'telegram', userId: '503' };

let bot: TestConversation;
let units: Map<string, string>;

beforeEach(async () => {
  bot = await openConversation([ADMIN]);
  units = await bot.addUnits(['Đảng ủy xã A', 'Chi bộ Thôn 1 | Đảng ủy xã A', 'Đảng ủy xã B']);
  const [first] = [units.get('Đảng ủy xã A')];
  await bot.addPerson(OFFICER, 'Cán bộ Một', { role: 'officer', unitId: first }, first);
});
afterEach(() => bot.db.destroy());

async function addSecretaries(count: number, unit = 'Chi bộ Thôn 1'): Promise<void> {
  for (let i = 0; i < count; i++) {
    const channel = i % 2 === 0 ? 'telegram' : 'zalo';
    const unitId = units.get(unit);
    await bot.addPerson({ channel, userId: `${unit}-${i}` }, `Đồng chí ${i}`, { role: 'secretary', unitId }, unitId);
  }
}

const outboxRows = () => bot.db.selectFrom('outbox').selectAll().where('class', '=', 'announcement').execute();

test('/thongbao with a text, audience, preview, sent once', async () => {
  await addSecretaries(3);
  const asked = await bot.say(OFFICER, '/thongbao Mời đồng chí **dự họp** lúc 8 giờ ngày 25/12.');
  expect(textOf(asked)).toContain('Tất cả');
  const preview = await bot.press(OFFICER, choiceOf(asked, 'Đơn vị Đảng ủy xã A'));
  expect(textOf(preview)).toMatchInlineSnapshot(`
    "Mời đồng chí **dự họp** lúc 8 giờ ngày 25/12.
    **Xem trước.** Tin ở trên là tin người nhận sẽ thấy, bên dưới có thêm nút “Đã nhận”.

    - Gửi tới: **Đơn vị Đảng ủy xã A và trực thuộc**
    - Người nhận: **4** (Telegram 3, Zalo 1)
    - Thời gian gửi: vài giây
    - Zalo: hết 1 tin của tháng 11, sau đó còn 2.899/3.000
    [Gửi ngay]
    [Hẹn giờ]
    [Sửa]
    [Đổi người nhận]
    [Hủy]"
  `);
  const id = choiceOf(preview, 'Gửi ngay');
  const started = await bot.press(OFFICER, id);
  expect(textOf(started)).toMatchInlineSnapshot(`
    "**Đang gửi thông báo** tới 4 người

    ░░░░░░░░░░ 0%

    Đã gửi 0 · còn 4

    Còn vài giây.
    [Dừng]
    [Báo cáo]"
  `);
  expect(textOf(await bot.press(OFFICER, id))).toContain('đã được gửi rồi');
  const rows = await outboxRows();
  expect(rows.map(({ chat_id }) => chat_id).toSorted()).toEqual([
    '501',
    'Chi bộ Thôn 1-0',
    'Chi bộ Thôn 1-1',
    'Chi bộ Thôn 1-2',
  ]);
  expect(rows[0]?.markdown).toContain('**dự họp**');
  expect(rows[0]?.choices).toContain('Đã nhận');
});

test('content, audience and preview step by step, in words, and left again', async () => {
  await addSecretaries(1);
  expect(textOf(await bot.say(OFFICER, 'thông báo'))).toContain('Soạn thông báo');
  expect(textOf(await bot.say(OFFICER, 'x'.repeat(3600)))).toContain('nhiều hơn mức 3.500 là 100');
  expect(textOf(await bot.say(OFFICER, 'Nộp báo cáo quý trước ngày 25.'))).toContain('Gửi tới ai?');
  const preview = await bot.say(OFFICER, 'chi bo thon 1');
  expect(textOf(preview)).toContain('Người nhận: **1** (Telegram 1)');
  expect(textOf(await bot.press(OFFICER, choiceOf(preview, 'Sửa')))).toContain('gõ lại toàn bộ');
  const changed = await bot.say(OFFICER, 'Nộp báo cáo quý trước ngày 26.');
  expect(textOf(changed)).toContain('trước ngày 26');
  expect(textOf(changed)).toContain('Chi bộ Thôn 1');
  expect(textOf(await bot.press(OFFICER, choiceOf(changed, 'Đổi người nhận')))).toContain('Gửi tới ai?');
  expect(textOf(await bot.press(OFFICER, choiceOf(changed, 'Hủy')))).toContain('không gửi gì');
  expect(await bot.announcements.store.open(['draft'])).toEqual([]);
  expect(textOf(await bot.press(OFFICER, choiceOf(changed, 'Gửi ngay')))).toContain('Nút này đã cũ');
  expect(await outboxRows()).toEqual([]);
});

test('parts are combined: added and narrowed', async () => {
  await addSecretaries(2);
  await addSecretaries(2, 'Đảng ủy xã B');
  const of = (unit: string) => ({ kind: 'unit', unitId: units.get(unit) });
  const asked = await bot.say(ADMIN, '/thongbao Họp giao ban.');
  const first = await bot.press(ADMIN, choiceOf(asked, 'Kết hợp'));
  const one = await bot.press(ADMIN, choiceOf(first, 'Đơn vị Đảng ủy xã A'));
  expect(textOf(one)).toContain('3 người nhận');
  const more = await bot.press(ADMIN, choiceOf(one, 'Thêm nơi nhận'));
  const two = await bot.press(ADMIN, choiceOf(more, 'Đơn vị Đảng ủy xã B'));
  expect(textOf(two)).toContain('5 người nhận');
  const less = await bot.press(ADMIN, choiceOf(two, 'Thu hẹp'));
  expect(textOf(less)).not.toContain('[Tất cả]');
  const both = await bot.press(ADMIN, choiceOf(less, 'Các bí thư'));
  expect(textOf(both)).toContain('4 người nhận');
  expect(textOf(await bot.press(ADMIN, choiceOf(both, 'Xong')))).toContain('Người nhận: **4** (Telegram 2, Zalo 2)');
  const [draft] = await bot.announcements.store.open(['draft']);
  const role = { kind: 'role', role: 'secretary' };
  expect(draft?.audience).toEqual({
    any: [{ all: [of('Đảng ủy xã A'), role] }, { all: [of('Đảng ủy xã B'), role] }],
  });
});

test('nothing beyond the reach is offered or taken, and nobody takes over a draft', async () => {
  await addSecretaries(2, 'Đảng ủy xã B');
  const asked = await bot.say(OFFICER, '/thongbao Họp giao ban.');
  expect(textOf(asked)).not.toContain('xã B');
  const forged = choiceOf(asked, 'Đơn vị Đảng ủy xã A').replace(
    units.get('Đảng ủy xã A') ?? '',
    units.get('Đảng ủy xã B') ?? '',
  );
  expect(textOf(await bot.press(OFFICER, forged))).toContain('Nút này đã cũ');
  expect(textOf(await bot.say(OFFICER, 'Đảng ủy xã B'))).not.toContain('Xem trước');
  const everyone = await bot.press(OFFICER, choiceOf(asked, 'Tất cả'));
  expect(textOf(everyone)).toContain('Người nhận: **1**');
  expect(textOf(await bot.press(ADMIN, choiceOf(everyone, 'Gửi ngay')))).toContain('Nút này đã cũ');
  expect(await outboxRows()).toEqual([]);
});

test('the same text within ten minutes is asked about', async () => {
  const write = async () =>
    bot.press(OFFICER, choiceOf(await bot.say(OFFICER, '/thongbao  Họp  giao ban. '), 'Tất cả'));
  await bot.press(OFFICER, choiceOf(await write(), 'Gửi ngay'));
  bot.clock.advance({ minutes: 9 });
  const asked = await bot.press(OFFICER, choiceOf(await write(), 'Gửi ngay'));
  expect(textOf(asked)).toContain('lúc 10:00');
  expect(await outboxRows()).toHaveLength(1);
  expect(textOf(await bot.press(OFFICER, choiceOf(asked, 'Gửi lần nữa')))).toContain('Đang gửi');
  expect(await outboxRows()).toHaveLength(2);
  bot.clock.advance({ minutes: 11 });
  expect(textOf(await bot.press(OFFICER, choiceOf(await write(), 'Gửi ngay')))).toContain('Đang gửi');
});

test('the button under an old preview does not send what was changed since, nor to others', async () => {
  await addSecretaries(2);
  const old = await bot.press(OFFICER, choiceOf(await bot.say(OFFICER, '/thongbao Họp.'), 'Các bí thư'));
  const wider = await bot.press(OFFICER, choiceOf(await bot.press(OFFICER, choiceOf(old, 'Đổi người nhận')), 'Tất cả'));
  await bot.press(OFFICER, choiceOf(wider, 'Sửa'));
  const changed = await bot.say(OFFICER, 'Nghỉ họp.');
  for (const preview of [old, wider]) {
    const shown = await bot.press(OFFICER, choiceOf(preview, 'Gửi ngay'));
    expect(textOf(shown)).toMatch(/\*\*chưa gửi\*\*[^]+Nghỉ họp[^]+Tất cả[^]+\[Gửi ngay\]/);
    expect(await outboxRows()).toEqual([]);
  }
  await bot.press(OFFICER, choiceOf(changed, 'Gửi ngay'));
  expect(await outboxRows()).toHaveLength(3);
});

test('the preview counts who gets nothing, and who gets it later', async () => {
  await addSecretaries(4);
  const person = (userId: string) =>
    bot.db.selectFrom('accounts').select('person_id').where('chat_id', '=', `Chi bộ Thôn 1-${userId}`);
  await bot.db.updateTable('people').set({ stopped: 1 }).where('id', '=', person('0')).execute();
  await bot.db.updateTable('people').set({ muted_until: '2026-12-01' }).where('id', '=', person('1')).execute();
  await bot.db.updateTable('people').set({ muted_until: '2026-11-01' }).where('id', '=', person('2')).execute();
  await bot.db
    .updateTable('accounts')
    .set({ blocked_at: '2026-11-01T00:00:00.000Z' })
    .where('chat_id', '=', 'Chi bộ Thôn 1-3')
    .execute();
  const preview = textOf(await bot.press(OFFICER, choiceOf(await bot.say(OFFICER, '/thongbao Họp.'), 'Tất cả')));
  expect(preview).toContain('Người nhận: **3**');
  expect(preview).toContain('Không gửi: 1 người đã chọn ngừng nhận tin');
  expect(preview).toContain('Không gửi: 1 người đã chặn bot');
  expect(preview).toContain('Nhận sau: 1 người đang để im lặng');
});

test('of two that send at the same moment one does', async () => {
  await addSecretaries(3);
  await bot.press(OFFICER, choiceOf(await bot.say(OFFICER, '/thongbao Họp.'), 'Tất cả'));
  const [draft] = await bot.announcements.store.open(['draft']);
  const send = () =>
    bot.announcements.dispatch.send(draft?.id ?? '', { from: ['draft'], reach: { all: true }, by: 'x', again: true });
  const outcomes = await Promise.all([send(), send()]);
  expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['gone', 'sent']);
  expect(await outboxRows()).toHaveLength(4);
});

test('what has not gone out is stopped by its author or an admin only', async () => {
  await addSecretaries(3);
  const unitId = units.get('Đảng ủy xã A');
  await bot.addPerson(SECOND, 'Cán bộ Hai', { role: 'officer', unitId });
  const preview = await bot.press(OFFICER, choiceOf(await bot.say(OFFICER, '/thongbao Họp.'), 'Tất cả'));
  const started = await bot.press(OFFICER, choiceOf(preview, 'Gửi ngay'));
  expect(textOf(await bot.press(SECOND, choiceOf(started, 'Dừng')))).toContain('Nút này đã cũ');
  expect(textOf(await bot.press(ADMIN, choiceOf(started, 'Dừng')))).toContain('5 tin chưa gửi');
  expect((await outboxRows()).map(({ state }) => state)).toEqual(Array(5).fill('cancelled'));
  expect(textOf(await bot.press(OFFICER, choiceOf(started, 'Dừng')))).toContain('đã dừng rồi');
});

describe('a file', () => {
  const BYTES = new TextEncoder().encode('Hướng dẫn công khai');
  const NAME = 'Hướng dẫn số 5 (bản chính).pdf';

  test('goes along once its officer says that it is public: by id on Telegram, as a link elsewhere', async () => {
    await addSecretaries(2);
    await bot.say(OFFICER, '/thongbao');
    const stated = await bot.send(OFFICER, BYTES, { name: NAME, text: 'Mời các đồng chí xem hướng dẫn.' });
    const statement = choiceOf(stated, 'Tài liệu này được phép phổ biến công khai');
    // Not before the statement, by whatever button.
    const [unstated] = await bot.announcements.store.open(['draft']);
    expect(await bot.announcements.files.read(unstated?.file?.token ?? '')).toBeUndefined();
    const early = await bot.press(OFFICER, `tb-nn.${unstated?.id ?? ''}.s.e`);
    expect(textOf(early)).not.toContain(NAME);

    const preview = await bot.press(OFFICER, statement);
    expect(preview[0]).toMatchObject({
      markdown: 'Mời các đồng chí xem hướng dẫn.',
      shared: { kind: 'document', id: 'sent' },
    });
    expect(textOf(preview)).toContain('nhận được đường dẫn');
    await bot.press(OFFICER, choiceOf(preview, 'Gửi ngay'));
    const rows = await outboxRows();
    const on = (channel: string) => rows.filter((row) => row.channel === channel);
    expect(on('telegram').map(({ file }) => file)).toEqual(Array(2).fill('{"kind":"document","id":"sent"}'));
    expect(on('zalo')[0]?.file).toBeNull();
    const link = /https:\/\/bot\.example(\/files\/.+)$/.exec(on('zalo')[0]?.markdown ?? '')?.[1] ?? '';
    const route = createFileRoute({ files: bot.announcements.files });
    const response = await route.request(link);
    expect(await response.text()).toBe('Hướng dẫn công khai');
    expect(response.headers.get('content-disposition')).toContain('attachment');
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect((await route.request('/files/..%2F..%2Fetc/passwd')).status).toBe(404);
    const [sent] = await bot.announcements.store.sent({ offset: 0, limit: 1 });
    await bot.press(OFFICER, `tb-thu.${sent?.id ?? ''}.ok`);
    expect((await route.request(link)).status).toBe(404);
  });

  test('is left out when it is not public, or its name or size forbids it', async () => {
    await bot.say(OFFICER, '/thongbao');
    const stated = await bot.send(OFFICER, BYTES, { name: 'a.pdf' });
    expect(textOf(await bot.press(OFFICER, choiceOf(stated, 'Không gửi kèm')))).toContain('Đã bỏ tệp');
    const preview = await bot.press(OFFICER, choiceOf(await bot.say(OFFICER, 'Họp.'), 'Tất cả'));
    expect(textOf(preview)).not.toContain('Kèm');
    await bot.say(OFFICER, '/thongbao');
    expect(textOf(await bot.send(OFFICER, BYTES, { name: 'KL_MAT_tuyet-mat.pdf' }))).toContain('không nhận tệp này');
    const large = { length: LARGEST_ANNOUNCED_FILE + 1 } as Uint8Array;
    expect(textOf(await bot.send(OFFICER, large))).toContain('lớn hơn 20 MB');
  });

  test('a photo without words waits for them; one that nobody asked for is not read', async () => {
    expect(textOf(await bot.send(OFFICER, BYTES, { kind: 'photo' }))).toContain('chưa xem được ảnh');
    await bot.say(OFFICER, '/thongbao');
    const stated = await bot.send(OFFICER, BYTES, { kind: 'photo' });
    const asked = await bot.press(OFFICER, choiceOf(stated, 'được phép phổ biến công khai'));
    expect(textOf(asked)).toContain('gõ nội dung đi kèm');
    const preview = await bot.press(OFFICER, choiceOf(await bot.say(OFFICER, 'Sơ đồ hội trường.'), 'Tất cả'));
    expect(preview[0]).toMatchObject({ shared: { kind: 'photo', id: 'sent' } });
  });
});

test('who erases everything is out of announcements; what they had planned is not sent', async () => {
  await addSecretaries(1);
  const [person] = await bot.db.selectFrom('accounts').select('person_id').where('chat_id', '=', '501').execute();
  await bot.press(OFFICER, choiceOf(await bot.say(OFFICER, '/thongbao Họp.'), 'Tất cả'));
  const preview = await bot.press(OFFICER, choiceOf(await bot.say(OFFICER, '/thongbao Học.'), 'Tất cả'));
  await bot.press(OFFICER, choiceOf(preview, 'Gửi ngay'));
  await bot.erasure.erase(OFFICER);
  const rows = await bot.db.selectFrom('announcements').selectAll().execute();
  expect(rows).toMatchObject([{ author: 'erased', author_channel: null, author_chat_id: null, markdown: 'Học.' }]);
  expect(JSON.stringify(rows)).not.toContain(person?.person_id);
});

describe('two officers', () => {
  const SECRET = 'Thông báo kết luận, độ mật: MẬT, không phổ biến.';

  beforeEach(async () => {
    const unitId = units.get('Đảng ủy xã A');
    await bot.addPerson(SECOND, 'Cán bộ Hai', { role: 'officer', unitId }, unitId);
    const other = units.get('Đảng ủy xã B');
    await bot.addPerson(FOREIGN, 'Cán bộ Ba', { role: 'officer', unitId: other }, other);
  });

  /** Every row of every table, as text. */
  async function stored(): Promise<string> {
    const tables = await bot.db.introspection.getTables();
    const rows = await Promise.all(
      tables.map(({ name }) =>
        bot.db
          .selectFrom(name as 'outbox')
          .selectAll()
          .execute(),
      ),
    );
    return JSON.stringify(rows);
  }

  const notices = () => bot.db.selectFrom('outbox').selectAll().where('class', '=', 'answer').orderBy('id').execute();

  async function submit(): Promise<string> {
    const stopped = await bot.say(OFFICER, `/thongbao ${SECRET}`);
    const asked = await bot.press(OFFICER, choiceOf(stopped, 'Nhờ đồng chí khác xem'));
    const preview = await bot.press(OFFICER, choiceOf(asked, 'Tất cả'));
    expect(textOf(preview)).not.toContain('Hẹn giờ');
    expect(textOf(await bot.press(OFFICER, choiceOf(preview, 'Gửi ngay')))).toContain('Đã nhờ 2 đồng chí');
    const told = await notices();
    expect(told.map(({ chat_id }) => chat_id).toSorted()).toEqual(['502', 'admin']);
    expect(told[0]?.markdown).not.toContain('kết luận');
    return (JSON.parse(told[0]?.choices ?? '') as { id: string }[])[0]?.id ?? '';
  }

  test('what is stopped is kept nowhere, unless its author asks a second officer', async () => {
    const stopped = await bot.say(OFFICER, `/thongbao ${SECRET}`);
    expect(textOf(stopped)).toContain('dừng thông báo này lại');
    expect(await stored()).not.toContain('kết luận');
    expect(textOf(await bot.press(OFFICER, choiceOf(stopped, 'Viết lại')))).toContain('gõ lại');
    expect(textOf(await bot.say(OFFICER, SECRET))).toContain('dừng thông báo này lại');
    bot.clock.advance({ minutes: 11 });
    expect(textOf(await bot.press(OFFICER, choiceOf(stopped, 'Nhờ đồng chí khác xem')))).toContain('không còn giữ');
    expect(await stored()).not.toContain('kết luận');
  });

  test('a second officer of the same unit reads and lets it go', async () => {
    const read = await submit();
    expect(textOf(await bot.press(OFFICER, read))).toContain('Không có thông báo nào');
    expect(textOf(await bot.press(FOREIGN, read))).toContain('Không có thông báo nào');
    const shown = await bot.press(SECOND, read);
    expect(textOf(shown)).toContain('kết luận');
    expect(textOf(shown)).toContain('Bot dừng thông báo này vì');
    expect(textOf(await bot.press(OFFICER, choiceOf(shown, 'Cho gửi')))).toContain('Không có thông báo nào');
    expect(textOf(await bot.press(SECOND, choiceOf(shown, 'Cho gửi')))).toContain('Đã cho gửi tới 2 người');
    expect(textOf(await bot.press(ADMIN, choiceOf(shown, 'Không cho gửi')))).toContain('Không có thông báo nào');
    expect(await outboxRows()).toHaveLength(2);
    const actions = await bot.db.selectFrom('audit').select('action').orderBy('id').execute();
    expect(actions.map(({ action }) => action).slice(-3)).toEqual([
      'announcement sent for release',
      'announcement sent',
      'announcement released',
    ]);
    expect((await notices()).at(-1)).toMatchObject({
      chat_id: '501',
      markdown: expect.stringContaining('đã được duyệt'),
    });
  });

  test('an admin who registers after writing it does not become a second officer', async () => {
    await bot.addPerson({ channel: 'zalo', userId: 'z9' }, 'Quản trị Hai', { role: 'admin', unitId: undefined });
    const asked = await bot.press(ADMIN, choiceOf(await bot.say(ADMIN, `/thongbao ${SECRET}`), 'Nhờ đồng chí khác'));
    await bot.press(ADMIN, choiceOf(await bot.press(ADMIN, choiceOf(asked, 'Tất cả')), 'Gửi ngay'));
    const [told] = await notices();
    const read = (JSON.parse(told?.choices ?? '') as { id: string }[])[0]?.id ?? '';
    await bot.addPerson(ADMIN, 'Quản trị Một');
    expect(textOf(await bot.press(ADMIN, read))).toContain('Không có thông báo nào');
  });

  test('what is refused, or waits for a day, is erased', async () => {
    const shown = await bot.press(SECOND, await submit());
    await bot.press(SECOND, choiceOf(shown, 'Không cho gửi'));
    expect(await stored()).not.toContain('kết luận');
    expect((await notices()).at(-1)?.markdown).toContain('không được duyệt');

    await bot.db.deleteFrom('outbox').execute();
    await submit();
    bot.clock.advance({ hours: 23 });
    await bot.announcements.tidy();
    expect(await stored()).toContain('kết luận');
    bot.clock.advance({ hours: 1 });
    await bot.announcements.tidy();
    expect(await stored()).not.toContain('kết luận');
    expect((await notices()).at(-1)?.markdown).toContain('Quá 24 giờ');
    expect(await outboxRows()).toEqual([]);
  });

  test('many recipients need a second officer in any case; refused, it goes back to its author', async () => {
    await addSecretaries(FOUR_EYES_ABOVE);
    const preview = await bot.press(OFFICER, choiceOf(await bot.say(OFFICER, '/thongbao Họp.'), 'Tất cả'));
    expect(textOf(preview)).toContain('Trên 5 người nhận');
    expect(textOf(await bot.press(OFFICER, choiceOf(preview, 'Gửi ngay')))).toContain('Đã nhờ 2 đồng chí');
    expect(textOf(await bot.press(OFFICER, choiceOf(preview, 'Gửi ngay')))).toContain('đang chờ');
    const [announcement] = await bot.announcements.store.open(['awaiting']);
    const shown = await bot.press(SECOND, `tb-duyet.${announcement?.id ?? ''}`);
    await bot.press(SECOND, choiceOf(shown, 'Không cho gửi'));
    expect((await bot.announcements.store.open(['draft']))[0]?.markdown).toBe('Họp.');
    expect(await outboxRows()).toEqual([]);
  });

  test('who has read a text lets go that text, and no other that came in its place', async () => {
    await addSecretaries(FOUR_EYES_ABOVE);
    const preview = await bot.press(OFFICER, choiceOf(await bot.say(OFFICER, '/thongbao Họp.'), 'Tất cả'));
    await bot.press(OFFICER, choiceOf(preview, 'Gửi ngay'));
    const [announcement] = await bot.announcements.store.open(['awaiting']);
    const id = announcement?.id ?? '';
    const read = await bot.press(SECOND, `tb-duyet.${id}`);
    await bot.press(ADMIN, choiceOf(await bot.press(ADMIN, `tb-duyet.${id}`), 'Không cho gửi'));
    bot.clock.advance({ minutes: 1 });
    await bot.press(OFFICER, choiceOf(preview, 'Sửa'));
    const changed = await bot.say(OFFICER, 'Nghỉ họp.');
    await bot.press(OFFICER, choiceOf(changed, 'Gửi ngay'));
    expect(textOf(await bot.press(SECOND, choiceOf(read, 'Cho gửi')))).toContain('Không có thông báo nào');
    expect(await outboxRows()).toEqual([]);
    const anew = await bot.press(SECOND, `tb-duyet.${id}`);
    expect(textOf(await bot.press(SECOND, choiceOf(anew, 'Cho gửi')))).toContain('Đã cho gửi');
  });

  test('nobody else is there to decide', async () => {
    await addSecretaries(FOUR_EYES_ABOVE, 'Đảng ủy xã B');
    const preview = await bot.press(ADMIN, choiceOf(await bot.say(ADMIN, '/thongbao Họp.'), 'Tất cả'));
    expect(textOf(await bot.press(ADMIN, choiceOf(preview, 'Gửi ngay')))).toContain('Chưa có đồng chí nào khác');
  });
});
