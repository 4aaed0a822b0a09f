import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ZALO_TOKEN as TOKEN } from '../support/canaries.ts';
import { lookAtCall } from '../support/leaks.ts';
import { createWatch } from '../support/watch.ts';

/** What the fake does instead of answering. */
export type ZaloFault =
  /** An error of the Bot API, under either of its keys; the HTTP status is the fake's choice, as it is Zalo's. */
  | { code: number; description?: string; key?: 'error_code' | 'errorCode'; status?: number }
  /** An error page of something in between; 200 too. */
  | { html: number }
  | { empty: number }
  | { redirect: string }
  | { flood: number }
  | { drop: 'before' | 'after' }
  /** Takes effect, and the answer comes after so many milliseconds. */
  | { late: number };

export interface ZaloSent {
  chatId: string;
  messageId: string;
  text: string;
  styles: { start: number; len: number; st: string[] }[];
}

export interface ZaloCall {
  method: string;
  params: Record<string, unknown>;
}

/** An update in Zalo's form. */
export type ZaloUpdate = Record<string, unknown>;

export interface FakeZalo {
  readonly root: string;
  readonly token: string;
  /** What a bot needs in its environment to talk to it. */
  readonly env: { ZALO_BOT_TOKEN: string; ZALO_API_ROOT: string };
  readonly sent: ZaloSent[];
  readonly calls: ZaloCall[];
  /** Parameters that the documentation does not name, or of another type: "sendMessage.parse". */
  readonly violations: string[];
  /** HTTP statuses that webhook deliveries got; Zalo is not known to repeat any. */
  readonly delivered: (number | undefined)[];
  /** The most polls that were open at one time. */
  readonly mostPolls: number;
  webhookUrl: string;
  /** How an update stands in a webhook's body and a poll's result. */
  shape: 'wrapped' | 'bare' | 'array';
  /** Said of a webhook's address instead of trying it. */
  verification: Record<string, unknown> | undefined;
  /** Asked before each call; a fault is played instead of the answer (`drop: 'after'` and `late` take effect first). */
  fault: (method: string, params: Record<string, unknown>) => ZaloFault | undefined;
  /** Asked before each call: the call is answered only after what this returns. */
  hold: (method: string) => Promise<void> | undefined;
  /** Puts an update into the queue, or calls the webhook. */
  push(update: ZaloUpdate): void;
  /** A person's message in a private chat. */
  say(chatId: string, text: string): void;
  /** A person types the number that stands before this label in the newest list of the chat. */
  pick(chatId: string, label: string): void;
  /** Resolves with the next message to this chat that has not been returned yet. */
  nextMessage(chatId: string): Promise<ZaloSent>;
  /** Resolves when a call of this method came in after now. */
  nextCall(method: string): Promise<ZaloCall>;
  /** Throws when there were violations. */
  close(): Promise<void>;
}

/** Documented parameters by method and whether they must be there. */
const PARAMETERS: Record<string, Record<string, 'must' | 'may'>> = {
  getMe: {},
  getUpdates: { timeout: 'may' },
  setWebhook: { url: 'must', secret_token: 'must' },
  getWebhookInfo: {},
  deleteWebhook: {},
  sendMessage: { chat_id: 'must', text: 'must', parse_mode: 'may', text_styles: 'may' },
  sendChatAction: { chat_id: 'must', action: 'must' },
};
/** No poll is held longer, whatever was asked for: a bot that is stopped waits for the end of its last. */
const LONGEST_POLL_MS = 1100;
const STYLE = /^(?:[bius]|f_1[358]|f_20|c_[\da-f]{6}|lst_[12]|ind_[1-5])$/;

/** A Zalo Bot API server on loopback: strict about what it is sent, and as odd in its answers as the real one. */
export async function startFakeZalo(): Promise<FakeZalo> {
  const updates: ZaloUpdate[] = [];
  const sent: ZaloSent[] = [];
  const calls: ZaloCall[] = [];
  const violations: string[] = [];
  const delivered: (number | undefined)[] = [];
  const taken = new Map<string, number>();
  const { changed, until } = createWatch();
  let secret = '';
  let ids = 0;
  let polls = 0;
  let mostPolls = 0;

  const nextId = (): string => (0x5b6c7d8e9f00 + ++ids).toString(16).padStart(20, '0');

  const methods: Record<string, (params: Record<string, unknown>, signal: AbortSignal) => unknown> = {
    getMe: () => ({
      id: '2468013579246801357',
      account_name: 'bot.SoTay',
      account_type: 'BASIC',
      can_join_groups: false,
    }),
    getWebhookInfo: () => ({ url: fake.webhookUrl, updated_at: 1 }),
    async setWebhook({ url, secret_token: given }) {
      if (typeof given !== 'string' || given.length < 8 || given.length > 256) throw new ApiError(400, 'Bad request');
      fake.webhookUrl = String(url);
      secret = given;
      const status = await fetch(fake.webhookUrl, {
        method: 'POST',
        headers: { 'X-Bot-Api-Secret-Token': secret },
      }).then(
        (response) => response.status,
        () => undefined,
      );
      const tried = {
        ok: status === 200,
        status_code: status,
        outcome: status === 200 ? 'webhook.ok' : `webhook.http.${status ?? 'none'}`,
        latency_ms: 1,
        hint: 'gợi ý',
      };
      return { url: fake.webhookUrl, updated_at: 2, verification: fake.verification ?? tried };
    },
    deleteWebhook() {
      if (fake.webhookUrl === '') throw new ApiError(400, 'Bad request');
      fake.webhookUrl = '';
      return { url: '', updated_at: 3 };
    },
    sendChatAction({ action }) {
      if (action !== 'typing') throw new ApiError(400, 'Bad request');
      return undefined;
    },
    sendMessage({ chat_id: chatId, text, text_styles: styles = [] }) {
      if (typeof text !== 'string' || text.length < 1 || text.length > 2000) throw new ApiError(400, 'Bad request');
      if (typeof chatId !== 'string') throw new ApiError(400, 'Bad request');
      const list = styles as ZaloSent['styles'];
      for (const { start, len, st } of list) {
        const inside = start >= 0 && len > 0 && start + len <= text.length;
        if (!inside || st.length === 0 || !st.every((code) => STYLE.test(code))) throw new ApiError(400, 'Bad request');
      }
      const message = { chatId, messageId: nextId(), text, styles: list };
      sent.push(message);
      return { message_id: message.messageId, date: 1_795_231_700_330 };
    },
    async getUpdates({ timeout = '30' }, signal) {
      const held = Math.min(Number(timeout) * 1000, LONGEST_POLL_MS);
      const stop = AbortSignal.any([signal, AbortSignal.timeout(held)]);
      stop.addEventListener('abort', changed);
      mostPolls = Math.max(mostPolls, ++polls);
      // With a webhook set a poll waits in vain.
      await until(() => (stop.aborted || (updates.length > 0 && fake.webhookUrl === '') ? true : undefined));
      polls--;
      const update = stop.aborted ? undefined : updates.shift();
      if (!update) throw new ApiError(408, 'Request timeout');
      return fake.shape === 'array' ? [update] : update;
    },
  };

  function noteViolations(method: string, params: Record<string, unknown>): void {
    const documented = PARAMETERS[method] ?? {};
    for (const name of Object.keys(params)) if (!(name in documented)) violations.push(`${method}.${name}`);
    for (const [name, need] of Object.entries(documented)) {
      if (need === 'must' && typeof params[name] !== 'string') violations.push(`${method}.${name} missing`);
    }
  }

  async function deliver(update: ZaloUpdate): Promise<void> {
    const body = fake.shape === 'bare' ? update : { ok: true, result: update };
    const response = await fetch(fake.webhookUrl, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'Java/1.8.0_192',
        'X-Bot-Api-Secret-Token': secret,
      },
      body: JSON.stringify(body),
    }).catch(() => undefined);
    delivered.push(response?.status);
    changed();
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const [, token, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
    lookAtCall('Zalo', method, request.headers, body);
    const params = JSON.parse(body) as Record<string, unknown>;
    if (request.method !== 'POST') violations.push(`${method} by ${request.method}`);
    calls.push({ method, params });
    changed();
    const reply = (status: number, payload: unknown): void => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(payload));
    };
    const closed = new AbortController();
    response.on('close', () => closed.abort());
    try {
      if (token !== TOKEN) throw new ApiError(401, 'Unauthorized');
      const run = methods[method];
      if (!run) throw new ApiError(404, 'Not found');
      noteViolations(method, params);
      const fault = fake.fault(method, params);
      if (fault && 'code' in fault) {
        const { code, description = 'Bad request', key = 'error_code', status = 200 } = fault;
        reply(status, { ok: false, description, [key]: code });
        return;
      }
      if (fault && 'html' in fault) {
        response.writeHead(fault.html, { 'Content-Type': 'text/html' }).end('<html><body>Bad Gateway</body></html>');
        return;
      }
      if (fault && 'empty' in fault) {
        response.writeHead(fault.empty).end();
        return;
      }
      if (fault && 'redirect' in fault) {
        response.writeHead(302, { Location: fault.redirect }).end();
        return;
      }
      if (fault && 'flood' in fault) {
        reply(200, { ok: true, result: { id: 'x'.repeat(fault.flood) } });
        return;
      }
      if (fault && 'drop' in fault && fault.drop === 'before') {
        request.socket.destroy();
        return;
      }
      await fake.hold(method);
      const result = await run(params, closed.signal);
      changed();
      if (fault && 'drop' in fault) request.socket.destroy();
      else if (fault && 'late' in fault) setTimeout(() => reply(200, { ok: true, result }), fault.late);
      else reply(200, { ok: true, result });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      reply(error.code === 408 ? 200 : error.code, {
        ok: false,
        error_code: error.code,
        description: error.message,
      });
    }
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const fake: FakeZalo = {
    root: `http://127.0.0.1:${port}`,
    token: TOKEN,
    env: { ZALO_BOT_TOKEN: TOKEN, ZALO_API_ROOT: `http://127.0.0.1:${port}` },
    sent,
    calls,
    violations,
    delivered,
    get mostPolls() {
      return mostPolls;
    },
    webhookUrl: '',
    shape: 'wrapped',
    verification: undefined,
    fault: () => undefined,
    hold: () => undefined,
    push(update) {
      if (fake.webhookUrl === '') {
        updates.push(update);
        changed();
      } else void deliver(update);
    },
    say: (chatId, text) => fake.push(zaloText(chatId, text, nextId())),
    pick(chatId, label) {
      const lines = sent
        .filter((message) => message.chatId === chatId)
        .findLast(({ text }) => /^\d+\. /m.test(text) && text.includes(label))
        ?.text.split('\n');
      const number = lines
        ?.map((line) => /^(\d+)\. (.*)$/.exec(line))
        .find((match) => match?.[2]?.includes(label))?.[1];
      if (number === undefined) throw new Error(`no choice "${label}" in chat ${chatId}`);
      fake.say(chatId, number);
    },
    nextMessage(chatId) {
      const at = taken.get(chatId) ?? 0;
      taken.set(chatId, at + 1);
      return until(() => sent.filter((message) => message.chatId === chatId)[at]);
    },
    nextCall(method) {
      const from = calls.length;
      return until(() => calls.slice(from).find((call) => call.method === method));
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      if (violations.length > 0) throw new Error(`not documented by Zalo: ${violations.join(', ')}`);
    },
  };
  return fake;
}

class ApiError extends Error {
  readonly code: number;

  constructor(code: number, description: string) {
    super(description);
    this.code = code;
  }
}

/** A text event as Zalo documents it. */
export function zaloText(chatId: string, text: string, messageId: string): ZaloUpdate {
  return zaloEvent('message.text.received', chatId, { text, message_id: messageId });
}

/** Any event of a private chat. */
export function zaloEvent(event: string, chatId: string, fields: Record<string, unknown>): ZaloUpdate {
  return {
    event_name: event,
    message: {
      from: { id: chatId, display_name: `Tên-của-${chatId}`, is_bot: false },
      chat: { id: chatId, chat_type: 'PRIVATE' },
      date: 1_795_231_602_417,
      ...fields,
    },
  };
}
