import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { isClassFile } from '../classes/class-sheets.ts';
import { systemClock } from '../clock.ts';
import { readConfig, type Config } from '../config.ts';
import { OPERATOR } from '../people/audit-store.ts';
import { planSheet, unitSheet } from '../people/unit-sheet.ts';
import { createUnitsStore, newUnitId } from '../people/units-store.ts';
import { mistakeLines, type Mistake } from '../spreadsheet/mistake.ts';
import { readSpreadsheet } from '../spreadsheet/read-spreadsheet.ts';
import { SpreadsheetError, type Sheet, type Spreadsheet } from '../spreadsheet/sheet.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { isHandbookFile } from '../handbook/workbook.ts';
import { readArguments } from './arguments.ts';
import { explain } from './failures.ts';
import { classToImport } from './import-class.ts';
import { handbookToImport } from './import-handbook.ts';

/*
 * `npm run import -- FILE`: the units, the class with its trainees, or the handbook (.xlsx only) of a file into the
 * database, also while the bot runs; which of them is told from the sheets. All mistakes
 * are printed at once and nothing is imported until there is none (exit status 1). What would change is printed first;
 * in a terminal it then asks, otherwise it goes on. `--thu` only prints.
 */
const NOTHING_YET = 'Chưa nhập gì, vì tệp còn chỗ phải sửa:';
const USAGE = 'Cách dùng: npm run import -- <tệp .xlsx hoặc .csv>\nThêm --thu để chỉ xem thử, không nhập.';
const { positionals, values } = readArguments(USAGE, { thu: { type: 'boolean' } }, 'one');
const [file] = positionals;
if (file === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  process.exitCode = await run(file).catch((error: unknown) => {
    if (error instanceof SpreadsheetError) return refuseMistakes(error.mistakes);
    return explain(error, file);
  });
}

async function run(path: string): Promise<number> {
  const config = readConfig(process.env);
  const bytes = await readFile(path);
  const spreadsheet = await readSpreadsheet(bytes);
  const sheet = unitSheet(spreadsheet.sheets);
  if (!sheet) return refuse(['Tệp không có gì để nhập.']);
  const db = await openDatabase(config.DATABASE_URL);
  try {
    if (isHandbookFile(spreadsheet)) {
      return await importHandbook(await readSpreadsheet(bytes, { keepLines: true }), config, db);
    }
    return isClassFile(spreadsheet)
      ? await importClass(spreadsheet, db, config.TIME_ZONE)
      : await importUnits(spreadsheet, sheet, db);
  } finally {
    await db.destroy();
  }
}

async function importClass(spreadsheet: Spreadsheet, db: Database, timeZone: string): Promise<number> {
  const found = await classToImport(spreadsheet, db, timeZone);
  if ('mistakes' in found) {
    const lines = found.mistakes.flatMap(({ sheet, mistakes }) => [
      ...(found.mistakes.length > 1 && sheet !== '' ? [`Trang ${sheet}:`] : []),
      ...mistakeLines(mistakes),
    ]);
    return refuse([NOTHING_YET, ...lines]);
  }
  for (const line of found.summary) console.log(line);
  return carryOut(found.changes, () => found.run());
}

async function importHandbook(spreadsheet: Spreadsheet, config: Config, db: Database): Promise<number> {
  const found = await handbookToImport(spreadsheet, config, db);
  if ('mistakes' in found) return refuseMistakes(found.mistakes);
  for (const line of found.summary) console.log(line);
  return carryOut(found.changes, () => found.run());
}

async function importUnits(spreadsheet: Spreadsheet, sheet: Sheet, db: Database): Promise<number> {
  const units = createUnitsStore(db, systemClock);
  const { plan, mistakes } = planSheet(sheet, { existing: await units.all(), newId: newUnitId });
  if (mistakes.length > 0 || spreadsheet.mistakes.length > 0) {
    return refuseMistakes([...spreadsheet.mistakes, ...mistakes]);
  }
  const count = (change: string): number => plan.filter((unit) => unit.change === change).length;
  const [added, updated, same] = [count('add'), count('update'), count('same')];
  console.log(`Đơn vị: thêm mới ${added}, cập nhật ${updated}, giữ nguyên ${same}.`);
  return carryOut(added + updated > 0, () => units.apply(plan, OPERATOR));
}

async function carryOut(changes: boolean, apply: () => Promise<void>): Promise<number> {
  if (values.thu || !changes) {
    console.log(values.thu ? 'Chỉ xem thử, chưa nhập gì.' : 'Không có gì phải nhập.');
    return 0;
  }
  if (!(await agreed())) {
    console.log('Chưa nhập gì.');
    return 0;
  }
  await apply();
  console.log('Đã nhập xong.');
  return 0;
}

/** Who runs it from a script has asked for it already. */
async function agreed(): Promise<boolean> {
  if (!process.stdin.isTTY) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Nhập vào cơ sở dữ liệu? Gõ "nhập" để nhập, phím khác để thôi: ');
  terminal.close();
  return /^nh[aậ]p$/i.test(answer.normalize('NFC').trim());
}

function refuseMistakes(mistakes: readonly Mistake[]): number {
  return refuse([NOTHING_YET, ...mistakeLines(mistakes)]);
}

function refuse(lines: readonly string[]): number {
  for (const line of lines) console.error(line);
  return 1;
}
