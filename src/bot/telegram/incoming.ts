import { z } from 'zod';
import type { Incoming } from '../channel.ts';
import { entitySchema, withStars } from './stars.ts';

/** The updates that we ask Telegram for. */
export const ALLOWED_UPDATES = ['message', 'edited_message', 'callback_query', 'my_chat_member'] as const;

const userSchema = z.object({ id: z.number(), is_bot: z.boolean().optional() });
const messageSchema = z.looseObject({
  chat: z.object({ id: z.number(), type: z.string() }),
  from: userSchema.optional(),
  text: z.string().optional(),
  entities: z.array(entitySchema).optional(),
  caption_entities: z.array(entitySchema).optional(),
  caption: z.string().optional(),
  reply_to_message: z.object({ message_id: z.number() }).optional(),
  document: z
    .object({ file_id: z.string(), file_size: z.number().optional(), file_name: z.string().optional() })
    .optional(),
  photo: z.array(z.object({ file_id: z.string(), file_size: z.number().optional() })).optional(),
});
const membershipSchema = z.looseObject({
  chat: z.object({ id: z.number(), type: z.string() }),
  from: userSchema,
  new_chat_member: z.looseObject({ status: z.string() }),
});
const updateSchema = z.object({
  update_id: z.int(),
  message: messageSchema.optional(),
  edited_message: messageSchema.optional(),
  callback_query: z
    .object({ id: z.string(), from: userSchema, data: z.string().optional(), message: messageSchema.optional() })
    .optional(),
  my_chat_member: membershipSchema.optional(),
});

type Membership = z.infer<typeof membershipSchema>;
type Message = z.infer<typeof messageSchema>;

export interface Received {
  updateId: string;
  /** Undefined: nothing that the bot answers. */
  incoming: Incoming | undefined;
  /** A pressed button waits for this to be answered. */
  callbackQueryId: string | undefined;
}

/** Reads an update; undefined when it has not the shape that Telegram documents. */
export function readUpdate(data: unknown, botName: string): Received | undefined {
  const parsed = updateSchema.safeParse(data);
  if (!parsed.success) return undefined;
  const {
    update_id,
    message: sent,
    edited_message: edited,
    callback_query: pressed,
    my_chat_member: member,
  } = parsed.data;
  return {
    updateId: String(update_id),
    callbackQueryId: pressed?.id,
    incoming: pressed
      ? readButton(pressed.from.id, pressed.data, pressed.message)
      : (sent && readMessage(sent, botName)) || (edited && readEdited(edited)) || (member && readMembership(member)),
  };
}

function readButton(userId: number, data: string | undefined, message: Message | undefined): Incoming | undefined {
  if (!message || data === undefined) return undefined;
  const group = message.chat.type !== 'private';
  // In a private chat only its owner can press; anything else is made up.
  if (!group && message.chat.id !== userId) return undefined;
  return {
    channel: 'telegram',
    chatId: String(message.chat.id),
    userId: String(userId),
    kind: 'choice',
    text: data,
    group,
  };
}

/** Fields of a message that hold something sent by a person which is not text. */
const CONTENT = [
  'photo',
  'voice',
  'video',
  'video_note',
  'audio',
  'document',
  'sticker',
  'animation',
  'location',
  'contact',
  'poll',
  'venue',
  'dice',
];

function readMessage(message: Message, botName: string): Incoming | undefined {
  if (message.chat.type === 'channel' || !message.from || message.from.is_bot === true) return undefined;
  const group = message.chat.type !== 'private';
  const about = {
    channel: 'telegram',
    chatId: String(message.chat.id),
    userId: String(message.from.id),
    group,
  } as const;
  if (message.text !== undefined) {
    const text = group ? meantForBot(message.text, botName) : withoutBotName(message.text, botName);
    if (text === undefined) return undefined;
    const replyTo = group ? undefined : message.reply_to_message?.message_id;
    // Where the bot's name was taken out, places are others.
    const styled = text === message.text ? withStars(text, message.entities) : undefined;
    return {
      ...about,
      kind: 'text',
      text,
      ...(styled === undefined ? {} : { styled }),
      ...(replyTo === undefined ? {} : { replyTo: String(replyTo) }),
    };
  }
  if (!group && message.document && !('animation' in message)) {
    const { file_id: id, file_size: size, file_name: name } = message.document;
    return { ...about, kind: 'file', ...captionOf(message), file: { id, size, name } };
  }
  // The last of the sizes is the largest.
  const photo = message.photo?.at(-1);
  if (!group && photo) {
    const { file_id: id, file_size: size } = photo;
    return { ...about, kind: 'photo', ...captionOf(message), file: { id, size } };
  }
  return !group && CONTENT.some((field) => field in message) ? { ...about, kind: 'unsupported', text: '' } : undefined;
}

function captionOf({ caption = '', caption_entities: entities }: Message): Pick<Incoming, 'text' | 'styled'> {
  const styled = withStars(caption, entities);
  return { text: caption, ...(styled === undefined ? {} : { styled }) };
}

function readEdited(message: Message): Incoming | undefined {
  if (message.chat.type !== 'private' || !message.from) return undefined;
  const id = String(message.chat.id);
  return { channel: 'telegram', chatId: id, userId: String(message.from.id), kind: 'edited', text: '', group: false };
}

/** A person blocked the bot, or it was put out of a group; that it was let in again shows when somebody writes. */
function readMembership({ chat, from, new_chat_member: { status } }: Membership): Incoming | undefined {
  if (chat.type === 'channel' || (status !== 'kicked' && status !== 'left')) return undefined;
  const group = chat.type !== 'private';
  return { channel: 'telegram', chatId: String(chat.id), userId: String(from.id), kind: 'blocked', text: '', group };
}

/** In a group: a command that is not another bot's, or a text that mentions this bot; undefined otherwise. */
function meantForBot(text: string, botName: string): string | undefined {
  const command = /^\/\w+(?:@(\w+))?(?=\s|$)/.exec(text);
  if (command) {
    const other = command[1] !== undefined && command[1].toLowerCase() !== botName.toLowerCase();
    return other ? undefined : withoutBotName(text, botName);
  }
  const mention = new RegExp(`(?<![\\w@])@${botName}(?!\\w)`, 'i');
  return mention.test(text) ? text.replace(mention, ' ').trim() : undefined;
}

/** "/hoi@SoTayBot tuổi" → "/hoi tuổi" */
function withoutBotName(text: string, botName: string): string {
  return text.replace(new RegExp(`^(/\\w+)@${botName}(?!\\w)`, 'i'), '$1');
}
