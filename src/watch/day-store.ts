import type { Transaction } from 'kysely';
import { timestamp } from '../clock.ts';
import type { OutboxState, Schema } from '../store/schema.ts';

/** What happened on one day, in numbers. */
export interface DayCounts {
  questions: { answer: number; choose: number; none: number; wrong: number };
  deliveries: Record<'sent' | 'failed' | 'unknown' | 'expired', number>;
}

/** Counts a day of the operator's time zone. */
export async function readDay(
  transaction: Transaction<Schema>,
  day: Temporal.PlainDate,
  timeZone: string,
): Promise<DayCounts> {
  const asked = await transaction
    .selectFrom('questions')
    .select(['outcome', 'feedback', (eb) => eb.fn.countAll<number | string>().as('count')])
    .where('asked_on', '=', day.toString())
    .groupBy(['outcome', 'feedback'])
    .execute();
  const questions = { answer: 0, choose: 0, none: 0, wrong: 0 };
  for (const { outcome, feedback, count } of asked) {
    questions[outcome] += Number(count);
    if (feedback === 'wrong') questions.wrong += Number(count);
  }
  const [from, until] = [day, day.add({ days: 1 })].map((date) =>
    timestamp(date.toZonedDateTime(timeZone).toInstant()),
  );
  const settled = await transaction
    .selectFrom('outbox')
    .select(['state', (eb) => eb.fn.countAll<number | string>().as('count')])
    .where('settled_at', '>=', from ?? '')
    .where('settled_at', '<', until ?? '')
    .groupBy('state')
    .execute();
  const of = (state: OutboxState): number => Number(settled.find((row) => row.state === state)?.count ?? 0);
  return {
    questions,
    deliveries: { sent: of('sent'), failed: of('failed'), unknown: of('unknown'), expired: of('expired') },
  };
}

/** Messages that were sent on a platform in a month. */
export async function sentInMonth(
  transaction: Transaction<Schema>,
  channel: string,
  month: Temporal.PlainYearMonth,
): Promise<number> {
  const row = await transaction
    .selectFrom('message_counts')
    .select('sent')
    .where('channel', '=', channel)
    .where('month', '=', month.toString())
    .executeTakeFirst();
  return row?.sent ?? 0;
}
