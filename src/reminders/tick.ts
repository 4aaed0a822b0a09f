import type { Transaction } from 'kysely';
import { schedule, type ScheduledTask } from 'node-cron';
import { steadyTime, timestamp, type Clock } from '../clock.ts';
import type { AccountRef, ChannelName } from '../config.ts';
import type { NewMessage, OutboxStore } from '../delivery/outbox-store.ts';
import type { QuietHours } from '../delivery/quiet-hours.ts';
import type { Logger } from '../log.ts';
import type { Database } from '../store/database.ts';
import type { Schema } from '../store/schema.ts';
import { mayBeDue, planReminders, type DueReminder, type Plan, type Window } from './due.ts';
import {
  plannedUntil,
  readAddresses,
  readMaterial,
  readOfficers,
  setPlannedUntil,
  takeReplans,
  type Address,
  type DescribedSession,
} from './reminders-store.ts';
import { missedText, reminderText } from './texts.ts';
import { remindersOf } from './withdraw.ts';

/** `/health` is red when nothing was planned for so long. */
const SICK_AFTER_MS = 3 * 60_000;
/** A timer that fires a little early must not leave a reminder to the next minute. */
const EARLY = { milliseconds: 500 };
/** A clock that was put back by less keeps what was planned; keys keep the rest from going twice. */
const PUT_BACK = { minutes: 1 };

/** What else is planned at a tick, in its transaction. */
export interface OtherDuties {
  plan(
    transaction: Transaction<Schema>,
    tick: { window: Window; now: Temporal.Instant; again: ReadonlySet<string> },
  ): Promise<readonly NewMessage[]>;
}

export interface ReminderTickDeps {
  db: Database;
  clock: Clock;
  timeZone: string;
  quietHours: QuietHours | undefined;
  outbox: Pick<OutboxStore, 'enqueue'>;
  /** Platforms that are on: nothing is planned for others. */
  channels: () => readonly ChannelName[];
  /** Who is named in ADMINS. */
  admins: readonly AccountRef[];
  others: readonly OtherDuties[];
  log: Logger;
}

/** What a tick did. */
export interface Ticked {
  planned: number;
  /** Reminders that were of no use any more when they could have been sent. */
  missed: number;
}

export interface ReminderTick {
  /** Puts what is due into the outbox; what was put there before stays as it is. */
  run(): Promise<Ticked>;
  /** Runs now and every minute, one at a time. */
  start(): void;
  stop(): Promise<void>;
  /** What is wrong, for `/health`; undefined: nothing. */
  problem(): string | undefined;
  /** Seconds since reminders were last planned. */
  age(): number;
  /** Reminders that could not be sent in time, since the start. */
  missed(): number;
}

/** Plans reminders by the minute. node-cron only says when; what is due is worked out by `planReminders`. */
export function createReminderTick(deps: ReminderTickDeps): ReminderTick {
  const { db, clock, timeZone, outbox, log } = deps;
  const steady = steadyTime(clock);
  let lastRun = steady();
  let missedSoFar = 0;
  let task: ScheduledTask | undefined;
  let running: Promise<void> = Promise.resolve();

  async function run(): Promise<Ticked> {
    const ticked = await db.transaction().execute(async (transaction) => {
      const now = clock.now();
      const before = await plannedUntil(transaction);
      const window = windowOf(before, now);
      const again = await takeReplans(transaction);
      const material = await readMaterial(transaction, window, now, {
        timeZone,
        mayBeDue: (found, wishes) =>
          again.size > 0 || mayBeDue({ ...found, wishes, window, quiet: deps.quietHours, timeZone }),
      });
      const plan = planReminders({ ...material, window, now, again, quiet: deps.quietHours, timeZone });
      const messages = await messagesOf(transaction, plan, now);
      for (const other of deps.others) messages.push(...(await other.plan(transaction, { window, now, again })));
      const planned = messages.length === 0 ? 0 : await outbox.enqueue(transaction, messages);
      if (!before || Temporal.Instant.compare(window.until, before) > 0 || !window.after) {
        await setPlannedUntil(transaction, window.until);
      }
      return { planned, missed: plan.missed.length };
    });
    lastRun = steady();
    missedSoFar += ticked.missed;
    return ticked;
  }

  async function messagesOf(
    transaction: Transaction<Schema>,
    { due, missed }: Plan<DescribedSession>,
    now: Temporal.Instant,
  ): Promise<NewMessage[]> {
    const addresses = await readAddresses(transaction, [...new Set(due.map(({ recipient }) => recipient))]);
    // The same sessions, to many people.
    const texts = new Map<readonly DescribedSession[], ReturnType<typeof reminderText>>();
    const messages = due.flatMap((reminder): NewMessage[] => {
      const to = addresses.get(reminder.recipient);
      const [first] = reminder.sessions;
      if (!first || !isOn(to)) return [];
      const answers = to.personId !== undefined;
      const known = answers ? texts.get(reminder.sessions) : undefined;
      const message = known ?? reminderText(reminder, { answers, timeZone, now: latest(now, reminder) });
      if (answers) texts.set(reminder.sessions, message);
      return [
        {
          key: reminder.key,
          class: 'reminder',
          channel: to.channel,
          chatId: to.userId,
          ...(to.personId === undefined ? {} : { personId: to.personId }),
          groupId: remindersOf(first.classId),
          message,
          dueAt: reminder.dueAt,
          expiresAt: reminder.expiresAt,
        },
      ];
    });
    return missed.length === 0 ? messages : [...messages, ...(await missedMessages(transaction, missed, now))];
  }

  const isOn = (to: Address | undefined): to is Address => to !== undefined && deps.channels().includes(to.channel);

  /** Officers hear of what concerns their units, admins of all. */
  async function missedMessages(
    transaction: Transaction<Schema>,
    missed: readonly DueReminder<DescribedSession>[],
    now: Temporal.Instant,
  ): Promise<NewMessage[]> {
    const officers = Map.groupBy(await readOfficers(transaction), ({ personId }) => personId);
    const addresses = await readAddresses(transaction, [...officers.keys()]);
    const named = deps.admins.map((admin): Address => ({ ...admin, personId: undefined }));
    const told = new Map<string, NewMessage>();
    const tell = (to: Address | undefined, theirs: readonly DueReminder<DescribedSession>[]): void => {
      if (!isOn(to) || theirs.length === 0) return;
      const account = `${to.channel}:${to.userId}`;
      told.set(account, {
        key: `missed:${timestamp(now)}:${account}`,
        class: 'answer',
        channel: to.channel,
        chatId: to.userId,
        ...(to.personId === undefined ? {} : { personId: to.personId }),
        message: missedText(theirs, { timeZone }),
        dueAt: now,
      });
    };
    for (const [personId, roles] of officers) {
      const reached = ({ unitPath: path }: DescribedSession): boolean =>
        roles.some(({ unitPath }) => unitPath === undefined || path?.startsWith(unitPath));
      tell(
        addresses.get(personId),
        missed.filter(({ sessions }) => sessions.some(reached)),
      );
    }
    for (const admin of named) tell(admin, missed);
    return [...told.values()];
  }

  async function tick(): Promise<void> {
    try {
      const { planned, missed } = await run();
      if (planned + missed > 0) log.info({ planned, missed }, 'reminders planned');
    } catch (error) {
      log.error({ err: error }, 'reminders not planned');
    }
  }

  return {
    run,
    start() {
      running = tick();
      task = schedule('* * * * *', () => (running = tick()), { noOverlap: true });
    },
    async stop() {
      await task?.destroy();
      await running;
    },
    problem: () => (steady() - lastRun > SICK_AFTER_MS ? 'reminders: not planned for over 3 minutes' : undefined),
    age: () => (steady() - lastRun) / 1000,
    missed: () => missedSoFar,
  };
}

/** A reminder that is planned a moment ahead of its time is read at its time. */
function latest(now: Temporal.Instant, { dueAt }: DueReminder): Temporal.Instant {
  return Temporal.Instant.compare(now, dueAt) > 0 ? now : dueAt;
}

/**
 * From where the last tick ended to now. After the clock was put back nothing is known about what was planned, so that
 * all is looked at that may still be of use.
 */
function windowOf(before: Temporal.Instant | undefined, now: Temporal.Instant): Window {
  const until = now.add(EARLY);
  if (!before) return { after: now.subtract({ minutes: 1 }), until };
  const putBack = Temporal.Instant.compare(before, until.add(PUT_BACK)) > 0;
  return { after: putBack ? undefined : before, until };
}
