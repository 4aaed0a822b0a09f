import { escapeHtml } from '../../src/bot/markdown/escape-html.ts';
import type { FakeTelegram } from '../fakes/telegram.ts';
import type { FakeZalo, ZaloSent } from '../fakes/zalo.ts';
import type { Bubble } from './phone.ts';

/** A chat of somebody, as it grows. */
export interface Chat {
  bubbles: Bubble[];
  say(text: string): Promise<void>;
  /** Presses a button, or types the number of its line. */
  pick(label: string): Promise<void>;
  /** What the bot sends by itself. */
  receive(): Promise<void>;
}

/** A chat on the fake Telegram. */
export function telegramChat(fake: FakeTelegram, user: number): Chat {
  const bubbles: Bubble[] = [];
  const receive = async (): Promise<void> => {
    const { messageId } = await fake.nextMessage(user);
    const place = fake.sent.findIndex((message) => message.messageId === messageId);
    const { params } = fake.calls.filter(({ method }) => method.startsWith('send'))[place] ?? {};
    const markup = params?.['reply_markup'] as { inline_keyboard?: { text: string }[][] } | undefined;
    const rows = markup?.inline_keyboard ?? [];
    bubbles.push({ html: String(params?.['text']), buttons: rows.map((row) => row.map(({ text }) => text)) });
  };
  return {
    bubbles,
    receive,
    async say(text) {
      bubbles.push({ mine: text });
      fake.say(user, text);
      await receive();
    },
    async pick(label) {
      bubbles.push({ pressed: label });
      fake.press(user, label);
      await receive();
    },
  };
}

/** A chat on the fake Zalo. */
export function zaloChat(fake: FakeZalo, chatId: string): Chat {
  const bubbles: Bubble[] = [];
  const receive = async (): Promise<void> => {
    bubbles.push({ html: zaloHtml(await fake.nextMessage(chatId)) });
  };
  return {
    bubbles,
    receive,
    async say(text) {
      bubbles.push({ mine: text });
      fake.say(chatId, text);
      await receive();
    },
    async pick(label) {
      const lines = fake.sent.findLast((message) => message.chatId === chatId)?.text.split('\n') ?? [];
      const number = lines.map((line) => /^(\d+)\. (.*)$/.exec(line)).find((found) => found?.[2] === label)?.[1];
      if (number === undefined) throw new Error(`no line "${label}"`);
      bubbles.push({ mine: number });
      fake.say(chatId, number);
      await receive();
    },
  };
}

function zaloHtml({ text, styles }: ZaloSent): string {
  const edges = [0, ...styles.flatMap(({ start, len }) => [start, start + len]), text.length];
  const sorted = [...new Set(edges)].toSorted((a, b) => a - b);
  return sorted
    .slice(0, -1)
    .map((from, i) => {
      const part = escapeHtml(text.slice(from, sorted[i + 1]));
      const codes = styles.find(({ start, len }) => start <= from && from < start + len)?.st ?? [];
      return codes.reduce((html, code) => `<${code}>${html}</${code}>`, part);
    })
    .join('');
}
