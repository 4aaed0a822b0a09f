import { systemClock, timestamp } from '../../src/clock.ts';
import type { ChannelName } from '../../src/config.ts';
import type { Database } from '../../src/store/database.ts';

/** Many people who registered, with an account each; a person's id is "p-<chat id>". */
export async function addCrowd(
  db: Database,
  accounts: readonly { channel: ChannelName; chatId: string }[],
): Promise<void> {
  const at = timestamp(systemClock.now());
  await db.transaction().execute(async (transaction) => {
    for (const { channel, chatId } of accounts) {
      const person = { id: `p-${chatId}`, consent_version: 'v1', consented_at: at, created_at: at };
      await transaction.insertInto('people').values(person).execute();
      const account = { channel, chat_id: chatId, first_seen: at, person_id: person.id };
      await transaction.insertInto('accounts').values(account).execute();
    }
  });
}
