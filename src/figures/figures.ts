import type { QuestionTerms } from '../questions/question-terms.ts';
import { groupQuestions, type AskedText } from '../questions/grouping.ts';
import type { QueueStore } from '../questions/queue-store.ts';
import type { QueueFigures } from '../questions/queue-tending-store.ts';
import type { Reach } from '../people/reach.ts';
import type { Unit, UnitsStore } from '../people/units-store.ts';
import type { ActivityStore } from './activity-store.ts';
import type { AskedRow, FiguresStore } from './figures-store.ts';
import { mayBeShown } from './hidden-counts.ts';
import type { Period } from './period.ts';

/** Figures of the whole bot, for those who answer for all of it: questions do not know whose unit they come from. */
export interface WholeFigures {
  rows: AskedRow[];
  /** By id of the entry, most asked first. */
  entries: Map<string, number>;
  /** Questions without a good answer that ask the same, most asked first. */
  unanswered: AskedText[];
  queue: QueueFigures;
  /** By platform: people on an average day of the period. */
  active: { channel: string; people: number }[];
  announcements: { sent: number; confirmed: number };
}

/** Figures of what is within an officer's reach. */
export interface ReachFigures {
  sessions: { sessions: number; classes: number };
  /** Questions handed to officers that wait. */
  waiting: number;
  overdue: number;
  /** Registered people, by the units right below; undefined: there are none. */
  people: UnitTable | undefined;
}

export interface UnitTable {
  /** Undefined count: not shown. */
  rows: { unit: string; count: number | undefined }[];
  total: number;
}

export interface FiguresDeps {
  store: FiguresStore;
  activity: Pick<ActivityStore, 'days'>;
  queue: Pick<QueueStore, 'figures' | 'list'>;
  units: Pick<UnitsStore, 'roots' | 'children'>;
  readTerms: (text: string) => QuestionTerms;
  timeZone: string;
}

export interface Figures {
  whole(period: Period): Promise<WholeFigures>;
  within(reach: Reach, period: Period): Promise<ReachFigures>;
}

/** Counts what happened in a period. */
export function createFigures({ store, activity, queue, units, readTerms, timeZone }: FiguresDeps): Figures {
  const times = ({ from, to }: Period): [Temporal.Instant, Temporal.Instant] => [
    from.toZonedDateTime(timeZone).toInstant(),
    to.add({ days: 1 }).toZonedDateTime(timeZone).toInstant(),
  ];

  /** One table, never one a level: what is hidden in one could be worked out from the other. */
  async function people(reach: Reach): Promise<UnitTable | undefined> {
    const roots = await units.roots(reach);
    const [only] = roots;
    const below = only && roots.length === 1 ? await units.children(only.id) : roots;
    const counted = await store.peopleByUnit(reach);
    const total = counted.reduce((sum, { count }) => sum + count, 0);
    if (total === 0 || below.length === 0) return undefined;
    const within = ({ path }: Unit): number =>
      counted.filter((one) => one.path.startsWith(path)).reduce((sum, { count }) => sum + count, 0);
    const rows = below.map((unit) => ({ unit: unit.name, count: within(unit) }));
    const own = total - rows.reduce((sum, { count }) => sum + count, 0);
    if (own > 0 && only) rows.push({ unit: `Trực tiếp ở ${only.name}`, count: own });
    const shown = mayBeShown(rows.map(({ count }) => count));
    return { rows: rows.map(({ unit, count }, i) => ({ unit, count: shown[i] ? count : undefined })), total };
  }

  return {
    async whole(period) {
      const [from, to] = times(period);
      const days = period.from.until(period.to, { largestUnit: 'days' }).days + 1;
      const byChannel = Map.groupBy(await activity.days(period), ({ channel }) => channel);
      return {
        rows: await store.questions(period),
        entries: await store.entriesAsked(period),
        unanswered: groupQuestions(await store.unanswered(period), readTerms),
        queue: await queue.figures(from, to),
        active: [...byChannel]
          .map(([channel, active]) => ({
            channel,
            people: Math.round(active.reduce((sum, one) => sum + one.people, 0) / days),
          }))
          .toSorted((a, b) => b.people - a.people),
        announcements: await store.announcements(from, to),
      };
    },
    async within(reach, period) {
      const open = await queue.list(reach, 'open');
      return {
        sessions: await store.sessions(reach, ...times(period)),
        waiting: open.length,
        overdue: open.filter(({ overdue }) => overdue).length,
        people: await people(reach),
      };
    },
  };
}
