import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** That an account was erased, as it is kept outside of the database too. */
export type ErasedAccount = z.output<typeof lineSchema>;

const lineSchema = z.object({
  receipt: z.string(),
  salt: z.string(),
  proof: z.string(),
  erasedAt: z.string(),
  /** See `traceOf`; null: the account was in no table of accounts. */
  trace: z.string().nullable(),
});

/**
 * Erasures, one line each, in a file beside the database and one beside its copies: so that a copy from before knows of
 * them when it is restored, also when the disk with the database is gone.
 */
export interface ErasureLedger {
  /** On disk when it returns. @throws the error of the disk; nobody may be told that they are erased then */
  append(accounts: readonly ErasedAccount[]): void;
  read(): ErasedAccount[];
  /** Adds to each of the files what only others have. */
  spread(): void;
}

const NAME_BESIDE_COPIES = 'erasures.jsonl';

/**
 * @param databaseUrl one in memory has no ledger
 * @param folders where copies lie
 */
export function createErasureLedger(databaseUrl: string, folders: readonly string[]): ErasureLedger {
  const database = databaseUrl.slice('sqlite:'.length);
  const own = database === ':memory:' ? undefined : `${database}-erasures.jsonl`;
  const files = own === undefined ? [] : [own, ...folders.map((folder) => path.join(folder, NAME_BESIDE_COPIES))];
  const read = (): ErasedAccount[] => [...byKey(files.flatMap(linesOf)).values()];
  return {
    append(accounts) {
      if (own !== undefined) write(own, accounts);
    },
    read,
    spread() {
      const all = byKey(read());
      for (const file of files) {
        const known = byKey(linesOf(file));
        const missing = [...all].filter(([key]) => !known.has(key)).map(([, line]) => line);
        if (missing.length > 0) write(file, missing);
      }
    },
  };
}

/**
 * Tells the row of an account without saying whose it is. A fast hash is enough, since the time of the first message, to
 * the millisecond, goes in: whoever does not have the row would have to try all accounts with all times. Who came back
 * after being erased has a new row, and is not meant.
 */
export function traceOf(salt: string, row: { channel: string; chat_id: string; first_seen: string }): string {
  return createHash('sha256').update([salt, row.channel, row.chat_id, row.first_seen].join('\n')).digest('base64url');
}

const byKey = (lines: readonly ErasedAccount[]): Map<string, ErasedAccount> =>
  new Map(lines.map((line) => [`${line.receipt} ${line.proof}`, line]));

/** A line that a crash cut off is passed over: its erasure was not confirmed to anybody. */
function linesOf(file: string): ErasedAccount[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [lineSchema.parse(JSON.parse(line))];
      } catch {
        return [];
      }
    });
}

function write(file: string, accounts: readonly ErasedAccount[]): void {
  mkdirSync(path.dirname(path.resolve(file)), { recursive: true });
  const handle = openSync(file, 'a', 0o600);
  try {
    // Each line begins a new one, whatever a crash left before it.
    writeSync(handle, accounts.map((account) => `\n${JSON.stringify(account)}`).join(''));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
