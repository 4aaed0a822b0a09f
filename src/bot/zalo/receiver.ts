import type { Clock } from '../../clock.ts';
import type { Logger } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type { Database } from '../../store/database.ts';
import type { ChannelState } from '../channel.ts';
import type { Inbox } from '../inbox.ts';
import { RENEW_EVERY_MS, type Lease } from '../lease-store.ts';
import type { ZaloClient } from './client.ts';
import { isZaloError, ZaloApiError, zaloFailure } from './errors.ts';
import { readUpdate, updatesIn } from './incoming.ts';

/**
 * How long Zalo is asked to hold a poll open. Not its default of 30: a poll that is cut off loses the update that its
 * answer may carry, so a stop waits for the end of the one in flight.
 */
const POLL_SECONDS = 5;
/** A poll that has not ended by then is cut off; what it brought must still be answered within the stop of the app. */
const CUT_AFTER_MS = 6000;
/** An idle poll that comes back sooner than this did not wait at all: the next one does not follow at once. */
const SHORTEST_POLL_MS = 1000;
const LONGEST_BACK_OFF_MS = 60_000;
/** Names of fields that nobody documented are noted up to here. */
const MOST_UNKNOWN_FIELDS = 50;

export interface ReceiverDeps {
  client: ZaloClient;
  db: Database;
  /** Set: Zalo calls us; unset: we poll. The fingerprint changes with anything of what is registered. */
  webhook: { url: string; secret: string; fingerprint: string } | undefined;
  /** Who polls: two pollers on one token would share the messages out between them. */
  lease: Lease;
  accept: Inbox['accept'];
  clock: Clock;
  wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  log: Logger;
  metrics: Metrics;
}

export interface Receiver {
  start(): void;
  stop(): Promise<void>;
  state(): ChannelState;
  /** @throws when an update could not be stored */
  receive(body: string): Promise<void>;
}

/** Gets Zalo's updates into the inbox, by polling or by webhook. */
export function createReceiver(deps: ReceiverDeps): Receiver {
  const { client, db, webhook, lease, accept, clock, wait, log, metrics } = deps;
  const stopping = new AbortController();
  const cutting = new AbortController();
  const { signal } = stopping;
  const seenFields = new Set<string>();
  let state: ChannelState = { state: 'starting' };
  /** What Zalo's probe of our address said; until a call comes through after all. */
  let unreachable: string | undefined;
  let running: Promise<void> = Promise.resolve();
  let botNames: string[] = [];

  async function receive(body: string): Promise<void> {
    for (const update of updatesIn(parsed(body))) await receiveOne(update);
  }

  async function receiveOne(update: unknown): Promise<void> {
    const received = readUpdate(update, botNames);
    if (!received) {
      metrics.received('zalo', 'malformed');
      log.warn('malformed Zalo update skipped');
      return;
    }
    const { incoming, updateId, madeUp, unknownFields } = received;
    noteFields(unknownFields);
    if (incoming) {
      if (madeUp) log.warn('Zalo message without an id');
      await accept(updateId, incoming);
    }
    metrics.received('zalo', incoming?.kind ?? 'ignored');
    unreachable = undefined;
  }

  function noteFields(fields: string[]): void {
    const added = fields.filter((field) => !seenFields.has(field) && /^\w{1,40}$/.test(field));
    if (added.length === 0 || seenFields.size >= MOST_UNKNOWN_FIELDS) return;
    for (const field of added) seenFields.add(field);
    log.info({ fields: added }, 'Zalo sends fields that are not known here');
  }

  async function prepare(): Promise<void> {
    const bot = await client.getMe();
    botNames = [bot.account_name, bot.name].filter((name) => name !== undefined && name !== '') as string[];
    const current = await client.getWebhookUrl();
    if (webhook) await register(webhook, current);
    else if (current !== '') await client.deleteWebhook();
    state = { state: 'up', by: webhook ? 'webhook' : 'polling' };
    log.info({ channel: 'zalo', by: state.by }, 'Zalo is ready');
  }

  /** Zalo limits how often a day a webhook may be set, so only what differs is changed. */
  async function register({ url, secret, fingerprint }: NonNullable<typeof webhook>, current: string): Promise<void> {
    const row = await db.selectFrom('webhooks').select('fingerprint').where('channel', '=', 'zalo').executeTakeFirst();
    let works = true;
    if (current !== url || (row !== undefined && row.fingerprint !== fingerprint)) {
      const verification = await client.setWebhook(url, secret);
      works = verification?.ok !== false;
      if (verification && !works) {
        const outcome = /^[\w.-]{1,60}$/.test(verification.outcome) ? verification.outcome : 'unknown';
        unreachable = `Zalo cannot call the webhook: ${outcome}`;
        log.error({ outcome }, 'Zalo cannot call the webhook; npm run doctor says how to mend it');
      }
    }
    const kept = works ? fingerprint : '';
    await db
      .insertInto('webhooks')
      .values({ channel: 'zalo', fingerprint: kept })
      .onConflict((conflict) => conflict.column('channel').doUpdateSet({ fingerprint: kept }))
      .execute();
  }

  async function poll(succeeded: () => void): Promise<void> {
    const renewing = setInterval(() => {
      lease.take().catch((error: unknown) => log.error({ err: error }, 'lease not renewed'));
    }, RENEW_EVERY_MS);
    try {
      while (!signal.aborted) {
        if (!(await lease.take())) {
          state = { state: 'up', by: 'standby' };
          await wait(RENEW_EVERY_MS, signal);
          continue;
        }
        if (state.state === 'up') state = { state: 'up', by: 'polling' };
        const asked = clock.now().epochMilliseconds;
        const updates = await client.getUpdates(POLL_SECONDS, cutting.signal);
        state = { state: 'up', by: 'polling' };
        succeeded();
        for (const update of updates) await keep(update);
        const took = clock.now().epochMilliseconds - asked;
        if (updates.length === 0 && took < SHORTEST_POLL_MS) await wait(SHORTEST_POLL_MS - took, signal);
      }
    } finally {
      clearInterval(renewing);
    }
  }

  /** Zalo gives an update once: one that cannot be stored is held and tried again before the next is asked for. */
  async function keep(update: unknown): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const last = cutting.signal.aborted;
      try {
        await receiveOne(update);
        return;
      } catch (error) {
        log.error({ err: error, channel: 'zalo', lost: last }, 'update not stored');
        if (last) return;
        state = { state: 'down', reason: 'updates cannot be stored' };
        await wait(backOff(attempt), cutting.signal);
      }
    }
  }

  async function run(): Promise<void> {
    let ready = false;
    let attempt = 0;
    while (!signal.aborted) {
      try {
        if (!ready) await prepare();
        ready = true;
        if (webhook) return;
        await poll(() => (attempt = 0));
      } catch (error) {
        if (signal.aborted) return;
        const failure = isZaloError(error) ? zaloFailure(error) : undefined;
        if (failure) metrics.platformError('zalo', failure.failure);
        state = { state: 'down', reason: failure?.logText ?? 'internal error, see the log' };
        log.error({ err: failure ?? error, channel: 'zalo' }, 'Zalo is not reachable');
        if (error instanceof ZaloApiError && error.code === 401) return;
        await wait(failure?.failure === 'paused' ? LONGEST_BACK_OFF_MS : backOff(attempt), signal);
        attempt++;
      }
    }
  }

  return {
    start() {
      running = run();
    },
    async stop() {
      stopping.abort();
      const ended = new AbortController();
      void wait(CUT_AFTER_MS, ended.signal).then(() => cutting.abort());
      await running;
      ended.abort();
      if (!webhook) await lease.release().catch((error: unknown) => log.error({ err: error }, 'lease not released'));
    },
    state: () => (state.state === 'up' && unreachable !== undefined ? { state: 'down', reason: unreachable } : state),
    receive,
  };
}

/** What is no JSON comes out as text, which is no update. */
function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function backOff(attempt: number): number {
  return Math.min(1000 * 2 ** attempt, LONGEST_BACK_OFF_MS);
}
