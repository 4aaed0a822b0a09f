import { steadyTime, type Clock } from '../clock.ts';
import type { ChannelName } from '../config.ts';
import type { Logger } from '../log.ts';
import type { AlarmCause } from './outcome.ts';

/** The same is not said again sooner. */
const SILENCE_MS = 3_600_000;

export interface AlarmDeps {
  clock: Clock;
  /** Resolves with how many officers it reached. */
  tellOfficers: (markdown: string) => Promise<number>;
  log: Logger;
}

/** Tells officers what only a person can mend, the same at most once an hour. */
export function createAlarms({
  clock,
  tellOfficers,
  log,
}: AlarmDeps): (channel: ChannelName, cause: AlarmCause) => void {
  const now = steadyTime(clock);
  const said = new Map<string, number>();
  return (channel, cause) => {
    const text = SENTENCES[cause](NAMES[channel]);
    const last = said.get(text);
    if (last !== undefined && last + SILENCE_MS > now()) return;
    said.set(text, now());
    log.error({ channel, cause }, 'alarm');
    void tellOfficers(text).catch((error: unknown) => log.error({ err: error }, 'officers not told of an alarm'));
  };
}

const NAMES: Record<ChannelName, string> = { telegram: 'Telegram', zalo: 'Zalo', web: 'Trang trò chuyện' };

const SENTENCES: Record<AlarmCause, (platform: string) => string> = {
  unauthorized: (platform) =>
    `⚠️ ${platform} không nhận mã của bot nữa, nên nhắc lịch và thông báo trên ${platform} tạm ngừng. Chưa mất tin nào. Đồng chí nhờ người vận hành đặt lại mã rồi khởi động lại bot; bot sẽ gửi tiếp.`,
  rejected: (platform) =>
    `⚠️ ${platform} từ chối một tin mà bot tự gửi, gửi lại cũng không được. Đồng chí nhờ người vận hành xem nhật ký của bot.`,
  markup: (platform) =>
    `⚠️ ${platform} không nhận cách trình bày của một tin. Bot gửi lại tin ấy bằng chữ thường. Đồng chí nhờ người vận hành xem nhật ký của bot.`,
  unreachable: (platform) =>
    `⚠️ Bot không kết nối được với ${platform}, có tin thử nhiều lần vẫn không gửi được. Đồng chí nhờ người vận hành kiểm tra đường mạng.`,
  storage: () =>
    '⚠️ Bot không ghi được dữ liệu (có thể ổ đĩa đã đầy), nên tạm ngừng gửi nhắc lịch và thông báo. Đồng chí nhờ người vận hành kiểm tra ổ đĩa; khi ghi lại được, bot tự gửi tiếp.',
};
