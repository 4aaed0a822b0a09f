import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { escapeHtml } from '../../src/bot/markdown/escape-html.ts';
import { smallPng } from './small-png.ts';

/** What somebody wrote or pressed, or a message of the bot as its platform shows it: HTML, and buttons by row. */
export type Bubble =
  | { mine: string }
  | { pressed: string }
  | { html: string; buttons?: readonly (readonly string[])[] };

/** CSS pixels. */
const WIDTH = 420;
/** Sharp on the screens of today, and still small in the repository. */
const SCALE = 1.5;
const MOST_BYTES = 150 * 1024;

/**
 * Draws a chat in a plain frame that is no platform's, and says that it is a drawing.
 *
 * @returns a PNG of less than 150 KB
 */
export async function drawChat(browser: Browser, platform: string, bubbles: readonly Bubble[]): Promise<Buffer> {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 300 }, deviceScaleFactor: SCALE });
  await page.setContent(`<!doctype html><html lang="vi"><meta charset="utf-8"><style>${STYLE}</style>
    <section><header><b>Sổ tay chi bộ</b><span>${platform} · hình minh họa</span></header>
    <main>${bubbles.map(bubbleHtml).join('')}</main><footer>Nhắn tin…</footer></section></html>`);
  // Text, since it runs in the page.
  await page.evaluate('document.fonts.ready');
  const png = smallPng(await page.locator('section').screenshot());
  await page.close();
  if (png.length >= MOST_BYTES) throw new Error(`a picture of ${png.length} bytes is too large`);
  return png;
}

function bubbleHtml(bubble: Bubble): string {
  if ('mine' in bubble) return `<p class="mine">${escapeHtml(bubble.mine)}</p>`;
  if ('pressed' in bubble) return `<p class="pressed">bấm ${escapeHtml(bubble.pressed)}</p>`;
  const rows = (bubble.buttons ?? []).map(
    (row) => `<div>${row.map((label) => `<button>${escapeHtml(label)}</button>`).join('')}</div>`,
  );
  return `<p>${bubble.html}</p>${rows.join('')}`;
}

const face = (weight: string, file: string): string => {
  const path = fileURLToPath(import.meta.resolve(`@expo-google-fonts/be-vietnam-pro/${file}.ttf`));
  const [style, bold] = weight.split(' ');
  return `@font-face { font-family: 'Be Vietnam Pro'; font-style: ${style}; font-weight: ${bold};
    src: url(data:font/ttf;base64,${readFileSync(path).toString('base64')}); }`;
};

const STYLE = `
  ${face('normal 400', '400Regular/BeVietnamPro_400Regular')}
  ${face('italic 400', '400Regular_Italic/BeVietnamPro_400Regular_Italic')}
  ${face('normal 700', '700Bold/BeVietnamPro_700Bold')}
  * { box-sizing: border-box; margin: 0; font: inherit; }
  body { font: 15px/1.45 'Be Vietnam Pro', 'Noto Sans Symbols2', 'DejaVu Sans', sans-serif; color: #1f1b16; }
  b { font-weight: 700; } i, em { font-style: italic; }
  section { border: 6px solid #3b3733; border-radius: 26px; overflow: hidden; background: #ece9e4; }
  header { display: flex; justify-content: space-between; align-items: baseline; padding: 12px 16px; background: #fff; }
  header span { font-size: 12px; color: #6b645c; }
  main { display: flex; flex-direction: column; gap: 6px; padding: 12px; }
  p { white-space: pre-wrap; overflow-wrap: anywhere; padding: 9px 12px; border-radius: 14px; background: #fff;
    align-self: flex-start; max-width: 94%; }
  .mine { align-self: flex-end; background: #f3dcd6; margin-top: 6px; }
  .pressed { align-self: flex-end; padding: 2px 6px; background: none; font-size: 12px; font-style: italic; color: #6b645c; }
  div { display: flex; gap: 6px; width: 94%; }
  button { flex: 1; padding: 7px 8px; border: 1px solid #cfc9c1; border-radius: 10px; background: #f8f6f3; font-size: 13px; }
  footer { margin: 0 12px 12px; padding: 8px 14px; border-radius: 16px; background: #fff; color: #8a827a; }
`;
