import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type { Database } from '../../store/database.ts';
import { DeliveryError, type Channel, type ChannelState, type Incoming, type Outgoing, type Sent } from '../channel.ts';
import { createChoiceLists } from '../choice-lists-store.ts';
import type { Inbox } from '../inbox.ts';
import { createLease } from '../lease-store.ts';
import { createPacer } from '../pacer.ts';
import { createZaloClient } from './client.ts';
import { zaloParts } from './parts.ts';
import { createZaloPlaces, type PlaceUsage } from './places-store.ts';
import { createQuota, type MonthUsage, type Quota } from './quota-store.ts';
import { createReception, type ZaloOutgoing } from './reception.ts';
import { createReceiver } from './receiver.ts';
import { createZaloSender } from './sender.ts';

export interface ZaloOptions {
  token: string;
  apiRoot: string;
  proxy: string | undefined;
  /** Set: Zalo calls us; unset: we poll. */
  webhook: { url: string; secret: string } | undefined;
  /** Messages a second to all chats together. */
  rate: number;
  /** Limits of the plan; 0: none. */
  maxUsers: number;
  maxGroups: number;
  monthlyMessages: number;
  timeZone: string;
  /** Whether there is a Telegram bot too. */
  telegram: boolean;
}

export interface ZaloDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  inbox: Pick<Inbox, 'accept'>;
  /** What the bot says; knows no platform. */
  handle: (message: Incoming) => Promise<Outgoing[]>;
  /** When a chat was last asked something that a text answers; undefined: nothing is open. */
  askedAt: (chatId: string) => Promise<Temporal.Instant | undefined>;
  /** Resolves with how many officers it reached. */
  tellOfficers: (markdown: string) => Promise<number>;
  /** Resolves after so many milliseconds, or at once when the signal comes. */
  wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** What is left of the plan. */
export interface ZaloUsage {
  messages: MonthUsage;
  users: PlaceUsage;
  groups: PlaceUsage;
}

export interface Zalo extends Channel {
  /**
   * Takes the body of a webhook call as it came; what is no JSON is counted and skipped.
   *
   * @throws when an update in it could not be stored: answer 503
   */
  receive(body: string): Promise<void>;
  /** Answers a message: what was typed is read as a choice where one was offered. */
  handle(message: Incoming): Promise<Outgoing[]>;
  usage(): Promise<ZaloUsage>;
  /** For announcements, which wait when the month is nearly used up. */
  readonly quota: Pick<Quota, 'allowsAnnouncements'>;
}

/** Zalo behind the port of the platforms: put together from what receives, what answers and what sends. */
export function createZalo(options: ZaloOptions, deps: ZaloDeps): Zalo {
  const { token, webhook } = options;
  const { db, clock, log, metrics, wait } = deps;
  const client = createZaloClient(options);
  const lists = createChoiceLists(db, clock, 'zalo');
  const places = createZaloPlaces(db, clock, { users: options.maxUsers, groups: options.maxGroups });
  const quota = createQuota({
    db,
    clock,
    log,
    timeZone: options.timeZone,
    channel: 'zalo',
    limit: options.monthlyMessages,
    tellOfficers: deps.tellOfficers,
  });
  const pacer = createPacer({ perSecond: options.rate, repliesSpaced: true, clock, wait });
  const sender = createZaloSender({ client, pacer, quota, clock, metrics });
  const receiver = createReceiver({
    client,
    db,
    webhook: webhook && { ...webhook, fingerprint: hash(`${webhook.url}\n${webhook.secret}\n${token}`) },
    lease: createLease(db, clock, `zalo-poll:${hash(token)}`),
    accept: (updateId, message) => deps.inbox.accept(updateId, message),
    clock,
    wait,
    log,
    metrics,
  });
  const handle = createReception({
    lists,
    places,
    maxUsers: options.maxUsers,
    maxGroups: options.maxGroups,
    telegram: options.telegram,
    showTyping: (chatId) =>
      client.sendTyping(chatId).catch((error: unknown) => log.debug({ err: error }, 'typing not shown')),
    handle: deps.handle,
    askedAt: deps.askedAt,
    log,
  });
  let refused: string | undefined;

  /** The list counts from when the message may have been seen; one without a list leaves the last one in place. */
  async function remember(chatId: string, message: Outgoing, part: number, parts: number): Promise<void> {
    const rest = part + 1 < parts;
    if (!rest && part === 0 && (message.choices ?? []).length === 0) return;
    // What was shown to its end need not be kept.
    const kept = rest || part > 0 ? message : { ...message, markdown: '' };
    // The message is with them already: what goes wrong from here on must not look as if it were not.
    await lists
      .keep(chatId, { message: kept, part })
      .catch((error: unknown) => log.error({ err: error }, 'last list not kept'));
  }

  function state(): ChannelState {
    if (refused !== undefined) return { state: 'down', reason: refused };
    if (sender.paused() > 0) return { state: 'down', reason: 'sending paused: 429 Quota exceeded' };
    return receiver.state();
  }

  return {
    name: 'zalo',
    start: () => receiver.start(),
    stop: () => receiver.stop(),
    state,
    receive: (body) => receiver.receive(body),
    handle,
    quota,
    usage: async () => ({ messages: await quota.usage(), ...(await places.usage()) }),
    async send(chatId, message: ZaloOutgoing, sendOptions = {}) {
      const { part = 0, ...reply } = message;
      const parts = zaloParts(reply);
      const shown = parts[part];
      if (!shown) return {};
      let sent: Sent;
      try {
        sent = await sender.send(chatId, shown.styled, sendOptions);
        refused = undefined;
      } catch (error) {
        if (!(error instanceof DeliveryError)) throw error;
        if (error.failure === 'unauthorized') refused = error.logText;
        if (error.failure === 'unknown') await remember(chatId, reply, part, parts.length);
        throw error;
      }
      await remember(chatId, reply, part, parts.length);
      return sent;
    },
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
