import fc from 'fast-check';
import { expect, test } from 'vitest';
import { typedMarkdown } from '../../src/announcements/typed-text.ts';
import { parseStyled } from '../../src/bot/markdown/styled.ts';

const shown = (typed: string): string => parseStyled(typedMarkdown(typed), 'written').text;

test('lines stay as they were typed, bold is bold', () => {
  const typed = [
    'Kính gửi các đồng chí,',
    '1. Khai mạc',
    '2) Báo cáo',
    '- mục a',
    '+ mục b',
    '* mục c',
    '#1 ghi chú',
    '-----',
    '===',
    '***',
    '> trích',
    '| a | b |',
    'a_b_c [x](y) `m` ~~n~~ \\ &amp; 3 < 5 lan@x.vn',
    '',
    'Xem https://x.vn/a_b?c=1&d=_2 nhé',
  ].join('\n');
  expect(shown(typed)).toBe(typed);
  expect(parseStyled(typedMarkdown('**Đậm** và *nghiêng*'), 'styled')).toMatchObject({
    text: 'Đậm và nghiêng',
    spans: [{ style: 'bold' }, { style: 'italic' }],
  });
});

test('no text loses a line or a sign, but for stars', () => {
  const sign = fc.constantFrom(...Array.from('aề1 .)-+#=>|_`[]()<&@~\\!:/\n'));
  fc.assert(
    fc.property(fc.string({ unit: sign, maxLength: 40 }), (typed) => {
      const flat = (text: string): string =>
        text
          .replace(/[ \u00A0]+/g, '')
          .replace(/\n\n+/g, '\n\n')
          .trim();
      expect(flat(shown(typed))).toBe(flat(typed));
    }),
    { numRuns: 500 },
  );
});
