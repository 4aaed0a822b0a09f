import { PLATFORMS } from '../bot/platforms.ts';
import type { ChannelName } from '../config.ts';
import type { AlarmCause } from './outcome.ts';

/** What officers are told, and what makes two alarms the same. */
export function alarmText(channel: ChannelName, cause: AlarmCause): { cause: string; markdown: string } {
  const platform = PLATFORMS[channel];
  // The disk is everybody's.
  return { cause: cause === 'storage' ? cause : `${cause}:${channel}`, markdown: SENTENCES[cause](platform) };
}

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
