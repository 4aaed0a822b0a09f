import axios from 'axios';
import { z } from 'zod';
import { platformAgent } from '../proxy.ts';
import { ZaloApiError, ZaloConnectionError } from './errors.ts';
import { updatesIn } from './incoming.ts';

/*
 * Our own client of the Zalo Bot API (docs.zaloplatforms.com/docs/BOT). What its pages and its servers do differs from
 * place to place; the client takes either way and asks for nothing that the pages do not name.
 */

/** Milliseconds by method. Typing is worth no wait: nothing is lost without it. */
const CALL_MS = 15_000;
const SEND_MS = 10_000;
const TYPING_MS = 1500;
/** How much longer than asked for a poll may take to come back. */
const POLL_GRACE_MS = 15_000;
/** Answers are a few hundred bytes. */
const LARGEST_ANSWER = 1024 * 1024;

/** A style over `len` UTF-16 units from `start`; of the documented codes those that our messages need. */
export interface TextStyle {
  start: number;
  len: number;
  st: ('b' | 'i' | 's')[];
}

const botSchema = z.looseObject({
  id: z.union([z.string(), z.number()]).transform(String),
  account_name: z.string().optional(),
  name: z.string().optional(),
});
export type ZaloBot = z.output<typeof botSchema>;

/** That the call succeeded is what counts; an id of another form is as good as none. */
const sentSchema = z
  .looseObject({ message_id: z.string().optional().catch(undefined) })
  .catch({ message_id: undefined });
const webhookInfoSchema = z.looseObject({ url: z.string().nullish() });
const webhookSetSchema = z.looseObject({
  verification: z
    .looseObject({ ok: z.boolean(), outcome: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/** What Zalo found when it called our address. */
export interface Verification {
  ok: boolean;
  /** Such as "webhook.http.403"; an open list. */
  outcome: string;
}

export interface ZaloClient {
  getMe(): Promise<ZaloBot>;
  /** Waits for an update up to so many seconds; empty when none came. What is returned will not come again. */
  getUpdates(seconds: number, signal: AbortSignal): Promise<unknown[]>;
  /** Empty: updates are polled. */
  getWebhookUrl(): Promise<string>;
  /** Zalo calls the address before it answers, and keeps it even when that fails. Undefined: it did not say. */
  setWebhook(url: string, secret: string): Promise<Verification | undefined>;
  deleteWebhook(): Promise<void>;
  /** Resolves with the message's id, where Zalo gave one. */
  sendMessage(chatId: string, text: string, styles: readonly TextStyle[]): Promise<string | undefined>;
  sendTyping(chatId: string): Promise<void>;
}

export interface ZaloClientOptions {
  token: string;
  apiRoot: string;
  proxy: string | undefined;
}

/**
 * Every method throws `ZaloApiError` when Zalo refused and `ZaloConnectionError` when it did not answer; neither holds
 * the token or what was sent.
 */
export function createZaloClient({ token, apiRoot, proxy }: ZaloClientOptions): ZaloClient {
  const agent = platformAgent(apiRoot, proxy);
  const http = axios.create({
    baseURL: `${apiRoot}/bot${token}`,
    httpAgent: agent,
    httpsAgent: agent,
    // The agent knows the proxy; without one axios would take it from variables that are not ours.
    ...(proxy === undefined ? { proxy: false } : {}),
    maxRedirects: 0,
    maxContentLength: LARGEST_ANSWER,
    responseType: 'text',
    transformResponse: (body: unknown) => body,
    // The body tells more than the status, so every status is read.
    validateStatus: () => true,
  });

  async function call(method: string, params: object, milliseconds: number, signal?: AbortSignal): Promise<unknown> {
    const timeout = AbortSignal.timeout(milliseconds);
    let status: number;
    let body: unknown;
    try {
      const response = await http.post<unknown>(`/${method}`, params, {
        signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
      });
      status = response.status;
      body = response.data;
    } catch (error) {
      // Not kept as the cause: axios' errors hold the request with the token in its address and the message.
      const code = timeout.aborted ? 'ETIMEDOUT' : ((error as NodeJS.ErrnoException).code ?? 'no code');
      throw new ZaloConnectionError(method, code);
    }
    return resultOf(method, status, body);
  }

  function resultOf(method: string, status: number, body: unknown): unknown {
    const answer = envelope(body);
    if (answer?.ok === true) return answer.result ?? true;
    const given = answer?.error_code ?? answer?.errorCode;
    const code = typeof given === 'number' || typeof given === 'string' ? Number(given) : status;
    const description = typeof answer?.description === 'string' ? answer.description : '';
    throw new ZaloApiError(method, {
      code: Number.isInteger(code) ? code : status,
      description: description.replaceAll(token, '[token]').slice(0, 200),
      readable: answer !== undefined,
    });
  }

  function read<T>(method: string, schema: z.ZodType<T>, result: unknown): T {
    const parsed = schema.safeParse(result);
    if (parsed.success) return parsed.data;
    throw new ZaloApiError(method, { code: 200, description: '', readable: false });
  }

  return {
    getMe: async () => read('getMe', botSchema, await call('getMe', {}, CALL_MS)),
    async getUpdates(seconds, signal) {
      try {
        // A string, as the table of parameters says; the sample beside it has a number.
        const params = { timeout: String(seconds) };
        return updatesIn(await call('getUpdates', params, seconds * 1000 + POLL_GRACE_MS, signal));
      } catch (error) {
        if (error instanceof ZaloApiError && error.code === 408) return [];
        throw error;
      }
    },
    async getWebhookUrl() {
      return read('getWebhookInfo', webhookInfoSchema, await call('getWebhookInfo', {}, CALL_MS)).url ?? '';
    },
    async setWebhook(url, secret) {
      const result = await call('setWebhook', { url, secret_token: secret }, CALL_MS * 2);
      const { verification } = read('setWebhook', webhookSetSchema, result === true ? {} : result);
      return verification && { ok: verification.ok, outcome: verification.outcome ?? 'unknown' };
    },
    async deleteWebhook() {
      await call('deleteWebhook', {}, CALL_MS).catch((error: unknown) => {
        // Its way of saying that there was none.
        if (!(error instanceof ZaloApiError && error.code === 400)) throw error;
      });
    },
    async sendMessage(chatId, text, styles) {
      const params = { chat_id: chatId, text, ...(styles.length > 0 ? { text_styles: styles } : {}) };
      return sentSchema.parse(await call('sendMessage', params, SEND_MS)).message_id;
    },
    async sendTyping(chatId) {
      await call('sendChatAction', { chat_id: chatId, action: 'typing' }, TYPING_MS);
    },
  };
}

type Envelope = { ok?: unknown } & Partial<Record<'result' | 'description' | 'error_code' | 'errorCode', unknown>>;

/** Undefined: HTML, nothing, or JSON of another kind. */
function envelope(body: unknown): Envelope | undefined {
  try {
    const parsed: unknown = JSON.parse(String(body));
    return typeof parsed === 'object' && parsed !== null && 'ok' in parsed ? parsed : undefined;
  } catch {
    return undefined;
  }
}
