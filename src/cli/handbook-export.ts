import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readConfig, type Config } from '../config.ts';
import { registryYaml } from '../documents/documents-yaml.ts';
import { exportHandbook } from '../handbook/export.ts';
import { handbookWorkbook } from '../handbook/workbook.ts';
import { openDatabase, type Database } from '../store/database.ts';
import { readArguments } from './arguments.ts';
import { explain } from './failures.ts';
import { offlineHandbook } from './offline-handbook.ts';

/*
 * `npm run handbook:export [-- DIR | FILE.xlsx]`: writes what officers changed into the handbook's files (HANDBOOK_DIR, with
 * documents.yaml and the vocabulary beside it), to be looked through and committed; DIR: into a copy of them. FILE.xlsx: the
 * whole handbook as a sheet. Also while the bot runs.
 */
const USAGE =
  'Cách dùng: npm run handbook:export ghi vào các tệp của sổ tay; thêm -- <thư mục mới> để ghi vào một bản chép, -- <tệp>.xlsx để ghi cả sổ tay thành bảng.';
const { positionals } = readArguments(USAGE, {}, 'one');
process.exitCode = await run(positionals[0]).catch((error: unknown) => explain(error, positionals[0]));

async function run(target: string | undefined): Promise<number> {
  const config = readConfig(process.env);
  if (target !== undefined && !target.endsWith('.xlsx') && path.resolve(target) !== path.resolve(config.HANDBOOK_DIR)) {
    if (existsSync(target)) {
      console.error(`Đã có "${target}". Đồng chí chọn một thư mục chưa có.`);
      return 2;
    }
    if (!path.relative(config.HANDBOOK_DIR, target).startsWith('..')) {
      console.error(`"${target}" ở trong sổ tay. Đồng chí chọn một thư mục ở ngoài.`);
      return 2;
    }
    copyFiles(config.HANDBOOK_DIR, target);
  }
  const db = await openDatabase(config.DATABASE_URL);
  try {
    return target?.endsWith('.xlsx')
      ? await writeSheet(config, db, target)
      : await writeFiles({ ...config, HANDBOOK_DIR: target ?? config.HANDBOOK_DIR }, db);
  } finally {
    await db.destroy();
  }
}

async function writeSheet(config: Config, db: Database, file: string): Promise<number> {
  const { handbook, editing } = await offlineHandbook(config, db);
  const numbers = await editing.numbers();
  writeFileSync(file, await handbookWorkbook(handbook.entries, (id) => numbers.get(id) ?? 0));
  console.log(`Đã ghi ${handbook.entries.length} mục vào ${file}.`);
  return 0;
}

async function writeFiles(config: Config, db: Database): Promise<number> {
  const directory = config.HANDBOOK_DIR;
  const { handbook } = await offlineHandbook(config, db);
  const files = exportHandbook(handbook, directory);
  const registry = path.join(path.dirname(path.resolve(directory)), 'documents.yaml');
  const before = existsSync(registry) ? readFileSync(registry, 'utf8') : '';
  const documents = registryYaml(before, handbook.documents);
  if (documents !== before) files.set(registry, documents);
  for (const [file, text] of files) {
    if (text === undefined) rmSync(file);
    else {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    console.log(`${text === undefined ? 'Xóa' : 'Ghi'} ${path.relative('.', file)}`);
  }
  console.log(
    files.size === 0
      ? 'Các tệp đã giống sổ tay đang dùng, không có gì phải ghi.'
      : `Đã ghi ${files.size} tệp. Đồng chí chạy npm run check, xem lại bằng git diff rồi mới đưa vào kho.`,
  );
  return 0;
}

/** The folder of the handbook and what stands beside it. */
function copyFiles(from: string, to: string): void {
  cpSync(from, to, { recursive: true });
  const [before, beside] = [path.dirname(path.resolve(from)), path.dirname(path.resolve(to))];
  for (const name of ['documents.yaml', path.join('vocabulary', 'allowed-words.txt')]) {
    const source = path.join(before, name);
    if (existsSync(source) && before !== beside) cpSync(source, path.join(beside, name));
  }
}
