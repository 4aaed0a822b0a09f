import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outgoing } from '../src/bot/channel.ts';
import { parseStyled } from '../src/bot/markdown/styled.ts';
import { textStyles, zaloParts } from '../src/bot/zalo/parts.ts';
import { zaloEvent, zaloText, type FakeZalo } from './fakes/zalo.ts';
import { startZaloBench, type ZaloBench } from './support/zalo.ts';

const MORE = 'Gõ tiếp để xem phần còn lại';
const segmenter = new Intl.Segmenter('vi', { granularity: 'grapheme' });
const graphemes = (text: string): string[] =>
  Array.from(segmenter.segment(text.replace(/\s+/gu, ' ')), ({ segment }) => segment).filter(
    (one) => one.trim() !== '',
  );
const withoutMore = (text: string): string => text.replace(new RegExp(`\n\n${MORE}$`), '');

/** Says something and returns what comes back. */
async function ask({ fake, inbox, zalo }: ZaloBench, chatId: string, text: string): Promise<string> {
  const next = fake.nextMessage(chatId);
  await zalo.receive(JSON.stringify(zaloText(chatId, text, `${chatId}-${fake.calls.length}`)));
  await inbox.idle();
  return (await next).text;
}

describe('a reply on Zalo', () => {
  test('a long one arrives whole, in order, part by part as it is asked for', async () => {
    const bits = ['Đồng chí', 'ơi,', 'họp', '👩‍👩‍👧‍👦', '🇻🇳', 'nghị quyết\u0323', '👍🏽', 'chi bộ.\n\n', 'Căn cứ:', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'];
    let text = '';
    for (let i = 0; text.length < 5000; i++) text += `${bits[(i * 7) % bits.length]} `;
    await using bench = await startZaloBench({
      handle: ({ text: asked }) => Promise.resolve([{ markdown: asked === 'dài' ? text : 'ngắn' }]),
    });
    const parts = [await ask(bench, 'lan', 'dài')];
    for (const more of ['tiếp', 'Tiếp', 'xem tiếp', 'TIEP']) {
      if (!parts.at(-1)?.endsWith(MORE)) break;
      parts.push(await ask(bench, 'lan', more));
    }
    expect(parts.length).toBe(3);
    for (const part of parts) expect(part.length).toBeLessThanOrEqual(2000);
    expect(parts.flatMap((part) => graphemes(withoutMore(part)))).toEqual(graphemes(text));
    expect(await ask(bench, 'lan', 'tiếp')).toContain('Không còn phần nào');
    expect(bench.handled.map(({ text: asked }) => asked)).toEqual(['dài']);
    expect(bench.fake.sent[0]?.styles.at(-1)).toEqual({ start: parts[0]!.lastIndexOf('tiếp'), len: 4, st: ['i'] });
  });

  test('any text and any choices: nothing lost, nothing over the limit, the list whole', () => {
    const word = fc.constantFrom('chi bộ', 'đảng viên', '**họp**', '👩‍👩‍👧‍👦', '\n\n', '- a', 'x'.repeat(50), 'kết nạp.');
    const anyText = fc
      // Without paragraphs the cuts come close to the limit.
      .oneof(
        fc.array(word, { maxLength: 700, size: 'max' }),
        fc.array(fc.constantFrom('họp', 'chi bộ', '🇻🇳'), { maxLength: 900, size: 'max' }),
      )
      .map((words) => words.join(' '));
    const label = fc.oneof(anyText, fc.string({ unit: 'binary', maxLength: 500, size: 'max' }), fc.constant('Đúng ý'));
    const choices = fc.array(fc.record({ id: fc.constant('e.x'), label }), { maxLength: 12 });
    fc.assert(
      fc.property(anyText, choices, (markdown, list) => {
        const parts = zaloParts({ markdown, choices: list });
        for (const [i, { styled, listed }] of parts.entries()) {
          expect(styled.text.length).toBeLessThanOrEqual(2000);
          expect(styled.text.endsWith(MORE)).toBe(i < parts.length - 1);
          expect(listed).toBeGreaterThanOrEqual(parts[i - 1]?.listed ?? 0);
          const before = parts.slice(0, i + 1).map((part) => part.styled.text);
          for (let n = 1; n <= listed; n++) expect(before.join('\n')).toContain(`${n}.`);
          let end = 0;
          for (const { start, len, st } of textStyles(styled)) {
            expect(start).toBeGreaterThanOrEqual(end);
            expect(len).toBeGreaterThan(0);
            expect(st.length).toBeGreaterThan(0);
            end = start + len;
          }
          expect(end).toBeLessThanOrEqual(styled.text.length);
        }
        if (parts.length > 0) expect(parts.at(-1)?.listed).toBe(list.length);
        const shown = graphemes(parts.map(({ styled }) => withoutMore(styled.text)).join('\n'));
        const body = graphemes(parseStyled(markdown, 'written').text);
        expect(shown.slice(0, body.length)).toEqual(body);
      }),
      { numRuns: 300 },
    );
  });

  test('styles that nest become ranges side by side; what has no code is plain', () => {
    const [part] = zaloParts({ markdown: '**đậm *cả hai* đậm** ~~bỏ~~ `mã` > [xem](https://a.vn)' });
    expect(part?.styled.text).toBe('đậm cả hai đậm bỏ mã > xem (https://a.vn)');
    expect(part && textStyles(part.styled)).toEqual([
      { start: 0, len: 4, st: ['b'] },
      { start: 4, len: 6, st: ['b', 'i'] },
      { start: 10, len: 4, st: ['b'] },
      { start: 15, len: 2, st: ['s'] },
    ]);
  });
});

describe('choices by typing', () => {
  const LIST: Outgoing = {
    markdown: 'Chọn:',
    choices: [
      { id: 'f.one', label: 'Kết nạp đảng viên' },
      { id: 'f.two', label: 'Kỷ luật' },
      { id: 'no.x', label: 'Không có câu nào đúng ý' },
    ],
  };
  const list = (): Promise<ZaloBench> =>
    startZaloBench({ handle: ({ text }) => Promise.resolve(text === 'list' ? [LIST] : [{ markdown: `re ${text}` }]) });

  test.each([
    ['2', 'f.two'],
    ['số 2', 'f.two'],
    ['So 2.', 'f.two'],
    ['2.', 'f.two'],
    ['câu số 2', 'f.two'],
    ['hai', 'f.two'],
    ['Hai ạ', undefined],
    ['ky luat', 'f.two'],
    ['KỶ LUẬT', 'f.two'],
    ['ba', 'no.x'],
    ['một', 'f.one'],
    ['0', undefined],
    ['4', undefined],
    ['/2', undefined],
    ['kết nạp', undefined],
    ['2 năm', undefined],
    ['1. Kết nạp đảng viên', 'f.one'],
    ['1. Kết nạp đảng v…', 'f.one'],
    ['1. kết nạp', 'f.one'],
    [' 1.ket nap', 'f.one'],
    ['2) Kỷ luật', 'f.two'],
    ['2: Kỷ luật?', 'f.two'],
    ['2. Kết nạp đảng viên', undefined],
    ['4. Kết nạp đảng viên', undefined],
    ['1. Kết nạp đảng viên cần giấy tờ gì?', undefined],
    ['1. Kết nạp đảng viên\n2. Kỷ luật', undefined],
    ['2 Kỷ luật đảng thế nào', undefined],
    ['2.5 năm thì sao', undefined],
  ])('%j picks %s', async (typed, picked) => {
    await using bench = await list();
    expect(await ask(bench, 'lan', 'list')).toBe(
      'Chọn:\n\nGõ số để chọn:\n1. Kết nạp đảng viên\n2. Kỷ luật\n3. Không có câu nào đúng ý',
    );
    await ask(bench, 'lan', typed);
    expect(bench.handled.at(-1)).toMatchObject(
      picked === undefined ? { kind: 'text', text: typed } : { kind: 'choice', text: picked },
    );
  });

  test('the last list holds for a day and through other messages; without one a number is a question', async () => {
    await using bench = await list();
    await ask(bench, 'lan', '2');
    expect(bench.handled.at(-1)).toMatchObject({ kind: 'text', text: '2' });
    await ask(bench, 'lan', 'list');
    await ask(bench, 'lan', 'câu khác');
    await ask(bench, 'hoa', '2');
    expect(bench.handled.at(-1)).toMatchObject({ kind: 'text', chatId: 'hoa' });
    bench.clock.advance({ hours: 23 });
    await ask(bench, 'lan', '2');
    expect(bench.handled.at(-1)).toMatchObject({ kind: 'choice', text: 'f.two' });
    bench.clock.advance({ hours: 2 });
    await ask(bench, 'lan', '2');
    expect(bench.handled.at(-1)).toMatchObject({ kind: 'text', text: '2' });
    await ask(bench, 'lan', 'list');
    expect(await bench.db.selectFrom('choice_lists').select('chat_id').execute()).toHaveLength(1);
  });

  test('the list survives a restart, and a list not yet shown cannot be picked from', async () => {
    const long: Outgoing = { markdown: 'chi bộ '.repeat(400), choices: LIST.choices ?? [] };
    await using bench = await startZaloBench({
      handle: ({ text }) => Promise.resolve(text === 'list' ? [long] : [LIST]),
    });
    expect(await ask(bench, 'lan', 'list')).not.toContain('1.');
    await ask(bench, 'hoa', 'x');
    await using again = await startZaloBench({ fake: bench.fake, db: bench.db });
    again.clock.advance({ minutes: 1 });
    expect(await ask(again, 'lan', '2')).toBe('re 2');
    expect(await ask(again, 'lan', 'tiếp')).toContain('2. Kỷ luật');
    expect(await ask(again, 'lan', '2')).toBe('re f.two');
    expect(await ask(again, 'hoa', '1')).toBe('re f.one');
  });
});

describe('pace', () => {
  test('direct replies keep it', async () => {
    await using bench = await startZaloBench();
    const at: number[] = [];
    bench.fake.hold = (method) => {
      if (method === 'sendMessage') at.push(bench.clock.now().epochMilliseconds);
      return undefined;
    };
    for (let i = 0; i < 4; i++) await ask(bench, 'lan', `câu ${i}`);
    expect(at).toHaveLength(4);
    for (const [i, time] of at.slice(1).entries()) expect(time - (at[i] ?? 0)).toBeGreaterThanOrEqual(1000);
  });
});

describe('the plan', () => {
  const sentThisMonth = async (bench: ZaloBench): Promise<number> => (await bench.zalo.usage()).messages.sent;
  const quotaExceeded = (fake: FakeZalo, times: number): void => {
    fake.fault = (method) =>
      method === 'sendMessage' && times-- > 0 ? { code: 429, description: 'Quota exceeded' } : undefined;
  };

  test('messages are counted by calendar month in the time zone, durably; typing and refusals are not', async () => {
    await using bench = await startZaloBench();
    await ask(bench, 'lan', 'a');
    await ask(bench, 'hoa', 'b');
    expect((await bench.zalo.usage()).messages).toEqual({
      month: '2026-11',
      sent: 2,
      limit: 3000,
      left: 2998,
      leftForAnnouncements: 2848,
    });
    bench.fake.fault = (method) => (method === 'sendMessage' ? { code: 400, description: 'Bad request' } : undefined);
    await bench.zalo.receive(JSON.stringify(zaloText('lan', 'c', 'refused')));
    await bench.inbox.idle();
    expect(await sentThisMonth(bench)).toBe(2);
    // What may have arrived counts, each time.
    let drops = 1;
    bench.fake.fault = (method) => (method === 'sendMessage' && drops-- > 0 ? { drop: 'after' } : undefined);
    await ask(bench, 'lan', 'd');
    expect(await sentThisMonth(bench)).toBe(4);
    await using again = await startZaloBench({ fake: bench.fake, db: bench.db });
    expect(await sentThisMonth(again)).toBe(4);
    // 17:30 UTC on the 30th is the first of December in Hà Nội.
    again.clock.advance({ hours: 9 * 24 + 9, minutes: 31 });
    expect((await again.zalo.usage()).messages).toMatchObject({ month: '2026-12', sent: 0 });
  });

  test('officers are told once at 80%, and announcements wait from 95% on', async () => {
    await using bench = await startZaloBench({ monthlyMessages: 20, rate: 1000 });
    const told: number[] = [];
    const allowed: boolean[] = [];
    for (let i = 1; i <= 21; i++) {
      await ask(bench, `chat${i}`, 'a');
      told.push(bench.told.length);
      allowed.push(await bench.zalo.quota.allowsAnnouncements());
    }
    expect(told.indexOf(1) + 1).toBe(16);
    expect(told.at(-1)).toBe(1);
    expect(bench.told[0]).toContain('16/20 tin của tháng 11/2026 (80%)');
    expect(allowed.indexOf(false) + 1).toBe(19);
    expect((await bench.zalo.usage()).messages).toMatchObject({ sent: 21, left: 0, leftForAnnouncements: 0 });
  });

  test('when no officer could be told, the next message tries again', async () => {
    let officers = 0;
    await using bench = await startZaloBench({ monthlyMessages: 1, officers: () => officers });
    await ask(bench, 'lan', 'a');
    expect(bench.told).toEqual([]);
    officers = 1;
    await ask(bench, 'hoa', 'b');
    await ask(bench, 'mai', 'c');
    expect(bench.told).toHaveLength(1);
  });

  test('0 is no limit', async () => {
    await using bench = await startZaloBench({ monthlyMessages: 0, maxUsers: 0, maxGroups: 0 });
    await ask(bench, 'lan', 'a');
    expect(await bench.zalo.usage()).toMatchObject({
      messages: { sent: 1, left: null },
      users: { left: null },
      groups: { left: null },
    });
    expect(await bench.zalo.quota.allowsAnnouncements()).toBe(true);
    expect(bench.told).toEqual([]);
  });

  test('who comes after the last place is told where else to go; who has a place keeps it', async () => {
    await using bench = await startZaloBench({ maxUsers: 3, telegram: true });
    const answers = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((chat) => ask(bench, chat, 'chào')));
    expect(answers.filter((answer) => answer === 're chào')).toHaveLength(3);
    const refused = answers.find((answer) => answer !== 're chào');
    expect(refused).toContain('3 người');
    expect(refused).toContain('Telegram');
    expect(await ask(bench, 'a', 'nữa')).toBe('re nữa');
    expect((await bench.zalo.usage()).users).toEqual({ count: 3, limit: 3, left: 0 });
  });

  test('groups have places of their own; one too many is told once where to go, in this run and the next', async () => {
    await using bench = await startZaloBench({ maxUsers: 1, maxGroups: 2, telegram: true });
    const { fake, db } = bench;
    const inGroup = async ({ zalo, inbox }: ZaloBench, group: string, messageId: string): Promise<string[]> => {
      const before = fake.sent.length;
      const fields = { text: 'chào', message_id: messageId, chat: { id: group, chat_type: 'GROUP' } };
      await zalo.receive(JSON.stringify(zaloEvent('message.text.received', 'lan', fields)));
      await inbox.idle();
      return fake.sent.slice(before).map(({ text }) => text);
    };
    for (const group of ['g1', 'g2', 'g1']) {
      expect(await inGroup(bench, group, `${group}-${fake.calls.length}`)).toEqual(['re chào']);
    }
    expect(await ask(bench, 'lan', 'riêng')).toBe('re riêng');
    const [told, ...more] = await inGroup(bench, 'g3', 'first');
    expect(told).toContain('2 nhóm');
    expect(told).toContain('nhắn riêng');
    expect(told).toContain('Telegram');
    expect(more).toEqual([]);
    expect(await inGroup(bench, 'g3', 'second')).toEqual([]);
    expect(await bench.zalo.usage()).toMatchObject({
      users: { count: 1, limit: 1, left: 0 },
      groups: { count: 2, limit: 2, left: 0 },
    });
    await using again = await startZaloBench({ fake, db, maxGroups: 2 });
    expect(await inGroup(again, 'g3', 'third')).toEqual([]);
    await using larger = await startZaloBench({ fake, db, maxGroups: 3 });
    expect(await inGroup(larger, 'g3', 'fourth')).toEqual(['re chào']);
  });

  test('429 pauses sending for a minute, then twice as long, and an answer waits for its end', async () => {
    await using bench = await startZaloBench();
    quotaExceeded(bench.fake, 1);
    const start = bench.clock.now();
    expect(await ask(bench, 'lan', 'a')).toBe('re a');
    expect(bench.clock.now().since(start).total('seconds')).toBeGreaterThanOrEqual(60);
    expect(bench.fake.calls.filter(({ method }) => method === 'sendMessage')).toHaveLength(2);
    expect(await sentThisMonth(bench)).toBe(1);

    quotaExceeded(bench.fake, 2);
    await expect(bench.zalo.send('lan', { markdown: 'x' })).rejects.toMatchObject({
      failure: 'paused',
      retryAfter: 60_000,
    });
    expect(bench.zalo.state()).toEqual({ state: 'down', reason: 'sending paused: 429 Quota exceeded' });
    await expect(bench.zalo.send('hoa', { markdown: 'x' })).rejects.toMatchObject({ failure: 'paused' });
    bench.clock.advance({ minutes: 1 });
    await expect(bench.zalo.send('lan', { markdown: 'x' })).rejects.toMatchObject({ retryAfter: 120_000 });
    bench.clock.advance({ minutes: 2 });
    await bench.zalo.send('lan', { markdown: 'x' });
  });
});
