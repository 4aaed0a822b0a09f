import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What Telegram lets a bot download; core.telegram.org/bots/api#getfile */
export const LARGEST_ANNOUNCED_FILE = 20 * 1024 * 1024;
/** UTF-16 units; longer names are cut before their ending. */
const LONGEST_NAME = 80;
const TOKEN = /^[\w-]{32}$/;

/** Files of announcements, beside the database; each under a random token, which is all that leads to it. */
export interface AnnouncementFiles {
  keep(token: string, bytes: Uint8Array): Promise<void>;
  /** Undefined: there is none. */
  read(token: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Removes the files that no announcement has any more. */
  prune(kept: ReadonlySet<string>): Promise<void>;
}

/** @param databaseUrl beside which the files are; of a database in memory none are kept beyond the process */
export function createAnnouncementFiles(databaseUrl: string): AnnouncementFiles {
  const file = databaseUrl.slice('sqlite:'.length);
  const inMemory = new Map<string, Uint8Array<ArrayBuffer>>();
  if (file === ':memory:') {
    return {
      keep: (token, bytes) => Promise.resolve(void inMemory.set(token, new Uint8Array(bytes))),
      read: (token) => Promise.resolve(inMemory.get(token)),
      async prune(kept) {
        for (const token of inMemory.keys()) if (!kept.has(token)) inMemory.delete(token);
        return Promise.resolve();
      },
    };
  }
  const folder = path.join(path.dirname(file), 'files');
  const placeOf = (token: string): string => path.join(folder, token);
  return {
    async keep(token, bytes) {
      if (!TOKEN.test(token)) throw new Error('not a token of a file');
      await mkdir(folder, { recursive: true });
      await writeFile(placeOf(token), bytes, { mode: 0o600 });
    },
    async read(token) {
      if (!TOKEN.test(token)) return undefined;
      return readFile(placeOf(token)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
    },
    async prune(kept) {
      const names = await readdir(folder).catch(() => []);
      for (const name of names) if (TOKEN.test(name) && !kept.has(name)) await rm(placeOf(name), { force: true });
    },
  };
}

export function newFileToken(): string {
  return randomBytes(24).toString('base64url');
}

/** A name that stands in a link and on any disk: letters, digits, spaces, and a few signs. */
export function safeFileName(name: string | undefined, kind: 'photo' | 'document'): string {
  const clean = (name ?? '')
    .normalize('NFC')
    .toWellFormed()
    .replace(/[^\p{L}\p{N} ._()-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[ .]+|[ .]+$/g, '');
  if (clean === '') return kind === 'photo' ? 'anh.jpg' : 'tai-lieu';
  if (clean.length <= LONGEST_NAME) return clean;
  const ending = /\.[^.]{1,8}$/.exec(clean)?.[0] ?? '';
  return clean.slice(0, LONGEST_NAME - ending.length).trimEnd() + ending;
}
