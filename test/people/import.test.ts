import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import writeXlsxFile, { type SheetData } from 'write-excel-file/node';
import { createUnitsStore } from '../../src/people/units-store.ts';
import { openDatabase } from '../../src/store/database.ts';
import { drivenClock } from '../support/clock.ts';
import { temporaryFolder } from '../support/process.ts';

function runImport(url: string, ...args: string[]): Promise<{ status: number; output: string }> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'] ?? '', DATABASE_URL: url };
    const child = execFile(process.execPath, ['src/cli/import.ts', ...args], { env }, (error, stdout, stderr) => {
      resolve({ status: Number(error?.code ?? 0), output: stdout + stderr });
    });
    child.stdin?.end();
  });
}

test('npm run import: a look, the import, the same again, mistakes; beside an open database', async () => {
  using folder = temporaryFolder();
  const url = `sqlite:${folder.path}/sotay.db`;
  const db = await openDatabase(url);
  const units = createUnitsStore(db, drivenClock('2026-11-22T03:00:00Z'));
  const file = `${folder.path}/don-vi.xlsx`;
  const row = (...cells: string[]): SheetData[number] => cells.map((value) => ({ value }));
  const rows = [
    row('DANH SÁCH TỔ CHỨC ĐẢNG'),
    row('Tên đơn vị', 'Cấp trên', 'Loại'),
    row('Chi bộ Văn phòng', 'ĐU xã A', ''),
    row('Đảng ủy xã A', '', 'đảng ủy'),
  ];
  writeFileSync(file, await writeXlsxFile(rows, { sheet: 'Đơn vị' }).toBuffer());

  const look = await runImport(url, file, '--thu');
  expect(look).toMatchObject({ status: 0, output: expect.stringContaining('thêm mới 2, cập nhật 0, giữ nguyên 0') });
  expect(await units.all()).toEqual([]);
  expect(await runImport(url, file)).toMatchObject({ status: 0, output: expect.stringContaining('Đã nhập xong') });
  expect((await units.all()).map(({ name }) => name)).toEqual(['Đảng ủy xã A', 'Chi bộ Văn phòng']);
  expect((await runImport(url, file)).output).toContain('thêm mới 0, cập nhật 0, giữ nguyên 2');
  expect(await units.all()).toHaveLength(2);

  const broken = `${folder.path}/sai.csv`;
  writeFileSync(broken, 'Đơn vị;Trực thuộc;Loại\nChi bộ 1;Đảng ủy xã B;\n=A1;;\nChi bộ 2;;câu lạc bộ\n');
  const { status, output } = await runImport(url, broken);
  expect(status).toBe(1);
  for (const line of ['Hàng 2, cột Trực thuộc', 'Hàng 3, cột A: ô bắt đầu bằng', 'Hàng 4, cột Loại']) {
    expect(output).toContain(line);
  }
  expect(await runImport(url, `${folder.path}/khong-co.csv`)).toMatchObject({
    status: 1,
    output: expect.stringContaining('Không thấy tệp'),
  });
  expect((await runImport(url)).status).toBe(2);
  expect(await units.all()).toHaveLength(2);
  await db.destroy();
});
