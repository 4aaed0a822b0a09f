import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitStyled } from '../../src/bot/markdown/split.ts';
import { escapeMarkdown, parseStyled } from '../../src/bot/markdown/styled.ts';
import { telegramHtml } from '../../src/bot/markdown/telegram-html.ts';
import { webHtml } from '../../src/bot/markdown/web-html.ts';
import { zaloText } from '../../src/bot/markdown/zalo-text.ts';
import { parseTelegramHtml } from '../fakes/telegram-html.ts';

/** Any Unicode, lone surrogates too, with much of what Markdown, HTML and Vietnamese are made of. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400, size: 'max' }),
  fc
    .array(
      fc.constantFrom(
        ...'* ** _ ` ``` # > - 1. [ ] ( ) ! < > & <b> </b> <script> &lt; | ~~ \\ \n \n\n đảng ủy hoà 👩‍👩‍👧‍👦 🇻🇳 e\u0323\u0302 \ud800 \u0000 \u202e http://a.vn'.split(
          ' ',
        ),
        ' ',
        '\n\n',
        '- ',
        '[x](http://a.vn)',
        '[x](javascript:alert(1))',
      ),
      { maxLength: 200, size: 'max' },
    )
    .map((parts) => parts.join('')),
);

/** What a part may be made of without being worth sending; marks that stand alone are such, too. */
const INVISIBLE = /[\p{C}\u2800\u3164\u115F\u1160\uFFA0]|(?<!\S)\p{M}/u;

const squeeze = (text: string): string => text.replace(/\s+/gu, '');

describe('any text', () => {
  test('becomes HTML that Telegram takes', () => {
    fc.assert(
      fc.property(anyText, (markdown) => {
        for (const html of telegramHtml(markdown)) {
          const { text } = parseTelegramHtml(html);
          expect(text.length).toBeGreaterThan(0);
          expect(text.length).toBeLessThanOrEqual(4096);
          expect(text.isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('becomes Zalo text with styles inside their message', () => {
    fc.assert(
      fc.property(anyText, (markdown) => {
        for (const { text, spans } of zaloText(markdown)) {
          expect(text.length).toBeLessThanOrEqual(2000);
          for (const { start, end } of spans) {
            expect(start).toBeGreaterThanOrEqual(0);
            expect(end).toBeGreaterThan(start);
            expect(end).toBeLessThanOrEqual(text.length);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('becomes web HTML without foreign tags or addresses', () => {
    fc.assert(
      fc.property(anyText, (markdown) => {
        const html = webHtml(markdown);
        const tags = Array.from(html.matchAll(/<\/?([a-z][a-z0-9]*)/gi), ([, name]) => name?.toLowerCase());
        for (const tag of tags) expect(WEB_TAGS).toContain(tag);
        for (const [, href] of html.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^(?:https?:\/\/|mailto:)/i);
      }),
      { numRuns: 2000 },
    );
  });

  test('stays itself when escaped', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { text: shown, spans } = parseStyled(`a ${escapeMarkdown(text)} b`, 'styled');
        expect(spans).toEqual([]);
        const visible = text.toWellFormed().replace(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]/g, ' ');
        expect(squeeze(shown)).toBe(squeeze(`a${visible}b`));
      }),
      { numRuns: 2000 },
    );
  });
});

const WEB_TAGS = 'p strong em del code pre blockquote ul ol li h3 a br hr table thead tbody tr th td'.split(' ');

describe('splitting', () => {
  test('loses nothing but white space, keeps order and limit, cuts no grapheme that fits', () => {
    const segmenter = new Intl.Segmenter('vi', { granularity: 'grapheme' });
    const graphemes = (text: string): string[] =>
      Array.from(segmenter.segment(text.replace(/\s+/gu, ' ')), ({ segment }) => segment).filter(
        (one) => one.trim() !== '',
      );
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 300, size: 'max' }),
        fc.integer({ min: 20, max: 80 }),
        (text, limit) => {
          fc.pre(segmentsFit(graphemes(text), limit) && !INVISIBLE.test(text));
          const parts = splitStyled({ text, spans: [] }, limit);
          for (const part of parts) expect(part.text.length).toBeLessThanOrEqual(limit);
          expect(parts.flatMap((part) => graphemes(part.text))).toEqual(graphemes(text));
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('prefers paragraph, then line, then sentence, then word', () => {
    const cut = (text: string): string[] => splitStyled({ text, spans: [] }, 40).map((part) => part.text);
    expect(cut('Một hai ba bốn năm sáu.\n\nBảy tám chín mười mười một mười hai')).toEqual([
      'Một hai ba bốn năm sáu.',
      'Bảy tám chín mười mười một mười hai',
    ]);
    expect(cut('Một hai ba bốn năm sáu\nbảy tám chín mười. Mười một mười hai')[0]).toBe('Một hai ba bốn năm sáu');
    expect(cut('Một hai ba bốn năm sáu. Bảy tám chín mười mười một')[0]).toBe('Một hai ba bốn năm sáu.');
    expect(cut('Một hai ba bốn năm sáu bảy tám chín mười mười một')[0]).toBe(
      'Một hai ba bốn năm sáu bảy tám chín mười',
    );
    expect(cut('ầ'.repeat(100)).map((part) => part.length)).toEqual([40, 40, 20]);
  });

  test('styles go on in the next part', () => {
    const [first, second] = telegramHtml(`**${'chi bộ '.repeat(700).trim()}**`);
    expect(first).toMatch(/^<b>.*<\/b>$/s);
    expect(second).toMatch(/^<b>.*<\/b>$/s);
  });
});

function segmentsFit(segments: string[], limit: number): boolean {
  return segments.every((segment) => segment.length <= limit);
}

describe('message Markdown', () => {
  test('on Telegram', () => {
    const html = telegramHtml(
      '## Hồ sơ\n1. **Đơn** (mẫu *1*)\n2. [Xem](https://a.vn/?a=1&b=2)\n   - con <b>\n\n> trích\n> > sâu',
    );
    expect(html).toEqual([
      '<b>Hồ sơ</b>\n1. <b>Đơn</b> (mẫu <i>1</i>)\n2. <a href="https://a.vn/?a=1&amp;b=2">Xem</a>\n   • con &lt;b&gt;\n\n<blockquote>trích\n\nsâu</blockquote>',
    ]);
  });

  test('an empty code block styles nothing', () => {
    expect(telegramHtml('a\n\n```\n\n```\n\n> b')).toEqual(['a\n\n<blockquote>b</blockquote>']);
  });

  test('on Zalo links are written out', () => {
    expect(zaloText('**A** [xem](https://a.vn) https://b.vn')).toEqual([
      { text: 'A xem (https://a.vn) https://b.vn', spans: [{ start: 0, end: 1, style: 'bold' }] },
    ]);
  });

  test('on the web', () => {
    expect(webHtml('*<script><x')).toBe('<p>*&lt;script&gt;&lt;x</p>\n');
    expect(webHtml('a &amp; "b" <')).toBe('<p>a &amp; &quot;b&quot; &lt;</p>\n');
    expect(webHtml('## A\n<img src=x onerror=alert(1)> [a](javascript:x) [b](https://b.vn)')).toBe(
      '<h3>A</h3>\n<p>&lt;img src=x onerror=alert(1)&gt; a <a href="https://b.vn" rel="noopener noreferrer">b</a></p>\n',
    );
  });
});
