import { sql } from 'kysely';
import { timestamp } from '../clock.ts';
import { withinReach, type Reach } from '../people/reach.ts';
import type { Database } from '../store/database.ts';

/** From a day to a day, both counted. */
export interface Days {
  from: Temporal.PlainDate;
  to: Temporal.PlainDate;
}

/** Questions of one day that ended alike. */
export interface AskedRow {
  day: string;
  outcome: 'answer' | 'choose' | 'none';
  /** An entry was given or picked. */
  answered: boolean;
  feedback: 'right' | 'wrong' | undefined;
  count: number;
}

/** What was counted, for officers; never a person. */
export interface FiguresStore {
  /** How often each entry was given as the answer, by id; most often first. */
  entriesAsked(days: Days): Promise<Map<string, number>>;
  questions(days: Days): Promise<AskedRow[]>;
  /** Questions without a good answer, the same words together. */
  unanswered(days: Days): Promise<{ text: string; count: number }[]>;
  /** Announcements that went out between these times, and how often somebody confirmed one of them. */
  announcements(from: Temporal.Instant, to: Temporal.Instant): Promise<{ sent: number; confirmed: number }>;
  /** Sessions of classes within the reach that were held between these times, and of how many classes. */
  sessions(reach: Reach, from: Temporal.Instant, to: Temporal.Instant): Promise<{ sessions: number; classes: number }>;
  /** Registered people by the path of their unit, within the reach. */
  peopleByUnit(reach: Reach): Promise<{ path: string; count: number }[]>;
}

export function createFiguresStore(db: Database): FiguresStore {
  const asked = ({ from, to }: Days) =>
    db.selectFrom('questions').where('asked_on', '>=', from.toString()).where('asked_on', '<=', to.toString());

  return {
    async entriesAsked(days) {
      const rows = await asked(days)
        .select(['entry_id', (eb) => eb.fn.countAll<number | string>().as('count')])
        .where('entry_id', 'is not', null)
        .groupBy('entry_id')
        .orderBy('count', 'desc')
        .orderBy('entry_id')
        .execute();
      return new Map(rows.flatMap(({ entry_id, count }) => (entry_id === null ? [] : [[entry_id, Number(count)]])));
    },
    async questions(days) {
      const rows = await asked(days)
        .select(['asked_on', 'outcome', 'feedback', sql<number>`entry_id is not null`.as('answered')])
        .select((eb) => eb.fn.countAll<number | string>().as('count'))
        .groupBy(['asked_on', 'outcome', 'feedback', sql`entry_id is not null`])
        .orderBy('asked_on')
        .execute();
      return rows.map((row) => ({
        day: row.asked_on,
        outcome: row.outcome,
        answered: row.answered === 1,
        feedback: row.feedback ?? undefined,
        count: Number(row.count),
      }));
    },
    async unanswered(days) {
      const rows = await asked(days)
        .select(['text', (eb) => eb.fn.countAll<number | string>().as('count')])
        .where((eb) => eb.or([eb('outcome', '=', 'none'), eb('feedback', '=', 'wrong')]))
        .groupBy('text')
        .execute();
      return rows.map(({ text, count }) => ({ text, count: Number(count) }));
    },
    async announcements(from, to) {
      const sent = db
        .selectFrom('announcements')
        .where('sent_at', '>=', timestamp(from))
        .where('sent_at', '<', timestamp(to));
      const { count } = await sent
        .select((eb) => eb.fn.countAll<number | string>().as('count'))
        .executeTakeFirstOrThrow();
      const confirmed = await sent
        .innerJoin('announcement_confirmations', 'announcement_confirmations.announcement_id', 'announcements.id')
        .select((eb) => eb.fn.countAll<number | string>().as('count'))
        .executeTakeFirstOrThrow();
      return { sent: Number(count), confirmed: Number(confirmed.count) };
    },
    async sessions(reach, from, to) {
      const row = await db
        .selectFrom('sessions')
        .innerJoin('classes', 'classes.id', 'sessions.class_id')
        .leftJoin('units', 'units.id', 'classes.unit_id')
        .select((eb) => eb.fn.countAll<number | string>().as('sessions'))
        .select((eb) => eb.fn.count<number | string>('sessions.class_id').distinct().as('classes'))
        .where('sessions.state', '=', 'planned')
        .where('classes.state', '<>', 'cancelled')
        .where('sessions.ends_at', '>=', timestamp(from))
        .where('sessions.ends_at', '<', timestamp(to))
        .where((eb) => withinReach(eb, reach))
        .executeTakeFirstOrThrow();
      return { sessions: Number(row.sessions), classes: Number(row.classes) };
    },
    async peopleByUnit(reach) {
      const rows = await db
        .selectFrom('people')
        .innerJoin('units', 'units.id', 'people.unit_id')
        .select(['units.path', (eb) => eb.fn.countAll<number | string>().as('count')])
        .where((eb) => withinReach(eb, reach))
        .groupBy('units.path')
        .execute();
      return rows.map(({ path, count }) => ({ path, count: Number(count) }));
    },
  };
}
