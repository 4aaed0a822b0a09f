import { randomBytes, randomInt, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import type { Transaction } from 'kysely';
import type { Incoming } from '../bot/channel.ts';
import { timestamp, type Clock } from '../clock.ts';
import type { AccountRef, ChannelName } from '../config.ts';
import { sameSecret } from '../http/same-secret.ts';
import type { Logger } from '../log.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { sweep } from '../store/sqlite.ts';
import { traceOf, type ErasedAccount, type ErasureLedger } from './erasure-ledger.ts';
import { newPersonId, personIdOf, type PersonHooks } from './people-store.ts';

/** Without letters and digits that look alike. */
const RECEIPT_LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const RECEIPT_LENGTH = 10;

/** Slow on purpose: from a fast hash all platform ids could be tried out. */
const hash = promisify(scrypt) as (text: string, salt: string, length: number) => Promise<Buffer>;

export interface Erasure {
  /**
   * Removes all that is kept about the person whose account this is, from every table, the file and the write-ahead
   * log. Only a proof stays, which says nothing to who does not know the account.
   *
   * @returns the receipt, with which the proof is found again, and the accounts that are forgotten
   */
  erase(account: AccountRef): Promise<{ receipt: string; accounts: AccountRef[] }>;
  /** When this account was erased under this receipt; undefined: it was not. */
  erasedAt(receipt: string, account: AccountRef): Promise<Temporal.Instant | undefined>;
  /**
   * Erases again who was erased after this database was copied: what is in the ledger and not in its tables.
   *
   * @returns how many receipts that were
   */
  eraseAgain(): Promise<number>;
  /** Clears the files after erasures for which that did not succeed at once. */
  sweepLeftovers(): Promise<void>;
}

/**
 * @param hooks what else knows people
 * @param ledger where erasures are noted outside of the database
 */
export function createErasure(
  db: Database,
  clock: Clock,
  log: Logger,
  hooks: readonly PersonHooks[],
  ledger: ErasureLedger,
): Erasure {
  /** Takes the person whose account this is out of all tables. */
  async function forget(transaction: Transaction<Schema>, account: AccountRef, now: string): Promise<AccountRef[]> {
    const personId = (await personIdOf(account, transaction)) ?? newPersonId();
    const all = (await rowsOf(transaction, account)).map(refOf);
    for (const hook of hooks) await hook.onErase(transaction, personId, all);
    for (const one of all) await forgetChat(transaction, one, now);
    await transaction.deleteFrom('link_codes').where('person_id', '=', personId).execute();
    await transaction.deleteFrom('people').where('id', '=', personId).execute();
    return all;
  }

  async function sweepLeftovers(): Promise<void> {
    const left = await db.selectFrom('erasures').select('receipt').where('swept', '=', 0).executeTakeFirst();
    if (left && (await sweep(db))) await db.updateTable('erasures').set({ swept: 1 }).where('swept', '=', 0).execute();
  }

  return {
    sweepLeftovers,
    async erase(account) {
      const receipt = newReceipt();
      const now = timestamp(clock.now());
      const accounts = await db.transaction().execute(async (transaction) => {
        const rows = await rowsOf(transaction, account);
        const proofs = await Promise.all(rows.map((row) => proved(receipt, row, now)));
        const all = await forget(transaction, account, now);
        for (const { salt, proof } of proofs) {
          await transaction.insertInto('erasures').values({ receipt, salt, proof, erased_at: now }).execute();
        }
        // Before the commit: a copy that is restored must not know more than the ledger.
        ledger.append(proofs);
        return all;
      });
      try {
        ledger.spread();
      } catch (error) {
        // With the next backup, then.
        log.error({ err: error }, 'erasure not noted beside the backups');
      }
      // They are gone from the tables; what is left in the files is tried again every hour.
      await sweepLeftovers().catch((error: unknown) => log.error({ err: error }, 'files not cleared after an erasure'));
      return { receipt, accounts };
    },
    async eraseAgain() {
      const noted = ledger.read();
      if (noted.length === 0) return 0;
      const again = await db.transaction().execute(async (transaction) => {
        const done = await transaction.selectFrom('erasures').select(['receipt', 'proof']).execute();
        const known = new Set(done.map(({ receipt, proof }) => `${receipt} ${proof}`));
        const missing = noted.filter(({ receipt, proof }) => !known.has(`${receipt} ${proof}`));
        if (missing.length === 0) return 0;
        const rows = await transaction.selectFrom('accounts').select(['channel', 'chat_id', 'first_seen']).execute();
        for (const { receipt, salt, proof, erasedAt, trace } of missing) {
          const row = trace === null ? undefined : rows.find((one) => traceOf(salt, one) === trace);
          if (row) await forget(transaction, refOf(row), erasedAt);
          await transaction.insertInto('erasures').values({ receipt, salt, proof, erased_at: erasedAt }).execute();
        }
        return new Set(missing.map(({ receipt }) => receipt)).size;
      });
      await sweepLeftovers();
      return again;
    },
    async erasedAt(receipt, account) {
      const rows = await db.selectFrom('erasures').selectAll().where('receipt', '=', receipt).execute();
      for (const { salt, proof, erased_at } of rows) {
        if (sameSecret(await proofOf(account, salt), proof)) return Temporal.Instant.from(erased_at);
      }
      return undefined;
    },
  };
}

interface AccountRow {
  channel: string;
  chat_id: string;
  /** Null: the account is in no table. */
  first_seen: string | null;
}

/** The accounts of the person whose account this is. */
async function rowsOf(transaction: Transaction<Schema>, account: AccountRef): Promise<AccountRow[]> {
  const personId = await personIdOf(account, transaction);
  const rows = await transaction
    .selectFrom('accounts')
    .select(['channel', 'chat_id', 'first_seen'])
    .where((eb) =>
      personId === undefined
        ? eb.and([eb('channel', '=', account.channel), eb('chat_id', '=', account.userId)])
        : eb('person_id', '=', personId),
    )
    .execute();
  return rows.length === 0 ? [{ channel: account.channel, chat_id: account.userId, first_seen: null }] : rows;
}

const refOf = ({ channel, chat_id }: Pick<AccountRow, 'channel' | 'chat_id'>): AccountRef => ({
  channel: channel as ChannelName,
  userId: chat_id,
});

async function proved(receipt: string, row: AccountRow, erasedAt: string): Promise<ErasedAccount> {
  const { first_seen } = row;
  const salt = randomBytes(16).toString('base64url');
  return {
    receipt,
    salt,
    proof: await proofOf(refOf(row), salt),
    erasedAt,
    trace: first_seen === null ? null : traceOf(salt, { ...row, first_seen }),
  };
}

/** Everything about a private chat, the message that is being answered too: its answer is in memory. */
async function forgetChat(transaction: Transaction<Schema>, account: AccountRef, now: string): Promise<void> {
  const { channel, userId } = account;
  for (const table of ['accounts', 'choice_lists', 'dialogs'] as const) {
    await transaction.deleteFrom(table).where('channel', '=', channel).where('chat_id', '=', userId).execute();
  }
  await transaction
    .updateTable('data_requests')
    .set({ channel: null, chat_id: null, text: null, done_at: now })
    .where('channel', '=', channel)
    .where('chat_id', '=', userId)
    .execute();
  const waiting = await transaction
    .selectFrom('inbox')
    .select(['update_id', 'message'])
    .where('channel', '=', channel)
    .where('message', 'is not', null)
    .execute();
  for (const { update_id, message } of waiting) {
    if ((JSON.parse(message ?? '') as Incoming).userId !== userId) continue;
    await transaction
      .updateTable('inbox')
      .set({ message: null, replies: null })
      .where('channel', '=', channel)
      .where('update_id', '=', update_id)
      .execute();
  }
}

async function proofOf({ channel, userId }: AccountRef, salt: string): Promise<string> {
  return (await hash(`${channel}:${userId}`, salt, 32)).toString('base64url');
}

function newReceipt(): string {
  return Array.from({ length: RECEIPT_LENGTH }, () => RECEIPT_LETTERS[randomInt(RECEIPT_LETTERS.length)]).join('');
}
