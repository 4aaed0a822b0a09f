import { statSync } from 'node:fs';
import path from 'node:path';
import { Kysely } from 'kysely';
import { copyDatabase } from './backup-copy.ts';
import { upgradeCopy } from './backup-folder.ts';
import { migrate, NewerDatabaseError } from './migrate.ts';
import { migrations } from './migrations.ts';
import type { Schema } from './schema.ts';
import { createStorageTrouble, isStorageFailure, type StorageTrouble } from './storage-trouble.ts';
import { DatabaseReplacedError, sqliteDialect } from './sqlite.ts';

export type Database = Kysely<Schema>;

/** Where the copies go that are made before an upgrade. */
export interface UpgradeCopies {
  folder: string;
  key: string | undefined;
}

/**
 * Opens the database and brings its schema up to date, after a copy of it as it was.
 *
 * Inside `db.transaction()` only the transaction's own handle may be used: there is one connection, and the outer
 * handle would wait for it for ever.
 *
 * @param url `sqlite:<file>`, or `sqlite::memory:`
 * @param copies undefined: beside the database, not encrypted, as itself
 * @throws {DatabaseReplacedError}; {NewerDatabaseError}; the engine's error when the file cannot be opened, copied, or a
 *   migration fails; then nothing of the upgrade stays
 */
export async function openDatabase(url: string, copies?: UpgradeCopies): Promise<Database> {
  const file = url.slice('sqlite:'.length);
  const { folder, key } = copies ?? { folder: path.dirname(file), key: undefined };
  return open(url, (from) =>
    copyDatabase({ databaseUrl: url, target: path.join(folder, upgradeCopy(from, key !== undefined)), key }),
  );
}

/** Why nothing can be written at this moment, for `/health`: "database or disk is full"; undefined: it can. */
export function storageProblem(db: Database): string | undefined {
  return troubles.get(db)?.now();
}

/** The room on the disk that the database takes, with the log of what was written last; in memory: none. */
export function databaseBytes(url: string): number {
  const file = url.slice('sqlite:'.length);
  return [file, `${file}-wal`].reduce((sum, one) => sum + (statSync(one, { throwIfNoEntry: false })?.size ?? 0), 0);
}

const troubles = new WeakMap<Database, StorageTrouble>();

/**
 * What an operator is told when `openDatabase` throws what only they can mend; undefined: something else.
 *
 * @returns `lasting`: trying again does not help
 */
export function databaseCure(error: unknown): { text: string; lasting: boolean } | undefined {
  if (error instanceof DatabaseReplacedError) {
    const text =
      'DATABASE_URL: cơ sở dữ liệu đang được phục hồi từ bản sao; chờ lệnh npm run restore xong rồi chạy lại.';
    return { text, lasting: false };
  }
  if (error instanceof NewerDatabaseError) {
    const text =
      'DATABASE_URL: cơ sở dữ liệu đã dùng với phiên bản mới hơn của chương trình; cài lại phiên bản đó, hoặc phục hồi bản sao cũ (npm run restore).';
    return { text, lasting: true };
  }
  if (isStorageFailure(error)) {
    const text =
      'DATABASE_URL: không ghi được cơ sở dữ liệu; kiểm tra ổ đĩa có đầy không, và tài khoản của bot có quyền ghi vào thư mục không (npm run doctor).';
    return { text, lasting: false };
  }
  return undefined;
}

/** As `openDatabase`, for a database that is a copy itself. */
export async function openCopy(url: string): Promise<Database> {
  return open(url, () => Promise.resolve());
}

async function open(url: string, beforeUpgrade: (from: string) => Promise<void>): Promise<Database> {
  const trouble = createStorageTrouble();
  const db = new Kysely<Schema>({ dialect: sqliteDialect(url.slice('sqlite:'.length), trouble) });
  try {
    await migrate(db, migrations, beforeUpgrade);
    troubles.set(db, trouble);
    return db;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}
