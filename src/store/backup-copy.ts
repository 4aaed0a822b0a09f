import {
  closeSync,
  existsSync,
  fsyncSync,
  globSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { encryptFile } from './backup-cipher.ts';
import { BackupError } from './backup-error.ts';
import { createProcessLock } from './process-lock.ts';

/** All pages in one step: in smaller ones a copy begins anew whenever somebody writes in between, and might never end. */
const ALL_PAGES = 2 ** 31 - 1;

/** In a copy only: the files that lie beside the database. */
export const FILES_TABLE = 'backup_files';

export interface CopyOptions {
  /** `sqlite:<file>` */
  databaseUrl: string;
  /** Replaced when it is there. */
  target: string;
  /** Undefined: not encrypted. */
  key: string | undefined;
}

/**
 * Copies the database as it is at one moment, also while others write to it, with the files that belong to it. The copy
 * is an SQLite database of its own, checked, readable by its owner only, and takes its name when it is whole.
 *
 * Not for the bot's main thread: it waits for the disk.
 *
 * @throws {BackupError} `no-database`, `same-file`, `busy`, or `damaged`: the database is; errors of the disk as they come
 */
export async function copyDatabase({ databaseUrl, target, key }: CopyOptions): Promise<void> {
  const file = databaseUrl.slice('sqlite:'.length);
  if (file === ':memory:' || !existsSync(file)) throw new BackupError('no-database');
  const whole = path.resolve(target);
  if (existsSync(whole) && realpathSync(whole) === realpathSync(file)) throw new BackupError('same-file');
  mkdirSync(path.dirname(whole), { recursive: true, mode: 0o700 });
  const lock = createProcessLock(databaseUrl, 'backup');
  if (!lock.take()) throw new BackupError('busy');
  // What is not encrypted yet stays where the database is, and is trusted with the same.
  const plain = key === undefined ? `${whole}.part` : `${file}.backup-part`;
  try {
    makeEmpty(plain);
    const source = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
    try {
      await backup(source, plain, { rate: ALL_PAGES });
    } finally {
      source.close();
    }
    finishCopy(plain, filesBeside(file));
    if (key !== undefined) encryptFile(plain, `${whole}.part`, key);
    renameSync(`${whole}.part`, whole);
    syncFolder(path.dirname(whole));
  } finally {
    for (const part of new Set([plain, `${whole}.part`])) {
      for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${part}${suffix}`, { force: true });
    }
    lock.release();
  }
}

/** The folder of files that belong to a database: what officers attached to announcements. */
export function filesBeside(databaseFile: string): string {
  return path.join(path.dirname(path.resolve(databaseFile)), 'files');
}

/** One file that needs no other, with the attached files in it. */
function finishCopy(file: string, files: string): void {
  const copy = new DatabaseSync(file);
  try {
    const check = copy.prepare('PRAGMA integrity_check(1)').get();
    if (check?.['integrity_check'] !== 'ok') throw new BackupError('damaged');
    copy.exec('PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL');
    const names = globSync('**', { cwd: files }).filter((name) => statSync(path.join(files, name)).isFile());
    if (names.length === 0) return;
    copy.exec(`CREATE TABLE ${FILES_TABLE} (name text primary key, content blob not null)`);
    const insert = copy.prepare(`INSERT INTO ${FILES_TABLE} VALUES (?, ?)`);
    for (const name of names) insert.run(name, readFileSync(path.join(files, name)));
  } finally {
    copy.close();
  }
}

function makeEmpty(file: string): void {
  rmSync(file, { force: true });
  closeSync(openSync(file, 'w', 0o600));
}

/** A new name is on disk only when its folder is. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
