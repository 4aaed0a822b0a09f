import { DeliveryError, type Incoming, type Outgoing } from '../bot/channel.ts';
import { clean, escapeMarkdown } from '../bot/markdown/styled.ts';
import { LONGEST_ANNOUNCEMENT } from '../announcements/announcement-message.ts';
import type { Announcement, AnnouncementFile, AnnouncementsStore } from '../announcements/announcements-store.ts';
import { LARGEST_ANNOUNCED_FILE, newFileToken, safeFileName, type AnnouncementFiles } from '../announcements/files.ts';
import { checkSecrecy, type Finding } from '../announcements/secrecy.ts';
import { number } from '../announcements/status-text.ts';
import { typedMarkdown } from '../announcements/typed-text.ts';
import { steadyTime, type Clock } from '../clock.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { Database } from '../store/database.ts';
import { findingLines } from './announcement-findings.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';

/** Waits for text or file; of an announcement that is there already when its id is in the state. */
const CONTENT = 'tb-content';
/** The file is public; asks a second officer about what was stopped; writes what was stopped anew. */
const PUBLIC = 'tb-cong';
const ASK_SECOND = 'tb-nho';
const REWRITE = 'tb-viet';

/** How long a stopped text is held, in memory only, for its author to decide. */
const STOPPED_FOR_MS = 10 * 60_000;

export interface AnnouncingContentDeps {
  db: Database;
  store: Pick<AnnouncementsStore, 'add' | 'change'>;
  files: Pick<AnnouncementFiles, 'keep'>;
  roles: Pick<RolesStore, 'actor'>;
  dialogs: Dialogs;
  /** What somebody sent; rejects with a `DeliveryError`. */
  download: (message: Incoming, most: number) => Promise<Uint8Array>;
  clock: Clock;
  /** The sender's draft; undefined: there is none. */
  draftOf: (message: Incoming, id: string) => Promise<Announcement | undefined>;
  /** What comes after the content: whom it is for, or the preview. */
  next: (message: Incoming, draft: Announcement) => Promise<Outgoing[]>;
}

/** What an announcement says: typed, or under a photo or document; nothing goes on that has to stay secret. */
export interface AnnouncingContent {
  /** Waits for it. */
  ask(message: Incoming, question: string, id?: string): Promise<Outgoing[]>;
  /** Takes a text. @param id of the draft that it is for; undefined: a new one */
  take: (message: Incoming, text: string, id?: string) => Promise<Outgoing[]>;
  /** A photo or document, when one is waited for. */
  receive: (message: Incoming) => Promise<Outgoing[] | undefined>;
  choices: Feature['choices'];
  dialogs: NonNullable<Feature['dialogs']>;
}

/** A text that the gate stopped. */
interface Stopped {
  markdown: string;
  id: string | undefined;
  until: number;
}

export function createAnnouncingContent(deps: AnnouncingContentDeps): AnnouncingContent {
  const { db, store, files, roles, dialogs, draftOf, next } = deps;
  const now = steadyTime(deps.clock);
  /** By chat. Not in the database: what must stay secret is not kept unless its author asks for it. */
  const stopped = new Map<string, Stopped>();

  const keyOf = ({ channel, chatId }: Incoming): string => `${channel}:${chatId}`;

  async function ask(message: Incoming, question: string, id?: string): Promise<Outgoing[]> {
    await dialogs.open(message, CONTENT, id === undefined ? {} : { id });
    return say(question);
  }

  async function take(message: Incoming, text: string, id?: string): Promise<Outgoing[]> {
    const typed = clean(text).trim();
    if (typed === '') return ask(message, EMPTY, id);
    if (typed.length > LONGEST_ANNOUNCEMENT) {
      const over = typed.length - LONGEST_ANNOUNCEMENT;
      return ask(
        message,
        `Nội dung dài ${number(typed.length)} ký tự, nhiều hơn mức ${number(LONGEST_ANNOUNCEMENT)} là ${number(over)}. Đồng chí bớt đi rồi gửi lại giúp tôi.`,
        id,
      );
    }
    const markdown = typedMarkdown(typed);
    const findings = checkSecrecy(markdown);
    if (findings.length > 0) return stop(message, markdown, findings, id);
    return keep(message, markdown, id);
  }

  async function keep(message: Incoming, markdown: string, id: string | undefined): Promise<Outgoing[]> {
    const before = id === undefined ? undefined : await draftOf(message, id);
    if (id !== undefined && !before) return say(GONE);
    if (before) {
      await store.change(db, before.id, ['draft'], { markdown });
      await dialogs.close(message);
      return next(message, { ...before, markdown });
    }
    const author = await roles.actor(message);
    const account = { channel: message.channel, userId: message.userId };
    const draft = await store.add(db, { author, account, markdown });
    await dialogs.close(message);
    return next(message, draft);
  }

  async function stop(
    message: Incoming,
    markdown: string,
    findings: readonly Finding[],
    id: string | undefined,
  ): Promise<Outgoing[]> {
    for (const [key, { until }] of stopped) if (until <= now()) stopped.delete(key);
    stopped.set(keyOf(message), { markdown, id, until: now() + STOPPED_FOR_MS });
    await dialogs.open(message, CONTENT, id === undefined ? {} : { id });
    return say(
      `**Tôi dừng thông báo này lại**, vì có chỗ không nên gửi qua ứng dụng nhắn tin:\n\n${findingLines(findings)}\n\nTôi không lưu nội dung này. Đồng chí gõ lại nội dung đã bỏ những chỗ trên; hoặc nếu tôi nhầm thì nhờ đồng chí khác đọc và quyết định.`,
      [
        { id: REWRITE, label: 'Viết lại' },
        { id: ASK_SECOND, label: 'Nhờ đồng chí khác xem' },
        { id: choiceId(REWRITE, 'x'), label: 'Hủy' },
      ],
    );
  }

  /** The author wants a second officer to read what was stopped; only now it is kept. */
  async function askSecond(message: Incoming): Promise<Outgoing[]> {
    const held = stopped.get(keyOf(message));
    stopped.delete(keyOf(message));
    if (!held || held.until <= now()) return ask(message, FORGOTTEN);
    return keep(message, held.markdown, held.id);
  }

  async function rewrite(message: Incoming, [leave]: string[]): Promise<Outgoing[]> {
    const held = stopped.get(keyOf(message));
    stopped.delete(keyOf(message));
    if (leave === 'x') {
      await dialogs.close(message);
      return say('Đã bỏ, tôi không lưu gì. Đồng chí soạn lại bằng lệnh /thongbao.');
    }
    return ask(message, 'Đồng chí gõ lại nội dung thông báo.', held?.id);
  }

  async function receive(message: Incoming): Promise<Outgoing[] | undefined> {
    const state = (await dialogs.state(message, CONTENT)) as { id?: string } | undefined;
    const command = /^\/thongbao(?=\s|$)\s*/i;
    if (!message.file || (!state && !command.test(message.text))) return undefined;
    if ((message.file.size ?? 0) > LARGEST_ANNOUNCED_FILE) return say(TOO_LARGE);
    const kind = message.kind === 'photo' ? 'photo' : 'document';
    const name = safeFileName(message.file.name, kind);
    const typed = clean((message.styled ?? message.text).replace(command, '')).trim();
    if (typed.length > LONGEST_ANNOUNCEMENT) return take(message, typed, state?.id);
    const markdown = typedMarkdown(typed);
    const findings = checkSecrecy(`${name.replace(/[._-]+/g, ' ')}\n${markdown}`);
    if (findings.length > 0) return say(stoppedFile(findings));
    const file: AnnouncementFile = {
      kind,
      name,
      telegramId: message.file.id,
      token: newFileToken(),
      size: message.file.size ?? 0,
      isPublic: false,
    };
    const before = state?.id === undefined ? undefined : await draftOf(message, state.id);
    let id = before?.id;
    if (before) await store.change(db, before.id, ['draft'], { file, ...(markdown === '' ? {} : { markdown }) });
    else {
      const author = await roles.actor(message);
      const account = { channel: message.channel, userId: message.userId };
      ({ id } = await store.add(db, { author, account, markdown, file }));
    }
    await dialogs.close(message);
    return say(
      `Tôi đã nhận ${kind === 'photo' ? 'ảnh' : `tệp **${escapeMarkdown(name)}**`}. Chỉ gửi kèm được tài liệu công khai: không có độ mật, không có hồ sơ hay thông tin riêng của đảng viên. Đồng chí xác nhận giúp tôi:`,
      [
        { id: choiceId(PUBLIC, id ?? '', 'y'), label: 'Tài liệu này được phép phổ biến công khai' },
        { id: choiceId(PUBLIC, id ?? '', 'n'), label: 'Không gửi kèm' },
      ],
    );
  }

  async function statePublic(message: Incoming, [id = '', answer]: string[]): Promise<Outgoing[] | undefined> {
    const draft = await draftOf(message, id);
    const { file } = draft ?? {};
    if (!draft || !file) return undefined;
    if (answer !== 'y') {
      await store.change(db, id, ['draft'], { file: undefined });
      if (draft.markdown === '') return ask(message, 'Đã bỏ tệp. Đồng chí gõ nội dung thông báo.', id);
      return next(message, { ...draft, file: undefined });
    }
    if (!file.isPublic) {
      const outcome = await fetchFile(message, file);
      if (typeof outcome === 'string') return say(outcome);
      await store.change(db, id, ['draft'], { file: outcome });
      draft.file = outcome;
    }
    if (draft.markdown === '') return ask(message, 'Đồng chí gõ nội dung đi kèm.', id);
    return next(message, draft);
  }

  async function fetchFile(message: Incoming, file: AnnouncementFile): Promise<AnnouncementFile | string> {
    try {
      const about = { ...message, file: { id: file.telegramId, size: file.size } };
      const bytes = await deps.download(about, LARGEST_ANNOUNCED_FILE);
      if (bytes.length > LARGEST_ANNOUNCED_FILE) return TOO_LARGE;
      await files.keep(file.token, bytes);
      return { ...file, size: bytes.length, isPublic: true };
    } catch (error) {
      if (error instanceof DeliveryError) return NOT_FETCHED;
      throw error;
    }
  }

  return {
    ask,
    take,
    receive,
    choices: {
      [ASK_SECOND]: askSecond,
      [REWRITE]: rewrite,
      [PUBLIC]: statePublic,
    },
    dialogs: {
      [CONTENT]: (message, state) => take(message, message.styled ?? message.text, (state as { id?: string }).id),
    },
  };
}

function stoppedFile(findings: readonly Finding[]): string {
  return `**Tôi không nhận tệp này**, vì tên tệp hoặc lời đi kèm có chỗ không nên gửi qua ứng dụng nhắn tin:\n\n${findingLines(findings)}\n\nTôi không lưu gì. Đồng chí gõ nội dung thông báo, hoặc gửi tệp khác.`;
}

const EMPTY = 'Đồng chí gõ nội dung thông báo bằng chữ giúp tôi. (Gõ /huy để thôi.)';
const GONE = 'Bản soạn này không còn nữa. Đồng chí soạn lại bằng lệnh /thongbao.';
const FORGOTTEN = 'Tôi không lưu nội dung đã dừng nên không còn giữ nữa. Đồng chí gõ lại nội dung giúp tôi.';
const TOO_LARGE =
  'Tệp lớn hơn 20 MB nên tôi không nhận được. Đồng chí gửi tệp nhỏ hơn, hoặc gửi đường dẫn tới tài liệu.';
const NOT_FETCHED = 'Tôi chưa tải được tệp này từ Telegram. Đồng chí bấm lại sau ít phút, hoặc gửi lại tệp.';
