import type { Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { checkSecrecy } from '../announcements/secrecy.ts';
import type { Entry } from '../handbook/entry.ts';
import type { Handbook } from '../handbook/load.ts';
import type { Nearest } from '../questions/nearest.ts';
import type { QueueGroup } from '../questions/queue-groups.ts';
import type { QueueStore } from '../questions/queue-store.ts';
import { QUEUE, quoted } from '../questions/queue-texts.ts';
import { fold, words } from '../search/fold.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, paragraphs, say, type Feature } from './feature.ts';
import type { QueueActing } from './queue-acting.ts';
import { groupChoice } from './queue-view.ts';

const TEXT_DIALOG = 'queue-text';
const SEND_DIALOG = 'queue-send';
const PICK_DIALOG = 'queue-pick';
/** UTF-16 units: with the question it stays one message on Zalo, which takes 2,000. */
const LONGEST = 1500;

/** A text for those who asked: an answer, or why the question is closed. */
type Kind = 'answer' | 'shut';

interface Draft {
  id: string;
  version: number;
  kind: Kind;
}

export interface QueueAnsweringDeps {
  queue: Pick<QueueStore, 'answer' | 'close'>;
  handbook: Pick<Handbook, 'entry'>;
  /** An entry as a person reads it. */
  entryMarkdown: (entry: Entry) => string;
  nearest: (text: string) => Nearest;
  /**
   * Told when an officer answered a question with an entry, once for each who asked.
   *
   * @param who as in an audit entry
   */
  onEntryGiven: (entry: Entry, text: string, who: string) => Promise<void>;
  dialogs: Dialogs;
  acting: QueueActing;
}

/** Answering: in one's own words, by an entry of the handbook, or by closing with a reason; nothing goes without a preview. */
export interface QueueAnswering {
  choose(message: Incoming, action: string, group: QueueGroup, rest: string): Promise<Outgoing[] | undefined>;
  /** "Gửi" and "Sửa" under the preview of a text. */
  preview(message: Incoming, action: 'send' | 'edit'): Promise<Outgoing[] | undefined>;
  dialogs: NonNullable<Feature['dialogs']>;
}

export function createQueueAnswering(deps: QueueAnsweringDeps): QueueAnswering {
  const { queue, handbook, dialogs, acting } = deps;

  async function askForText(message: Incoming, { id, version, kind }: Draft): Promise<Outgoing[]> {
    await dialogs.open(message, TEXT_DIALOG, { id, version, kind } satisfies Draft);
    return say(kind === 'answer' ? ASK_ANSWER : ASK_REASON);
  }

  async function typed(message: Incoming, draft: Draft): Promise<Outgoing[]> {
    const text = message.text.normalize('NFC').trim().toWellFormed();
    const group = await acting.own(message, draft.id, draft.version, text);
    if (Array.isArray(group)) {
      await dialogs.close(message);
      return group;
    }
    if (text.length > LONGEST) {
      return say(
        `Tin dài ${text.length} ký tự, nhiều nhất là ${LONGEST.toLocaleString('vi')}. Đồng chí viết gọn lại giúp.`,
      );
    }
    await dialogs.open(message, SEND_DIALOG, { ...draft, text }, 'câu trả lời đang soạn');
    const people = group.questions.length;
    const to = people > 1 ? `**${people} người** đã hỏi sẽ nhận` : 'Người hỏi sẽ nhận';
    const what = draft.kind === 'answer' ? 'câu trả lời này' : 'lời này, và câu hỏi được đóng';
    return say(`${to} ${what}:\n\n${quoted(text)}${warning(text)}`, PREVIEW);
  }

  async function send(message: Incoming): Promise<Outgoing[] | undefined> {
    const draft = (await dialogs.state(message, SEND_DIALOG)) as (Draft & { text: string }) | undefined;
    if (!draft) return undefined;
    await dialogs.close(message);
    const { id, version, kind, text } = draft;
    const by = await acting.officer(message);
    const changed =
      kind === 'answer' ? await queue.answer(id, version, by, { text }) : await queue.close(id, version, by, text);
    const done = kind === 'answer' ? 'Đã gửi câu trả lời.' : 'Đã đóng câu hỏi và báo cho người hỏi.';
    return acting.result(message, changed, done, text);
  }

  async function preview(message: Incoming, action: 'send' | 'edit'): Promise<Outgoing[] | undefined> {
    if (action === 'send') return send(message);
    const draft = (await dialogs.state(message, SEND_DIALOG)) as Draft | undefined;
    return draft && askForText(message, draft);
  }

  function candidates(group: QueueGroup, text: string): Outgoing[] {
    const { entries } = deps.nearest(text);
    if (entries.length === 0) return say(NO_ENTRY);
    return say(
      'Đồng chí chọn mục để trả lời, hoặc gõ vài từ để tìm mục khác (gõ /huy để thôi):',
      entries.map(({ key, question }) => groupChoice('entry', group, question, key)),
    );
  }

  async function give(message: Incoming, group: QueueGroup, entry: Entry): Promise<Outgoing[]> {
    await dialogs.close(message);
    const by = await acting.officer(message);
    const markdown = deps.entryMarkdown(entry);
    const changed = await queue.answer(group.id, group.version, by, { entryId: entry.id, markdown });
    if (changed.outcome === 'done') {
      for (const { text, askedBy } of changed.group.questions) {
        if (askedBy !== undefined) await deps.onEntryGiven(entry, text, askedBy);
      }
    }
    return acting.result(message, changed, 'Đã gửi mục này cho người hỏi.');
  }

  return {
    preview,
    async choose(message, action, group, rest) {
      const { id, version } = group;
      switch (action) {
        case 'answer':
          return askForText(message, { id, version, kind: 'answer' });
        case 'shut':
          return askForText(message, { id, version, kind: 'shut' });
        case 'pick':
          await dialogs.open(message, PICK_DIALOG, { id, version });
          return candidates(group, group.questions[0]?.text ?? '');
      }
      const entry = handbook.entry(rest);
      if (!entry) return undefined;
      if (action === 'give') return give(message, group, entry);
      if (action !== 'entry') return undefined;
      const head = `Gửi mục **${escapeMarkdown(entry.question)}** cho người hỏi?`;
      return say(paragraphs(head, entry.short ?? ''), [
        groupChoice('give', group, 'Gửi mục này', entry.key),
        groupChoice('pick', group, 'Chọn mục khác'),
      ]);
    },
    dialogs: {
      [TEXT_DIALOG]: (message, state) => typed(message, state as Draft),
      async [SEND_DIALOG](message, state) {
        const spoken = words(fold(message.text)).join(' ');
        if (spoken === 'gui') return preview(message, 'send');
        if (spoken === 'sua') return preview(message, 'edit');
        // Whatever else is typed is the better text.
        return typed(message, state as Draft);
      },
      async [PICK_DIALOG](message, state) {
        const { id, version } = state as Omit<Draft, 'kind'>;
        const group = await acting.own(message, id, version);
        if (!Array.isArray(group)) return candidates(group, message.text);
        await dialogs.close(message);
        return group;
      },
    },
  };
}

/** An answer to one person may hold what an announcement may not; the officer decides. */
function warning(text: string): string {
  const [finding] = checkSecrecy(text);
  return finding ? `\n\n⚠️ ${finding.reason} Đồng chí xem lại trước khi gửi.` : '';
}

const PREVIEW = [
  { id: choiceId(QUEUE, 'send'), label: 'Gửi' },
  { id: choiceId(QUEUE, 'edit'), label: 'Sửa' },
  { id: choiceId(QUEUE, 'leave'), label: 'Hủy' },
];
const ASK_ANSWER =
  'Đồng chí gõ **câu trả lời** vào một tin, nhiều nhất 1.500 ký tự; nên ghi căn cứ. Tôi cho xem lại trước khi gửi. (Gõ /huy để thôi.)';
const ASK_REASON =
  'Đồng chí gõ **lý do** đóng câu hỏi, người hỏi sẽ đọc; ví dụ: việc này thuộc Ủy ban nhân dân xã, đồng chí hỏi bộ phận một cửa. (Gõ /huy để thôi.)';
const NO_ENTRY = 'Tôi không tìm thấy mục nào gần với các từ này. Đồng chí gõ từ khác, hoặc gõ /huy để thôi.';
