import { createHash, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Incoming } from '../channel.ts';

const id = z.union([z.string().min(1), z.number()]).transform(String);
const messageSchema = z.looseObject({
  message_id: id.nullish(),
  date: z.union([z.number(), z.string()]).optional().catch(undefined),
  from: z.looseObject({ id: id.nullish(), is_bot: z.unknown().optional() }).nullish(),
  chat: z.looseObject({ id, chat_type: z.string().nullish(), type: z.string().nullish() }),
  text: z.string().nullish(),
});
const updateSchema = z.looseObject({ event_name: z.string().nullish(), message: messageSchema.nullish() });

type Message = z.output<typeof messageSchema>;

export interface Received {
  /** What a repeated delivery is known by. */
  updateId: string;
  /** Zalo sent no message id, and the key was made from what there is. */
  madeUp: boolean;
  /** Undefined: nothing that the bot answers. */
  incoming: Incoming | undefined;
  /** Names of fields that nobody documented. */
  unknownFields: string[];
}

/** The updates in a webhook's body or a poll's result: bare, wrapped in `{ok, result}`, one or several, or none. */
export function updatesIn(body: unknown): unknown[] {
  const wrapped = isObject(body) && 'ok' in body && typeof body['result'] === 'object';
  const inner = wrapped ? body['result'] : body;
  const list = Array.isArray(inner) ? (inner as unknown[]) : [inner];
  return list.filter((one) => one !== undefined && one !== null && one !== true && !isEmpty(one));
}

/**
 * Reads an update; undefined when it has not the shape that Zalo documents.
 *
 * @param botNames how a mention of the bot at the start of a group message may be written
 */
export function readUpdate(data: unknown, botNames: readonly string[]): Received | undefined {
  const parsed = updateSchema.safeParse(data);
  if (!parsed.success) return undefined;
  const { event_name: event, message } = parsed.data;
  if (!message) return { updateId: '', madeUp: false, incoming: undefined, unknownFields: [] };
  const given = message.message_id ?? undefined;
  return {
    updateId: given ?? madeUpKey(message),
    madeUp: given === undefined,
    incoming: readMessage(event ?? '', message, botNames),
    unknownFields: Object.keys(message).filter((field) => !KNOWN_FIELDS.has(field)),
  };
}

const CONTENT = ['photo_url', 'photo', 'voice_url', 'sticker', 'url'];
const KNOWN_FIELDS = new Set(['message_id', 'date', 'from', 'chat', 'text', 'caption', 'message_type', ...CONTENT]);
const CONTENT_EVENT = /^message\.(?:image|sticker|voice|unsupported)\.received$/;

function readMessage(event: string, message: Message, botNames: readonly string[]): Incoming | undefined {
  if (message.from?.is_bot === true) return undefined;
  const chatId = message.chat.id;
  const userId = message.from?.id ?? chatId;
  const type = (message.chat.chat_type ?? message.chat.type)?.toUpperCase();
  // In a private chat both ids are the same; a kind of chat that we do not know is not taken for private.
  const group = type === undefined ? userId !== chatId : type !== 'PRIVATE';
  const about = { channel: 'zalo', chatId, userId, group } as const;
  if (CONTENT_EVENT.test(event)) return group ? undefined : { ...about, kind: 'unsupported', text: '' };
  if (typeof message.text === 'string') {
    const text = group ? withoutMention(message.text, botNames) : message.text;
    return { ...about, kind: 'text', text };
  }
  const content = CONTENT.some((field) => field in message);
  return content && !group ? { ...about, kind: 'unsupported', text: '' } : undefined;
}

/** Zalo passes on only those messages of a group that mention the bot or answer it. */
function withoutMention(text: string, botNames: readonly string[]): string {
  const name = botNames.find((one) => text.trimStart().toLowerCase().startsWith(`@${one.toLowerCase()}`));
  return name === undefined
    ? text
    : text
        .trimStart()
        .slice(name.length + 1)
        .trimStart();
}

/** Without a date two equal texts may be two messages; rather answer twice than not at all. */
function madeUpKey({ chat, date, text }: Message): string {
  const milliseconds = Number(date);
  if (!Number.isFinite(milliseconds)) return `made-up:${randomUUID()}`;
  // Seconds in some clients' samples, milliseconds in all of Zalo's.
  const time = milliseconds >= 1e11 ? milliseconds : milliseconds * 1000;
  const digest = createHash('sha256')
    .update(`${chat.id}\n${time}\n${text ?? ''}`)
    .digest('base64url');
  return `made-up:${digest}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `{}`: also an idle poll's way of saying nothing. */
function isEmpty(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}
