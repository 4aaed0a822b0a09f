import type { Clock } from '../../clock.ts';
import type { Logger } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import { DeliveryError } from '../channel.ts';
import type { StyledText } from '../markdown/styled.ts';
import type { Pacer } from '../pacer.ts';
import type { TextStyle, ZaloClient } from './client.ts';
import { isZaloError, ZaloApiError, zaloFailure } from './errors.ts';
import { textStyles } from './parts.ts';
import type { Quota } from './quota-store.ts';

/** A 429 of Zalo does not say how long to wait, and may mean the whole month. */
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;

export interface ZaloSender {
  /** @throws {DeliveryError} */
  send(chatId: string, styled: StyledText): Promise<void>;
  /** Milliseconds until Zalo may be asked again; 0: at once. */
  paused(): number;
}

export interface ZaloSenderDeps {
  client: ZaloClient;
  pacer: Pacer;
  quota: Quota;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
}

/** Sends one message: at the platform's pace, counted, with styles where Zalo takes them. */
export function createZaloSender({ client, pacer, quota, clock, log, metrics }: ZaloSenderDeps): ZaloSender {
  let pausedUntil = 0;
  let pause = FIRST_PAUSE_MS;

  const paused = (): number => Math.max(pausedUntil - clock.now().epochMilliseconds, 0);

  function refuseWhilePaused(): void {
    const left = paused();
    if (left > 0) throw new DeliveryError('paused', 'sendMessage: waiting after 429', { retryAfter: left });
  }

  async function transmit(chatId: string, text: string, styles: readonly TextStyle[]): Promise<void> {
    refuseWhilePaused();
    await pacer.turn(chatId);
    refuseWhilePaused();
    await quota.count();
    try {
      await client.sendMessage(chatId, text, styles);
      pause = FIRST_PAUSE_MS;
    } catch (error) {
      if (!isZaloError(error) || zaloFailure(error).failure !== 'unknown') await quota.uncount();
      throw error;
    }
  }

  function failed(error: unknown): DeliveryError {
    if (error instanceof DeliveryError) return error;
    if (!isZaloError(error)) throw error;
    const failure = zaloFailure(error);
    metrics.platformError('zalo', failure.failure);
    if (failure.failure !== 'paused') return failure;
    const retryAfter = pause;
    pausedUntil = clock.now().epochMilliseconds + pause;
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    return new DeliveryError('paused', failure.logText, { retryAfter });
  }

  return {
    paused,
    async send(chatId, styled) {
      const styles = textStyles(styled);
      try {
        try {
          await transmit(chatId, styled.text, styles);
        } catch (error) {
          if (styles.length === 0 || !(error instanceof ZaloApiError && error.code === 400)) throw error;
          log.error({ err: error }, 'styles refused, sent as plain text');
          await transmit(chatId, styled.text, []);
        }
      } catch (error) {
        throw failed(error);
      }
      await quota.warn();
    },
  };
}
