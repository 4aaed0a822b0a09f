import type { ChannelName } from '../config.ts';

/*
 * The port between the bot and the messaging platforms. A platform turns what it receives into `Incoming` and shows
 * `Outgoing` within its means; a handler knows nothing else of it.
 */

/** One thing that a person did in a chat. */
export interface Incoming {
  channel: ChannelName;
  chatId: string;
  userId: string;
  /**
   * `text`: a message; `choice`: a button, `text` holds its id; `edited`: a change to an earlier message;
   * `file` and `photo`: a document or a photo in a private chat, where the platform lets us have it, `text` is what was
   * written under it; `unsupported`: a voice message, a sticker and the like, `text` is empty; `blocked`: from now on
   * nothing can be sent to this chat.
   */
  kind: 'text' | 'choice' | 'edited' | 'file' | 'photo' | 'unsupported' | 'blocked';
  text: string;
  /** The text with **bold** and *italic* as they were chosen in the app, when there is any. */
  styled?: string;
  /** A chat of several people: only messages that were meant for the bot come through. */
  group: boolean;
  /** For `file` and `photo`. */
  file?: IncomingFile;
  /** The platform's id of the message of the bot that this one answers, in a private chat. */
  replyTo?: string;
}

/** What somebody sent; it stays with the platform until it is asked for. */
export interface IncomingFile {
  /** The platform's. */
  id: string;
  /** Bytes, as the platform says; undefined: it does not. */
  size: number | undefined;
  /** As the sender's machine called it. */
  name?: string | undefined;
}

/** Something a person can pick. */
export interface Choice {
  /** At most 64 bytes, what a Telegram button carries. */
  id: string;
  label: string;
}

/** Message Markdown and what can be picked under it. */
export interface Outgoing {
  markdown: string;
  choices?: readonly Choice[];
  /** Shown above the text where the platform can; the text must make sense without it. */
  picture?: Picture;
  /** Comes after the text where the platform can send files; the text must make sense without it. */
  file?: OutgoingFile;
  /** Comes with the text; only for the platform that has the file already. */
  shared?: SharedFile;
  /** Told the platform's id of what a direct reply was sent as, where the reply is to be changed later. */
  onSent?: (messageId: string) => Promise<void>;
}

/** A file that was sent to the bot and goes on to others, without being uploaded for each of them. */
export interface SharedFile {
  kind: 'photo' | 'document';
  /** The platform's. */
  id: string;
}

export interface OutgoingFile {
  name: string;
  bytes: Uint8Array;
}

/** A picture that the bot has drawn. */
export interface Picture {
  png: Uint8Array;
  /** Vietnamese: what it shows, for those who cannot see it. */
  alt: string;
}

/** How a platform is doing: `up` names the way in which it receives ("polling", "webhook", "on"). */
export type ChannelState = { state: 'up'; by: string } | { state: 'starting' } | { state: 'down'; reason: string };

export interface Channel {
  readonly name: ChannelName;
  /** Starts receiving; what fails is retried in the background and shows in `state()`. */
  start(): void;
  /** Stops receiving. What was accepted can still be answered. */
  stop(): Promise<void>;
  state(): ChannelState;
  /**
   * Sends at the platform's pace.
   *
   * @throws {DeliveryError} or what `options.claim` threw
   */
  send(chatId: string, message: Outgoing, options?: SendOptions): Promise<Sent>;
  /** The chats that can be written to now, where that is only some of them. */
  reachable?(): readonly string[];
  /**
   * Changes what was sent, where the platform can; text and choices are replaced, a file stays. What is so already is a success.
   *
   * @param messageIds all that the message was sent as; the new one must take as many
   * @throws {DeliveryError} `rejected`: it cannot be changed (any more), or takes another number of messages
   */
  edit?(chatId: string, messageIds: readonly string[], message: Outgoing): Promise<void>;
  /**
   * Deletes what was sent, where the platform can; on Telegram within 48 hours. What is gone already is a success.
   *
   * @throws {DeliveryError} `rejected`: it cannot be deleted (any more)
   */
  remove?(chatId: string, messageIds: readonly string[]): Promise<void>;
}

export interface SendOptions {
  /** Without markup: the second try of what was refused for its markup. */
  plain?: boolean;
  /** How many of the messages that a long one takes have arrived; only the rest is sent. */
  arrived?: number;
  /**
   * Set for what the bot sends by itself, which gives way to direct replies. It is called when the message's turn has
   * come, right before the first request; when it rejects, nothing is sent.
   */
  claim?: () => Promise<void>;
}

export interface Sent {
  /** The platform's id of what was sent; of several messages the last, which has the choices. */
  messageId?: string;
  /** When it took several messages: all of them, in their order. */
  messageIds?: readonly string[];
}

/**
 * Why a message could not be sent, by what is to be done about it:
 *
 * - `retry`: it did not leave this machine; the same again, later
 * - `paused`: the platform asks everybody to wait `retryAfter` milliseconds
 * - `gone`: this recipient cannot be reached (blocked the bot, chat deleted)
 * - `rejected`: our fault, or a permission that is missing; the same again would fail again
 * - `unauthorized`: the token is no longer good; nothing can be sent
 * - `unknown`: it may have arrived
 */
export type DeliveryFailure = 'retry' | 'paused' | 'gone' | 'rejected' | 'unauthorized' | 'unknown';

/** Codes of connection errors that come before anything of the request has left this machine. */
export const NOT_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ERR_PROXY_TUNNEL',
]);

export class DeliveryError extends Error {
  override name = 'DeliveryError';
  readonly failure: DeliveryFailure;
  /** Milliseconds; for `paused`. */
  readonly retryAfter: number;
  /** For `rejected`: the markup may be what was refused; the same without it is worth one more try. */
  readonly markup: boolean;
  /** An earlier part of the same message has arrived. */
  readonly partly: boolean;
  /** The platform's ids of the parts that have. */
  readonly messageIds: readonly string[];
  /** For the log: says what happened without quoting the message. */
  readonly logText: string;

  constructor(
    failure: DeliveryFailure,
    logText: string,
    options: { retryAfter?: number; markup?: boolean; partly?: boolean; messageIds?: readonly string[] } = {},
  ) {
    super(`${failure}: ${logText}`);
    this.failure = failure;
    this.retryAfter = options.retryAfter ?? 0;
    this.markup = options.markup ?? false;
    this.partly = options.partly ?? false;
    this.messageIds = options.messageIds ?? [];
    this.logText = logText;
  }
}
