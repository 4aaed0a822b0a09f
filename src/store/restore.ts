import { constants, copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { decryptFile, isEncrypted } from './backup-cipher.ts';
import { FILES_TABLE, filesBeside, syncFolder } from './backup-copy.ts';
import { BackupError } from './backup-error.ts';
import { migrations } from './migrations.ts';

export interface StagedCopy {
  /** Where it lies, beside the database, until it takes its place. */
  file: string;
  /** Removes it, when it is not to be used. */
  discard(): void;
}

/**
 * Unpacks a copy beside the database and checks it; the database itself is not touched.
 *
 * @param key undefined: only a copy that is not encrypted can be read
 * @throws {BackupError} `no-key`, `wrong-key`, `damaged`, `foreign`, `newer`
 */
export function stageCopy(backupFile: string, databaseFile: string, key: string | undefined): StagedCopy {
  const file = `${databaseFile}.restoring`;
  const discard = (): void => {
    for (const suffix of ['', '-journal', '-wal', '-shm', '-use.lock']) rmSync(`${file}${suffix}`, { force: true });
  };
  mkdirSync(path.dirname(path.resolve(databaseFile)), { recursive: true });
  discard();
  try {
    if (isEncrypted(backupFile)) {
      if (key === undefined) throw new BackupError('no-key');
      decryptFile(backupFile, file, key);
    } else {
      writeFileSync(file, '', { mode: 0o600 });
      copyFileSync(backupFile, file);
    }
    check(file);
    return { file, discard };
  } catch (error) {
    discard();
    throw error;
  }
}

function check(file: string): void {
  const copy = new DatabaseSync(file);
  try {
    if (firstOf(copy, 'PRAGMA integrity_check(1)') !== 'ok') throw new BackupError('damaged');
    const ours = firstOf(copy, "SELECT count(*) FROM sqlite_master WHERE name = 'kysely_migration'");
    if (ours !== 1) throw new BackupError('foreign');
    const known = Object.keys(migrations);
    const done = copy.prepare('SELECT name FROM kysely_migration').all();
    if (done.some(({ name }) => !known.includes(String(name)))) throw new BackupError('newer');
  } catch (error) {
    // "file is not a database", "database disk image is malformed"
    if ((error as { code?: string }).code === 'ERR_SQLITE_ERROR') throw new BackupError('damaged');
    throw error;
  } finally {
    copy.close();
  }
}

function firstOf(database: DatabaseSync, query: string): unknown {
  return Object.values(database.prepare(query).get() ?? {})[0];
}

/**
 * Puts a staged copy in the database's place. Whoever calls it holds `soleUse`. At any moment, also after a crash,
 * either the old database stands there or the new one.
 *
 * @param aside where the old database is kept
 * @returns whether there was an old one
 */
export function putInPlace(staged: StagedCopy, databaseFile: string, aside: string): boolean {
  unpackFiles(staged.file, filesBeside(databaseFile));
  const there = existsSync(databaseFile);
  if (there) putAside(databaseFile, aside);
  renameSync(staged.file, databaseFile);
  syncFolder(path.dirname(path.resolve(databaseFile)));
  staged.discard();
  return there;
}

/** Those that are there already stay: they are never changed, only added. */
function unpackFiles(file: string, folder: string): void {
  const copy = new DatabaseSync(file);
  try {
    if (firstOf(copy, `SELECT count(*) FROM sqlite_master WHERE name = '${FILES_TABLE}'`) === 1) {
      for (const { name, content } of copy.prepare(`SELECT name, content FROM ${FILES_TABLE}`).iterate()) {
        const target = path.join(folder, String(name));
        // Nothing that a copy says leads out of the folder.
        if (path.relative(folder, target).startsWith('..') || existsSync(target)) continue;
        mkdirSync(path.dirname(target), { recursive: true });
        writeFileSync(target, content as Uint8Array, { mode: 0o600, flush: true });
      }
      copy.exec(`DROP TABLE ${FILES_TABLE}; VACUUM`);
    }
    // One file, so that it can be moved by its name.
    copy.exec('PRAGMA journal_mode=DELETE');
  } finally {
    copy.close();
  }
}

/** Keeps the old database under another name as well; its own name goes over to the new one in one step. */
function putAside(file: string, aside: string): void {
  // SQLite throws away a log that does not fit its file; what is beyond reading is kept as it lies.
  const log = existsSync(`${file}-wal`);
  if (log) copyFileSync(`${file}-wal`, `${aside}-wal`);
  try {
    const old = new DatabaseSync(file);
    try {
      // What is in its log goes into the file, and the log away: a new database beside an old log would be destroyed.
      old.exec('PRAGMA journal_mode=DELETE');
    } finally {
      old.close();
    }
    rmSync(`${aside}-wal`, { force: true });
  } catch {
    // Perhaps why somebody restores.
  }
  for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true });
  try {
    linkSync(file, aside);
  } catch {
    // Not every file system has links.
    copyFileSync(file, aside, constants.COPYFILE_FICLONE);
  }
}
