import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { momentWords } from '../announcements/schedule.ts';
import type { ChannelName, Config } from '../config.ts';
import { Advice, Finding, type Check } from './finding.ts';

const ANSWER_MS = 5000;
const SHOWN = 3;
const healthSchema = z.looseObject({ status: z.string(), problems: z.array(z.string()).optional() });

/** Who runs it, and how it runs at this moment. */
export function runningChecks(config: Config): Check[] {
  return [
    { name: 'Quản trị viên (ADMINS)', look: () => checkAdmins(config) },
    { name: 'Bot đang chạy', look: () => checkHealth(config) },
  ];
}

function checkAdmins(config: Config): string {
  const on = platformsOf(config);
  if (config.ADMINS.length === 0) {
    const text = `chưa có ai. Đặt ADMINS rồi khởi động lại bot. ${recentAccounts(config, on)}`;
    throw on.length > 0 ? new Finding(text) : new Advice(text);
  }
  const off = config.ADMINS.filter(({ channel }) => !on.includes(channel) && channel !== 'web');
  if (off.length > 0) {
    const names = [...new Set(off.map(({ channel }) => channel))].join(', ');
    throw new Finding(`có tài khoản ${names}, nhưng chưa đặt mã của ${names}. Đặt mã, hoặc sửa ADMINS.`);
  }
  if (config.ADMINS.length === 1) {
    throw new Advice('mới có một tài khoản. Nên có ít nhất hai quản trị viên, để còn người khi một người vắng.');
  }
  return `${config.ADMINS.length} tài khoản.`;
}

const platformsOf = (config: Config): ChannelName[] => [
  ...(config.TELEGRAM_BOT_TOKEN === undefined ? [] : (['telegram'] as const)),
  ...(config.ZALO_BOT_TOKEN === undefined ? [] : (['zalo'] as const)),
];

/** An id can only be learnt from a message that was received. */
function recentAccounts(config: Config, channels: readonly ChannelName[]): string {
  const file = config.DATABASE_URL.slice('sqlite:'.length);
  const how = 'Để có mã người dùng: cho bot chạy, nhắn cho bot một tin, rồi chạy lại lệnh này.';
  if (channels.length === 0 || !existsSync(file)) return how;
  const when = (at: string): string => momentWords(Temporal.Instant.from(at), config.TIME_ZONE);
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const recent = database.prepare(
      'SELECT chat_id, first_seen FROM accounts WHERE channel = ? AND is_group = 0 ORDER BY first_seen DESC LIMIT ?',
    );
    const lines = channels.flatMap((channel) =>
      recent
        .all(channel, SHOWN)
        .map(
          ({ chat_id: id, first_seen: at }) => `\n  ${channel}:${String(id)} (nhắn lần đầu lúc ${when(String(at))})`,
        ),
    );
    return lines.length === 0 ? how : `Những người mới nhắn cho bot:${lines.join('')}`;
  } catch {
    return how;
  } finally {
    database.close();
  }
}

async function checkHealth(config: Config): Promise<string> {
  const host = config.HOST === '0.0.0.0' || config.HOST === '::' ? '127.0.0.1' : config.HOST;
  const address = `http://${host.includes(':') ? `[${host}]` : host}:${config.PORT}/health`;
  let body: unknown;
  try {
    const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(ANSWER_MS) });
    body = await response.json();
  } catch {
    throw new Advice(
      `không thấy bot ở ${address}. Bot vừa khởi động thì chờ 15 giây rồi chạy lại; đã chạy từ trước thì PORT, HOST ở đây khác với bot.`,
    );
  }
  const health = healthSchema.safeParse(body);
  if (!health.success) throw new Finding(`${address} là một chương trình khác. Chọn PORT khác cho bot.`);
  if (health.data.status === 'ok') return 'mọi phần đều tốt.';
  const problems = (health.data.problems ?? []).map((line) => `\n  ${line}`).join('');
  throw new Finding(`có phần đang hỏng; sửa theo các dòng ✗ ở trên, rồi xem nhật ký của bot.${problems}`);
}
