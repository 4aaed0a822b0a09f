import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chat, startBot, temporaryFolder, type RunningBot } from './support/process.ts';

describe('the web chat over HTTP', () => {
  const folder = temporaryFolder();
  let bot: RunningBot;
  beforeAll(async () => {
    bot = await startBot({ DATABASE_URL: `sqlite:${folder.path}/sotay.db`, ADMINS: 'web:can-bo' });
  });
  afterAll(async () => {
    await bot.end();
    folder[Symbol.dispose]();
  });

  const say = async (text: string): Promise<string> =>
    (await chat(bot.url, { user: 'lan', text })).body.replies.map(({ markdown }) => markdown).join('\n');

  test('three ways of asking get the same entry with basis and date', async () => {
    const asked = ['Bao nhiêu tuổi thì được vào Đảng?', 'bao nhieu tuoi thi vao dang duoc', 'tuổi kết nạp đv'];
    const answers = await Promise.all(asked.map(say));
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('Từ đủ 18 tuổi đến đủ 60 tuổi');
    expect(answers[0]).toContain('Quy định số 208-QĐ/TW');
    expect(answers[0]).toContain('Kiểm tra ngày 21/11/2026');
  });

  test('replies carry an id, Markdown, HTML and choices, and a choice is followed', async () => {
    const { body } = await chat(bot.url, { user: 'lan', text: '/start' });
    const [reply] = body.replies;
    expect(reply?.id).toMatch(/^[\w-]+$/);
    expect(reply?.html).toContain('<strong>Sổ tay chi bộ</strong>');
    const field = reply?.choices.find(({ label }) => label === 'Kết nạp đảng viên');
    const page = await chat(bot.url, { user: 'lan', choice: field?.id });
    expect(page.body.replies[0]?.choices.length).toBeGreaterThan(5);
    const entry = await chat(bot.url, { user: 'lan', choice: page.body.replies[0]?.choices[0]?.id });
    expect(entry.body.replies[0]?.markdown).toContain('**Căn cứ**');
  });

  test('text typed at the bot is shown as text', async () => {
    const { body } = await chat(bot.url, {
      user: 'lan',
      text: '/vanban <img src=x onerror=alert(1)> [a](javascript:b)',
    });
    expect(body.replies[0]?.html).not.toMatch(/<img|href=/);
    expect(body.replies[0]?.html).toContain('&lt;img');
  });

  test.each([
    [{ user: 'lan' }],
    [{ text: 'x' }],
    [{ user: '', text: 'x' }],
    [{ user: 'lan', text: 5 }],
    [{ user: 'lan', choice: 'x'.repeat(65) }],
    [[]],
  ])('%j is refused with a Vietnamese sentence', async (body) => {
    const answer = await chat(bot.url, body);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toContain('Cần "user"');
  });

  test.each([
    ['', 'bằng chữ'],
    ['🙏', 'bằng chữ'],
    ['chi bộ '.repeat(1500), 'dài quá'],
    ["'; drop table questions; --", 'Sổ tay chưa có'],
    ['/lenhla', 'không có lệnh này'],
    ['/cauhoi', 'không có lệnh này'],
    ['/hoi', 'sau lệnh'],
    ['/vanban', 'số hiệu'],
    ['/vanban 999-QĐ/TW', 'không thấy văn bản'],
    ['xin chào', 'trợ lý tự động'],
    ['lĩnh vực', 'chọn một lĩnh vực'],
    ['văn bản 24-qđ/tw', '208-QĐ/TW'],
  ])('%j gets a clear sentence', async (text, expected) => {
    expect(await say(text)).toContain(expected);
  });

  test('an officer sees what was asked in vain, without numbers that identify people', async () => {
    await say('máy bay không người lái số 0912 345 678 bay cao mấy mét');
    const { body } = await chat(bot.url, { user: 'can-bo', text: '/cauhoi' });
    expect(body.replies[0]?.markdown).toContain('máy bay không người lái số # bay cao');
  });

  test('feedback counts for the question whose button was pressed, and for no invented one', async () => {
    const { body } = await chat(bot.url, { user: 'lan', text: 'tuổi kết nạp đv' });
    const wrong = body.replies[0]?.choices.find(({ label }) => label === 'Chưa đúng');
    expect((await chat(bot.url, { user: 'lan', choice: wrong?.id })).body.replies[0]?.markdown).toContain('ghi lại');
    expect((await chat(bot.url, { user: 'lan', choice: 'no.AAAA' })).body.replies[0]?.markdown).toContain('đã cũ');
    expect((await chat(bot.url, { user: 'lan', choice: 'e.AAAA' })).body.replies[0]?.markdown).toContain('đã cũ');
  });

  test('the event stream opens, and refuses a fifth page of one user', async () => {
    const stop = new AbortController();
    const open = (): Promise<Response> => fetch(`${bot.url}/chat/events?user=lan`, { signal: stop.signal });
    for (const response of await Promise.all([open(), open(), open(), open()])) {
      expect(response.headers.get('content-type')).toContain('text/event-stream');
    }
    expect((await open()).status).toBe(429);
    stop.abort();
  });

  test('pages and bodies are guarded', async () => {
    const page = await fetch(bot.url);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('lang="vi"');
    const form = await fetch(`${bot.url}/chat/messages`, { method: 'POST', body: 'user=a&text=b' });
    expect(form.status).toBe(415);
    const long = JSON.stringify({ user: 'a', text: 'x'.repeat(300_000) });
    expect(await statusOf(`${bot.url}/chat/messages`, [long])).toBe(413);
    expect(await statusOf(`${bot.url}/chat/messages`, [long.slice(0, 9), long.slice(9)])).toBe(413);
    expect(await statusOf(`${bot.url}/chat/messages`, ['{"user":"a",', '"text":"xin chào"}'])).toBe(200);
    expect((await fetch(`${bot.url}/khong-co`)).status).toBe(404);
    expect((await fetch(`${bot.url}/telegram/webhook`, { method: 'POST' })).status).toBe(404);
  });

  test('health and metrics', async () => {
    const health = await fetch(`${bot.url}/health`);
    expect(health.status).toBe(200);
    expect(await health.json()).toEqual({
      status: 'ok',
      parts: { database: 'ok', handbook: 'ok', outbox: 'ok', reminders: 'ok', web: 'ok' },
      handbook: { entries: expect.any(Number) as number },
      channels: { web: 'on' },
      outbox: { due: 0, failed: 0 },
    });
    const metrics = await (await fetch(`${bot.url}/metrics`)).text();
    expect(metrics).toMatch(/sotay_questions_total\{outcome="answer"\} \d+/);
    expect(metrics).not.toMatch(/\blan\b/);
  });

  test('an open page does not hold up the end: its stream is closed, not cut', async () => {
    const events = await fetch(`${bot.url}/chat/events?user=hoa`);
    expect(await Promise.all([events.text(), bot.end()])).toEqual([': \n\n', 0]);
  });
});

/**
 * fetch would report the cut connection instead of the answer that came before it.
 *
 * @param parts one is sent with its length, several are sent in chunks
 */
function statusOf(url: string, parts: readonly string[]): Promise<number | undefined> {
  return new Promise((resolve) => {
    const headers = { 'Content-Type': 'application/json' };
    const sending = request(url, { method: 'POST', headers }, (response) => resolve(response.statusCode));
    sending.on('error', () => undefined);
    for (const part of parts.slice(0, -1)) sending.write(part);
    sending.end(parts.at(-1));
  });
}
