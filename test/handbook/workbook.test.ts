import { expect, test } from 'vitest';
import { createLiveHandbook } from '../../src/handbook/live.ts';
import { loadParts } from '../../src/handbook/load.ts';
import { contentOf } from '../../src/handbook/entry.ts';
import { handbookWorkbook, isHandbookFile, readHandbookFile } from '../../src/handbook/workbook.ts';
import { readSpreadsheet } from '../../src/spreadsheet/read-spreadsheet.ts';

test('our whole handbook goes into a sheet and comes back without loss', async () => {
  const handbook = createLiveHandbook(loadParts('data/handbook'));
  const bytes = await handbookWorkbook(handbook.entries, () => 0);
  const file = await readSpreadsheet(bytes, { keepLines: true });
  expect(isHandbookFile(file)).toBe(true);
  const { rows, mistakes } = readHandbookFile(file, handbook);
  expect(mistakes).toEqual([]);
  expect(rows.map(({ entryId }) => entryId)).toEqual(handbook.entries.map(({ id }) => id));
  for (const [i, entry] of handbook.entries.entries()) {
    expect(JSON.stringify(rows[i]?.content), entry.id).toBe(JSON.stringify(contentOf(entry)));
  }
});
