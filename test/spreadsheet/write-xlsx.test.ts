import { expect, test } from 'vitest';
import { strFromU8, unzipSync } from 'fflate';
import { readSpreadsheet } from '../../src/spreadsheet/read-spreadsheet.ts';
import { writeXlsx } from '../../src/spreadsheet/write-xlsx.ts';

test('what could become a formula goes out as a text that cannot, and comes back as it was', async () => {
  const cells = ['=HYPERLINK("http://x")', '+84 912', '-5', '@SUM(A1)', "'=1", "'tốt'", '_x003D_1+1', 'Nguyễn Văn A'];
  const bytes = await writeXlsx([
    { name: 'Thử', rows: [['Tên'], ...cells.map((cell) => [cell])], titles: 0, widths: [20] },
  ]);
  const files = Object.entries(unzipSync(bytes)).map(([name, content]) => [name, strFromU8(content)] as const);
  const sheet = files.find(([name]) => name.endsWith('sheet1.xml'))?.[1] ?? '';
  const strings = files.find(([name]) => name.endsWith('sharedStrings.xml'))?.[1] ?? '';
  expect(sheet).not.toContain('<f>');
  for (const [, text = ''] of (sheet + strings).matchAll(/<t[^>]*>([^<]*)</g)) {
    expect(text).not.toMatch(/^(?:[=+\-@]|_x003D_)/);
  }
  const { sheets } = await readSpreadsheet(bytes);
  expect(sheets[0]?.rows.slice(1).map((row) => row.cells[0])).toEqual(cells);
});
