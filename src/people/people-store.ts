import { randomBytes } from 'node:crypto';
import type { Selectable, Transaction, Updateable } from 'kysely';
import { timestamp, type Clock } from '../clock.ts';
import type { AccountRef, ChannelName } from '../config.ts';
import type { QuietHours } from '../delivery/quiet-hours.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';

/** Somebody who has agreed that something is kept about them. */
export interface Person {
  id: string;
  /** The text they agreed to, and when. */
  consent: { version: string; at: Temporal.Instant };
  name: string | undefined;
  /** At most one of the two: a unit of the list, or what was typed when none fitted. */
  unitId: string | undefined;
  unitText: string | undefined;
  settings: Settings;
}

/** How somebody wishes to be reminded. */
export interface Settings {
  evening: boolean;
  /** Undefined: when everybody is. */
  eveningAt: Temporal.PlainTime | undefined;
  /** Undefined: as everybody; 0: not at all. */
  minutesBefore: number | undefined;
  /** Beside everybody's. */
  quiet: QuietHours | undefined;
  /** The last day of silence. */
  mutedUntil: Temporal.PlainDate | undefined;
  /** Nothing is sent but direct replies. */
  stopped: boolean;
}

/** One of a person's accounts. */
export interface PersonAccount extends AccountRef {
  firstSeen: Temporal.Instant;
}

/** A unit of the list, or words that an officer has to sort in. */
export type UnitOf = { id: string } | { text: string };

export interface PeopleStore {
  of(account: AccountRef): Promise<Person | undefined>;
  byId(id: string): Promise<Person | undefined>;
  /** Keeps that this account agreed to this text: a new person, or the one that it belongs to. */
  register(account: AccountRef, consentVersion: string): Promise<Person>;
  rename(id: string, name: string): Promise<void>;
  setUnit(id: string, unit: UnitOf): Promise<void>;
  change(id: string, settings: Partial<Settings>): Promise<void>;
  /** Oldest first. */
  accountsOf(id: string): Promise<PersonAccount[]>;
  /** Where to write to: the account they chose, else another that has not blocked the bot; undefined: nowhere. */
  preferredAccount(id: string): Promise<AccountRef | undefined>;
  prefer(id: string, account: AccountRef): Promise<void>;
  /**
   * Makes the account one of this person's. The person it belonged to is taken into this one: their other accounts come
   * along, and name and unit where this one has none.
   */
  link(id: string, account: AccountRef): Promise<void>;
}

/** What else knows people, within the transaction that changes them. */
export interface PersonHooks {
  /**
   * Everything of this person goes; what must stay loses the person.
   *
   * @param personId one that nothing has, when the account that is erased belongs to nobody yet
   * @param accounts all of theirs; they are still in the table
   */
  onErase(transaction: Transaction<Schema>, personId: string, accounts: readonly AccountRef[]): Promise<void>;
  /** `from` was found to be the same person as `to`. */
  onMerge(transaction: Transaction<Schema>, from: string, to: string): Promise<void>;
}

type Row = Selectable<Schema['people']>;

export function newPersonId(): string {
  return randomBytes(12).toString('base64url');
}

/** @param hooks what else knows people */
export function createPeopleStore(db: Database, clock: Clock, hooks: readonly PersonHooks[]): PeopleStore {
  async function byId(id: string, handle: Database | Transaction<Schema>): Promise<Person | undefined> {
    const row = await handle.selectFrom('people').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toPerson(row);
  }

  async function update(id: string, row: Updateable<Schema['people']>): Promise<void> {
    await db.updateTable('people').set(row).where('id', '=', id).execute();
  }

  function accountRows(id: string) {
    return db
      .selectFrom('accounts')
      .select(['channel', 'chat_id', 'first_seen', 'blocked_at'])
      .where('person_id', '=', id)
      .orderBy('first_seen')
      .execute();
  }

  return {
    async of(account) {
      const id = await personIdOf(account, db);
      return id === undefined ? undefined : byId(id, db);
    },
    byId: (id) => byId(id, db),
    register(account, consentVersion) {
      const at = timestamp(clock.now());
      const consent = { consent_version: consentVersion, consented_at: at };
      const { channel, userId: chat_id } = account;
      return db.transaction().execute(async (transaction) => {
        const known = await personIdOf(account, transaction);
        const id = known ?? newPersonId();
        if (known === undefined) {
          const preferred = { preferred_channel: channel, preferred_chat_id: chat_id };
          await transaction
            .insertInto('people')
            .values({ id, ...consent, created_at: at, ...preferred })
            .execute();
          await attach(transaction, account, id, at);
        } else {
          await transaction.updateTable('people').set(consent).where('id', '=', id).execute();
        }
        const person = await byId(id, transaction);
        if (!person) throw new Error('the person that was just kept is not there');
        return person;
      });
    },
    rename: (id, name) => update(id, { name }),
    setUnit: (id, unit) =>
      update(id, 'id' in unit ? { unit_id: unit.id, unit_text: null } : { unit_id: null, unit_text: unit.text }),
    change: (id, settings) => update(id, fromSettings(settings)),
    accountsOf: async (id) => (await accountRows(id)).map((row) => toAccount(row)),
    async preferredAccount(id) {
      const row = await db
        .selectFrom('people')
        .select(['preferred_channel', 'preferred_chat_id'])
        .where('id', '=', id)
        .executeTakeFirst();
      const open = (await accountRows(id)).filter(({ blocked_at }) => blocked_at === null);
      const preferred = open.find(
        ({ channel, chat_id }) => channel === row?.preferred_channel && chat_id === row.preferred_chat_id,
      );
      const account = preferred ?? open[0];
      return account && toAccount(account);
    },
    prefer: (id, { channel, userId }) => update(id, { preferred_channel: channel, preferred_chat_id: userId }),
    link(id, account) {
      const at = timestamp(clock.now());
      return db.transaction().execute(async (transaction) => {
        const from = await personIdOf(account, transaction);
        if (from === id) return;
        if (from === undefined) {
          await attach(transaction, account, id, at);
          return;
        }
        const [stays, goes] = [await byId(id, transaction), await byId(from, transaction)];
        if (!stays || !goes) throw new Error('a person to be linked is not there');
        await transaction
          .updateTable('people')
          .set({
            name: stays.name ?? goes.name ?? null,
            ...(stays.unitId === undefined && stays.unitText === undefined
              ? { unit_id: goes.unitId ?? null, unit_text: goes.unitText ?? null }
              : {}),
            // Who wanted silence on one account wants it on both.
            ...(goes.settings.stopped ? { stopped: 1 } : {}),
          })
          .where('id', '=', id)
          .execute();
        await transaction.updateTable('accounts').set({ person_id: id }).where('person_id', '=', from).execute();
        await transaction.deleteFrom('link_codes').where('person_id', '=', from).execute();
        for (const hook of hooks) await hook.onMerge(transaction, from, id);
        await transaction.deleteFrom('people').where('id', '=', from).execute();
      });
    },
  };
}

async function attach(
  transaction: Transaction<Schema>,
  { channel, userId }: AccountRef,
  person_id: string,
  first_seen: string,
): Promise<void> {
  await transaction
    .insertInto('accounts')
    .values({ channel, chat_id: userId, first_seen, person_id })
    .onConflict((conflict) => conflict.columns(['channel', 'chat_id']).doUpdateSet({ person_id }))
    .execute();
}

function toAccount(row: { channel: string; chat_id: string; first_seen: string }): PersonAccount {
  const firstSeen = Temporal.Instant.from(row.first_seen);
  return { channel: row.channel as ChannelName, userId: row.chat_id, firstSeen };
}

function toPerson(row: Row): Person {
  return {
    id: row.id,
    consent: { version: row.consent_version, at: Temporal.Instant.from(row.consented_at) },
    name: row.name ?? undefined,
    unitId: row.unit_id ?? undefined,
    unitText: row.unit_text ?? undefined,
    settings: toSettings(row),
  };
}

type SettingsRow = Pick<
  Row,
  'evening' | 'evening_at' | 'minutes_before' | 'quiet_from' | 'quiet_to' | 'muted_until' | 'stopped'
>;

/** The settings as they are kept in the table of people. */
export function toSettings(row: SettingsRow): Settings {
  return {
    evening: row.evening === 1,
    eveningAt: row.evening_at === null ? undefined : Temporal.PlainTime.from(row.evening_at),
    minutesBefore: row.minutes_before ?? undefined,
    quiet:
      row.quiet_from === null || row.quiet_to === null
        ? undefined
        : { from: Temporal.PlainTime.from(row.quiet_from), to: Temporal.PlainTime.from(row.quiet_to) },
    mutedUntil: row.muted_until === null ? undefined : Temporal.PlainDate.from(row.muted_until),
    stopped: row.stopped === 1,
  };
}

/** Only what is in `settings`; a key that is there and undefined goes back to what everybody has. */
function fromSettings(settings: Partial<Settings>): Updateable<Schema['people']> {
  const row: Updateable<Schema['people']> = {};
  if (settings.evening !== undefined) row.evening = settings.evening ? 1 : 0;
  if (settings.stopped !== undefined) row.stopped = settings.stopped ? 1 : 0;
  if ('eveningAt' in settings) row.evening_at = clockTime(settings.eveningAt);
  if ('minutesBefore' in settings) row.minutes_before = settings.minutesBefore ?? null;
  if ('mutedUntil' in settings) row.muted_until = settings.mutedUntil?.toString() ?? null;
  if ('quiet' in settings) {
    row.quiet_from = clockTime(settings.quiet?.from);
    row.quiet_to = clockTime(settings.quiet?.to);
  }
  return row;
}

function clockTime(time: Temporal.PlainTime | undefined): string | null {
  return time?.toString({ smallestUnit: 'minute' }) ?? null;
}

/** Whose account this is; undefined: nobody's who registered. */
export async function personIdOf(
  { channel, userId }: AccountRef,
  handle: Database | Transaction<Schema>,
): Promise<string | undefined> {
  const row = await handle
    .selectFrom('accounts')
    .select('person_id')
    .where('channel', '=', channel)
    .where('chat_id', '=', userId)
    .executeTakeFirst();
  return row?.person_id ?? undefined;
}
