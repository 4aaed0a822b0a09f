import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeliveryError } from '../../src/bot/channel.ts';
import { withStars } from '../../src/bot/telegram/stars.ts';
import { createTelegram, type Telegram } from '../../src/bot/telegram/telegram.ts';
import { createMetrics } from '../../src/metrics.ts';
import { startFakeTelegram, type FakeTelegram } from '../fakes/telegram.ts';
import { fastTime } from '../support/clock.ts';
import { watchedLog } from '../support/log.ts';

let fake: FakeTelegram;
let telegram: Telegram;

beforeEach(async () => {
  fake = await startFakeTelegram();
  telegram = createTelegram(
    {
      token: fake.token,
      apiRoot: fake.root,
      proxy: undefined,
      webhook: undefined,
      rate: 1000,
      commands: [],
      officers: () => Promise.resolve([]),
    },
    {
      inbox: { accept: () => Promise.resolve() },
      // A second passes between two messages to one chat.
      ...fastTime(200),
      log: watchedLog(),
      metrics: createMetrics(),
    },
  );
});
afterEach(() => fake.close());

/** A photo that somebody sent to the bot. */
function knownPhoto(): { kind: 'photo'; id: string } {
  fake.sendPicture(7, new Uint8Array([1]));
  return { kind: 'photo', id: 'photo_1' };
}

test('a message is edited with its choices, and the same again is a success', async () => {
  const { messageId = '' } = await telegram.send('1', { markdown: '**a**', choices: [{ id: 'x', label: 'X' }] });
  const message = { markdown: 'b', choices: [{ id: 'y', label: 'Y' }] };
  await telegram.edit?.('1', [messageId], message);
  await telegram.edit?.('1', [messageId], message);
  expect(fake.sent).toMatchObject([{ text: 'b', buttons: [{ text: 'Y', data: 'y' }], earlier: ['a'] }]);
});

test('of a long message that stopped half-way only the rest is sent', async () => {
  const message = { markdown: 'dài '.repeat(1500), choices: [{ id: 'x', label: 'X' }] };
  fake.fault = () => (fake.sent.length === 1 ? { error: 429, description: 'wait', retryAfter: 1 } : undefined);
  const error = (await telegram.send('1', message).catch((failure: unknown) => failure)) as DeliveryError;
  expect(error).toMatchObject({ failure: 'paused', messageIds: [String(fake.sent[0]?.messageId)] });
  fake.fault = () => undefined;
  await telegram.send('1', message, { arrived: error.messageIds.length });
  expect(fake.sent.map(({ text }) => text.replaceAll(/\s+/g, ' ')).join(' ')).toBe(message.markdown.trim());
  expect(fake.sent.map(({ buttons }) => buttons.length)).toEqual([0, 1]);
});

test('a photo with its text is one message; with a long text there are two, and all ids are known', async () => {
  const shared = knownPhoto();
  const { messageId = '', messageIds } = await telegram.send('1', { markdown: 'ngắn', shared });
  expect(messageIds).toBeUndefined();
  await telegram.edit?.('1', [messageId], { markdown: 'đổi', shared });
  expect(fake.sent).toMatchObject([{ text: 'đổi', shared: shared.id, earlier: ['ngắn'] }]);

  const markdown = 'dài '.repeat(500);
  const long = await telegram.send('1', { markdown, shared });
  expect(long.messageIds).toHaveLength(2);
  expect(long.messageId).toBe(long.messageIds?.[1]);
  await telegram.edit?.('1', long.messageIds ?? [], { markdown: `${markdown} hơn`, shared });
  expect(fake.sent[2]?.text).toMatch(/hơn$/);
  // It would take one message where there are two.
  await expect(telegram.edit?.('1', long.messageIds ?? [], { markdown: 'ngắn', shared })).rejects.toMatchObject({
    failure: 'rejected',
  });
});

test('all parts are removed; what is gone already is a success, what is too old is not', async () => {
  const { messageIds = [] } = await telegram.send('1', { markdown: 'dài '.repeat(500), shared: knownPhoto() });
  await telegram.remove?.('1', messageIds);
  expect(fake.sent.map(({ deleted }) => deleted)).toEqual([true, true]);
  await telegram.remove?.('1', messageIds);
  fake.fault = () => ({ error: 400, description: "Bad Request: message can't be deleted for everyone" });
  await expect(telegram.remove?.('1', messageIds)).rejects.toMatchObject({ failure: 'rejected' });
});

test('the parts that arrived before a failure are known', async () => {
  fake.fault = (method) => (method === 'sendMessage' ? { drop: 'before' } : undefined);
  const sending = telegram.send('1', { markdown: 'dài '.repeat(500), shared: knownPhoto() });
  await expect(sending).rejects.toMatchObject({ failure: 'unknown', partly: true, messageIds: ['2'] });
});

test('bold and italic of an app come as stars, line by line', () => {
  const bold = { type: 'bold', offset: 0, length: 11 };
  expect(withStars('Hạn nộp \n25/12 nhé', [bold])).toBe('**Hạn nộp** \n**25**/12 nhé');
  const italic = { type: 'italic', offset: 4, length: 3 };
  expect(withStars('Hạn nộp', [{ ...bold, length: 7 }, italic])).toBe('**Hạn *nộp***');
  expect(withStars('Hạn nộp', [{ type: 'url', offset: 0, length: 3 }])).toBeUndefined();
});
