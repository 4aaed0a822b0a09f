import { GrammyError, HttpError } from 'grammy';
import { DeliveryError, NOT_SENT } from '../channel.ts';

/** Descriptions of a recipient that cannot be reached; Telegram's server sources, no stable contract. */
const GONE = /chat not found|chat_id is empty|user is deactivated|group chat was (?:deleted|upgraded)|peer_id_invalid/i;

/** The markup was refused: our renderer and Telegram disagree. */
const MARKUP = /can't parse entities/i;

/** Turns what a call of the Bot API threw into what is to be done about it. */
export function telegramFailure(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (error instanceof GrammyError) {
    const { error_code: code, description, parameters, method } = error;
    const text = `${method}: ${code} ${withoutQuotes(description)}`;
    if (code === 429) return new DeliveryError('paused', text, { retryAfter: (parameters.retry_after ?? 1) * 1000 });
    if (code === 401 || code === 404) return new DeliveryError('unauthorized', text);
    if (code === 403 || (code === 400 && GONE.test(description))) return new DeliveryError('gone', text);
    if (code >= 500) return new DeliveryError('unknown', text);
    return new DeliveryError('rejected', text, { markup: code === 400 && MARKUP.test(description) });
  }
  const cause = (error instanceof HttpError ? error.error : error) as NodeJS.ErrnoException | undefined;
  const code = cause?.code ?? 'no code';
  return new DeliveryError(NOT_SENT.has(code) ? 'retry' : 'unknown', `connection: ${code}`);
}

/** Telegram's descriptions may quote the message. */
function withoutQuotes(description: string): string {
  return description.replace(/".*"/gs, '"…"').slice(0, 200);
}
