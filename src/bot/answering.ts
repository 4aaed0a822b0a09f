import type { Clock } from '../clock.ts';
import type { ChannelName } from '../config.ts';
import type { Logger } from '../log.ts';
import { DeliveryError, type Channel, type Incoming, type Outgoing } from './channel.ts';

/**
 * How long after their message somebody still wants the answer. A line that drops or a router that restarts is back within
 * minutes, and who asked is still there or looks again; after ten they have asked somebody else, or asked again.
 */
const ANSWER_WITHIN = { minutes: 10 };
/** What waited its turn longer than that, in its chat or for a restart, is tried at least for so long. */
const AT_LEAST = { seconds: 10 };
/** What may have arrived is sent again so often, each time may be one too many; far apart, so that the fault may be over. */
const PAUSES_AFTER_UNKNOWN_MS = [1000, 15_000, 60_000];
const FIRST_PAUSE_MS = 1000;
/** After an outage nobody waits longer than this for the next try. */
const LONGEST_PAUSE_MS = 15_000;

export interface AnsweringDeps {
  clock: Clock;
  log: Logger;
  channels: ReadonlyMap<ChannelName, Pick<Channel, 'send'>>;
  /** Resolves after so many milliseconds, or at once when the signal comes. */
  wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** The replies to one message. */
export interface Answer {
  to: Pick<Incoming, 'channel' | 'chatId'>;
  /** When the message came. */
  receivedAt: Temporal.Instant;
  replies: readonly Outgoing[];
  /** An earlier process wrote them and could not send them. */
  kept: boolean;
}

/** Sends direct replies. They may be repeated rather than lost: somebody asked and waits. */
export interface Answering {
  /**
   * Sends the replies one after another, each again while its platform cannot be reached.
   *
   * @param keep called with what has not gone, when it has to wait, and again when that changes
   * @returns false: `stop` came before they could go
   * @throws what the platform said when it is given up
   */
  answer(answer: Answer, keep: (unsent: readonly Outgoing[]) => Promise<void>): Promise<boolean>;
  /** What waits for its platform is left. */
  stop(): void;
}

export function createAnswering({ clock, log, channels, wait }: AnsweringDeps): Answering {
  const stopping = new AbortController();

  const isPast = (instant: Temporal.Instant, in_ = 0): boolean =>
    Temporal.Instant.compare(clock.now().add({ milliseconds: in_ }), instant) > 0;

  function lastTry({ receivedAt, kept }: Answer): Temporal.Instant {
    const wanted = receivedAt.add(ANSWER_WITHIN);
    const least = clock.now().add(AT_LEAST);
    return kept || Temporal.Instant.compare(wanted, least) > 0 ? wanted : least;
  }

  const notNoted = (error: unknown): void => log.error({ err: error }, 'what an answer was sent as is not noted');

  async function send(
    { channel, chatId }: Answer['to'],
    reply: Outgoing,
    until: Temporal.Instant,
    onWait: () => Promise<void>,
  ): Promise<boolean> {
    const platform = channels.get(channel);
    if (!platform) return true;
    let plain = false;
    /** Parts of a long reply that have arrived. */
    let arrived = 0;
    let unknown = 0;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        const { messageId } = await platform.send(chatId, reply, { plain, arrived });
        if (messageId !== undefined) await reply.onSent?.(messageId).catch(notNoted);
        return true;
      } catch (error) {
        if (!(error instanceof DeliveryError)) throw error;
        arrived += error.messageIds.length;
        if (error.markup && !plain && arrived === 0) {
          log.error({ err: error, channel }, 'markup refused, sent again as plain text');
          plain = true;
          continue;
        }
        if (!/^(?:retry|paused|unknown)$/.test(error.failure)) throw error;
        const left =
          error.failure === 'unknown' ? PAUSES_AFTER_UNKNOWN_MS[unknown++] : Math.max(error.retryAfter, pause);
        if (left === undefined || isPast(until, left)) throw error;
        await onWait();
        log[pause === FIRST_PAUSE_MS ? 'warn' : 'debug']({ err: error, channel }, 'answer is sent again');
        await wait(left, stopping.signal);
        if (stopping.signal.aborted) return false;
      }
    }
  }

  return {
    async answer(answer, keep) {
      const { to, replies } = answer;
      const until = lastTry(answer);
      if (answer.kept && isPast(until)) {
        log.warn({ channel: to.channel }, 'answer of an earlier run is too old to be sent');
        return true;
      }
      let { kept } = answer;
      for (const [i, reply] of replies.entries()) {
        if (kept && i > 0) await keep(replies.slice(i));
        const gone = await send(to, reply, until, async () => {
          if (!kept) await keep(replies.slice(i));
          kept = true;
        });
        if (!gone) return false;
      }
      return true;
    },
    stop: () => stopping.abort(),
  };
}
