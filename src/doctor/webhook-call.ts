import { codeOf, post } from './network.ts';
import { Finding } from './finding.ts';

export interface WebhookCall {
  address: string;
  headers: Record<string, string>;
  /** "ZALO_BOT_TOKEN": without it the running bot has no such webhook. */
  token: string;
  /** "Zalo" */
  platform: string;
}

/**
 * Calls our own address in the way that the platform does: an empty body with the secret is answered and does nothing.
 *
 * @throws {Finding}
 */
export async function callWebhook({ address, headers, token, platform }: WebhookCall): Promise<void> {
  const { status } = await post(address, { headers }).catch((error: unknown) => {
    const code = codeOf(error);
    throw new Finding(`không gọi được ${address} (${code}). ${cureOf(code, platform)}`);
  });
  if (status === 200) return;
  const cures: Record<number, string> = {
    401: 'WEBHOOK_SECRET của bot đang chạy khác với ở đây. Dùng cùng một giá trị rồi khởi động lại bot.',
    403: `Có lớp chắn trước bot. Trên Cloudflare, tạo Configuration Rule tắt "Browser Integrity Check" cho đường dẫn ${new URL(address).pathname} (quy tắc WAF "Skip" không đủ).`,
    404: `Bot đang chạy không mở webhook này (xem ${token}, PUBLIC_URL của bot đang chạy), hoặc máy chủ phía trước chuyển sai địa chỉ.`,
    502: 'Máy chủ phía trước (nginx, Caddy) không gọi được bot. Xem bot có đang chạy không, và PORT có khớp không.',
  };
  const cure =
    cures[status] ?? 'Xem cấu hình máy chủ phía trước (nginx, Caddy): chỉ cần chuyển nguyên yêu cầu tới bot.';
  throw new Finding(`${address} trả lời ${status} thay vì 200. ${cure}`);
}

function cureOf(code: string, platform: string): string {
  if (/^(?:ENOTFOUND|EAI_AGAIN)$/.test(code)) return 'Tên miền chưa trỏ về máy chủ này; kiểm tra bản ghi DNS.';
  if (/CERT|SSL|TLS|SELF_SIGNED/.test(code)) {
    return `Chứng chỉ https không hợp lệ hoặc đã hết hạn; ${platform} chỉ gọi địa chỉ có chứng chỉ hợp lệ.`;
  }
  return 'Kiểm tra bot và máy chủ phía trước (nginx, Caddy) có đang chạy, tường lửa có mở cổng 443 không.';
}

/** What is wrong when the platform sends to another address than ours. */
export function otherWebhook(platform: string, current: string, wanted: string | undefined): Finding {
  if (wanted === undefined) {
    return new Finding(
      `${platform} đang gửi tin tới ${current}, nên bot không tự lấy tin được. Nếu muốn dùng webhook, đặt PUBLIC_URL; nếu không, chỉ cần khởi động lại bot: bot tự gỡ webhook này.`,
    );
  }
  const now = current === '' ? 'chưa đăng ký' : `đang trỏ tới ${current}`;
  return new Finding(`${now}, trong khi phải là ${wanted}. Khởi động lại bot: bot tự đăng ký.`);
}
