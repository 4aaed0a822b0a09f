import { setTimeout as delay } from 'node:timers/promises';
import { Api, GrammyError, InputFile } from 'grammy';
import type { Command } from '../../handlers/feature.ts';
import type { Clock } from '../../clock.ts';
import type { Logger } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import {
  DeliveryError,
  type Channel,
  type ChannelState,
  type Choice,
  type IncomingFile,
  type Outgoing,
  type OutgoingFile,
  type Picture,
  type SharedFile,
} from '../channel.ts';
import type { Inbox } from '../inbox.ts';
import { escapeMarkdown, parseStyled } from '../markdown/styled.ts';
import { splitStyled } from '../markdown/split.ts';
import { telegramHtml, TELEGRAM_TEXT_LIMIT } from '../markdown/telegram-html.ts';
import { createPacer } from '../pacer.ts';
import { platformAgent } from '../proxy.ts';
import { telegramFailure } from './errors.ts';
import { downloadFile } from './download.ts';
import { ALLOWED_UPDATES, readUpdate } from './incoming.ts';
import { isLong, longOnes } from './long-labels.ts';

/** Seconds that Telegram holds a poll open; its server caps it at 50. */
const POLL_SECONDS = 50;
const CALL_SECONDS = 15;
const LONGEST_BACK_OFF_MS = 60_000;
/** core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this */
const GROUP_MESSAGES_A_MINUTE = 20;
/** Characters of the text under a picture, as Telegram allows. */
const CAPTION_LIMIT = 1024;

export interface TelegramOptions {
  token: string;
  apiRoot: string;
  proxy: string | undefined;
  /** Set: Telegram calls us; unset: we poll. */
  webhook: { url: string; secret: string } | undefined;
  /** Messages a second to all chats together. */
  rate: number;
  commands: readonly Command[];
  /** User ids that see the officers' commands in their menu. */
  officers: () => Promise<readonly string[]>;
}

export interface TelegramDeps {
  inbox: Pick<Inbox, 'accept'>;
  clock: Clock;
  /** Resolves after so many milliseconds, or at once when the signal comes. */
  wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  log: Logger;
  metrics: Metrics;
}

export interface Telegram extends Channel {
  /**
   * Takes one update from the webhook.
   *
   * @throws when it could not be stored: answer 503, and Telegram delivers it again
   */
  receive(update: unknown): Promise<void>;
  /** The address that opens the bot and sends it `/start <code>`; undefined: its name is not known yet. */
  startLink(code: string): string | undefined;
  /**
   * A document that somebody sent; of a larger one comes no more than shows that it is too large.
   *
   * @param most bytes
   * @throws {DeliveryError}
   */
  download(file: IncomingFile, most: number): Promise<Uint8Array>;
  /** Shows the officers' commands in somebody's menu, or no longer; what fails is logged. */
  showMenu(userId: string, officer: boolean): Promise<void>;
}

export function createTelegram(options: TelegramOptions, deps: TelegramDeps): Telegram {
  const { inbox, log, metrics } = deps;
  const { token, apiRoot, webhook } = options;
  const agent = platformAgent(apiRoot, options.proxy);
  const client = { apiRoot, baseFetchConfig: { agent, compress: true } };
  const api = new Api(token, { ...client, timeoutSeconds: CALL_SECONDS });
  const pollApi = new Api(token, { ...client, timeoutSeconds: POLL_SECONDS + CALL_SECONDS });
  const pacer = createPacer({
    perSecond: options.rate,
    // Groups have negative ids.
    perMinute: (chatId) => (chatId.startsWith('-') ? GROUP_MESSAGES_A_MINUTE : undefined),
    // Telegram lets short bursts to one chat pass, and who asks sets the pace.
    repliesSpaced: false,
    clock: deps.clock,
    wait: deps.wait,
  });
  const stopping = new AbortController();
  let state: ChannelState = { state: 'starting' };
  let running: Promise<void> = Promise.resolve();
  let botName = '';
  /** Since the last answer to a poll. */
  let failures = 0;

  async function receive(data: unknown): Promise<void> {
    const received = readUpdate(data, botName);
    if (!received) {
      metrics.received('telegram', 'malformed');
      log.warn('malformed Telegram update skipped');
      return;
    }
    const { incoming, updateId, callbackQueryId } = received;
    metrics.received('telegram', incoming?.kind ?? 'ignored');
    if (incoming) await inbox.accept(updateId, incoming);
    if (callbackQueryId !== undefined) {
      // Only stops the spinner on the button; too late is as good as never.
      void api.answerCallbackQuery(callbackQueryId).catch((error: unknown) => {
        log.debug({ err: telegramFailure(error) }, 'callback query not answered');
      });
    }
  }

  async function prepare(): Promise<void> {
    botName = (await api.getMe()).username;
    await publishCommands();
    if (webhook) {
      await api.setWebhook(webhook.url, { secret_token: webhook.secret, allowed_updates: ALLOWED_UPDATES });
    } else if ((await api.getWebhookInfo()).url) {
      await api.deleteWebhook();
    }
    state = { state: 'up', by: webhook ? 'webhook' : 'polling' };
    log.info({ channel: 'telegram', bot: botName, by: state.by }, 'Telegram is ready');
  }

  async function publishCommands(): Promise<void> {
    const forAll = options.commands.filter(({ audience }) => audience === 'everyone');
    await api.setMyCommands(menu(forAll));
    for (const id of await options.officers()) await showMenu(id, true);
  }

  async function showMenu(userId: string, officer: boolean): Promise<void> {
    const scope = { type: 'chat', chat_id: Number(userId) } as const;
    // An officer who has not yet written to the bot has no chat to set commands for; the next start does it.
    await (officer ? api.setMyCommands(menu(options.commands), { scope }) : api.deleteMyCommands({ scope })).catch(
      (error: unknown) => log.warn({ err: telegramFailure(error) }, "officer's commands not set"),
    );
  }

  /*
   * Our own loop rather than grammY's: `bot.start()` confirms an update even when its handler failed, and here an
   * update that could not be stored must come again.
   */
  async function poll(): Promise<void> {
    let offset = 0;
    for (;;) {
      const updates = await pollApi.getUpdates(
        { offset, timeout: POLL_SECONDS, allowed_updates: ALLOWED_UPDATES },
        stopping.signal as Parameters<typeof pollApi.getUpdates>[1],
      );
      state = { state: 'up', by: 'polling' };
      failures = 0;
      for (const update of updates) {
        await receive(update);
        offset = update.update_id + 1;
      }
    }
  }

  async function run(): Promise<void> {
    let ready = false;
    while (!stopping.signal.aborted) {
      try {
        if (!ready) await prepare();
        ready = true;
        if (webhook) return;
        await poll();
      } catch (error) {
        if (stopping.signal.aborted) return;
        const failure = telegramFailure(error);
        const conflict = error instanceof GrammyError && error.error_code === 409;
        metrics.platformError('telegram', failure.failure);
        state = { state: 'down', reason: conflict ? 'another process receives with this token' : failure.logText };
        log.error({ err: failure, channel: 'telegram' }, 'Telegram is not reachable');
        if (failure.failure === 'unauthorized') return;
        const backOff = Math.min(1000 * 2 ** failures++, LONGEST_BACK_OFF_MS);
        await delay(Math.max(failure.retryAfter, conflict ? 5000 : backOff), undefined, {
          signal: stopping.signal,
        }).catch(() => undefined);
      }
    }
  }

  async function sendPart(chatId: string, part: Part, choices: readonly Choice[]): Promise<string> {
    const extra = {
      ...(part.html ? { parse_mode: 'HTML' as const } : {}),
      ...(choices.length > 0 ? { reply_markup: { inline_keyboard: keyboard(choices) } } : {}),
    };
    if (part.file) {
      const document = new InputFile(part.file.bytes, part.file.name);
      return String((await api.sendDocument(chatId, document, extra)).message_id);
    }
    if (part.shared) {
      const { kind, id: known } = part.shared;
      const under = { caption: part.text, ...extra };
      const sent = await (kind === 'photo'
        ? api.sendPhoto(chatId, known, under)
        : api.sendDocument(chatId, known, under));
      return String(sent.message_id);
    }
    const { message_id: id } = part.picture
      ? await api.sendPhoto(chatId, new InputFile(part.picture.png, 'picture.png'), { caption: part.text, ...extra })
      : await api.sendMessage(chatId, part.text, { link_preview_options: { is_disabled: true }, ...extra });
    return String(id);
  }

  function failed(error: unknown, messageIds: readonly string[] = []): DeliveryError {
    const { failure, logText, retryAfter, markup } = telegramFailure(error);
    const partly = messageIds.length > 0;
    metrics.platformError('telegram', failure);
    if (failure === 'unauthorized') state = { state: 'down', reason: logText };
    if (failure === 'paused') pacer.pause(retryAfter);
    return new DeliveryError(failure, logText, { retryAfter, markup: markup && !partly, partly, messageIds });
  }

  /** Changes what was sent, at the pace of what the bot does by itself; `done` matches an error that says it is so already. */
  async function change(chatId: string, done: RegExp, call: () => Promise<unknown>): Promise<void> {
    await pacer.turn(chatId, 'outbox');
    try {
      await call();
    } catch (error) {
      if (!(error instanceof GrammyError && done.test(error.description))) throw failed(error);
    }
  }

  return {
    name: 'telegram',
    start() {
      running = run();
    },
    async stop() {
      stopping.abort();
      await running;
    },
    state: () => state,
    receive,
    startLink: (code) => (botName === '' ? undefined : `https://t.me/${botName}?start=${code}`),
    showMenu,
    async download({ id }, most) {
      const { file_path: place } = await api.getFile(id).catch((error: unknown) => {
        throw telegramFailure(error);
      });
      return downloadFile(`${apiRoot}/file/bot${token}/${place ?? ''}`, agent, most);
    },
    async send(chatId, message, { plain = false, arrived = 0, claim } = {}) {
      const parts = partsOf(message, plain).slice(arrived);
      const messageIds: string[] = [];
      for (const [i, part] of parts.entries()) {
        await pacer.turn(chatId, claim ? 'outbox' : 'direct');
        if (i === 0) await claim?.();
        try {
          messageIds.push(await sendPart(chatId, part, i === parts.length - 1 ? (message.choices ?? []) : []));
        } catch (error) {
          throw failed(error, messageIds);
        }
      }
      const messageId = messageIds.at(-1);
      if (messageId === undefined) return {};
      return messageIds.length > 1 ? { messageId, messageIds } : { messageId };
    },
    async edit(chatId, messageIds, message) {
      const parts = partsOf(message, false);
      if (parts.length !== messageIds.length) {
        throw new DeliveryError('rejected', `edit: ${parts.length} messages in place of ${messageIds.length}`);
      }
      for (const [i, part] of parts.entries()) {
        const id = Number(messageIds[i]);
        // A file without text under it stays as it is.
        if (part.text === '') continue;
        const choices = i === parts.length - 1 ? (message.choices ?? []) : [];
        const extra = { parse_mode: 'HTML' as const, reply_markup: { inline_keyboard: keyboard(choices) } };
        await change(chatId, UNCHANGED, () =>
          part.shared || part.picture
            ? api.editMessageCaption(chatId, id, { caption: part.text, ...extra })
            : api.editMessageText(chatId, id, part.text, { link_preview_options: { is_disabled: true }, ...extra }),
        );
      }
    },
    async remove(chatId, messageIds) {
      for (const id of messageIds) {
        await change(chatId, REMOVED, () => api.deleteMessage(chatId, Number(id)));
      }
    },
  };
}

/** Answers to a change that is made already. */
const UNCHANGED = /message is not modified/i;
const REMOVED = /message to delete not found/i;

function partsOf(message: Outgoing, plain: boolean): Part[] {
  const { picture, shared } = message;
  const texts = messageParts(withWrittenChoices(message), plain);
  const parts = picture ? withMedia(texts, { picture }) : shared ? withMedia(texts, { shared }) : texts;
  return message.file ? [...parts, { text: '', html: false, file: message.file }] : parts;
}

/** One message of a long one. */
interface Part {
  text: string;
  html: boolean;
  picture?: Picture;
  file?: OutgoingFile;
  shared?: SharedFile;
}

/** The picture or file comes first, with the text under it where that is short enough. */
function withMedia(parts: Part[], media: Pick<Part, 'picture' | 'shared'>): Part[] {
  const [first, ...rest] = parts;
  return first && first.text.length <= CAPTION_LIMIT
    ? [{ ...first, ...media }, ...rest]
    : [{ text: '', html: false, ...media }, ...parts];
}

function messageParts(markdown: string, plain: boolean): Part[] {
  if (!plain) return telegramHtml(markdown).map((text) => ({ text, html: true }));
  return splitStyled(parseStyled(markdown, 'written'), TELEGRAM_TEXT_LIMIT).map(({ text }) => ({ text, html: false }));
}

function menu(commands: readonly Command[]): { command: string; description: string }[] {
  return commands.map(({ name, description }) => ({ command: name, description }));
}

/** Long choices are numbered in the text, where they can be read whole. */
function withWrittenChoices({ markdown, choices = [] }: Outgoing): string {
  const long = longOnes(choices);
  if (long.length === 0) return markdown;
  return `${markdown}\n\n---\n\n${long.map(({ label }, i) => `${i + 1}. ${escapeMarkdown(label)}`).join('\n')}`;
}

/** One long choice a row, numbered as in the text; short ones two a row. */
function keyboard(choices: readonly Choice[]): { text: string; callback_data: string }[][] {
  const rows: { text: string; callback_data: string }[][] = [];
  let number = 0;
  let open = false;
  for (const choice of choices) {
    const long = isLong(choice);
    const button = { text: long ? `${++number}. ${choice.label}` : choice.label, callback_data: choice.id };
    if (!long && open) rows.at(-1)?.push(button);
    else rows.push([button]);
    open = !long && !open;
  }
  return rows;
}
