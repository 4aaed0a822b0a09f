import type { ChannelName } from '../config.ts';

/** As people call them. */
export const PLATFORMS: Readonly<Record<ChannelName, string>> = {
  telegram: 'Telegram',
  zalo: 'Zalo',
  web: 'trang web',
};
