import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TELEGRAM_TOKEN as TOKEN } from '../support/canaries.ts';
import { lookAtCall } from '../support/leaks.ts';
import { createWatch } from '../support/watch.ts';
import { parseTelegramHtml } from './telegram-html.ts';

/** What the fake does instead of answering: an error of the Bot API, a cut connection, or silence. */
export type Fault =
  | { error: number; description: string; retryAfter?: number }
  | { drop: 'before' | 'after' }
  /** The connection stays open and nothing comes. */
  | { silent: 'before' | 'after' }
  /** The connection is reset. */
  | { reset: 'before' | 'after' }
  /** Takes effect, and the answer breaks off in the middle. */
  | { halfBody: true }
  | { html: number };

export interface SentMessage {
  chatId: string;
  messageId: number;
  /** After entity parsing: what the person reads. */
  text: string;
  buttons: { text: string; data: string }[];
  photo?: File;
  document?: File;
  /** The id of a file that was sent to the bot before. */
  shared?: string;
  /** What it said before it was edited, oldest first. */
  earlier: string[];
  deleted: boolean;
}

interface Button {
  text: string;
  callback_data?: string;
}

interface Call {
  method: string;
  params: Record<string, unknown>;
}

interface Update {
  update_id: number;
  [kind: string]: unknown;
}

export interface FakeTelegram {
  readonly root: string;
  readonly token: string;
  /** What a bot needs in its environment to talk to it. */
  readonly env: { TELEGRAM_BOT_TOKEN: string; TELEGRAM_API_ROOT: string };
  readonly sent: SentMessage[];
  readonly calls: Call[];
  /** Asked before each call; a fault is played instead of the answer (`drop: 'after'` takes effect first). */
  fault: (method: string, params: Record<string, unknown>) => Fault | undefined;
  /** Asked before each call: the call is answered only after what this returns. */
  hold: (method: string) => Promise<void> | undefined;
  /** Puts an update into the queue, or calls the webhook; returns its id. */
  push(update: Record<string, unknown>): number;
  /** A person's message in a private chat. */
  say(userId: number, text: string): number;
  /** A person presses a button with this label under the newest message that has it. */
  press(userId: number, label: string): number;
  /** A person sends a document in a private chat. */
  sendFile(userId: number, name: string, bytes: Uint8Array, caption?: string): number;
  /** The same with a photo. */
  sendPicture(userId: number, bytes: Uint8Array, caption?: string): number;
  /** Resolves with the next message to this chat that has not been returned yet. */
  nextMessage(chatId: number): Promise<SentMessage>;
  /** Resolves when a call of this method came in after now. */
  nextCall(method: string): Promise<Call>;
  close(): Promise<void>;
}

/** A Bot API server on loopback, as strict as Telegram about what it is sent. */
export async function startFakeTelegram(): Promise<FakeTelegram> {
  const updates: Update[] = [];
  const sent: SentMessage[] = [];
  const calls: Call[] = [];
  const taken = new Map<string, number>();
  const files = new Map<string, Uint8Array>();
  const { changed, until } = createWatch();
  let webhook = { url: '', secret: '' };
  let poller: (() => void) | undefined;
  let updateId = 1000;
  let messageId = 1;

  const methods: Record<string, (params: Record<string, unknown>, signal: AbortSignal) => unknown> = {
    getMe: () => ({ id: 123456, is_bot: true, first_name: 'Sổ tay', username: 'SoTayBot' }),
    getWebhookInfo: () => ({ url: webhook.url, has_custom_certificate: false, pending_update_count: updates.length }),
    setMyCommands: ({ commands }) => {
      for (const { command, description } of commands as { command: string; description: string }[]) {
        if (!/^[a-z0-9_]{1,32}$/.test(command)) throw new ApiError(400, 'Bad Request: BOT_COMMAND_INVALID');
        if (description.length < 1 || description.length > 256)
          throw new ApiError(400, 'BOT_COMMAND_DESCRIPTION_INVALID');
      }
      return true;
    },
    setWebhook: ({ url, secret_token: secret }) => {
      webhook = { url: String(url), secret: typeof secret === 'string' ? secret : '' };
      poller?.();
      void deliverAll();
      return true;
    },
    deleteWebhook: () => {
      webhook = { url: '', secret: '' };
      return true;
    },
    getFile: ({ file_id: id }) => {
      if (!files.has(String(id))) throw new ApiError(400, 'Bad Request: invalid file_id');
      return { file_id: id, file_unique_id: id, file_path: `documents/${String(id)}` };
    },
    deleteMyCommands: () => true,
    answerCallbackQuery: () => true,
    sendMessage,
    sendDocument({ document, caption = '', ...params }) {
      if (typeof document === 'string') return sendShared(document, { ...params, text: caption });
      if (!(document instanceof File)) throw new ApiError(400, 'Bad Request: there is no document in the request');
      return sendMessage({ ...params, text: caption, document });
    },
    sendPhoto({ photo, caption = '', ...params }) {
      if (typeof photo === 'string') return sendShared(photo, { ...params, text: caption });
      if (!(photo instanceof File)) throw new ApiError(400, 'Bad Request: there is no photo in the request');
      if (String(caption).length > 1024) throw new ApiError(400, 'Bad Request: message caption is too long');
      return sendMessage({ ...params, text: caption, photo });
    },
    editMessageText: ({ text, ...params }) => {
      const message = messageOf(params, 'edit');
      if (isMedia(message)) throw new ApiError(400, 'Bad Request: there is no text in the message to edit');
      return editMessage(message, { ...params, text });
    },
    editMessageCaption: ({ caption = '', ...params }) => {
      const message = messageOf(params, 'edit');
      if (!isMedia(message)) throw new ApiError(400, 'Bad Request: there is no caption in the message to edit');
      return editMessage(message, { ...params, text: caption });
    },
    deleteMessage: (params) => {
      messageOf(params, 'delete').deleted = true;
      return true;
    },
    async getUpdates({ offset = 0, timeout = 0 }, signal) {
      if (webhook.url !== '') {
        throw new ApiError(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook");
      }
      poller?.();
      let conflict = false;
      poller = () => {
        conflict = true;
        changed();
      };
      const waited = AbortSignal.timeout(Number(timeout) * 1000);
      const stop = AbortSignal.any([signal, waited]);
      stop.addEventListener('abort', changed);
      while (updates[0] && updates[0].update_id < Number(offset)) updates.shift();
      await until(() => (updates.length > 0 || conflict || stop.aborted ? true : undefined));
      if (conflict) throw new ApiError(409, 'Conflict: terminated by other getUpdates request');
      poller = undefined;
      return updates.slice(0, 100);
    },
  };

  function sendShared(id: string, params: Record<string, unknown>): unknown {
    if (!files.has(id)) throw new ApiError(400, 'Bad Request: wrong file identifier/HTTP URL specified');
    if (String(params['text']).length > 1024) throw new ApiError(400, 'Bad Request: message caption is too long');
    return sendMessage({ ...params, shared: id });
  }

  const isMedia = ({ photo, document, shared }: SentMessage): boolean =>
    photo !== undefined || document !== undefined || shared !== undefined;

  function messageOf({ chat_id: chatId, message_id: id }: Record<string, unknown>, what: string): SentMessage {
    const found = sent.find((one) => one.chatId === String(chatId) && one.messageId === Number(id) && !one.deleted);
    if (!found) throw new ApiError(400, `Bad Request: message to ${what} not found`);
    return found;
  }

  function editMessage(message: SentMessage, params: Record<string, unknown>): unknown {
    const { text, buttons } = read(params, isMedia(message));
    if (text === message.text && JSON.stringify(buttons) === JSON.stringify(message.buttons)) {
      throw new ApiError(400, 'Bad Request: message is not modified: specified new message content is the same');
    }
    message.earlier.push(message.text);
    Object.assign(message, { text, buttons });
    return { message_id: message.messageId, date: 1, chat: { id: Number(message.chatId), type: 'private' }, text };
  }

  /** What a person would read, and press. */
  function read(params: Record<string, unknown>, isFile: boolean): Pick<SentMessage, 'text' | 'buttons'> {
    const { text, parse_mode: mode, reply_markup: markup } = params;
    if (typeof text !== 'string') throw new ApiError(400, 'Bad Request: message text is empty');
    let plain = text;
    if (mode === 'HTML') {
      try {
        plain = parseTelegramHtml(text).text;
      } catch (error) {
        throw new ApiError(400, `Bad Request: ${(error as Error).message}`);
      }
    } else if (mode !== undefined) throw new ApiError(400, 'Bad Request: unsupported parse_mode');
    if (plain.trim() === '' && !isFile) throw new ApiError(400, 'Bad Request: message text is empty');
    if (plain.length > 4096) throw new ApiError(400, 'Bad Request: message is too long');
    const rows = (markup as { inline_keyboard?: Button[][] } | undefined)?.inline_keyboard ?? [];
    const buttons = rows.flat().map(({ text: label, callback_data: data = '' }) => {
      const bytes = Buffer.byteLength(data);
      if (label === '' || bytes < 1 || bytes > 64) throw new ApiError(400, 'Bad Request: BUTTON_DATA_INVALID');
      return { text: label, data };
    });
    return { text: plain, buttons };
  }

  function sendMessage(params: Record<string, unknown>): unknown {
    const file = params['photo'] ?? params['document'] ?? params['shared'];
    const { text: plain, buttons } = read(params, file !== undefined);
    const photo = params['photo'] instanceof File ? params['photo'] : undefined;
    const message = {
      chatId: String(params['chat_id']),
      messageId: messageId++,
      text: plain,
      buttons,
      ...(photo ? { photo } : {}),
      ...(params['document'] instanceof File ? { document: params['document'] } : {}),
      ...(typeof params['shared'] === 'string' ? { shared: params['shared'] } : {}),
      earlier: [],
      deleted: false,
    };
    sent.push(message);
    return {
      message_id: message.messageId,
      date: 1,
      chat: { id: Number(message.chatId), type: 'private' },
      text: plain,
    };
  }

  /** Webhook deliveries go one after another within a chat, as Telegram does, and again until they are taken. */
  const lanes = new Map<string, Promise<void>>();
  async function deliverAll(): Promise<void> {
    for (const update of updates.splice(0)) {
      const lane = chatOf(update);
      lanes.set(
        lane,
        (lanes.get(lane) ?? Promise.resolve()).then(() => deliver(update)),
      );
    }
    await Promise.all(lanes.values());
  }
  async function deliver(update: Update): Promise<void> {
    for (let attempt = 0; attempt < 50; attempt++) {
      const response = await fetch(webhook.url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Telegram-Bot-Api-Secret-Token': webhook.secret },
        body: JSON.stringify(update),
      }).catch(() => undefined);
      if (response?.ok) return;
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, owner, id = ''] = /^\/file\/bot([^/]+)\/documents\/(.+)$/.exec(request.url ?? '') ?? [];
    if (owner !== undefined) {
      const file = owner === TOKEN ? files.get(id) : undefined;
      response.writeHead(file ? 200 : 404).end(file);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [, token, method = ''] = /^\/bot([^/]+)\/(\w+)/.exec(request.url ?? '') ?? [];
    const body = Buffer.concat(chunks);
    lookAtCall('Telegram', method, request.headers, body.toString());
    const params = await readParams(body, request.headers['content-type']);
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
      if (!run) throw new ApiError(404, 'Not Found: method not found');
      const fault = fake.fault(method, params);
      if (fault && 'error' in fault) throw new ApiError(fault.error, fault.description, fault.retryAfter);
      if (fault && 'html' in fault) {
        response.writeHead(fault.html, { 'Content-Type': 'text/html' }).end('<html><body>Bad Gateway</body></html>');
        return;
      }
      const broken = (when: 'before' | 'after'): boolean => {
        if (!fault) return false;
        if ('drop' in fault && fault.drop === when) request.socket.destroy();
        else if ('reset' in fault && fault.reset === when) request.socket.resetAndDestroy();
        else if ('halfBody' in fault && when === 'after') {
          response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 1000 }).write('{"ok":tr');
        } else return 'silent' in fault && fault.silent === when;
        return true;
      };
      if (broken('before')) return;
      await fake.hold(method);
      const result = await run(params, closed.signal);
      changed();
      if (!broken('after')) reply(200, { ok: true, result });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { code, message, retryAfter } = error;
      const parameters = retryAfter === undefined ? {} : { parameters: { retry_after: retryAfter } };
      reply(code, { ok: false, error_code: code, description: message, ...parameters });
    }
  }

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const fake: FakeTelegram = {
    root: `http://127.0.0.1:${port}`,
    token: TOKEN,
    env: { TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: `http://127.0.0.1:${port}` },
    sent,
    calls,
    fault: () => undefined,
    hold: () => undefined,
    push(update) {
      const id = updateId++;
      updates.push({ update_id: id, ...update });
      if (webhook.url === '') changed();
      else void deliverAll();
      return id;
    },
    say: (userId, text) => fake.push({ message: { ...privateMessage(userId, messageId++), text } }),
    press(userId, label) {
      const message = sent.findLast(
        ({ chatId, buttons }) => chatId === String(userId) && buttons.some(({ text }) => text.includes(label)),
      );
      const button = message?.buttons.find(({ text }) => text.includes(label));
      if (!message || !button) throw new Error(`no button "${label}" in chat ${userId}`);
      return fake.push({
        callback_query: {
          id: String(messageId++),
          from: person(userId),
          chat_instance: '1',
          data: button.data,
          message: privateMessage(userId, message.messageId),
        },
      });
    },
    sendFile(userId, name, bytes, caption) {
      const id = `file_${messageId}`;
      files.set(id, bytes);
      const document = { file_id: id, file_unique_id: id, file_name: name, file_size: bytes.length };
      return fake.push({ message: { ...privateMessage(userId, messageId++), document, caption } });
    },
    sendPicture(userId, bytes, caption) {
      const id = `photo_${messageId}`;
      files.set(id, bytes);
      const photo = [{ file_id: `small_${id}` }, { file_id: id, file_unique_id: id, file_size: bytes.length }];
      return fake.push({ message: { ...privateMessage(userId, messageId++), photo, caption } });
    },
    nextMessage(chatId) {
      const at = taken.get(String(chatId)) ?? 0;
      taken.set(String(chatId), at + 1);
      return until(() => sent.filter((message) => message.chatId === String(chatId))[at]);
    },
    nextCall(method) {
      const from = calls.length;
      return until(() => calls.slice(from).find((call) => call.method === method));
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return fake;
}

/** A file comes as multipart/form-data, with what it belongs to named as "attach://<part>"; all else is JSON. */
async function readParams(body: Buffer, type: string | undefined): Promise<Record<string, unknown>> {
  if (body.length === 0) return {};
  if (!type?.startsWith('multipart/')) return JSON.parse(body.toString()) as Record<string, unknown>;
  const form = await new Response(new Uint8Array(body), { headers: { 'Content-Type': type } }).formData();
  const params: Record<string, unknown> = {};
  for (const [name, value] of form) {
    if (value instanceof File) continue;
    if (value.startsWith('attach://')) params[name] = form.get(value.slice('attach://'.length));
    else params[name] = /^[[{]/.test(value) ? JSON.parse(value) : value;
  }
  return params;
}

class ApiError extends Error {
  readonly code: number;
  readonly retryAfter: number | undefined;

  constructor(code: number, description: string, retryAfter?: number) {
    super(description);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

export function person(id: number): Record<string, unknown> {
  return { id, is_bot: false, first_name: `Tên-của-${id}`, last_name: 'Không-được-ghi', username: `nguoi_${id}` };
}

export function privateMessage(userId: number, messageId: number): Record<string, unknown> {
  return {
    message_id: messageId,
    date: 1,
    from: person(userId),
    chat: { id: userId, type: 'private', first_name: `Tên-của-${userId}` },
  };
}

function chatOf(update: Update): string {
  const inner = (update['message'] ??
    (update['callback_query'] as Record<string, unknown> | undefined)?.['message']) as
    | { chat?: { id?: number } }
    | undefined;
  return String(inner?.chat?.id ?? 'none');
}
