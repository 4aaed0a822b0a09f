import type { Channel } from '../bot/channel.ts';
import { steadyTime, type Clock } from '../clock.ts';
import { PLATFORMS } from '../bot/platforms.ts';
import type { Logger } from '../log.ts';
import type { Alarm } from './alarm.ts';

/** A platform that is down for less comes back by itself more often than not. */
const DOWN_FOR_MS = 5 * 60_000;

export interface ChannelWatchDeps {
  channels: readonly Pick<Channel, 'name' | 'state'>[];
  clock: Clock;
  timeZone: string;
  /** Each cause once an hour. */
  alarm: Alarm;
  tellOfficers: (markdown: string) => Promise<unknown>;
  log: Logger;
}

/**
 * Tells the admins when a platform brings no messages, and when it does again. Who can only be reached on the platform that
 * is down hears it at the next try that gets through.
 *
 * @returns what looks once; to be called every minute
 */
export function createChannelWatch(deps: ChannelWatchDeps): () => Promise<void> {
  const now = steadyTime(deps.clock);
  const down = new Map<string, { since: number; at: string; told: boolean }>();

  async function look({ name, state }: Pick<Channel, 'name' | 'state'>): Promise<void> {
    const known = down.get(name);
    if (state().state !== 'down') {
      down.delete(name);
      if (known?.told) await deps.tellOfficers(`✅ ${PLATFORMS[name]} đã hoạt động lại.`);
      return;
    }
    const at = deps.clock.now().toZonedDateTimeISO(deps.timeZone).toPlainTime().toString({ smallestUnit: 'minute' });
    const one = known ?? { since: now(), at, told: false };
    down.set(name, one);
    if (now() - one.since < DOWN_FOR_MS) return;
    const reached = await deps.alarm(
      `down:${name}`,
      `⚠️ Bot không nhận được tin trên ${PLATFORMS[name]} từ lúc ${one.at}. Chưa mất tin nào; bot vẫn đang thử lại. Đồng chí nhờ người vận hành kiểm tra đường mạng và mã của bot (lệnh npm run doctor).`,
    );
    if (reached > 0) one.told = true;
  }

  return async () => {
    for (const channel of deps.channels) {
      await look(channel).catch((error: unknown) => deps.log.error({ err: error }, 'channel not watched'));
    }
  };
}
