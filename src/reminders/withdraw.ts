import { sql, type Transaction } from 'kysely';
import { timestamp, type Clock } from '../clock.ts';
import type { PersonHooks } from '../people/people-store.ts';
import type { Schema } from '../store/schema.ts';

/**
 * Takes back the reminders about this class that have not gone yet, in the transaction that changes it. The next tick
 * plans anew for those concerned, so what still holds goes out once, as it is now.
 */
export async function withdrawReminders(
  transaction: Transaction<Schema>,
  clock: Clock,
  classId: string,
): Promise<void> {
  const rows = await transaction
    .selectFrom('outbox')
    .select(['id', 'person_id'])
    .where('state', '=', 'due')
    .where('class', '=', 'reminder')
    .where('key', 'like', 'reminder:%')
    .where((eb) =>
      eb.or([
        eb('group_id', '=', remindersOf(classId)),
        eb(
          'person_id',
          'in',
          eb
            .selectFrom('enrolments')
            .select('person_id')
            .where('class_id', '=', classId)
            .where('person_id', 'is not', null),
        ),
      ]),
    )
    .execute();
  await takeBack(transaction, clock, rows);
  const recipients = new Set(rows.map(({ person_id }) => person_id ?? `class-${classId}`));
  await planAnew(transaction, recipients);
}

/** The same for one person, when what they are to be reminded of or how has changed. */
export async function withdrawRemindersOf(
  transaction: Transaction<Schema>,
  clock: Clock,
  personId: string,
): Promise<void> {
  const rows = await transaction
    .selectFrom('outbox')
    .select('id')
    .where('state', '=', 'due')
    .where('class', '=', 'reminder')
    .where('key', 'like', 'reminder:%')
    .where('person_id', '=', personId)
    .execute();
  await takeBack(transaction, clock, rows);
  if (rows.length > 0) await planAnew(transaction, new Set([personId]));
}

/** Takes back what of a group of reminders has not gone yet, and has it planned anew where it still holds. */
export async function withdrawGroup(transaction: Transaction<Schema>, clock: Clock, group: string): Promise<void> {
  const rows = await transaction
    .selectFrom('outbox')
    .select(['id', 'person_id'])
    .where('state', '=', 'due')
    .where('group_id', '=', group)
    .execute();
  await takeBack(transaction, clock, rows);
  await planAnew(transaction, new Set(rows.flatMap(({ person_id }) => person_id ?? [])));
}

/** The group of the outbox that a class's reminders are in; a digest is in that of its first session's class. */
export function remindersOf(classId: string): string {
  return `reminder:${classId}`;
}

async function takeBack(
  transaction: Transaction<Schema>,
  clock: Clock,
  rows: readonly { id: number }[],
): Promise<void> {
  for (const { id } of rows) {
    await transaction
      .updateTable('outbox')
      // Another key, so that the same reminder can be planned again.
      .set({
        key: sql`"key" || ':withdrawn:' || id`,
        state: 'cancelled',
        settled_at: timestamp(clock.now()),
        markdown: null,
        choices: null,
      })
      .where('id', '=', id)
      .execute();
  }
}

async function planAnew(transaction: Transaction<Schema>, recipients: ReadonlySet<string>): Promise<void> {
  for (const recipient of recipients) {
    await transaction
      .insertInto('reminder_replans')
      .values({ recipient })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

/** Nobody plans for who is gone. */
export const reminderHooks: PersonHooks = {
  async onErase(transaction, personId) {
    await transaction.deleteFrom('reminder_replans').where('recipient', '=', personId).execute();
  },
  async onMerge(transaction, from, to) {
    await transaction.deleteFrom('reminder_replans').where('recipient', '=', from).execute();
    await planAnew(transaction, new Set([to]));
  },
};
