import { expect, test } from 'vitest';
import { announcementGroup } from '../../src/announcements/announcements-store.ts';
import { systemClock } from '../../src/clock.ts';
import { createOutboxStore } from '../../src/delivery/outbox-store.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startFakeTelegram } from '../fakes/telegram.ts';
import { startFakeZalo } from '../fakes/zalo.ts';
import { addCrowd } from '../support/crowd.ts';
import { startBot, temporaryFolder } from '../support/process.ts';
import { randomNumbers } from '../support/random.ts';

const ON_TELEGRAM = 1000;
const ON_ZALO = 50;
const OFFICER = 1;
const ASKER = 2;
const QUESTION = 'bao nhiêu tuổi thì được vào đảng';
const PAUSE_SECONDS = 5;
const EDIT_EVERY_MS = 3000;
const SOON = { timeout: 40_000, interval: 50 };

const telegramId = (i: number): string => String(10_000 + i);
const zaloId = (i: number): string => `z${i}`;

const CROWD = [
  ...Array.from({ length: ON_TELEGRAM }, (_, i) => ({ channel: 'telegram' as const, chatId: telegramId(i) })),
  ...Array.from({ length: ON_ZALO }, (_, i) => ({ channel: 'zalo' as const, chatId: zaloId(i) })),
];

test(
  'to 1,050 people over faults, a pause and a kill: nobody twice, the report is what arrived',
  { timeout: 60_000 },
  async () => {
    using folder = temporaryFolder();
    const random = randomNumbers();
    console.log(`seed ${random.seed}`);
    const [telegram, zalo] = [await startFakeTelegram(), await startFakeZalo()];
    const DATABASE_URL = `sqlite:${folder.path}/sotay.db`;
    const env = {
      DATABASE_URL,
      ADMINS: `telegram:${OFFICER}`,
      QUIET_HOURS: '',
      FOUR_EYES_ABOVE: '2000',
      TELEGRAM_RATE: '300',
      ZALO_RATE: '40',
      ZALO_MAX_USERS: '0',
      ...telegram.env,
      ...zalo.env,
    };
    const blocked = new Set(Array.from({ length: ON_TELEGRAM / 20 }, () => telegramId(random.number(ON_TELEGRAM))));
    const edits: number[] = [];
    let paused = false;
    telegram.fault = (method, { chat_id: chat }) => {
      if (method === 'editMessageText') edits.push(performance.now());
      if (method !== 'sendMessage' || Number(chat) < 10_000) return undefined;
      if (blocked.has(String(chat))) return { error: 403, description: 'Forbidden: bot was blocked by the user' };
      if (!paused && telegram.sent.length > 650) {
        paused = true;
        return { error: 429, description: 'Too Many Requests: retry after 5', retryAfter: PAUSE_SECONDS };
      }
      return random.number(100) < 3 ? { drop: random.pick(['before', 'after'] as const) } : undefined;
    };
    zalo.fault = (method, { chat_id: chat }) =>
      method === 'sendMessage' && String(chat) !== String(ASKER) && random.number(100) < 3
        ? { drop: random.pick(['before', 'after'] as const) }
        : undefined;

    const first = await startBot(env);
    const db = await openDatabase(DATABASE_URL);
    await addCrowd(db, CROWD);

    telegram.say(OFFICER, '/thongbao Mời các đồng chí dự hội nghị lúc 8 giờ ngày 25/12.');
    await telegram.nextMessage(OFFICER);
    telegram.press(OFFICER, 'Tất cả');
    await telegram.nextMessage(OFFICER);
    expect((await telegram.nextMessage(OFFICER)).text).toContain('1.050 (Telegram 1.000, Zalo 50)');
    telegram.press(OFFICER, 'Gửi ngay');
    telegram.press(OFFICER, 'Gửi ngay');
    const status = await telegram.nextMessage(OFFICER);
    expect(status.text).toContain('Đang gửi thông báo');

    await expect.poll(() => telegram.sent.length, SOON).toBeGreaterThan(200);
    const asked = performance.now();
    telegram.say(ASKER, QUESTION);
    zalo.say(String(ASKER), QUESTION);
    expect((await telegram.nextMessage(ASKER)).text).toContain('18 tuổi');
    expect((await zalo.nextMessage(String(ASKER))).text).toContain('18 tuổi');
    expect(performance.now() - asked).toBeLessThan(10_000);
    expect(await first.end('SIGKILL')).toBeNull();
    expect(telegram.sent.length).toBeLessThan(900);

    const second = await startBot(env);
    telegram.say(ASKER, QUESTION);
    expect((await telegram.nextMessage(ASKER)).text).toContain('18 tuổi');
    await expect.poll(() => status.text, SOON).toContain('Đã gửi xong');
    const outbox = createOutboxStore(db, systemClock);
    const announcement = (): Promise<{ id: string; state: string; ended_at: string | null }> =>
      db.selectFrom('announcements').select(['id', 'state', 'ended_at']).executeTakeFirstOrThrow();
    // It is noted after the message says it.
    await expect.poll(async () => (await announcement()).state, SOON).toBe('sent');
    const { id, ended_at: ended } = await announcement();
    expect(ended).not.toBeNull();

    // Row by row as the fakes have it.
    const arrived = new Map<string, string[]>();
    for (const { chatId, messageId } of [...telegram.sent, ...zalo.sent]) {
      arrived.set(chatId, [...(arrived.get(chatId) ?? []), String(messageId)]);
    }
    const rows = await outbox.rows(announcementGroup(id));
    expect(rows).toHaveLength(ON_TELEGRAM + ON_ZALO);
    const counts = { sent: 0, failed: 0, unknown: 0 };
    for (const row of rows) {
      const got = arrived.get(row.chatId) ?? [];
      expect(got.length, row.chatId).toBeLessThanOrEqual(1);
      if (blocked.has(row.chatId)) expect(got).toEqual([]);
      if (row.state === 'failed') expect([row.error, blocked.has(row.chatId)]).toEqual(['gone', true]);
      else if (row.state === 'sent') expect(got).toEqual([row.messageId]);
      else expect(row.state).toBe('unknown');
      counts[row.state as keyof typeof counts]++;
    }
    console.log(counts);
    // Some were on their way when the process was killed.
    expect(counts.failed).toBeGreaterThan(blocked.size - 32);
    expect(counts.unknown).toBeGreaterThan(10);
    expect(counts.unknown).toBeLessThan(120);

    // One status message, which showed how it went and says what the report says.
    const number = (count: number): string => count.toLocaleString('vi');
    expect(status.text).toContain(`tới ${number(counts.sent)}/1.050 người`);
    expect(status.text).toContain(`không gửi được ${counts.failed}`);
    expect(status.text).toContain(`chưa rõ đã tới hay chưa ${counts.unknown}`);
    expect(status.earlier.filter((text) => /[1-9]\d?%/.test(text)).length).toBeGreaterThan(0);
    expect(telegram.sent.filter(({ chatId }) => chatId === String(OFFICER))).toHaveLength(5);
    expect(paused).toBe(true);
    // The second process did not know when the first one had edited it.
    const tooSoon = edits.filter((at, i) => i > 0 && at - (edits[i - 1] ?? 0) < EDIT_EVERY_MS - 100);
    expect(tooSoon.length).toBeLessThanOrEqual(1);

    expect(await second.end()).toBe(0);
    await db.destroy();
    await telegram.close();
    await zalo.close();
  },
);
