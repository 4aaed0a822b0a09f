import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { readArguments } from '../src/cli/arguments.ts';
import { ChangedMeanwhileError, explain } from '../src/cli/failures.ts';
import { ConfigError } from '../src/config.ts';
import { HandbookError } from '../src/handbook/load.ts';
import { BackupError } from '../src/store/backup-error.ts';
import { openDatabase } from '../src/store/database.ts';
import { temporaryFolder } from './support/process.ts';

/** What a command says when it fails with this, and its exit status; undefined: the error is thrown on. */
async function said(error: unknown): Promise<{ status: number; output: string } | undefined> {
  const print = vi.spyOn(console, 'error').mockReturnValue();
  try {
    const status = await explain(error, 'cua-toi.csv');
    return { status, output: print.mock.calls.join('\n') };
  } catch (thrown) {
    expect(thrown).toBe(error);
    return undefined;
  } finally {
    print.mockRestore();
  }
}

const failureOf = (action: () => Promise<unknown>): Promise<unknown> =>
  action().then(
    () => undefined,
    (error: unknown) => error,
  );
function openOther(): Promise<unknown> {
  using folder = temporaryFolder();
  const file = path.join(folder.path, 'sotay.db');
  writeFileSync(file, 'no database at all');
  return openDatabase(`sqlite:${file}`);
}
/** Tests may run as root, whom no file refuses. */
const refused = (code: string): Error => Object.assign(new Error(code), { code, path: '/root/don-vi.csv' });

test.each([
  ['no such file', () => failureOf(() => readFile('/khong/co.csv')), 1, 'Không thấy tệp hoặc thư mục: /khong/co.csv'],
  ['a file as a folder', () => failureOf(() => readFile('package.json/x')), 1, 'Không thấy tệp hoặc thư mục: package'],
  ['a folder', () => failureOf(() => readFile('src')), 1, 'cua-toi.csv là một thư mục'],
  ['an unreadable file', () => refused('EACCES'), 1, 'Không có quyền đọc hoặc ghi: /root/don-vi.csv'],
  ['a full disk', () => refused('ENOSPC'), 1, 'Ổ đĩa đã đầy'],
  ['no database at all', () => failureOf(openOther), 1, 'Cơ sở dữ liệu bị hỏng'],
  ['a database that is busy', () => Object.assign(new Error('locked'), { errcode: 5 }), 1, 'đang bận'],
  ['somebody was faster', () => new ChangedMeanwhileError(), 1, 'chạy lại lệnh'],
  ['a copy', () => new BackupError('no-key'), 1, 'Đặt BACKUP_KEY'],
  ['the environment', () => new ConfigError(['PORT: sai', 'HOST: sai']), 2, 'PORT: sai\nHOST: sai'],
  ['the handbook', () => new HandbookError([{ file: 'a.md', line: 3, text: 'sai' }]), 2, 'a.md:3: sai'],
])('a command says what is wrong: %s', async (_name, error, status, output) => {
  expect(await said(await error())).toEqual({ status, output: expect.stringContaining(output) as string });
});

test('a mistake of the program stays one', async () => {
  expect(await said(new TypeError('x is not a function'))).toBeUndefined();
});

/** What is printed before the process ends, with its status; undefined: it goes on. */
function typed(args: string[], names?: 'one'): { status: unknown; output: string } | undefined {
  using argv = vi.spyOn(process, 'argv', 'get').mockReturnValue(['node', 'import.ts', ...args]);
  using log = vi.spyOn(console, 'log').mockReturnValue();
  using error = vi.spyOn(console, 'error').mockReturnValue();
  using exit = vi.spyOn(process, 'exit').mockImplementation(() => {
    throw new Error('ended');
  });
  try {
    readArguments('Cách dùng: npm run import', { thu: { type: 'boolean' } }, names);
    return undefined;
  } catch {
    expect(argv).toHaveBeenCalled();
    return { status: exit.mock.calls[0]?.[0], output: [...log.mock.calls, ...error.mock.calls].join('\n') };
  }
}

test('a command says how it is used when it is asked, or cannot be done as typed', () => {
  const usage = 'Cách dùng: npm run import';
  expect(typed(['--help'])).toEqual({ status: 0, output: usage });
  expect(typed(['a.csv', '--help'])).toEqual({ status: 0, output: usage });
  expect(typed(['a.csv', '--xem'])).toEqual({ status: 2, output: `Lệnh không có lựa chọn này: a.csv --xem\n${usage}` });
  expect(typed(['--thu=1'])).toMatchObject({ status: 2 });
  expect(typed(['a.csv', '--thu'])).toBeUndefined();
  expect(typed(['a', 'b'])).toBeUndefined();
  expect(typed(['danh', 'sach.csv', '--thu'], 'one')).toEqual({
    status: 2,
    output: `Lệnh chỉ nhận một tên. Tên có khoảng trắng thì đặt trong dấu ngoặc kép: "danh sach.csv"\n${usage}`,
  });
});

test('what is typed behind a command is read in one way; the table of the search is for developers', () => {
  const readers = globSync('src/cli/*.ts').filter((file) => readFileSync(file, 'utf8').includes('parseArgs('));
  expect(readers.toSorted()).toEqual(['src/cli/arguments.ts', 'src/cli/eval.ts']);
});
