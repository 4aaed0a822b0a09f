import { isLoopback, type Config } from '../config.ts';
import type { VisitorRole } from '../http/chat.ts';
import type { Database } from '../store/database.ts';
import { SAMPLE_ROLES } from './sample.ts';

/** Only where nobody but who sits at this machine comes in, and no platform is on, visitors may be somebody else. */
export function mayPretend({ HOST, TELEGRAM_BOT_TOKEN, ZALO_BOT_TOKEN }: Config): boolean {
  return isLoopback(HOST) && TELEGRAM_BOT_TOKEN === undefined && ZALO_BOT_TOKEN === undefined;
}

/** The people of the sample data that are in this database. */
export async function sampleRolesIn(db: Database): Promise<VisitorRole[]> {
  const users = SAMPLE_ROLES.map(({ account }) => account.userId);
  const rows = await db
    .selectFrom('accounts')
    .select('chat_id')
    .where('channel', '=', 'web')
    .where('person_id', 'is not', null)
    .where('chat_id', 'in', users)
    .execute();
  const there = new Set(rows.map(({ chat_id }) => chat_id));
  return SAMPLE_ROLES.flatMap(({ account, label }) =>
    there.has(account.userId) ? [{ user: account.userId, label }] : [],
  );
}
