import { expressionBuilder, type Expression, type ExpressionBuilder, type Kysely, type SqlBool } from 'kysely';
import type { ChannelName } from '../config.ts';
import type { Schema } from '../store/schema.ts';
import { rowsInOne } from '../store/sqlite.ts';

/** Where somebody is written to by the bot itself. */
export interface Recipient {
  personId: string;
  channel: ChannelName;
  chatId: string;
  /** The last day of silence. */
  mutedUntil: Temporal.PlainDate | undefined;
}

/** Why somebody is not written to: they want nothing; all their accounts are blocked, or gone; no platform of theirs runs. */
export type LeftOutWhy = 'stopped' | 'blocked' | 'off';

export interface Addresses {
  recipients: Map<string, Recipient>;
  leftOut: Map<string, LeftOutWhy>;
}

/** An account of somebody: person, last day of silence, where, and since when it is known or why it is of no use; null: it is preferred. */
type Row = [id: string, until: string | null, channel: string | null, chatId: string | null, whyOrSince: string | null];

/** SQLite takes 32,766 values in a statement. */
const IDS_AT_ONCE = 10_000;

/**
 * The chats of these people within a transaction: the one that each prefers, else the oldest that can be reached. Who wants nothing, or
 * cannot be reached, is left out.
 */
export async function recipientsOf(
  handle: Kysely<Schema>,
  personIds: readonly string[],
): Promise<Map<string, Recipient>> {
  const found = new Map<string, Recipient>();
  for (let at = 0; at < personIds.length; at += IDS_AT_ONCE) {
    const ids = personIds.slice(at, at + IDS_AT_ONCE);
    const { recipients } = await addressesOf(handle, (eb) => eb('people.id', 'in', ids));
    for (const [id, recipient] of recipients) found.set(id, recipient);
  }
  return found;
}

/**
 * The same of the people of a condition, with those who are left out.
 *
 * @param channels the platforms that count; undefined: all
 */
export async function addressesOf(
  handle: Kysely<Schema>,
  who: (eb: ExpressionBuilder<Schema, 'people'>) => Expression<SqlBool>,
  channels?: readonly ChannelName[],
): Promise<Addresses> {
  const { all } = await handle
    .selectFrom('people')
    .leftJoin('accounts', 'accounts.person_id', 'people.id')
    .select((eb) => {
      const whyOrSince = eb
        .case()
        .when('people.stopped', '=', 1)
        .then('stopped')
        .when(eb.or([eb('accounts.chat_id', 'is', null), eb('accounts.blocked_at', 'is not', null)]))
        .then('blocked')
        .when(
          eb.and([
            eb('accounts.channel', '=', eb.ref('people.preferred_channel')),
            eb('accounts.chat_id', '=', eb.ref('people.preferred_chat_id')),
          ]),
        )
        .then(null)
        .else(eb.ref('accounts.first_seen'))
        .end();
      const columns = [eb.ref('people.id'), eb.ref('people.muted_until')];
      return rowsInOne([...columns, eb.ref('accounts.channel'), eb.ref('accounts.chat_id'), whyOrSince]).as('all');
    })
    .where(who(expressionBuilder<Schema, 'people'>()))
    .executeTakeFirstOrThrow();
  // Read by the ten thousand: as objects they take twice the time.
  const rows = JSON.parse(all) as Row[];
  const recipients = new Map<string, Recipient>();
  const leftOut = new Map<string, LeftOutWhy>();
  /** Since when the chosen accounts are known that are not preferred. */
  const since = new Map<string, string>();
  for (const [id, until, channel, chatId, whyOrSince] of rows) {
    if (whyOrSince === 'stopped') leftOut.set(id, 'stopped');
    else if (whyOrSince === 'blocked' || channel === null || chatId === null) {
      if (!leftOut.has(id)) leftOut.set(id, 'blocked');
    } else if (channels && !channels.includes(channel as ChannelName)) leftOut.set(id, 'off');
    else if (whyOrSince === null || !recipients.has(id) || whyOrSince < (since.get(id) ?? '')) {
      if (whyOrSince === null) since.delete(id);
      else since.set(id, whyOrSince);
      const mutedUntil = until === null ? undefined : Temporal.PlainDate.from(until);
      recipients.set(id, { personId: id, channel: channel as ChannelName, chatId, mutedUntil });
    }
  }
  for (const id of leftOut.keys()) {
    if (recipients.has(id)) leftOut.delete(id);
  }
  return { recipients, leftOut };
}

/** When they can be told: now, or when the silence that they asked for is over. */
export function heardAt({ mutedUntil }: Recipient, now: Temporal.Instant, timeZone: string): Temporal.Instant {
  if (!mutedUntil) return now;
  const after = mutedUntil.add({ days: 1 }).toZonedDateTime(timeZone).toInstant();
  return Temporal.Instant.compare(after, now) > 0 ? after : now;
}
