import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAnnouncementChanging } from '../../src/announcements/changing.ts';
import { DeliveryError, type Channel, type Outgoing } from '../../src/bot/channel.ts';
import type { AccountRef } from '../../src/config.ts';
import { readSpreadsheet } from '../../src/spreadsheet/read-spreadsheet.ts';
import type { OutboxState } from '../../src/store/schema.ts';
import { choiceOf, FOUR_EYES_ABOVE, openConversation, textOf, type TestConversation } from '../support/conversation.ts';
import { writeSmallHandbook } from '../support/handbook.ts';
import { watchedLog } from '../support/log.ts';
import { temporaryFolder } from '../support/process.ts';

const ADMIN: AccountRef = { channel: 'web', userId: 'admin' };
const OFFICER: AccountRef = { channel: 'telegram', userId: '501' };
const OTHER: AccountRef = { channel: 'telegram', userId: '502' };
const AN: AccountRef = { channel: 'telegram', userId: '11' };
const BINH: AccountRef = { channel: 'zalo', userId: 'z12' };
const CUC: AccountRef = { channel: 'telegram', userId: '13' };

const folder = temporaryFolder();
const handbook = writeSmallHandbook(folder.path);
afterAll(() => folder[Symbol.dispose]());

let bot: TestConversation;
let units: Map<string, string>;

beforeEach(async () => {
  bot = await openConversation([ADMIN], handbook);
  units = await bot.addUnits([
    'Đảng ủy xã A',
    'Chi bộ Thôn 1 | Đảng ủy xã A',
    'Chi bộ Thôn 2 | Đảng ủy xã A',
    'Đảng ủy xã B',
  ]);
  await addOfficer(OFFICER, 'Cán bộ Một', 'Đảng ủy xã A');
  await addOfficer(OTHER, 'Cán bộ Hai', 'Đảng ủy xã B');
  await addSecretary(AN, 'Trần Văn An', 'Chi bộ Thôn 1');
  await addSecretary(BINH, 'Lê Thị Bình', 'Chi bộ Thôn 1');
  await addSecretary(CUC, 'Phạm Thị Cúc', 'Chi bộ Thôn 2');
});
afterEach(() => bot.db.destroy());

const idOf = (unit: string): string => units.get(unit) ?? '';

async function addOfficer(account: AccountRef, name: string, unit: string): Promise<void> {
  await bot.addPerson(account, name, { role: 'officer', unitId: idOf(unit) });
}

async function addSecretary(account: AccountRef, name: string, unit: string): Promise<void> {
  await bot.addPerson(account, name, { role: 'secretary', unitId: idOf(unit) }, idOf(unit));
}

const TEXT = 'Mời đồng chí dự họp lúc 8 giờ ngày 25/12.';

/** Sends to the secretaries of the officer's commune; returns the announcement's id. */
async function announce(text = TEXT, by = OFFICER): Promise<string> {
  const preview = await bot.press(by, choiceOf(await bot.say(by, `/thongbao ${text}`), 'Các bí thư'));
  await bot.press(by, choiceOf(preview, 'Gửi ngay'));
  const [last] = await bot.announcements.store.sent({ offset: 0, limit: 1 });
  return last?.id ?? '';
}

/** What the platforms did with what is due: the answer by chat, sent if not said. */
async function deliver(outcomes: Record<string, { state: OutboxState; error?: string }> = {}): Promise<void> {
  const rows = await bot.db.selectFrom('outbox').selectAll().where('state', '=', 'due').execute();
  for (const { id, chat_id: chat } of rows) {
    const { state, error = null } = outcomes[chat] ?? { state: 'sent' };
    await bot.db
      .updateTable('outbox')
      .set({
        state,
        error,
        attempts: 1,
        first_attempt_at: bot.clock.now().toString({ smallestUnit: 'millisecond' }),
        settled_at: bot.clock.now().toString({ smallestUnit: 'millisecond' }),
        ...(state === 'sent' ? { message_id: `m${id}`, markdown: null, choices: null } : {}),
      })
      .where('id', '=', id)
      .execute();
  }
}

async function outbox(group?: string) {
  let query = bot.db.selectFrom('outbox').selectAll().orderBy('id');
  if (group !== undefined) query = query.where('group_id', '=', group);
  return query.execute();
}

const report = (id: string, by = OFFICER): Promise<Outgoing[]> => bot.press(by, `tb-xem.${id}`);

describe('Đã nhận', () => {
  test('by button, once, only of what one got', async () => {
    const id = await announce();
    await deliver();
    expect(textOf(await bot.press(AN, `tb-ok.${id}`))).toBe(
      'Cảm ơn đồng chí, tôi đã ghi nhận đồng chí nhận được thông báo.',
    );
    expect(textOf(await bot.press(AN, `tb-ok.${id}`))).toBe('Đồng chí đã xác nhận thông báo này rồi, cảm ơn đồng chí.');
    expect(textOf(await bot.press(OTHER, `tb-ok.${id}`))).toContain('Nút này đã cũ');
    expect(await bot.db.selectFrom('announcement_confirmations').selectAll().execute()).toHaveLength(1);
  });

  test.each(['đã nhận', 'da nhan', 'ok đã nhận', 'Em đã nhận được thông báo ạ', '1'])(
    'typed on Zalo: %s',
    async (text) => {
      await announce();
      await deliver();
      bot.clock.advance({ hours: 24 * 3 });
      expect(textOf(await bot.say(BINH, text))).toContain('tôi đã ghi nhận');
    },
  );

  test('typed means the last one that is open, names the others, and nothing when there is none', async () => {
    await announce('Thông báo thứ nhất.');
    await deliver();
    bot.clock.advance({ hours: 1 });
    const second = await announce('Thông báo thứ hai.');
    await deliver();
    const thanks = await bot.say(AN, 'đã nhận');
    expect(textOf(thanks)).toContain('[Đã nhận thông báo lúc 10:00 Chủ nhật 22/11/2026]');
    expect((await bot.db.selectFrom('announcement_confirmations').selectAll().execute())[0]?.announcement_id).toBe(
      second,
    );
    await bot.press(AN, choiceOf(thanks, 'lúc 10:00'));
    expect(textOf(await bot.say(AN, 'đã nhận'))).not.toContain('ghi nhận');
    expect(textOf(await bot.say(AN, '1'))).not.toContain('ghi nhận');
    expect(textOf(await bot.say(OTHER, 'đã nhận'))).not.toContain('ghi nhận');
  });

  test('typed after a recall means the one before', async () => {
    const first = await announce('Thông báo thứ nhất.');
    await deliver();
    bot.clock.advance({ hours: 1 });
    const second = await announce('Thông báo thứ hai.');
    await deliver();
    await bot.press(OFFICER, `tb-thu.${second}.ok`);
    expect(textOf(await bot.say(AN, 'đã nhận'))).toContain('tôi đã ghi nhận');
    expect(await bot.db.selectFrom('announcement_confirmations').select('announcement_id').execute()).toEqual([
      { announcement_id: first },
    ]);
  });

  test('after a week a text is a question again', async () => {
    await announce();
    await deliver();
    bot.clock.advance({ hours: 24 * 8 });
    expect(textOf(await bot.say(BINH, '1'))).not.toContain('ghi nhận');
  });
});

describe('questions about an announcement', () => {
  test('go to its author through the queue, by button', async () => {
    const id = await announce();
    await deliver();
    expect(textOf(await bot.press(BINH, `tb-hoi.${id}`))).toContain('gõ câu hỏi');
    expect(textOf(await bot.say(BINH, 'Có phải mang sổ đảng phí không?'))).toContain('Tôi đã chuyển câu hỏi');
    const [question] = await bot.db.selectFrom('queue_questions').selectAll().execute();
    expect(question?.text).toContain('sổ đảng phí');
    const told = (await outbox()).filter(({ chat_id, state }) => chat_id === OFFICER.userId && state === 'due');
    expect(told).toHaveLength(1);
  });

  test('a reply on Telegram: a question, or "đã nhận"', async () => {
    const id = await announce();
    await deliver();
    const row = (await outbox()).find(({ chat_id }) => chat_id === AN.userId);
    const replyTo = row?.message_id ?? '';
    expect(textOf(await bot.reply(AN, replyTo, 'Họp mấy giờ thì xong?'))).toContain('Tôi đã chuyển câu hỏi');
    expect(textOf(await bot.reply(AN, replyTo, 'ok'))).toContain('tôi đã ghi nhận');
    expect(textOf(await bot.reply(AN, 'm999', 'tuổi vào Đảng'))).not.toContain('chuyển câu hỏi');
    expect(textOf(await bot.reply(OTHER, replyTo, 'tuổi vào Đảng'))).not.toContain('chuyển câu hỏi');
    expect((await bot.db.selectFrom('queue_groups').selectAll().execute())[0]?.announcement_id).toBe(id);
  });
});

describe('the report', () => {
  test('says what became of each, in words, and agrees with the rows of the outbox', async () => {
    const id = await announce();
    await deliver({
      [BINH.userId]: { state: 'failed', error: 'gone' },
      [CUC.userId]: { state: 'unknown', error: 'unknown' },
    });
    await bot.press(AN, `tb-ok.${id}`);
    expect(textOf(await report(id))).toMatchInlineSnapshot(`
      "**Báo cáo thông báo** gửi lúc 10:00 Chủ nhật 22/11/2026

      *Mời đồng chí dự họp lúc 8 giờ ngày 25/12.*

      Gửi tới: Bí thư.

      - Đã gửi: **1**/3 người
      - Chưa rõ đã tới hay chưa: **1**
      - Không gửi được: **1** (đã chặn bot hoặc xóa cuộc trò chuyện: 1)
      - Đã xác nhận: **1**; đã gửi mà chưa xác nhận: **0**

      **Theo đơn vị**

      - Chi bộ Thôn 1: gửi 1/2, xác nhận 1
      - Chi bộ Thôn 2: gửi 0/1, xác nhận 0
      [Cập nhật]
      [Người cần gọi]
      [Tải bảng Excel]
      [Gửi lại cho các trường hợp này]
      [Sửa nội dung]
      [Thu hồi]"
    `);
    expect(textOf(await bot.press(OFFICER, choiceOf(await report(id), 'Người cần gọi')))).toMatchInlineSnapshot(`
      "**Người cần gọi (2)**

      - Lê Thị Bình, Chi bộ Thôn 1 · Zalo · không gửi được: đã chặn bot hoặc xóa cuộc trò chuyện
      - Phạm Thị Cúc, Chi bộ Thôn 2 · Telegram · không rõ đã đến chưa (mất kết nối)
      [Tải bảng Excel]"
    `);
    const [sent] = await bot.press(OFFICER, choiceOf(await report(id), 'Tải bảng Excel'));
    const sheets = await readSpreadsheet(sent?.file?.bytes ?? new Uint8Array());
    expect(sheets).toMatchInlineSnapshot(`
      {
        "mistakes": [],
        "sheets": [
          {
            "name": "Cần gọi",
            "rows": [
              {
                "cells": [
                  "Thông báo gửi lúc 10:00 Chủ nhật 22/11/2026",
                  "",
                  "",
                  "",
                  "",
                ],
                "number": 1,
              },
              {
                "cells": [
                  "STT",
                  "Họ và tên",
                  "Đơn vị",
                  "Nền tảng",
                  "Tình trạng",
                ],
                "number": 3,
              },
              {
                "cells": [
                  "1",
                  "Lê Thị Bình",
                  "Chi bộ Thôn 1",
                  "Zalo",
                  "không gửi được: đã chặn bot hoặc xóa cuộc trò chuyện",
                ],
                "number": 4,
              },
              {
                "cells": [
                  "2",
                  "Phạm Thị Cúc",
                  "Chi bộ Thôn 2",
                  "Telegram",
                  "không rõ đã đến chưa (mất kết nối)",
                ],
                "number": 5,
              },
            ],
          },
          {
            "name": "Theo đơn vị",
            "rows": [
              {
                "cells": [
                  "Thông báo gửi lúc 10:00 Chủ nhật 22/11/2026",
                  "",
                  "",
                  "",
                ],
                "number": 1,
              },
              {
                "cells": [
                  "Đơn vị",
                  "Số người",
                  "Đã gửi",
                  "Đã xác nhận",
                ],
                "number": 3,
              },
              {
                "cells": [
                  "Chi bộ Thôn 1",
                  "2",
                  "1",
                  "1",
                ],
                "number": 4,
              },
              {
                "cells": [
                  "Chi bộ Thôn 2",
                  "1",
                  "0",
                  "0",
                ],
                "number": 5,
              },
              {
                "cells": [
                  "Tổng",
                  "3",
                  "1",
                  "1",
                ],
                "number": 6,
              },
            ],
          },
        ],
      }
    `);
  });

  test('who may not have got it gets it again, once, marked', async () => {
    const id = await announce();
    await deliver({ [CUC.userId]: { state: 'unknown', error: 'crash' } });
    const again = choiceOf(await report(id), 'Gửi lại cho các trường hợp này');
    expect(textOf(await bot.press(OFFICER, again))).toContain('**1** trường hợp');
    expect(textOf(await bot.press(OFFICER, again))).toContain('không có gì để gửi lại');
    expect((await outbox(`announcement:${id}`)).filter(({ state }) => state === 'due')).toMatchObject([
      { chat_id: CUC.userId, repeated: 1 },
    ]);
  });

  test('who wants nothing more by now does not get it again, and whoever does has a week again', async () => {
    const id = await announce();
    await deliver({
      [CUC.userId]: { state: 'unknown', error: 'unknown' },
      [AN.userId]: { state: 'unknown', error: 'unknown' },
    });
    await bot.say(CUC, '/dung');
    bot.clock.advance({ hours: 24 * 8 });
    await bot.press(OFFICER, `tb-xem.${id}.lai`);
    await bot.outbox.expire();
    expect(
      (await outbox(`announcement:${id}`)).flatMap(({ state, chat_id }) => (state === 'due' ? [chat_id] : [])),
    ).toEqual([AN.userId]);
    expect(textOf(await bot.press(OFFICER, `tb-xem.${id}.lai`))).toContain('Không còn trường hợp nào gửi lại được');
  });

  test('shows an officer only people within reach, and nothing of others', async () => {
    await addOfficer({ channel: 'telegram', userId: '503' }, 'Cán bộ Ba', 'Chi bộ Thôn 2');
    const three: AccountRef = { channel: 'telegram', userId: '503' };
    const id = await announce();
    await deliver();
    const seen = await report(id, three);
    expect(textOf(seen)).toContain('**1**/1 người');
    expect(textOf(seen)).not.toContain('ngoài phạm vi');
    expect(textOf(seen)).not.toContain('Thu hồi');
    const called = textOf(await bot.press(three, choiceOf(seen, 'Người cần gọi')));
    expect(called).toContain('Phạm Thị Cúc');
    expect(called).not.toContain('Trần Văn An');
    expect(textOf(await bot.press(three, 'tb-ds'))).toContain('Mời đồng chí dự họp');
    const old = await bot.press(OTHER, 'nonsense.1');
    for (const choice of ['', '.goi', '.tep', '.lai'])
      expect(await bot.press(OTHER, `tb-xem.${id}${choice}`)).toEqual(old);
    for (const choice of [
      `tb-thu.${id}`,
      `tb-thu.${id}.ok`,
      `tb-sua-nd.${id}`,
      `tb-nhac.${id}.ngay`,
      `tb-lich.${id}`,
    ]) {
      expect(await bot.press(OTHER, choice)).toEqual(old);
      expect(await bot.press(three, choice)).toEqual(old);
    }
    expect(textOf(await bot.press(OTHER, 'tb-ds'))).toContain('Chưa có thông báo nào');
    expect(textOf(await bot.press(ADMIN, 'tb-ds'))).toContain('Mời đồng chí dự họp');
  });
});

describe('a reminder to those who have not confirmed', () => {
  test('now, once, only to them; they can confirm under it', async () => {
    const id = await announce();
    await deliver({ [CUC.userId]: { state: 'failed', error: 'gone' } });
    await bot.press(AN, `tb-ok.${id}`);
    const ask = await bot.press(OFFICER, choiceOf(await report(id), 'Nhắc người chưa xác nhận'));
    await bot.press(OFFICER, choiceOf(ask, 'ngay'));
    const reminders = await outbox(`announcement:${id}:reminder`);
    expect(reminders.map(({ chat_id }) => chat_id)).toEqual([BINH.userId]);
    expect(reminders[0]?.markdown).toContain(TEXT);
    expect(textOf(await bot.press(OFFICER, `tb-nhac.${id}.ngay`))).toContain('chỉ nhắc một lần');
    await bot.announcements.schedule.run();
    expect(await outbox(`announcement:${id}:reminder`)).toHaveLength(1);
  });

  test('at a typed time, to who has not confirmed by then', async () => {
    const id = await announce();
    await deliver();
    await bot.press(OFFICER, `tb-nhac.${id}`);
    expect(textOf(await bot.say(OFFICER, 'lúc nào rảnh'))).toContain('chưa đọc được giờ');
    expect(textOf(await bot.say(OFFICER, '14h chiều nay'))).toContain('14:00 Chủ nhật 22/11/2026');
    await bot.announcements.schedule.run();
    expect(await outbox(`announcement:${id}:reminder`)).toHaveLength(0);
    await bot.press(AN, `tb-ok.${id}`);
    bot.clock.advance({ hours: 4 });
    await bot.announcements.schedule.run();
    await bot.announcements.schedule.run();
    const reminded = (await outbox(`announcement:${id}:reminder`)).map(({ chat_id }) => chat_id);
    expect(reminded.toSorted()).toEqual([CUC.userId, BINH.userId].toSorted());
    expect(textOf(await report(id))).toContain('Đã nhắc người chưa xác nhận lúc 14:00');
  });
});

/** Telegram and Zalo as far as changes go. */
function fakePlatforms() {
  const calls: string[] = [];
  const refuse = new Map<string, DeliveryError>();
  const call = (what: string, chatId: string, ids: readonly string[]): Promise<void> => {
    const error = refuse.get(chatId);
    if (error) return Promise.reject(error);
    calls.push(`${what} ${chatId} ${ids.join(',')}`);
    return Promise.resolve();
  };
  const telegram: Pick<Channel, 'name' | 'edit' | 'remove'> = {
    name: 'telegram',
    edit: (chatId, ids, { markdown }) => call(`edit "${markdown}"`, chatId, ids),
    remove: (chatId, ids) => call('remove', chatId, ids),
  };
  const changing = createAnnouncementChanging({
    ...bot.announcements,
    announcements: bot.announcements.store,
    store: bot.announcements.changes,
    db: bot.db,
    outbox: bot.outbox,
    channels: () => [telegram, { name: 'zalo' }],
    lock: { take: () => true, release: () => undefined },
    clock: bot.clock,
    wait: () => Promise.resolve(),
    log: watchedLog(),
  });
  return { calls, refuse, changing };
}

describe('Thu hồi', () => {
  test('deletes on Telegram, tells on Zalo, cancels the rest, forgets the text, reports', async () => {
    await addSecretary({ channel: 'telegram', userId: '14' }, 'Đỗ Văn Dũng', 'Chi bộ Thôn 2');
    const id = await announce();
    await deliver({ '14': { state: 'due' } });
    await bot.db.updateTable('outbox').set({ message_ids: '["7","8"]' }).where('chat_id', '=', AN.userId).execute();
    const { calls, refuse, changing } = fakePlatforms();
    refuse.set(CUC.userId, new DeliveryError('rejected', 'too old'));
    const question = await bot.press(OFFICER, choiceOf(await report(id), 'Thu hồi'));
    expect(textOf(question)).toContain('tốn 1 tin Zalo');
    const done = textOf(await bot.press(OFFICER, choiceOf(question, 'Xác nhận thu hồi')));
    expect(done).toContain('1 tin chưa gửi');
    expect(done).toContain('3 tin đã gửi');
    expect(textOf(await bot.press(OFFICER, choiceOf(question, 'Xác nhận thu hồi')))).toContain('Nút này đã cũ');
    while (await changing.step());
    expect(calls).toEqual([`remove ${AN.userId} 7,8`]);
    const notices = await outbox(`recall:${id}`);
    expect(notices.map(({ chat_id }) => chat_id).toSorted()).toEqual([CUC.userId, BINH.userId].toSorted());
    expect(notices[0]?.markdown).toMatchInlineSnapshot(
      `"Thông báo gửi lúc 10:00 Chủ nhật 22/11/2026 **đã được thu hồi**. Đồng chí bỏ qua nội dung đó và không chuyển tiếp."`,
    );
    expect(textOf(await report(id))).toContain('đã xóa 1 tin; 2 tin không xóa được thì đã gửi lời báo thu hồi');
    expect((await bot.announcements.store.byId(id))?.markdown).toBe('');
    expect(textOf(await bot.press(AN, `tb-ok.${id}`))).toContain('Nút này đã cũ');
    const told = (await outbox()).filter(({ key }) => key.startsWith('remove-ended'));
    expect(told).toMatchObject([{ chat_id: OFFICER.userId }]);
  });

  test('waits for what is being sent, tries again what failed in passing, leaves who blocked the bot', async () => {
    const id = await announce();
    await deliver({ [AN.userId]: { state: 'sending' } });
    const { calls, refuse, changing } = fakePlatforms();
    refuse.set(CUC.userId, new DeliveryError('unknown', 'cut'));
    await bot.db
      .updateTable('accounts')
      .set({ blocked_at: '2026-11-22T00:00:00.000Z' })
      .where('channel', '=', 'zalo')
      .execute();
    await bot.press(OFFICER, `tb-thu.${id}.ok`);
    await changing.step();
    expect(calls).toEqual([]);
    await bot.db
      .updateTable('outbox')
      .set({ state: 'sent', message_id: '77' })
      .where('chat_id', '=', AN.userId)
      .execute();
    refuse.delete(CUC.userId);
    bot.clock.advance({ seconds: 10 });
    while (await changing.step());
    expect(calls.map((call) => call.split(' ')[1] ?? '').toSorted()).toEqual([AN.userId, CUC.userId].toSorted());
    expect(textOf(await report(id))).toContain('đã xóa 2 tin; 1 tin còn nguyên');
  });

  test('after 48 hours everybody is told instead', async () => {
    const id = await announce();
    await deliver();
    bot.clock.advance({ hours: 49 });
    const { calls, changing } = fakePlatforms();
    await bot.press(OFFICER, `tb-thu.${id}.ok`);
    while (await changing.step());
    expect(calls).toEqual([]);
    expect(await outbox(`recall:${id}`)).toHaveLength(3);
  });
});

describe('Sửa nội dung', () => {
  const NEW = 'Mời đồng chí dự họp lúc 14 giờ ngày 25/12.';

  async function edit(id: string, how: string): Promise<string> {
    await bot.press(OFFICER, choiceOf(await report(id), 'Sửa nội dung'));
    return textOf(await bot.press(OFFICER, choiceOf(await bot.say(OFFICER, NEW), how)));
  }

  test('edits what was sent on Telegram, corrects on Zalo, changes what waits', async () => {
    const id = await announce();
    await deliver({ [CUC.userId]: { state: 'due' } });
    const { calls, changing } = fakePlatforms();
    const sent = (await outbox(`announcement:${id}`)).find(({ chat_id }) => chat_id === AN.userId);
    expect(await edit(id, 'gửi đính chính')).toContain('Đang **sửa nội dung**');
    while (await changing.step());
    expect(calls).toEqual([`edit "${NEW}" ${AN.userId} ${sent?.message_id}`]);
    const waiting = (await outbox(`announcement:${id}`)).find(({ state }) => state === 'due');
    expect(waiting?.markdown).toBe(NEW);
    expect(await outbox(`announcement:${id}:correction`)).toMatchObject([
      { chat_id: BINH.userId, markdown: expect.stringContaining(`Nội dung đúng là:\n\n${NEW}`) },
    ]);
    expect(textOf(await report(id))).toContain('đã sửa 1 tin; 1 tin không sửa được thì đã gửi lời đính chính');
  });

  test('only on Telegram, when the officer wants so', async () => {
    const id = await announce();
    await deliver();
    const { changing } = fakePlatforms();
    await edit(id, 'chỉ sửa trên Telegram');
    while (await changing.step());
    expect(await outbox(`announcement:${id}:correction`)).toEqual([]);
    expect(textOf(await report(id))).toContain('1 tin còn nguyên');
  });

  test('stopped by the gate, and where one officer may not decide alone', async () => {
    for (let i = 0; i < FOUR_EYES_ABOVE - 2; i++) {
      await addSecretary({ channel: 'telegram', userId: `9${i}` }, `Đồng chí ${i}`, 'Chi bộ Thôn 2');
    }
    const preview = await bot.press(OFFICER, choiceOf(await bot.say(OFFICER, `/thongbao ${TEXT}`), 'Các bí thư'));
    await bot.press(OFFICER, choiceOf(preview, 'sau khi duyệt'));
    const asked = (await outbox()).find(({ chat_id }) => chat_id === ADMIN.userId);
    const [read] = JSON.parse(asked?.choices ?? '[]') as { id: string }[];
    await bot.press(ADMIN, choiceOf(await bot.press(ADMIN, read?.id ?? ''), 'Cho gửi'));
    await deliver();
    const [large] = await bot.announcements.store.sent({ offset: 0, limit: 1 });
    await bot.press(OFFICER, `tb-sua-nd.${large?.id}`);
    expect(textOf(await bot.say(OFFICER, 'Độ mật: Tuyệt mật'))).toContain('tin đã gửi giữ như cũ');
    expect(textOf(await bot.say(OFFICER, NEW))).toContain('phải có một đồng chí khác duyệt');
    expect((await bot.announcements.store.byId(large?.id ?? ''))?.markdown).toBe(TEXT);
  });
});

test('people who turn out to be one, and people who erase themselves, in the report', async () => {
  const id = await announce();
  await deliver();
  await bot.press(BINH, `tb-ok.${id}`);
  const an = await bot.people.of(AN);
  await bot.people.link(an?.id ?? '', BINH);
  expect(textOf(await report(id))).toContain('Đã xác nhận: **2**');
  expect(textOf(await bot.say(AN, '/dulieu'))).toContain('Thông báo đã xác nhận');
  await bot.erasure.erase(AN);
  await bot.outbox.forget(bot.db, {
    personId: an?.id ?? '',
    chats: [AN, BINH].map(({ channel, userId }) => ({ channel, chatId: userId })),
  });
  const left = textOf(await report(id));
  expect(left).toContain('Đã xác nhận: **0**');
  expect(left).toContain('**3**/3 người');
  expect(textOf(await bot.press(OFFICER, `tb-xem.${id}.goi`))).not.toContain('Trần Văn An');
  expect(await bot.db.selectFrom('announcement_confirmations').selectAll().execute()).toEqual([]);
});
