import { steadyTime, type Clock } from '../../clock.ts';
import type { Metrics } from '../../metrics.ts';
import { DeliveryError, type SendOptions, type Sent } from '../channel.ts';
import type { StyledText } from '../markdown/styled.ts';
import type { Pacer } from '../pacer.ts';
import type { ZaloClient } from './client.ts';
import { isZaloError, ZaloApiError, zaloFailure } from './errors.ts';
import { textStyles } from './parts.ts';
import type { Quota } from './quota-store.ts';

/** A 429 of Zalo does not say how long to wait, and may mean the whole month. */
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;

export interface ZaloSender {
  /** @throws {DeliveryError} or what `options.claim` threw */
  send(chatId: string, styled: StyledText, options: SendOptions): Promise<Sent>;
  /** Milliseconds until Zalo may be asked again; 0: at once. */
  paused(): number;
}

export interface ZaloSenderDeps {
  client: ZaloClient;
  pacer: Pacer;
  quota: Quota;
  clock: Clock;
  metrics: Metrics;
}

/** Sends one message: at the platform's pace, counted, with styles. */
export function createZaloSender({ client, pacer, quota, clock, metrics }: ZaloSenderDeps): ZaloSender {
  const now = steadyTime(clock);
  let pausedUntil = 0;
  let pause = FIRST_PAUSE_MS;

  const paused = (): number => Math.max(pausedUntil - now(), 0);

  function refuseWhilePaused(): void {
    const left = paused();
    if (left > 0) throw new DeliveryError('paused', 'sendMessage: waiting after 429', { retryAfter: left });
  }

  function failed(error: unknown, styled: boolean): unknown {
    if (!isZaloError(error)) return error;
    const { failure, logText } = zaloFailure(error);
    metrics.platformError('zalo', failure);
    if (failure !== 'paused') {
      // Zalo does not say what it is that it refuses.
      const markup = styled && error instanceof ZaloApiError && error.code === 400;
      return new DeliveryError(failure, logText, { markup });
    }
    const retryAfter = pause;
    pausedUntil = now() + pause;
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    return new DeliveryError('paused', logText, { retryAfter });
  }

  return {
    paused,
    async send(chatId, styled, { plain = false, claim }) {
      const styles = plain ? [] : textStyles(styled);
      refuseWhilePaused();
      await pacer.turn(chatId, claim ? 'outbox' : 'direct');
      refuseWhilePaused();
      await quota.count();
      let messageId: string | undefined;
      try {
        await claim?.();
        messageId = await client.sendMessage(chatId, styled.text, styles);
        pause = FIRST_PAUSE_MS;
      } catch (error) {
        if (!isZaloError(error) || zaloFailure(error).failure !== 'unknown') await quota.uncount();
        throw failed(error, styles.length > 0);
      }
      await quota.warn();
      return messageId === undefined ? {} : { messageId };
    },
  };
}
