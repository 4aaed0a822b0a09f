import { expect, test } from 'vitest';
import type { Incoming, Outgoing } from '../../src/bot/channel.ts';
import { acceptTypedButtons } from '../../src/bot/typed-buttons.ts';
import { drivenClock } from '../support/clock.ts';

const LONG = 'Chi bộ phải họp định kỳ vào ngày nào trong tháng?';
const SHORT = [
  { id: 'save', label: 'Ghi' },
  { id: 'change', label: 'Sửa' },
];
const MIXED = [{ id: 'right', label: 'Đúng ý' }, { id: 'long', label: LONG }, ...SHORT];

/** What the bot takes these texts for, one after the other; the first is answered with the choices. */
async function taken(choices: Outgoing['choices'] & object, texts: string[], about: Partial<Incoming> = {}) {
  const clock = drivenClock('2026-11-22T03:00:00Z');
  const seen: string[] = [];
  let asked: Temporal.Instant | undefined;
  const handle = acceptTypedButtons({
    handle({ kind, text }) {
      seen.push(`${kind} ${text}`);
      if (text === 'ask') asked = clock.now();
      return Promise.resolve(text === 'start' ? [{ markdown: 'a' }, { markdown: 'b', choices }] : [{ markdown: 'c' }]);
    },
    askedAt: () => Promise.resolve(asked),
    clock,
  });
  for (const text of ['start', ...texts]) {
    if (text === 'later') clock.advance({ hours: 2 });
    clock.advance({ seconds: 1 });
    await handle({ channel: 'telegram', chatId: '1', userId: '1', kind: 'text', text, group: false, ...about });
  }
  return seen.slice(1);
}

test('a button is typed by its words or its place', async () => {
  expect(await taken(SHORT, ['ghi'])).toEqual(['choice save']);
  expect(await taken(SHORT, ['số 2'])).toEqual(['choice change']);
  expect(await taken(SHORT, ['3'])).toEqual(['text 3']);
});

test('on Telegram a number is the one that stands on the button', async () => {
  expect(await taken(MIXED, ['1'])).toEqual(['choice long']);
  expect(await taken(MIXED, ['2'])).toEqual(['text 2']);
  expect(await taken(MIXED, ['một'])).toEqual(['choice long']);
  expect(await taken(MIXED, ['hai'])).toEqual(['text hai']);
  expect(await taken(MIXED, ['dung y'])).toEqual(['choice right']);
  expect(await taken(MIXED, ['2'], { channel: 'web' })).toEqual(['choice long']);
});

test('what was offered last counts for an hour, until something is asked; in private chats', async () => {
  expect(await taken(SHORT, ['hello', 'ghi'])).toEqual(['text hello', 'choice save']);
  expect(await taken(SHORT, ['ask', '2'])).toEqual(['text ask', 'text 2']);
  expect(await taken(SHORT, ['later', 'ghi'])).toEqual(['text later', 'text ghi']);
  expect(await taken(SHORT, ['ghi'], { group: true })).toEqual(['text ghi']);
});
