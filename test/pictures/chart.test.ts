import { expect, test } from 'vitest';
import { chartSvg, CHART_WIDTH } from '../../src/pictures/chart.ts';
import { drawPng } from '../../src/pictures/draw.ts';

/** A letter alone, so that only its own shape tells two pictures apart. */
const drawn = async (letter: string): Promise<string> =>
  Buffer.from(
    await drawPng(
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80" font-family="Be Vietnam Pro"><text x="10" y="60" font-size="50">${letter}</text></svg>`,
      80,
    ),
  ).toString('base64');

test('the shipped font has the letters of Vietnamese: none is drawn as a missing one, no two alike', async () => {
  const missing = await drawn('\u{E000}');
  const letters = 'aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵĐẶỮ'.split(
    '',
  );
  const pictures = await Promise.all(letters.map((letter) => drawn(letter)));
  expect(pictures.filter((picture) => picture === missing)).toEqual([]);
  expect(new Set(pictures).size).toBe(letters.length);
});

test('a chart is a picture of the stated width, and what people typed cannot break it', async () => {
  const svg = chartSvg({
    title: 'A & B < "C"',
    parts: ['x', 'y', 'z'],
    bars: [
      { label: '1', values: [3, 0, 1] },
      { label: '2', values: [0, 0, 0] },
    ],
    ranking: { title: 'T', rows: [{ label: '</svg>\u0001\ud800', value: 1234 }] },
  });
  expect(svg).toContain('1.234');
  const png = await drawPng(svg, CHART_WIDTH);
  expect(Buffer.from(png.subarray(1, 4)).toString()).toBe('PNG');
  expect(Buffer.from(png).readUInt32BE(16)).toBe(CHART_WIDTH);
});

test('nothing at all can be drawn, too', async () => {
  expect(
    (await drawPng(chartSvg({ title: '', parts: ['a'], bars: [], ranking: { title: '', rows: [] } }), 100)).length,
  ).toBeGreaterThan(100);
});
