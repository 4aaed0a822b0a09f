import { request } from 'node:https';
import { request as plainRequest } from 'node:http';
import { parseArgs } from 'node:util';
import { createZaloClient, type ZaloClient } from '../bot/zalo/client.ts';
import { isZaloError, ZaloApiError } from '../bot/zalo/errors.ts';
import { createQuota } from '../bot/zalo/quota-store.ts';
import { systemClock } from '../clock.ts';
import { ConfigError, readConfig, type Config } from '../config.ts';
import { createLogger } from '../log.ts';
import { openDatabase, type Database } from '../store/database.ts';

/*
 * `npm run zalo:doctor [-- <chat id>]` tries what an operator can get wrong with Zalo, in order: the token, the webhook, a
 * message to the operator. Says what is wrong and how to mend it; exit status 1 when something is. Never prints the token.
 */

/** A person waits for it. */
const WEBHOOK_MS = 10_000;
/** Who called with this name was seen in real logs; browser checks in front of a bot turn it away. */
const ZALO_AGENT = 'Java/1.8.0_192';

/** What is wrong and how to mend it, for the operator. */
class Finding extends Error {
  override name = 'Finding';
}

type ZaloConfig = Config & { ZALO_BOT_TOKEN: string };

async function main(): Promise<boolean> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const config = readConfig(process.env);
  if (config.ZALO_BOT_TOKEN === undefined) {
    console.log(`✗ Chưa đặt ZALO_BOT_TOKEN. ${WHERE_TOKEN}`);
    return false;
  }
  const zaloConfig: ZaloConfig = { ...config, ZALO_BOT_TOKEN: config.ZALO_BOT_TOKEN };
  const client = createZaloClient({
    token: zaloConfig.ZALO_BOT_TOKEN,
    apiRoot: config.ZALO_API_ROOT,
    proxy: config.HTTPS_PROXY,
  });
  if (!(await step('Mã của bot (getMe)', () => checkToken(client, zaloConfig)))) return false;
  const webhook = await step('Webhook', () => checkWebhook(client, zaloConfig));
  const db = await openDatabase(config.DATABASE_URL);
  try {
    const chatIds = positionals.length > 0 ? positionals : operators(config);
    return (await step('Tin thử', () => sendTest(client, zaloConfig, db, chatIds))) && webhook;
  } finally {
    await db.destroy();
  }
}

async function step(name: string, check: () => Promise<string>): Promise<boolean> {
  try {
    console.log(`✓ ${name}: ${await check()}`);
    return true;
  } catch (error) {
    if (!(error instanceof Finding)) throw error;
    console.log(`✗ ${name}: ${error.message}`);
    return false;
  }
}

async function checkToken(client: ZaloClient, config: ZaloConfig): Promise<string> {
  const bot = await client.getMe().catch((error: unknown) => explain(error, config));
  const name = bot.account_name ?? bot.name ?? bot.id;
  return `đúng, bot là ${name}.`;
}

async function checkWebhook(client: ZaloClient, config: ZaloConfig): Promise<string> {
  const current = await client.getWebhookUrl().catch((error: unknown) => explain(error, config));
  if (config.PUBLIC_URL === undefined || config.WEBHOOK_SECRET === undefined) {
    if (current === '') return 'không dùng; bot tự hỏi Zalo lấy tin (long polling), vì PUBLIC_URL để trống.';
    throw new Finding(
      `Zalo đang gửi tin tới ${current}, nên bot không tự lấy tin được. Nếu muốn dùng webhook, đặt PUBLIC_URL; nếu không, chỉ cần khởi động lại bot: bot tự gỡ webhook này.`,
    );
  }
  const wanted = `${config.PUBLIC_URL}/zalo/webhook`;
  const reached = await callWebhook(wanted, config.WEBHOOK_SECRET);
  if (current !== wanted) {
    const now = current === '' ? 'chưa đăng ký' : `đang trỏ tới ${current}`;
    throw new Finding(`${now}, trong khi phải là ${wanted}. Khởi động lại bot: bot tự đăng ký.`);
  }
  return `Zalo gửi tin tới ${wanted}; gọi thử từ máy này được (${reached}). Nếu bot vẫn không nhận tin, xem /health và nhật ký.`;
}

/** Calls our own address in the way that Zalo does: an empty body with the secret is answered and does nothing. */
async function callWebhook(address: string, secret: string): Promise<number> {
  const status = await statusOf(address, secret).catch((error: unknown) => {
    const code = (error as NodeJS.ErrnoException).code ?? 'no code';
    throw new Finding(`không gọi được ${address} (${code}). ${unreachable(code)}`);
  });
  if (status === 200) return status;
  const cures: Record<number, string> = {
    401: 'WEBHOOK_SECRET của bot đang chạy khác với ở đây. Dùng cùng một giá trị rồi khởi động lại bot.',
    403: 'Có lớp chắn trước bot. Trên Cloudflare, tạo Configuration Rule tắt "Browser Integrity Check" cho đường dẫn /zalo/webhook (quy tắc WAF "Skip" không đủ).',
    404: 'Bot đang chạy không mở webhook này (xem ZALO_BOT_TOKEN, PUBLIC_URL của bot đang chạy), hoặc máy chủ phía trước chuyển sai địa chỉ.',
    502: 'Máy chủ phía trước (nginx, Caddy) không gọi được bot. Xem bot có đang chạy không, và PORT có khớp không.',
  };
  const cure =
    cures[status] ?? 'Xem cấu hình máy chủ phía trước (nginx, Caddy): chỉ cần chuyển nguyên yêu cầu tới bot.';
  throw new Finding(`${address} trả lời ${status} thay vì 200. ${cure}`);
}

function statusOf(address: string, secret: string): Promise<number> {
  const send = address.startsWith('https:') ? request : plainRequest;
  return new Promise((resolve, reject) => {
    const headers = { 'X-Bot-Api-Secret-Token': secret, 'User-Agent': ZALO_AGENT };
    const call = send(address, { method: 'POST', headers, signal: AbortSignal.timeout(WEBHOOK_MS) }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.on('error', reject);
    call.end();
  });
}

function unreachable(code: string): string {
  if (/^(?:ENOTFOUND|EAI_AGAIN)$/.test(code)) return 'Tên miền chưa trỏ về máy chủ này; kiểm tra bản ghi DNS.';
  if (/CERT|SSL|TLS|SELF_SIGNED/.test(code)) {
    return 'Chứng chỉ https không hợp lệ hoặc đã hết hạn; Zalo chỉ gọi địa chỉ có chứng chỉ hợp lệ.';
  }
  return 'Kiểm tra bot và máy chủ phía trước (nginx, Caddy) có đang chạy, tường lửa có mở cổng 443 không.';
}

async function sendTest(client: ZaloClient, config: ZaloConfig, db: Database, chatIds: string[]): Promise<string> {
  if (chatIds.length === 0) throw new Finding(await howToFindId(db));
  const quota = createQuota({
    db,
    clock: systemClock,
    timeZone: config.TIME_ZONE,
    log: createLogger('silent', []),
    channel: 'zalo',
    limit: config.ZALO_MONTHLY_MESSAGES,
    tellOfficers: () => Promise.resolve(0),
  });
  for (const chatId of chatIds) {
    await client.sendMessage(chatId, TEST_MESSAGE, []).catch((error: unknown) => {
      if (error instanceof ZaloApiError && (error.code === 400 || error.code === 404)) {
        throw new Finding(
          `Zalo không nhận tin gửi tới "${chatId}" (${error.code}). Mã người dùng sai, hoặc người này chưa từng nhắn cho bot này, hoặc đã chặn bot. Nhắn cho bot một tin rồi thử lại.`,
        );
      }
      return explain(error, config);
    });
    await quota.count();
  }
  const { sent, left } = await quota.usage();
  const rest = left === null ? '' : ` Tháng này đã gửi ${sent} tin, còn ${left}.`;
  return `đã gửi tới ${chatIds.join(', ')}; mở Zalo để xem.${rest}`;
}

/** An id can only be learnt from a message that was received. */
async function howToFindId(db: Database): Promise<string> {
  const recent = await db
    .selectFrom('accounts')
    .select(['chat_id', 'first_seen'])
    .where('channel', '=', 'zalo')
    .where('is_group', '=', 0)
    .orderBy('first_seen', 'desc')
    .limit(3)
    .execute();
  const how = 'chưa biết gửi cho ai. Chạy lại: npm run zalo:doctor -- <mã>, hoặc đặt ADMINS=zalo:<mã>.';
  if (recent.length === 0)
    return `${how} Để có mã: cho bot chạy, nhắn cho bot một tin trên Zalo, rồi chạy lại lệnh này.`;
  const list = recent.map(({ chat_id, first_seen }) => `\n  ${chat_id} (nhắn lần đầu lúc ${first_seen})`).join('');
  return `${how} Những người mới nhắn cho bot:${list}`;
}

function operators(config: Config): string[] {
  return config.ADMINS.filter(({ channel }) => channel === 'zalo').map(({ userId }) => userId);
}

/** @throws {Finding} with what the failure of a call means */
function explain(error: unknown, config: ZaloConfig): never {
  if (!isZaloError(error)) throw error;
  throw new Finding(`${meaning(error, new URL(config.ZALO_API_ROOT).host)} (${error.message})`);
}

function meaning(error: unknown, host: string): string {
  if (!(error instanceof ZaloApiError)) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const from = `máy này không nói chuyện được với ${host}.`;
    if (/^(?:ENOTFOUND|EAI_AGAIN)$/.test(code)) {
      return `${from} Không tìm thấy tên máy chủ: kiểm tra mạng, DNS và ZALO_API_ROOT.`;
    }
    if (code === 'ECONNREFUSED') return `${from} Kết nối bị từ chối: kiểm tra ZALO_API_ROOT, tường lửa, HTTPS_PROXY.`;
    if (code === 'ERR_PROXY_TUNNEL') return `${from} Proxy không cho qua: kiểm tra HTTPS_PROXY.`;
    return `${from} Kiểm tra mạng, tường lửa, HTTPS_PROXY; nếu mạng tốt thì Zalo đang trục trặc, thử lại sau ít phút.`;
  }
  if (error.code === 401) {
    return `Zalo không nhận mã này: chép thiếu, hoặc mã đã được đặt lại trong Zalo Bot Creator. ${WHERE_TOKEN}`;
  }
  if (error.code === 404 || error.code === 400) {
    return `Zalo không hiểu lời gọi: thường do mã chép sai hoặc ZALO_API_ROOT sai. ${WHERE_TOKEN}`;
  }
  if (error.code === 429) {
    return 'Đã hết hạn mức của gói (429). Chờ sang tháng, hoặc nâng gói trong Zalo Bot Creator.';
  }
  if (!error.readable)
    return 'Nơi trả lời không phải Zalo (một trang web): có proxy hoặc tường lửa chen vào, hoặc Zalo đang trục trặc.';
  return 'Zalo đang trục trặc; thử lại sau ít phút.';
}

const WHERE_TOKEN =
  'Lấy mã trong tin nhắn của "Zalo Bot Manager" trên Zalo (dạng số:chữ), đặt vào ZALO_BOT_TOKEN. Xem docs/trien-khai.md.';
const TEST_MESSAGE = 'Tin thử của Sổ tay chi bộ: bot gửi tin cho đồng chí được.';

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  for (const line of error.lines) console.log(`✗ ${line}`);
  process.exitCode = 1;
}
