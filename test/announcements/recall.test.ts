import { expect, test } from 'vitest';
import { systemClock, timestamp } from '../../src/clock.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { startFakeTelegram } from '../fakes/telegram.ts';
import { startFakeZalo } from '../fakes/zalo.ts';
import { SOON, startBot, temporaryFolder } from '../support/process.ts';

const OFFICER = 1;
const ON_TELEGRAM = 80;
/** Whose message Telegram does not let go, and who comes through only at the second try. */
const [REFUSED, CUT] = ['10003', '10070'];
const ON_ZALO = ['z1', 'z2', 'z3'];

async function addPeople(db: Database): Promise<void> {
  const at = timestamp(systemClock.now());
  const accounts = [
    ...Array.from({ length: ON_TELEGRAM }, (_, i) => ({ channel: 'telegram', chat_id: String(10_000 + i) })),
    ...ON_ZALO.map((chat_id) => ({ channel: 'zalo', chat_id })),
  ];
  for (const { channel, chat_id } of accounts) {
    const person_id = `p-${chat_id}`;
    await db
      .insertInto('people')
      .values({ id: person_id, consent_version: 'v1', consented_at: at, created_at: at })
      .execute();
    await db.insertInto('accounts').values({ channel, chat_id, first_seen: at, person_id }).execute();
  }
}

test(
  'an announcement is confirmed, asked about, edited and recalled; a kill in between loses nothing',
  { timeout: 60_000 },
  async () => {
    using folder = temporaryFolder();
    const [telegram, zalo] = [await startFakeTelegram(), await startFakeZalo()];
    const DATABASE_URL = `sqlite:${folder.path}/sotay.db`;
    const env = {
      DATABASE_URL,
      ADMINS: `telegram:${OFFICER}`,
      QUIET_HOURS: '',
      TELEGRAM_RATE: '80',
      ZALO_RATE: '40',
      ...telegram.env,
      ...zalo.env,
    };
    const first = await startBot(env);
    const db = await openDatabase(DATABASE_URL);
    await addPeople(db);
    const toPeople = () => telegram.sent.filter(({ chatId }) => Number(chatId) >= 10_000 && Number(chatId) < 20_000);
    const toldOfficer = (text: string) =>
      telegram.sent.some((one) => one.chatId === String(OFFICER) && one.text.includes(text));
    const onZalo = (text: string) => zalo.sent.filter((one) => one.text.includes(text)).map(({ chatId }) => chatId);
    const press = async (label: string, expected: string): Promise<void> => {
      telegram.press(OFFICER, label);
      await expect.poll(() => toldOfficer(expected), SOON).toBe(true);
    };

    telegram.say(OFFICER, '/thongbao Họp lúc 8 giờ ngày 25/12.');
    await expect.poll(() => toldOfficer('Gửi tới ai?'), SOON).toBe(true);
    await press('Tất cả', 'Xem trước');
    await press('Gửi ngay', 'Đang gửi');
    await expect.poll(() => toPeople().length + onZalo('8 giờ').length, SOON).toBe(ON_TELEGRAM + ON_ZALO.length);

    zalo.say('z1', '1');
    await expect.poll(() => onZalo('đã ghi nhận'), SOON).toEqual(['z1']);
    const [message] = toPeople();
    const asker = Number(message?.chatId);
    const person = { chat: { id: asker, type: 'private' }, from: { id: asker, is_bot: false }, date: 1 };
    const reply = { reply_to_message: { message_id: message?.messageId, ...person }, text: 'Họp mấy ngày?' };
    telegram.push({ message: { message_id: 900_001, ...person, ...reply } });
    await expect.poll(() => toldOfficer('Họp mấy ngày?'), SOON).toBe(true);

    await press('Báo cáo', 'Đã xác nhận: 1;');
    await press('Sửa nội dung', 'toàn bộ');
    telegram.say(OFFICER, 'Họp lúc 14 giờ ngày 25/12.');
    await expect.poll(() => toldOfficer('sẽ thay nội dung cũ'), SOON).toBe(true);
    await press('Xác nhận sửa, gửi đính chính', 'Đã sửa xong thông báo: đã sửa 80 tin; 3 tin');
    expect(toPeople().filter(({ text }) => text.includes('14 giờ'))).toHaveLength(ON_TELEGRAM);
    await expect.poll(() => onZalo('14 giờ').toSorted(), SOON).toEqual(ON_ZALO);

    let cut = false;
    telegram.fault = (method, { chat_id: chat }) => {
      if (method !== 'deleteMessage') return undefined;
      if (String(chat) === REFUSED)
        return { error: 400, description: "Bad Request: message can't be deleted for everyone" };
      if (String(chat) !== CUT || cut) return undefined;
      cut = true;
      return { drop: 'after' };
    };
    telegram.press(OFFICER, 'Báo cáo');
    await press('Thu hồi', 'Thu hồi thông báo này?');
    telegram.press(OFFICER, 'Xác nhận thu hồi');
    const deleted = () => toPeople().filter((one) => one.deleted).length;
    await expect.poll(deleted, { ...SOON, interval: 10 }).toBeGreaterThan(5);
    expect(await first.end('SIGKILL')).toBeNull();
    expect(deleted()).toBeLessThan(ON_TELEGRAM - 1);

    const second = await startBot(env);
    await expect.poll(() => toldOfficer('Đã thu hồi xong thông báo: đã xóa 79 tin'), SOON).toBe(true);
    expect(deleted()).toBe(ON_TELEGRAM - 1);
    await expect.poll(() => onZalo('đã được thu hồi').toSorted(), SOON).toEqual(ON_ZALO);
    // Who keeps the message is told, once; beside that people got the announcement, and one the answer about the question.
    await expect.poll(() => toPeople().at(-1), SOON).toMatchObject({ chatId: REFUSED, deleted: false });
    expect(toPeople()).toHaveLength(ON_TELEGRAM + 2);

    expect(await second.end()).toBe(0);
    await db.destroy();
    await telegram.close();
    await zalo.close();
  },
);
