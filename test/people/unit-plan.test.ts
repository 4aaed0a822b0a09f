import { expect, test } from 'vitest';
import { planUnits, type PlannedUnit, type PlanOptions, type UnitRow } from '../../src/people/unit-plan.ts';
import { planSheet, unitSheet } from '../../src/people/unit-sheet.ts';
import { mistakeLines } from '../../src/spreadsheet/mistake.ts';
import { readSpreadsheet } from '../../src/spreadsheet/read-spreadsheet.ts';

function rows(...lines: string[]): UnitRow[] {
  return lines.map((line, i) => {
    const [name = '', parent = '', kind = ''] = line.split('|').map((part) => part.trim());
    return { row: i + 2, name, parent, kind };
  });
}

function options(existing: PlanOptions['existing'] = []): PlanOptions {
  let ids = 0;
  return { existing, newId: () => `new${++ids}` };
}

/** "add Chi bộ A < Đảng ủy B" */
function summary(plan: readonly PlannedUnit[], existing: PlanOptions['existing'] = []): string[] {
  const names = new Map([...existing, ...plan].map(({ id, name }) => [id, name]));
  return plan.map(({ change, name, parentId }) => `${change} ${name} < ${names.get(parentId ?? '') ?? 'top'}`);
}

test('parents may stand anywhere in the list, and be abbreviated', () => {
  const { plan, mistakes } = planUnits(
    rows('Chi bộ Thôn 1 | ĐU xã A', 'Đảng ủy xã A | đb huyện', 'Đảng bộ huyện', 'Văn phòng | dang uy xa a | chi bo'),
    options(),
  );
  expect(mistakes).toEqual([]);
  expect(summary(plan)).toEqual([
    'add Đảng bộ huyện < top',
    'add Đảng ủy xã A < Đảng bộ huyện',
    'add Chi bộ Thôn 1 < Đảng ủy xã A',
    'add Văn phòng < Đảng ủy xã A',
  ]);
  expect(plan.map(({ kind }) => kind)).toEqual(['đảng bộ', 'đảng ủy', 'chi bộ', 'chi bộ']);
});

test('the same again changes nothing; better spelling is taken over, a shorter or plainer one is not', () => {
  const { plan: existing } = planUnits(
    rows('Đảng ủy xã A', 'CB thôn 1 | Đảng ủy xã A', 'Chi bộ Đoài | Đảng ủy xã A'),
    options(),
  );
  const again = planUnits(
    rows('dang uy xa a', 'Chi bộ Thôn 1 | ĐU xã A', 'CB Đoài | Đảng ủy xã A | chi bộ cơ sở'),
    options(existing),
  );
  expect(again.mistakes).toEqual([]);
  expect(summary(again.plan)).toEqual([
    'same Đảng ủy xã A < top',
    'update Chi bộ Thôn 1 < Đảng ủy xã A',
    'update Chi bộ Đoài < Đảng ủy xã A',
  ]);
  expect(again.plan.map(({ id }) => id)).toEqual(existing.map(({ id }) => id));
  expect(again.plan[2]?.kind).toBe('chi bộ cơ sở');
});

test('namesakes under other parents are others, and marks tell them apart', () => {
  const { plan, mistakes } = planUnits(
    rows(
      'Đảng ủy A',
      'Đảng ủy B',
      'CB Văn phòng | Đảng ủy A',
      'CB Văn phòng | Đảng ủy B',
      'CB An Lộc | Đảng ủy A',
      'CB Ân Lộc | Đảng ủy A',
    ),
    options(),
  );
  expect(mistakes).toEqual([]);
  expect(plan).toHaveLength(6);
  const below = planUnits(rows('Tổ đảng 1 | CB Văn phòng'), options(plan));
  expect(mistakeLines(below.mistakes)[0]).toMatch(/^Hàng 2, cột Trực thuộc: có nhiều đơn vị tên "CB Văn phòng"/);
  const clear = planUnits(rows('Tổ đảng 1 | CB Văn phòng, Đảng ủy B'), options(plan));
  expect(summary(clear.plan, plan)).toEqual(['add Tổ đảng 1 < CB Văn phòng']);
});

test('all mistakes at once, each with row, column and cure', () => {
  const { mistakes } = planUnits(
    rows(
      '',
      '123',
      'Đảng ủy A | | công ty',
      'CB 1 | Đảng ủy C',
      'CB 2',
      'cb 02',
      'CB X | CB Y',
      'CB Y | CB X',
      `CB ${'dài '.repeat(60)}`,
    ),
    options(),
  );
  expect(mistakeLines(mistakes)).toEqual([
    expect.stringMatching(/^Hàng 2, cột Đơn vị: chưa có tên/),
    expect.stringMatching(/^Hàng 3, cột Đơn vị: "123" không phải tên đơn vị/),
    expect.stringMatching(/^Hàng 4, cột Loại: không có loại "công ty"; chọn một trong: .*chi bộ/),
    expect.stringMatching(/^Hàng 5, cột Trực thuộc: không có đơn vị "Đảng ủy C"/),
    expect.stringMatching(/^Hàng 7, cột Đơn vị: "cb 02" đã có ở hàng 6/),
    expect.stringMatching(/^Hàng 8, cột Trực thuộc: .*vòng tròn/),
    expect.stringMatching(/^Hàng 9, cột Trực thuộc: .*vòng tròn/),
    expect.stringMatching(/^Hàng 10, cột Đơn vị: tên dài quá 160/),
  ]);
});

test('a sheet is read whatever its titles’ order and spelling, below a heading', async () => {
  const csv =
    'ĐẢNG BỘ HUYỆN;;;\n;;;\nSTT;CẤP TRÊN;loại hình;Tên đơn vị\n1;;;Đảng ủy xã A\n2;Đảng ủy xã A;;Chi bộ Thôn 1\n;;;\n';
  const { sheets } = await readSpreadsheet(new TextEncoder().encode(csv));
  const sheet = unitSheet(sheets);
  if (!sheet) throw new Error('no sheet');
  const { plan, mistakes } = planSheet(sheet, options());
  expect(mistakes).toEqual([]);
  expect(summary(plan)).toEqual(['add Đảng ủy xã A < top', 'add Chi bộ Thôn 1 < Đảng ủy xã A']);
});

test.each([
  ['Tên;Cấp trên\n', 'chưa có đơn vị nào'],
  ['Họ tên;Ngày sinh\nA;B\n', 'Không thấy cột "Đơn vị"'],
  ['Đơn vị;Đơn vị\nChi bộ A;Chi bộ B\n', 'hai cột "Đơn vị"'],
])('a sheet without units is refused: %s', async (csv, said) => {
  const { sheets } = await readSpreadsheet(new TextEncoder().encode(csv));
  const sheet = unitSheet(sheets);
  if (!sheet) throw new Error('no sheet');
  expect(mistakeLines(planSheet(sheet, options()).mistakes).join('\n')).toContain(said);
});

test('5,000 rows in a bad order are planned quickly', () => {
  const lines = Array.from({ length: 5000 }, (_, i) =>
    i < 20 ? `Đảng ủy xã ${i}` : `Chi bộ Thôn ${i} | ĐU xã ${i % 20}`,
  );
  const started = performance.now();
  const { plan, mistakes } = planUnits(rows(...lines.toReversed()), options());
  expect(mistakes).toEqual([]);
  expect(plan).toHaveLength(5000);
  expect(performance.now() - started).toBeLessThan(5000);
});
