import type { Incoming } from '../../src/bot/channel.ts';

/** A text in a private chat on Telegram. */
export function textFrom(text: string, chatId = '1'): Incoming {
  return { channel: 'telegram', chatId, userId: chatId, kind: 'text', text, group: false };
}
