import { strToU8, unzipSync, zipSync, strFromU8 } from 'fflate';
import { describe, expect, test } from 'vitest';
import writeXlsxFile, { type SheetData } from 'write-excel-file/node';
import { readSpreadsheet } from '../../src/spreadsheet/read-spreadsheet.ts';
import { SpreadsheetError } from '../../src/spreadsheet/sheet.ts';

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

async function xlsx(cells: SheetData): Promise<Uint8Array> {
  return new Uint8Array(await writeXlsxFile(cells, { sheet: 'Đơn vị' }).toBuffer());
}

/** A workbook whose only sheet is this XML. */
async function withSheet(change: (xml: string) => string): Promise<Uint8Array> {
  const parts = unzipSync(await xlsx([[{ value: 'Đơn vị' }]]));
  const name = 'xl/worksheets/sheet1.xml';
  return zipSync({ ...parts, [name]: strToU8(change(strFromU8(parts[name] ?? new Uint8Array()))) });
}

async function refusal(bytes: Uint8Array): Promise<string> {
  const error: unknown = await readSpreadsheet(bytes).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SpreadsheetError)) throw new Error('not refused', { cause: error });
  return error.mistakes.map((mistake) => mistake.text).join('\n');
}

test('cells of an .xlsx file are text, with the rows numbered as Excel shows them', async () => {
  const at = (year: number, month: number, day: number, hour = 0, minute = 0) => ({
    value: new Date(Date.UTC(year, month - 1, day, hour, minute)),
    type: Date,
    format: 'dd/mm/yyyy hh:mm',
  });
  const bytes = await xlsx([
    [null],
    [{ value: '  Đơn   vị ' }, { value: 'Ngày' }],
    [null],
    [{ value: 5 }, at(2026, 12, 1)],
    [{ value: true }, at(2026, 12, 1, 8, 30)],
    [{ value: 0.1 + 0.2 }, at(1899, 12, 30, 19, 5)],
  ]);
  expect(await readSpreadsheet(bytes)).toEqual({
    sheets: [
      {
        name: 'Đơn vị',
        rows: [
          { number: 2, cells: ['Đơn vị', 'Ngày'] },
          { number: 4, cells: ['5', '2026-12-01'] },
          { number: 5, cells: ['có', '2026-12-01 08:30'] },
          { number: 6, cells: ['0.3', '19:05'] },
        ],
      },
    ],
    mistakes: [],
  });
});

describe('a .csv file', () => {
  const rows = [
    { number: 1, cells: ['Đơn vị', 'Trực thuộc'] },
    { number: 3, cells: ['Chi bộ; A, B', 'Đảng ủy "X"'] },
  ];
  const semicolon = 'Đơn vị;Trực thuộc\n\n"Chi bộ; A, B";"Đảng ủy ""X"""\n';
  const utf16 = (content: string): Uint8Array => new Uint8Array(Buffer.from(`\uFEFF${content}`, 'utf16le'));
  test.each([
    ['semicolons', text(semicolon)],
    ['a byte order mark and Windows line ends', text(`\uFEFF${semicolon.replaceAll('\n', '\r\n')}`)],
    ['commas', text('Đơn vị,Trực thuộc\n\n"Chi bộ; A, B","Đảng ủy ""X"""')],
    ['tabs in UTF-16, as Excel writes Unicode text', utf16('Đơn vị\tTrực thuộc\r\n\r\nChi bộ; A, B\tĐảng ủy "X"\r\n')],
    ['decomposed letters', text(semicolon.normalize('NFD'))],
  ])('with %s', async (_name, bytes) => {
    expect((await readSpreadsheet(bytes)).sheets[0]?.rows).toEqual(rows);
  });
});

describe('formulas are mistakes with their place', () => {
  test('in .xlsx', async () => {
    const bytes = await withSheet((xml) =>
      xml.replace(
        '</sheetData>',
        '<row r="2"><c r="B2" t="str"><f>HYPERLINK("http://x")</f><v>x</v></c></row></sheetData>',
      ),
    );
    expect((await readSpreadsheet(bytes)).mistakes).toMatchObject([{ row: 2, column: 'B' }]);
  });

  test.each(['=1+1', '@SUM(A1)', '+cmd|x', "-cmd|'/c calc'!A1", ' =1'])('in .csv: %s', async (cell) => {
    expect((await readSpreadsheet(text(`Đơn vị\n"${cell}"`))).mistakes).toMatchObject([{ row: 2, column: 'A' }]);
  });
});

describe('what is no list is refused with a sentence that says what to do', () => {
  test.each<[string, () => Uint8Array | Promise<Uint8Array>, string]>([
    ['too many bytes', () => new Uint8Array(6 * 1024 * 1024), '5 MB'],
    ['Excel 97', () => new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), '.xlsx'],
    ['a picture', () => new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]), 'UTF-8'],
    ['a program', () => new Uint8Array([0x4d, 0x5a, 0, 0, 3, 0]), 'không phải bảng tính'],
    ['another code page', () => new Uint8Array([0x43, 0x68, 0x69, 0x20, 0x62, 0xe9]), 'UTF-8'],
    ['a torn zip', async () => (await xlsx([[{ value: 'x' }]])).slice(0, 900), 'hỏng'],
    ['another zip', () => zipSync({ 'word/document.xml': strToU8('<w/>') }), 'không phải bảng tính'],
    ['broken XML', () => withSheet((xml) => xml.slice(0, -40)), 'hỏng'],
    ['entities', () => withSheet((xml) => `<!DOCTYPE x [<!ENTITY a "aaa">]>${xml}`), 'hỏng'],
    ['a cell at the end of the world', () => withSheet((xml) => xml.replace('r="A1"', 'r="XFD1048576"')), 'hàng'],
    ['a far column', () => withSheet((xml) => xml.replace('r="A1"', 'r="XFD1"')), 'cột'],
    ['a hidden far column', () => withSheet((xml) => xml.replace('r="A1"', 'r="&#88;FD1"')), 'hỏng'],
    ['many rows', () => text('a\n'.repeat(10_001)), 'hàng'],
    ['many columns', () => text(`${'a;'.repeat(101)}\n`), 'cột'],
    ['an open quote', () => text('Đơn vị\n"Chi bộ A\nChi bộ B'), 'ngoặc kép'],
    [
      'many parts',
      () => zipSync(Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`${i}.xml`, strToU8('x')]))),
      'quá nhiều',
    ],
  ])('%s', async (_name, bytes, said) => {
    expect(await refusal(await bytes())).toContain(said);
  });

  test('a zip bomb is refused before it unfolds', async () => {
    const bomb = zipSync(
      { 'xl/workbook.xml': strToU8('<workbook/>'), 'xl/worksheets/sheet1.xml': new Uint8Array(51 * 1024 * 1024) },
      { level: 1 },
    );
    expect(bomb.length).toBeLessThan(1024 * 1024);
    expect(await refusal(bomb)).toContain('quá nhiều');
    // What the file says about its sizes may be a lie.
    const liar = Buffer.from(bomb);
    const declared = Buffer.alloc(4);
    declared.writeUInt32LE(51 * 1024 * 1024);
    for (let at = liar.indexOf(declared); at >= 0; at = liar.indexOf(declared, at + 4)) liar.writeUInt32LE(10, at);
    expect(await refusal(new Uint8Array(liar))).toContain('quá nhiều');
  });
});
