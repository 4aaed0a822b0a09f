import { DeliveryError, type Channel, type Outgoing, type Sent } from '../bot/channel.ts';
import { steadyTime, type Clock } from '../clock.ts';
import type { Logger } from '../log.ts';
import type { ProcessLock } from '../store/process-lock.ts';
import type { OutboxClass } from '../store/schema.ts';
import type { ClaimedRow, DueRow, OutboxStore } from './outbox-store.ts';
import { outcomeOf, type AlarmCause, type Attempt, type Outcome } from './outcome.ts';

/** How often is looked for what has become due, and for a lock that has become free. */
const LOOK_EVERY_MS = 1000;
/** Messages on their way or waiting for their turn: 28 a second with an answer after a second. */
const MOST_AT_ONCE = 32;
const LONGEST_BACK_OFF_MS = 60_000;
/** How long `stop` waits for answers; the process has ten seconds. */
const STOP_WITHIN_MS = 6000;

export interface SenderDeps {
  channel: Pick<Channel, 'name' | 'send' | 'reachable'>;
  store: OutboxStore;
  /** Who sends on this platform, of all processes on the database. */
  lock: ProcessLock;
  clock: Clock;
  /** Resolves after so many milliseconds, or at once when the signal comes. */
  wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** When everybody's quiet time ends; undefined outside of it. */
  quietUntil: () => Temporal.Instant | undefined;
  /** When this person's own ends. */
  personQuietUntil: (personId: string) => Promise<Temporal.Instant | undefined>;
  /** Classes that wait, as the platform's plan wants it. */
  held: () => Promise<readonly OutboxClass[]>;
  /** A recipient cannot be reached until they write again. */
  onGone: (chatId: string) => Promise<void>;
  onAlarm: (cause: AlarmCause) => void;
  /** Told of each row that is done with. */
  onSettled: (kind: OutboxClass, state: 'sent' | 'failed' | 'unknown') => void;
  log: Logger;
}

export interface Sender {
  start(): void;
  /** Waits for what is on its way; what stays without an answer is handled as after a crash. */
  stop(): Promise<void>;
  /** Whether the database failed when it was last used. */
  troubled(): boolean;
}

/** What came to its turn when it should not go any more: it stays as it is. */
class NotNow extends Error {
  override name = 'NotNow';
}

/** Sends a platform's rows of the outbox, one process at a time, each after its claim is on disk. */
export function createSender(deps: SenderDeps): Sender {
  const { channel, store, lock, clock, wait, log, onAlarm } = deps;
  const now = steadyTime(clock);
  const stopping = new AbortController();
  /** By row, what is on its way or waits for its turn. */
  const tasks = new Map<number, { chatId: string; claimed: boolean; done: Promise<void> }>();
  let running: Promise<void> = Promise.resolve();
  let asleep: AbortController | undefined;
  let leading = false;
  let pausedUntil = 0;
  let stopped = false;
  /** Failures of the database since the last write that succeeded; until the next one thing is tried at a time. */
  let troubles = 0;

  const mayGo = (): boolean =>
    !stopping.signal.aborted && !stopped && pausedUntil <= now() && deps.quietUntil() === undefined;

  async function sleep(milliseconds: number): Promise<void> {
    asleep = new AbortController();
    if (stopping.signal.aborted) return;
    await wait(milliseconds, asleep.signal);
  }

  function attemptOf(row: DueRow): Attempt {
    const trying = row.firstAttemptAt ? clock.now().since(row.firstAttemptAt).total('milliseconds') : 0;
    return { ...row, trying };
  }

  /** What an earlier process was sending when it ended. */
  async function recover(rows: readonly ClaimedRow[]): Promise<void> {
    for (const row of rows) {
      const { row: outcome } = outcomeOf(attemptOf(row), 'crash', Math.random());
      // What may not be sent any more is left as it is: nobody knows whether it was.
      const end = row.expired ? { state: 'unknown' as const } : outcome;
      await store.settle(row.id, row.claim, { ...end, error: 'crash' });
      note(row, end.state);
    }
    if (rows.length > 0) log.warn({ channel: channel.name, rows: rows.length }, 'sending was cut off');
  }

  /** Starts what is due; true when there may be more. */
  async function startDue(): Promise<boolean> {
    const room = (troubles > 0 ? 1 : MOST_AT_ONCE) - tasks.size;
    if (room <= 0) return false;
    const busy = new Set([...tasks.values()].map(({ chatId }) => chatId));
    const rows = await store.due(channel.name, {
      limit: room,
      busy: [...busy],
      held: await deps.held(),
      reachable: channel.reachable?.(),
    });
    for (const row of rows) {
      // One at a time to a chat, which keeps their order and leaves the room to others.
      if (busy.has(row.chatId)) continue;
      const until = row.personId === undefined ? undefined : await deps.personQuietUntil(row.personId);
      if (until) {
        await store.postpone(row.id, until);
        continue;
      }
      busy.add(row.chatId);
      const task = { chatId: row.chatId, claimed: false, done: Promise.resolve() };
      tasks.set(row.id, task);
      task.done = deliver(row, task).finally(() => {
        tasks.delete(row.id);
        if (tasks.size <= MOST_AT_ONCE / 2) asleep?.abort();
      });
    }
    return rows.length > 0;
  }

  async function deliver(row: DueRow, task: { claimed: boolean }): Promise<void> {
    let claim: string | undefined;
    const take = async (): Promise<void> => {
      if (!mayGo()) throw new NotNow();
      task.claimed = true;
      claim = await store.claim(row.id);
      if (claim === undefined) throw new NotNow();
      troubles = 0;
    };
    let result: Sent | DeliveryError;
    try {
      result = await channel.send(row.chatId, withMark(row), { plain: row.plain, claim: take });
      if (claim === undefined) result = new DeliveryError('rejected', 'nothing in it to be sent');
    } catch (error) {
      if (error instanceof NotNow) return;
      if (error instanceof DeliveryError) result = error;
      else if (claim !== undefined) {
        log.error({ err: error, channel: channel.name }, 'sending failed half-way');
        result = new DeliveryError('unknown', 'internal error');
      } else {
        trouble(error);
        return;
      }
    }
    if (result instanceof DeliveryError) await settleFailure(row, claim, result);
    else if (claim !== undefined) {
      const { messageId, messageIds } = result;
      await settled(row, claim, { state: 'sent', messageId, messageIds });
    }
  }

  async function settleFailure(row: DueRow, claim: string | undefined, failure: DeliveryError): Promise<void> {
    const first = row.firstAttemptAt ?? clock.now();
    const outcome = outcomeOf(
      attemptOf({ ...row, attempts: row.attempts + 1, firstAttemptAt: first }),
      failure,
      Math.random(),
    );
    log.warn({ err: failure, channel: channel.name, state: outcome.row.state }, 'message of the outbox not sent');
    apply(outcome);
    // It failed before its turn: when it will be tried again nothing has to be noted.
    if (claim === undefined && outcome.row.state === 'due') return;
    const own = claim ?? (await store.claim(row.id).catch(trouble));
    if (own === undefined) return;
    await settled(row, own, { ...outcome.row, error: failure.failure, messageIds: failure.messageIds });
    if (outcome.gone) {
      await deps
        .onGone(row.chatId)
        .catch((error: unknown) => log.error({ err: error }, 'recipient not marked as gone'));
    }
  }

  function apply({ pause = 0, stops, alarm }: Outcome): void {
    if (pause > 0) pausedUntil = Math.max(pausedUntil, now() + pause);
    if (stops) stopped = true;
    if (alarm) onAlarm(alarm);
  }

  /** What is known must get to disk, or it would be taken for unknown later. Nothing else is sent meanwhile. */
  async function settled(row: DueRow, claim: string, settlement: Parameters<OutboxStore['settle']>[2]): Promise<void> {
    for (;;) {
      try {
        await store.settle(row.id, claim, settlement);
        troubles = 0;
        note(row, settlement.state);
        return;
      } catch (error) {
        trouble(error);
        if (stopping.signal.aborted) return;
        await wait(backOff(), stopping.signal);
      }
    }
  }

  function note({ class: kind }: DueRow, state: 'due' | 'sent' | 'failed' | 'unknown'): void {
    if (state !== 'due') deps.onSettled(kind, state);
  }

  function trouble(error: unknown): undefined {
    troubles++;
    pausedUntil = Math.max(pausedUntil, now() + backOff());
    log.error({ err: error, channel: channel.name }, 'the outbox cannot be read or written: nothing is sent');
    if (!stopping.signal.aborted) onAlarm('storage');
  }

  const backOff = (): number => Math.min(1000 * 2 ** (troubles - 1), LONGEST_BACK_OFF_MS);

  async function step(): Promise<void> {
    if (!lock.take()) {
      await sleep(LOOK_EVERY_MS);
      return;
    }
    if (!leading) await recover(await store.sending(channel.name));
    leading = true;
    const more = mayGo() && (await startDue());
    if (!more || tasks.size > 0) await sleep(LOOK_EVERY_MS);
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await step();
      } catch (error) {
        trouble(error);
        await sleep(backOff());
      }
    }
  }

  return {
    troubled: () => troubles > 0,
    start() {
      running = run();
    },
    async stop() {
      stopping.abort();
      asleep?.abort();
      await running;
      const claimed = [...tasks.values()].filter((task) => task.claimed).map(({ done }) => done);
      const enough = new AbortController();
      await Promise.race([Promise.all(claimed), wait(STOP_WITHIN_MS, enough.signal)]);
      enough.abort();
      try {
        if (leading) await recover(await store.sending(channel.name));
      } finally {
        lock.release();
      }
    },
  };
}

/** What may have arrived already says so. */
function withMark({ class: kind, repeated, message }: DueRow): Outgoing {
  if (!repeated) return message;
  const mark = kind === 'reminder' ? 'Nhắc lại' : 'Gửi lại';
  return { ...message, markdown: `*${mark} (có thể đồng chí đã nhận tin này):*\n\n${message.markdown}` };
}
