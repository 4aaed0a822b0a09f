import { steadyTime, type Clock } from '../clock.ts';
import { createRateLimit } from '../rate-limit.ts';
import type { Incoming, Outgoing } from './channel.ts';

/** Texts and files a minute of one person, or of one group. */
const MESSAGES = 20;
/** Buttons are quicker to press than texts are to write: an officer goes through a list with them. */
const PRESSES = 60;
/** The sentence is not said again sooner; silence tells whoever goes on. */
const SAID_FOR_MS = 5 * 60_000;
/** Whom it was said to; more are not remembered, and hear it again. */
const MOST_SAID = 1000;

type Handle = (message: Incoming) => Promise<Outgoing[]>;

/** Answers as many messages a minute as a person can mean; then says so once, then is silent until it calms down. */
export function limitMessages(handle: Handle, clock: Clock): Handle {
  const now = steadyTime(clock);
  const messages = createRateLimit(clock, MESSAGES);
  const presses = createRateLimit(clock, PRESSES);
  const said = new Map<string, number>();

  return async (message) => {
    if (message.kind === 'blocked') return handle(message);
    const who = `${message.channel}:${message.group ? message.chatId : message.userId}`;
    if ((message.kind === 'choice' ? presses : messages).take(who)) return handle(message);
    const last = said.get(who);
    if (message.group || (last !== undefined && now() - last < SAID_FOR_MS)) return [];
    if (said.size >= MOST_SAID) said.clear();
    said.set(who, now());
    return [{ markdown: TOO_FAST }];
  };
}

const TOO_FAST =
  'Đồng chí gửi nhanh quá, tôi chưa đọc kịp và sẽ không trả lời thêm trong ít phút. Đồng chí đợi một phút rồi gửi lại giúp tôi.';
