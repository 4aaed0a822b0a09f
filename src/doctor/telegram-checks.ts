import { z } from 'zod';
import type { Config } from '../config.ts';
import { Advice, Finding, type Check } from './finding.ts';
import { post, unreachable } from './network.ts';
import { callWebhook, otherWebhook } from './webhook-call.ts';

const answerSchema = z.looseObject({
  ok: z.boolean(),
  error_code: z.number().optional().catch(undefined),
  result: z.unknown().optional(),
});
const botSchema = z.looseObject({ username: z.string().optional().catch(undefined) });
const webhookSchema = z.looseObject({
  url: z.string(),
  last_error_date: z.number().optional().catch(undefined),
  last_error_message: z.string().max(200).optional().catch(undefined),
  pending_update_count: z.number().optional().catch(undefined),
});

const WHERE_TOKEN = 'Lấy mã trong tin nhắn của @BotFather (lệnh /token), đặt vào TELEGRAM_BOT_TOKEN.';
/** More than this waiting means that nobody takes it. */
const MANY_WAITING = 100;

/** Telegram's token and webhook. */
export function telegramChecks(config: Config, token: string): Check[] {
  return [
    { name: 'Telegram: mã của bot', look: () => checkToken(config, token), vital: true },
    { name: 'Telegram: webhook', look: () => checkWebhook(config, token) },
  ];
}

async function checkToken(config: Config, token: string): Promise<string> {
  const { username } = botSchema.parse(await call(config, token, 'getMe'));
  return `đúng, bot là @${username ?? '(chưa có tên)'}.`;
}

async function checkWebhook(config: Config, token: string): Promise<string> {
  const info = webhookSchema.parse(await call(config, token, 'getWebhookInfo'));
  const { PUBLIC_URL, WEBHOOK_SECRET } = config;
  if (PUBLIC_URL === undefined || WEBHOOK_SECRET === undefined) {
    if (info.url !== '') throw otherWebhook('Telegram', info.url, undefined);
    return 'không dùng; bot tự hỏi Telegram lấy tin (long polling), vì PUBLIC_URL để trống.';
  }
  const wanted = `${PUBLIC_URL}/telegram/webhook`;
  await callWebhook({
    address: wanted,
    headers: { 'X-Telegram-Bot-Api-Secret-Token': WEBHOOK_SECRET },
    token: 'TELEGRAM_BOT_TOKEN',
    platform: 'Telegram',
  });
  if (info.url !== wanted) throw otherWebhook('Telegram', info.url, wanted);
  if ((info.pending_update_count ?? 0) > MANY_WAITING) {
    throw new Advice(
      `Telegram còn giữ ${info.pending_update_count} tin chưa đưa được (${info.last_error_message ?? 'không nói vì sao'}). Xem lại sau vài phút.`,
    );
  }
  return `Telegram gửi tin tới ${wanted}; gọi thử từ máy này được.`;
}

/** @throws {Finding} with what the failure means; the address, which has the token in it, is never told */
async function call(config: Config, token: string, method: string): Promise<unknown> {
  const root = config.TELEGRAM_API_ROOT;
  const { status, body } = await post(`${root}/bot${token}/${method}`, { proxy: config.HTTPS_PROXY, body: {} }).catch(
    (error: unknown) => {
      throw new Finding(unreachable(error, root, 'TELEGRAM_API_ROOT'));
    },
  );
  const answer = answerSchema.safeParse(parsed(body));
  if (!answer.success) {
    throw new Finding(
      `nơi trả lời (${status}) không phải Telegram: có proxy hoặc tường lửa chen vào, TELEGRAM_API_ROOT sai, hoặc Telegram đang trục trặc.`,
    );
  }
  if (answer.data.ok) return answer.data.result;
  const code = answer.data.error_code ?? status;
  if (code === 401 || code === 404) {
    throw new Finding(`Telegram không nhận mã này (${code}): chép thiếu, hoặc mã đã được đổi. ${WHERE_TOKEN}`);
  }
  throw new Finding(`Telegram đang trục trặc (${code}); thử lại sau ít phút.`);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
