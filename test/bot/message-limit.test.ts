import { expect, test } from 'vitest';
import type { Incoming } from '../../src/bot/channel.ts';
import { limitMessages } from '../../src/bot/message-limit.ts';
import { drivenClock } from '../support/clock.ts';

const clock = drivenClock('2026-11-22T01:00:00Z');
const one = (change: Partial<Incoming> = {}): Incoming => ({
  channel: 'telegram',
  chatId: '1',
  userId: '1',
  kind: 'text',
  text: 'hỏi',
  group: false,
  ...change,
});

async function send(limited: ReturnType<typeof limitMessages>, times: number, message = one()): Promise<string[]> {
  const said: string[] = [];
  for (let i = 0; i < times; i++) {
    const [reply] = await limited(message);
    said.push(reply?.markdown ?? '');
  }
  return said;
}

test('twenty messages a minute are answered, then one sentence comes, then silence, then answers again', async () => {
  const limited = limitMessages(async () => [{ markdown: 'đáp' }], clock);
  const said = await send(limited, 25);
  expect(said.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 'đáp'));
  expect(said[20]).toContain('Đồng chí gửi nhanh quá');
  expect(said.slice(21)).toEqual(['', '', '', '']);
  clock.advance({ seconds: 61 });
  expect(await send(limited, 21)).toEqual([...Array.from({ length: 20 }, () => 'đáp'), '']);
});

test('another person, and what a button says, are not held up by it', async () => {
  const limited = limitMessages(async () => [{ markdown: 'đáp' }], clock);
  await send(limited, 25);
  expect(await send(limited, 1, one({ chatId: '2', userId: '2' }))).toEqual(['đáp']);
  expect(await send(limited, 1, one({ channel: 'zalo' }))).toEqual(['đáp']);
  const pressed = await send(limited, 61, one({ kind: 'choice', text: 'fields' }));
  expect(pressed.slice(0, 60).every((text) => text === 'đáp')).toBe(true);
  expect(pressed[60]).toBe('');
});

test('a group is one, whoever writes in it, and is met with silence', async () => {
  const limited = limitMessages(async () => [{ markdown: 'đáp' }], clock);
  const said: string[] = [];
  for (let i = 0; i < 21; i++)
    said.push(...(await send(limited, 1, one({ chatId: '-5', userId: `${i}`, group: true }))));
  expect(said.at(19)).toBe('đáp');
  expect(said.at(20)).toBe('');
});
