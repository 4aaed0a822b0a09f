import { createZaloClient } from '../bot/zalo/client.ts';
import { ZaloApiError } from '../bot/zalo/errors.ts';
import { createQuota } from '../bot/zalo/quota-store.ts';
import type { Clock } from '../clock.ts';
import type { AccountRef, Config } from '../config.ts';
import { createLogger } from '../log.ts';
import { openDatabase } from '../store/database.ts';
import { Finding, type Check } from './finding.ts';
import { post, unreachable } from './network.ts';
import { explainZalo } from './zalo-checks.ts';

const TEXT = 'Tin thử của Sổ tay chi bộ: bot gửi tin cho đồng chí được.';

/** Sends a message to somebody, which on Zalo counts in the plan's month. */
export function testMessage(config: Config, clock: Clock, { channel, userId }: AccountRef): Check {
  const send = { telegram: sendOnTelegram, zalo: sendOnZalo, web: nothingToSend }[channel];
  return { name: `Tin thử tới ${channel}:${userId}`, look: () => send(config, userId, clock) };
}

async function sendOnTelegram(config: Config, userId: string): Promise<string> {
  const { TELEGRAM_API_ROOT: root, TELEGRAM_BOT_TOKEN: token, HTTPS_PROXY: proxy } = config;
  if (token === undefined) throw new Finding('chưa đặt TELEGRAM_BOT_TOKEN.');
  const body = { chat_id: userId, text: TEXT };
  const { status } = await post(`${root}/bot${token}/sendMessage`, { proxy, body }).catch((error: unknown) => {
    throw new Finding(unreachable(error, root, 'TELEGRAM_API_ROOT'));
  });
  if (status === 200) return 'đã gửi; mở Telegram để xem.';
  if (status === 400 || status === 403) {
    throw new Finding(
      `Telegram không nhận (${status}). Mã người dùng sai, hoặc người này chưa bấm Bắt đầu trong bot này, hoặc đã chặn bot.`,
    );
  }
  throw new Finding(`Telegram không nhận (${status}). Sửa theo các dòng ✗ ở trên, hoặc thử lại sau ít phút.`);
}

async function sendOnZalo(config: Config, userId: string, clock: Clock): Promise<string> {
  const { ZALO_BOT_TOKEN: token, ZALO_API_ROOT: apiRoot, HTTPS_PROXY: proxy } = config;
  if (token === undefined) throw new Finding('chưa đặt ZALO_BOT_TOKEN.');
  await createZaloClient({ token, apiRoot, proxy })
    .sendMessage(userId, TEXT, [])
    .catch((error: unknown) => {
      if (error instanceof ZaloApiError && (error.code === 400 || error.code === 404)) {
        throw new Finding(
          `Zalo không nhận (${error.code}). Mã người dùng sai, hoặc người này chưa từng nhắn cho bot này, hoặc đã chặn bot. Nhắn cho bot một tin rồi thử lại.`,
        );
      }
      return explainZalo(error, config);
    });
  const db = await openDatabase(config.DATABASE_URL);
  try {
    const quota = createQuota({
      db,
      clock,
      timeZone: config.TIME_ZONE,
      log: createLogger('silent', []),
      channel: 'zalo',
      limit: config.ZALO_MONTHLY_MESSAGES,
      tellOfficers: () => Promise.resolve(0),
    });
    await quota.count();
    const { sent, left } = await quota.usage();
    const rest = left === null ? '' : ` Tháng này đã gửi ${sent} tin, còn ${left}.`;
    return `đã gửi; mở Zalo để xem.${rest}`;
  } finally {
    await db.destroy();
  }
}

function nothingToSend(): Promise<string> {
  return Promise.resolve('bỏ qua: trang trò chuyện không cần thử.');
}
