import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBot, temporaryFolder, type RunningBot } from '../support/process.ts';
import { launchChromium } from './chromium.ts';

const PHONE = { viewport: { width: 390, height: 700 }, isMobile: true, hasTouch: true };
/** What WCAG 2.2 asks of text of ordinary size (1.4.3, level AA). */
const READABLE_CONTRAST = 4.5;

const READ = ['h1', 'header p', '.mine', '.message:not(.mine)', '.choices button', '#text', '[type=submit]'];

/* Run in the page, where other globals exist than here: therefore text. */

/** The extent of the page and its log, and what reaches beyond the screen's right edge. */
const SIZES = `({
  width: Math.max(document.documentElement.scrollWidth, document.querySelector('main').scrollWidth),
  height: document.documentElement.scrollHeight,
  beyond: Array.from(document.querySelectorAll('body *'))
    .filter((element) => element.getBoundingClientRect().right > innerWidth)
    .map((element) => element.outerHTML.slice(0, 80)),
})`;
/** The colours of the last such element's text and of what is painted behind it. */
const colorsOf = (selector: string): string => `{
  const element = Array.from(document.querySelectorAll(${JSON.stringify(selector)})).at(-1);
  let behind = element;
  while (getComputedStyle(behind).backgroundColor === 'rgba(0, 0, 0, 0)') behind = behind.parentElement;
  ({ ink: getComputedStyle(element).color, ground: getComputedStyle(behind).backgroundColor });
}`;
interface Colors {
  ink: string;
  ground: string;
}

const folder = temporaryFolder();
let bot: RunningBot;
let browser: Browser;
beforeAll(async () => {
  bot = await startBot({ DATABASE_URL: `sqlite:${folder.path}/sotay.db` });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await bot?.end();
  folder[Symbol.dispose]();
});

/** A fresh visitor's page, greeted; `errors` collects what the browser complains about, blocked resources included. */
async function visit(
  options: BrowserContextOptions = {},
): Promise<{ page: Page; errors: string[]; [Symbol.asyncDispose](): Promise<void> }> {
  const context = await browser.newContext({ locale: 'vi-VN', ...options });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => void (message.type() === 'error' && errors.push(message.text())));
  await page.goto(bot.url);
  await reply(page).getByText('Kính chào đồng chí').waitFor();
  return { page, errors, [Symbol.asyncDispose]: () => context.close() };
}

/** The newest message of the bot. */
function reply(page: Page): Locator {
  return page.locator('#log > .message:not(.mine)').last();
}

function field(page: Page): Locator {
  return page.getByRole('textbox', { name: 'Câu hỏi của đồng chí' });
}

async function ask(page: Page, question: string): Promise<void> {
  await field(page).fill(question);
  await field(page).press('Enter');
}

test('a question is asked by keyboard, its basis is read, a related question is followed', async () => {
  await using visitor = await visit();
  const { page, errors } = visitor;
  await page.keyboard.type('tuoi ket nap dv');
  await page.keyboard.press('Enter');
  await reply(page).getByText('Căn cứ', { exact: true }).waitFor();
  expect(await page.locator('.mine').allInnerTexts()).toEqual([expect.stringContaining('tuoi ket nap dv')]);
  const answer = await reply(page).innerText();
  expect(answer).toContain('Từ đủ 18 tuổi đến đủ 60 tuổi');
  expect(answer).toContain('Quy định số 208-QĐ/TW');
  expect(answer).toMatch(/Kiểm tra ngày \d\d\/\d\d\/\d{4}/);
  expect(await field(page).inputValue()).toBe('');
  await page.locator('#text:focus').waitFor();

  const related = reply(page).getByRole('group', { name: 'Lựa chọn' }).getByRole('button').first();
  const question = await related.innerText();
  await related.press('Enter');
  await reply(page).getByText(question, { exact: true }).waitFor();
  expect(await reply(page).innerText()).toContain('Căn cứ');
  expect(errors).toEqual([]);
});

test('feedback on an answer is thanked for', async () => {
  await using visitor = await visit();
  const { page } = visitor;
  await ask(page, 'tuoi ket nap dv');
  await reply(page).getByRole('button', { name: 'Đúng ý' }).click();
  await expect.poll(() => reply(page).innerText()).toContain('Cảm ơn đồng chí');
});

test('on a phone nothing is wider than the screen, only the log scrolls, the keyboard gives way to the answer', async () => {
  await using visitor = await visit(PHONE);
  const { page } = visitor;
  const sizes = (): Promise<unknown> => page.evaluate(SIZES);
  const fitting = { width: PHONE.viewport.width, height: PHONE.viewport.height, beyond: [] };
  expect(await sizes()).toEqual(fitting);
  await ask(page, 'tuoi ket nap dv');
  await reply(page).getByText('Căn cứ', { exact: true }).waitFor();
  expect(await sizes()).toEqual(fitting);
  expect(await page.locator('#text:focus').count()).toBe(0);
  await expect.poll(async () => (await page.locator('.mine').boundingBox())?.y).toBeGreaterThan(0);
  await ask(page, `/vanban ${'x'.repeat(200)}`);
  await reply(page).getByText('không thấy văn bản').waitFor();
  expect(await sizes()).toEqual(fitting);
});

test.each(['light', 'dark'] as const)('in %s everything that is read has enough contrast', async (colorScheme) => {
  await using visitor = await visit({ colorScheme });
  const { page } = visitor;
  await ask(page, 'tuoi ket nap dv');
  await reply(page).getByText('Căn cứ', { exact: true }).waitFor();
  const paper: Colors = await page.evaluate(colorsOf('body'));
  expect(luminance(paper.ground) < 0.2).toBe(colorScheme === 'dark');
  for (const selector of READ) {
    const { ink, ground }: Colors = await page.evaluate(colorsOf(selector));
    const [dark = 0, light = 0] = [luminance(ink), luminance(ground)].toSorted((a, b) => a - b);
    expect((light + 0.05) / (dark + 0.05), `${selector}: ${ink} on ${ground}`).toBeGreaterThan(READABLE_CONTRAST);
  }
});

test('a screen reader finds the log, the field and who said what', async () => {
  await using visitor = await visit();
  const { page } = visitor;
  expect(await page.locator('html').getAttribute('lang')).toBe('vi');
  const log = page.getByRole('log', { name: 'Cuộc trò chuyện' });
  await ask(page, 'tuoi ket nap dv');
  await log.getByText('Căn cứ', { exact: true }).waitFor();
  expect(await field(page).count()).toBe(1);
  expect(await log.textContent()).toMatch(
    /Sổ tay: \s*Kính chào.*Đồng chí: tuoi ket nap dv.*Sổ tay: \s*Người vào Đảng/s,
  );
});

test('a question that could not be sent stays in the field and is sent again', async () => {
  await using visitor = await visit();
  const { page } = visitor;
  await page.route('**/chat/messages', (route) => route.abort());
  await ask(page, 'tuoi ket nap dv');
  await page.getByRole('alert').getByText('Không gửi được').waitFor();
  expect(await field(page).inputValue()).toBe('tuoi ket nap dv');
  expect(await page.locator('.mine').count()).toBe(0);
  await page.unroute('**/chat/messages');
  await field(page).press('Enter');
  await reply(page).getByText('Căn cứ', { exact: true }).waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('what the server refuses is said in its words', async () => {
  await using visitor = await visit();
  const { page } = visitor;
  await page.route('**/chat/messages', (route) => route.fulfill({ status: 503, json: { error: 'Máy chủ bận.' } }));
  await ask(page, 'tuoi ket nap dv');
  await page.getByRole('alert').getByText('Máy chủ bận.').waitFor();
  expect(await field(page).inputValue()).toBe('tuoi ket nap dv');
});

test('Enter pressed twice sends once', async () => {
  await using visitor = await visit();
  const { page } = visitor;
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let sent = 0;
  await page.route('**/chat/messages', async (route) => {
    sent++;
    await held;
    await route.continue();
  });
  await ask(page, 'tuoi ket nap dv');
  await field(page).press('Enter');
  await page.getByText('Đang tìm…').waitFor();
  release();
  await reply(page).getByText('Căn cứ', { exact: true }).waitFor();
  expect(sent).toBe(1);
});

test('the page listens for what the bot sends by itself', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const opened = page.waitForResponse((response) => response.url().includes('/chat/events?user='));
  await page.goto(bot.url);
  const stream = await opened;
  expect(stream.status()).toBe(200);
  expect(stream.headers()['content-type']).toContain('text/event-stream');
  await context.close();
});

/** Relative luminance of a colour such as `rgb(31, 27, 22)`, as WCAG 2.2 defines it. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map((value) => {
    const share = Number(value) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
