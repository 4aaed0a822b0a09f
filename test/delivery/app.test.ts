import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createOutboxStore } from '../../src/delivery/outbox-store.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startFakeTelegram } from '../fakes/telegram.ts';
import { startFakeZalo } from '../fakes/zalo.ts';
import { messageOf } from '../support/outbox.ts';
import { startBot, temporaryFolder } from '../support/process.ts';

const SOON = { timeout: 20_000 };

test('a started bot sends what is in the outbox on every platform, over a restart, and says how it stands', async () => {
  using folder = temporaryFolder();
  const telegram = await startFakeTelegram();
  const zalo = await startFakeZalo();
  const DATABASE_URL = `sqlite:${folder.path}/sotay.db`;
  const env = {
    DATABASE_URL,
    QUIET_HOURS: '',
    WEB_CHAT: 'on',
    BACKUP_DIR: `${folder.path}/copies`,
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.root,
    ZALO_BOT_TOKEN: zalo.token,
    ZALO_API_ROOT: zalo.root,
  };
  telegram.fault = (method, { chat_id: chat }) =>
    method === 'sendMessage' && chat === '4'
      ? { error: 403, description: 'Forbidden: bot was blocked by the user' }
      : undefined;
  const first = await startBot(env);
  const db = await openDatabase(DATABASE_URL);
  const store = createOutboxStore(db, systemClock);
  const dueAt = systemClock.now();
  const choices = [{ id: 'x.1', label: 'Đã nhận' }];
  await db
    .transaction()
    .execute((transaction) =>
      store.enqueue(transaction, [
        { ...messageOf('announcement', 1, dueAt), message: { markdown: '**Mời họp**', choices } },
        { ...messageOf('announcement', 2, dueAt), channel: 'zalo', message: { markdown: '**Mời họp**', choices } },
        { ...messageOf('announcement', 3, dueAt), channel: 'web', message: { markdown: '**Mời họp**', choices } },
        messageOf('announcement', 4, dueAt),
      ]),
    );
  const onTelegram = await telegram.nextMessage(1);
  expect(onTelegram).toMatchObject({ text: 'Mời họp', buttons: [{ text: 'Đã nhận', data: 'x.1' }] });
  const onZalo = await zalo.nextMessage('2');
  expect(onZalo.text).toBe('Mời họp\n\nGõ số để chọn:\n1. Đã nhận');
  await expect
    .poll(async () => (await fetch(`${first.url}/health`)).json(), SOON)
    .toMatchObject({ outbox: { due: 1, failed: 1 } });
  const metrics = await (await fetch(`${first.url}/metrics`)).text();
  expect(metrics).toContain('sotay_deliveries_total{channel="zalo",class="announcement",state="sent"} 1');
  expect(metrics).toContain('sotay_deliveries_total{channel="zalo",class="announcement",state="unknown"} 0');
  expect(metrics).toContain('sotay_outbox_rows{state="due"} 1');
  expect(metrics).toMatch(/sotay_outbox_oldest_due_seconds\{channel="web"\} \d/);
  expect(metrics).toContain('sotay_part_up{part="backup"} 1');
  expect(metrics).toMatch(/sotay_database_bytes [1-9]\d{4}/);
  const shown = new Set([...metrics.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  for (const file of ['deploy/grafana/so-tay-chi-bo.json', 'deploy/prometheus/alerts.yaml']) {
    for (const [name] of readFileSync(file, 'utf8').matchAll(/\b(?:sotay|nodejs|process)_\w+/g)) {
      expect(shown, `${file}: ${name}`).toContain(name.replace(/_bucket$/, ''));
    }
  }
  expect(await first.end()).toBe(0);

  // The page of the third is opened only now.
  const second = await startBot(env);
  const stop = new AbortController();
  const events = await fetch(`${second.url}/chat/events?user=3`, { signal: stop.signal });
  let pushed = '';
  for await (const chunk of events.body ?? []) {
    pushed += new TextDecoder().decode(chunk as Uint8Array);
    if (pushed.includes('data:')) break;
  }
  expect(pushed).toContain('Mời họp');
  await expect.poll(() => store.report('announcement'), SOON).toEqual({ sent: 3, failed: 1 });
  const rows = await store.rows('announcement');
  expect(rows.map(({ messageId }) => messageId)).toEqual([
    String(onTelegram.messageId),
    onZalo.messageId,
    /^id: (.+)$/m.exec(pushed)?.[1],
    undefined,
  ]);
  expect(await second.end()).toBe(0);
  expect(telegram.sent).toHaveLength(1);
  expect(zalo.sent).toHaveLength(1);
  await db.destroy();
  await telegram.close();
  await zalo.close();
});

test('in quiet hours nothing goes but answers', async () => {
  using folder = temporaryFolder();
  const telegram = await startFakeTelegram();
  const DATABASE_URL = `sqlite:${folder.path}/sotay.db`;
  const now = Temporal.Now.zonedDateTimeISO('Asia/Ho_Chi_Minh');
  const time = (hours: number): string => now.add({ hours }).toPlainTime().toString({ smallestUnit: 'minute' });
  const bot = await startBot({
    DATABASE_URL,
    QUIET_HOURS: `${time(-1)}-${time(2)}`,
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.root,
  });
  const db = await openDatabase(DATABASE_URL);
  const store = createOutboxStore(db, systemClock);
  await db
    .transaction()
    .execute((transaction) => store.enqueue(transaction, [messageOf('reminder', 1, systemClock.now())]));
  for (let i = 0; i < 3; i++) {
    telegram.say(2, 'tuổi kết nạp đv');
    await telegram.nextMessage(2);
  }
  expect(await bot.end()).toBe(0);
  expect(telegram.sent.map(({ chatId }) => chatId)).toEqual(['2', '2', '2']);
  expect(await store.report('reminder')).toEqual({ due: 1 });
  await db.destroy();
  await telegram.close();
});
