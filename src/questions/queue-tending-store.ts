import { timestamp } from '../clock.ts';
import { namesOf, noticeTo, seesTo, todayOf, type QueueDeps } from './queue-groups.ts';
import { dueText } from './queue-texts.ts';
import type { OfficerChat } from './responsible-store.ts';

/** How long an answered question can be asked back about; then it is closed. */
export const ASK_BACK_DAYS = 7;
/** How long a closed question says who asked. */
const ASKER_KEPT_DAYS = 30;

/** What officers did in a time. */
export interface QueueFigures {
  /** Groups that wait now, and those of them that are overdue. */
  waiting: number;
  overdue: number;
  /** By officer, as in an audit entry; the name as far as it is known. Hours from the question to its answer. */
  answered: { actor: string; name: string | undefined; count: number; medianHours: number }[];
}

/** What is done with the queue by the clock, and what it comes to. */
export interface QueueTending {
  /** Reminds of what is due, closes what was answered, cuts who asked and what is old. */
  tend(): Promise<void>;
  /** Times: from, and before. */
  figures(from: Temporal.Instant, to: Temporal.Instant): Promise<QueueFigures>;
}

export function createQueueTending(deps: QueueDeps): QueueTending {
  const { db, clock, outbox, admins } = deps;
  const now = (): string => timestamp(clock.now());
  const today = (): Temporal.PlainDate => todayOf(deps);

  async function remind(): Promise<void> {
    await db.transaction().execute(async (transaction) => {
      const date = today().toString();
      const due = await transaction
        .selectFrom('queue_groups')
        .selectAll()
        .where('state', 'in', ['new', 'taken'])
        .where('due_on', '<=', date)
        .where((eb) => eb.or([eb('reminded_on', 'is', null), eb('reminded_on', '<', date)]))
        .execute();
      const counts = new Map<string, { to: OfficerChat; due: number; overdue: number }>();
      for (const row of due) {
        for (const to of await seesTo(transaction, row, admins)) {
          const known = counts.get(to.actor) ?? { to, due: 0, overdue: 0 };
          counts.set(to.actor, known);
          known.due++;
          if (row.due_on < date) known.overdue++;
        }
        await transaction.updateTable('queue_groups').set({ reminded_on: date }).where('id', '=', row.id).execute();
      }
      await outbox.enqueue(
        transaction,
        [...counts.values()].map(({ to, ...count }) =>
          noticeTo(to, { key: `queue-due:${date}:${to.actor}`, message: dueText(count), dueAt: clock.now() }),
        ),
      );
    });
  }

  return {
    async tend() {
      await remind();
      const ago = (days: number): string => timestamp(clock.now().subtract({ hours: 24 * days }));
      await db
        .updateTable('queue_groups')
        .set({ state: 'closed', closed_at: now() })
        .where('state', '=', 'answered')
        .where('answered_at', '<', ago(ASK_BACK_DAYS + 1))
        .execute();
      const closedBefore = (at: string) =>
        db.selectFrom('queue_groups').select('id').where('state', '=', 'closed').where('closed_at', '<', at);
      await db
        .updateTable('queue_questions')
        .set({ person_id: null, channel: null, chat_id: null, unit_id: null, added: null })
        .where('channel', 'is not', null)
        .where('group_id', 'in', closedBefore(ago(ASKER_KEPT_DAYS)))
        .execute();
      await db
        .deleteFrom('queue_questions')
        .where('group_id', 'in', closedBefore(ago(deps.days)))
        .execute();
      await db
        .deleteFrom('queue_groups')
        .where('state', '=', 'closed')
        .where('closed_at', '<', ago(deps.days))
        .execute();
    },

    async figures(from, to) {
      const open = await db
        .selectFrom('queue_groups')
        .select('due_on')
        .where('state', 'in', ['new', 'taken'])
        .execute();
      const rows = await db
        .selectFrom('queue_groups')
        .select(['answered_by', 'answered_at', 'created_at'])
        .where('answered_at', '>=', timestamp(from))
        .where('answered_at', '<', timestamp(to))
        .execute();
      const byOfficer = Map.groupBy(rows, ({ answered_by }) => answered_by ?? '');
      const names = await namesOf(db, [...byOfficer.keys()]);
      const answered = [...byOfficer].map(([actor, theirs]) => ({
        actor,
        name: names.get(actor),
        count: theirs.length,
        medianHours: median(theirs.map((row) => hoursBetween(row.created_at, row.answered_at ?? row.created_at))),
      }));
      return {
        waiting: open.length,
        overdue: open.filter(({ due_on }) => due_on < today().toString()).length,
        answered: answered.toSorted((a, b) => b.count - a.count),
      };
    },
  };
}

function hoursBetween(from: string, to: string): number {
  return Temporal.Instant.from(from).until(Temporal.Instant.from(to)).total('hours');
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
