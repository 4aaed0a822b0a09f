import { DeliveryError, NOT_SENT } from '../channel.ts';

/** Zalo's own words for its codes; other descriptions may quote the message and stay out of the log. */
const KNOWN = /^(?:unauthorized|request timeout|quota exceeded|internal server error|bad request|not found)$/i;

/** Zalo, or something in front of it, answered that the call failed. */
export class ZaloApiError extends Error {
  override name = 'ZaloApiError';
  /** Zalo's code, or the HTTP status when the answer had none. */
  readonly code: number;
  /** In Zalo's words, at most 200 characters; may quote the message: not for the log. */
  readonly description: string;
  /** False: no answer of the Bot API's form, such as a proxy's page. */
  readonly readable: boolean;

  constructor(method: string, answer: { code: number; description: string; readable: boolean }) {
    const said = KNOWN.test(answer.description) ? ` ${answer.description}` : '';
    super(`${method}: ${answer.code}${said}${answer.readable ? '' : ' (no answer of the Bot API)'}`);
    this.code = answer.code;
    this.description = answer.description;
    this.readable = answer.readable;
  }
}

/** No answer came. */
export class ZaloConnectionError extends Error {
  override name = 'ZaloConnectionError';
  readonly code: string;

  constructor(method: string, code: string) {
    super(`${method}: connection: ${code}`);
    this.code = code;
  }
}

/** Turns what a call of the Zalo Bot API threw into what is to be done about it. */
export function zaloFailure(error: ZaloApiError | ZaloConnectionError): DeliveryError {
  return new DeliveryError(failureOf(error), error.message);
}

function failureOf(error: ZaloApiError | ZaloConnectionError): DeliveryError['failure'] {
  if (error instanceof ZaloConnectionError) return NOT_SENT.has(error.code) ? 'retry' : 'unknown';
  const { code, readable } = error;
  if (code === 401) return 'unauthorized';
  if (code === 429) return 'paused';
  // By Zalo's table 403 is an "Internal server error": nothing is said about the recipient, and it may have arrived.
  if (!readable || code === 403 || code === 408 || code < 400 || code >= 500) return 'unknown';
  return 'rejected';
}

export function isZaloError(error: unknown): error is ZaloApiError | ZaloConnectionError {
  return error instanceof ZaloApiError || error instanceof ZaloConnectionError;
}
