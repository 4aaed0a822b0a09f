import { createZaloClient, type ZaloClient } from '../bot/zalo/client.ts';
import { isZaloError, ZaloApiError } from '../bot/zalo/errors.ts';
import type { Config } from '../config.ts';
import { Finding, type Check } from './finding.ts';
import { unreachable } from './network.ts';
import { callWebhook, otherWebhook } from './webhook-call.ts';

/** Who called with this name was seen in real logs; browser checks in front of a bot turn it away. */
const ZALO_AGENT = 'Java/1.8.0_192';
const WHERE_TOKEN =
  'Lấy mã trong tin nhắn của "Zalo Bot Manager" trên Zalo (dạng số:chữ), đặt vào ZALO_BOT_TOKEN. Xem docs/trien-khai.md.';

/** Zalo's token and webhook. */
export function zaloChecks(config: Config, token: string): Check[] {
  const client = createZaloClient({ token, apiRoot: config.ZALO_API_ROOT, proxy: config.HTTPS_PROXY });
  return [
    { name: 'Zalo: mã của bot', look: () => checkToken(client, config), vital: true },
    { name: 'Zalo: webhook', look: () => checkWebhook(client, config) },
  ];
}

async function checkToken(client: ZaloClient, config: Config): Promise<string> {
  const bot = await client.getMe().catch((error: unknown) => explainZalo(error, config));
  return `đúng, bot là ${bot.account_name ?? bot.name ?? bot.id}.`;
}

async function checkWebhook(client: ZaloClient, config: Config): Promise<string> {
  const current = await client.getWebhookUrl().catch((error: unknown) => explainZalo(error, config));
  if (config.PUBLIC_URL === undefined || config.WEBHOOK_SECRET === undefined) {
    if (current !== '') throw otherWebhook('Zalo', current, undefined);
    return 'không dùng; bot tự hỏi Zalo lấy tin (long polling), vì PUBLIC_URL để trống.';
  }
  const wanted = `${config.PUBLIC_URL}/zalo/webhook`;
  await callWebhook({
    address: wanted,
    headers: { 'X-Bot-Api-Secret-Token': config.WEBHOOK_SECRET, 'User-Agent': ZALO_AGENT },
    token: 'ZALO_BOT_TOKEN',
    platform: 'Zalo',
  });
  if (current !== wanted) throw otherWebhook('Zalo', current, wanted);
  return `Zalo gửi tin tới ${wanted}; gọi thử từ máy này được. Nếu bot vẫn không nhận tin, xem /health và nhật ký.`;
}

/** @throws {Finding} with what the failure of a call means */
export function explainZalo(error: unknown, config: Config): never {
  if (!isZaloError(error)) throw error;
  throw new Finding(`${meaning(error, config)} (${error.message})`);
}

function meaning(error: unknown, config: Config): string {
  if (!(error instanceof ZaloApiError)) return unreachable(error, config.ZALO_API_ROOT, 'ZALO_API_ROOT');
  if (error.code === 401) {
    return `Zalo không nhận mã này: chép thiếu, hoặc mã đã được đặt lại trong Zalo Bot Creator. ${WHERE_TOKEN}`;
  }
  if (error.code === 404 || error.code === 400) {
    return `Zalo không hiểu lời gọi: thường do mã chép sai hoặc ZALO_API_ROOT sai. ${WHERE_TOKEN}`;
  }
  if (error.code === 429) {
    return 'Đã hết hạn mức của gói (429). Chờ sang tháng, hoặc nâng gói trong Zalo Bot Creator.';
  }
  if (!error.readable) {
    return 'Nơi trả lời không phải Zalo (một trang web): có proxy hoặc tường lửa chen vào, hoặc Zalo đang trục trặc.';
  }
  return 'Zalo đang trục trặc; thử lại sau ít phút.';
}
