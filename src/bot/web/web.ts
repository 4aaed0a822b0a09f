import { randomUUID } from 'node:crypto';
import type { Metrics } from '../../metrics.ts';
import {
  DeliveryError,
  type Channel,
  type Choice,
  type Incoming,
  type Outgoing,
  type OutgoingFile,
  type Picture,
} from '../channel.ts';
import { createKeyedQueue } from '../keyed-queue.ts';
import { escapeHtml } from '../markdown/escape-html.ts';
import { webHtml } from '../markdown/web-html.ts';

/** A message as the web chat's page gets it. */
export interface WebMessage {
  id: string;
  markdown: string;
  html: string;
  choices: readonly Choice[];
}

/** The web chat: people ask in a request and get the replies in its answer; what the bot sends by itself is pushed. */
export interface WebChat extends Channel {
  handle(user: string, kind: 'text' | 'choice', text: string): Promise<WebMessage[]>;
  /** Calls `listener` with what the bot sends to this user, until the returned function is called. */
  listen(user: string, listener: (message: WebMessage) => void): () => void;
}

export interface WebDeps {
  handle: (message: Incoming) => Promise<Outgoing[]>;
  metrics: Metrics;
}

export function createWebChat({ handle, metrics }: WebDeps): WebChat {
  const queue = createKeyedQueue();
  const listeners = new Map<string, Set<(message: WebMessage) => void>>();
  return {
    name: 'web',
    start: () => undefined,
    stop: () => queue.idle(),
    state: () => ({ state: 'up', by: 'on' }),
    handle(user, kind, text) {
      metrics.received('web', kind);
      return queue.run(user, async () => {
        const replies = await handle({ channel: 'web', chatId: user, userId: user, kind, text, group: false });
        return replies.map(render);
      });
    },
    listen(user, listener) {
      const mine = listeners.get(user) ?? new Set();
      listeners.set(user, mine.add(listener));
      return () => {
        mine.delete(listener);
        if (mine.size === 0) listeners.delete(user);
      };
    },
    async send(chatId, message, { claim } = {}) {
      const open = (): boolean => listeners.has(chatId);
      if (open()) await claim?.();
      if (!open()) throw new DeliveryError('retry', 'the page is not open');
      const rendered = render(message);
      for (const listener of listeners.get(chatId) ?? []) listener(rendered);
      return { messageId: rendered.id };
    },
    reachable: () => [...listeners.keys()],
  };
}

function render({ markdown, choices = [], picture, file }: Outgoing): WebMessage {
  const html = (picture ? image(picture) : '') + webHtml(markdown) + (file ? download(file) : '');
  return { id: randomUUID(), markdown, html, choices };
}

function download({ name, bytes }: OutgoingFile): string {
  const address = `data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}`;
  return `<p><a download="${escapeHtml(name)}" href="${address}">Tải tệp ${escapeHtml(name)}</a></p>`;
}

function image({ png, alt }: Picture): string {
  return `<img src="data:image/png;base64,${Buffer.from(png).toString('base64')}" alt="${escapeHtml(alt)}">`;
}
