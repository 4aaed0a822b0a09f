import type { Kysely } from 'kysely';
import type { ChannelName } from '../config.ts';
import type { Schema } from '../store/schema.ts';

/** Where somebody is written to by the bot itself. */
export interface Recipient {
  personId: string;
  channel: ChannelName;
  chatId: string;
  /** The last day of silence. */
  mutedUntil: Temporal.PlainDate | undefined;
}

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
    const rows = await handle
      .selectFrom('people')
      .innerJoin('accounts', 'accounts.person_id', 'people.id')
      .select(['people.id', 'people.muted_until', 'people.preferred_channel', 'people.preferred_chat_id'])
      .select(['accounts.channel', 'accounts.chat_id'])
      .where('people.id', 'in', personIds.slice(at, at + IDS_AT_ONCE))
      .where('people.stopped', '=', 0)
      .where('accounts.blocked_at', 'is', null)
      .orderBy('accounts.first_seen')
      .execute();
    for (const row of rows) {
      const preferred = row.channel === row.preferred_channel && row.chat_id === row.preferred_chat_id;
      if (found.has(row.id) && !preferred) continue;
      found.set(row.id, {
        personId: row.id,
        channel: row.channel as ChannelName,
        chatId: row.chat_id,
        mutedUntil: row.muted_until === null ? undefined : Temporal.PlainDate.from(row.muted_until),
      });
    }
  }
  return found;
}

/** When they can be told: now, or when the silence that they asked for is over. */
export function heardAt({ mutedUntil }: Recipient, now: Temporal.Instant, timeZone: string): Temporal.Instant {
  if (!mutedUntil) return now;
  const after = mutedUntil.add({ days: 1 }).toZonedDateTime(timeZone).toInstant();
  return Temporal.Instant.compare(after, now) > 0 ? after : now;
}
