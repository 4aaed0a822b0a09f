import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { clockWords } from '../classes/session-words.ts';
import { answerMarkdown } from '../handbook/answer.ts';
import type { HandbookEditing, Saved } from '../handbook/editing.ts';
import { entryOf, keyOf, type Entry, type EntryContent } from '../handbook/entry.ts';
import { vietnameseDate } from '../handbook/iso-date.ts';
import type { LiveHandbook } from '../handbook/live.ts';
import type { Version } from '../handbook/versions-store.ts';
import { ERASED, OPERATOR } from '../people/audit-store.ts';
import type { PeopleStore } from '../people/people-store.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say } from './feature.ts';
import { HANDBOOK } from './handbook-editing-draft.ts';
import { mistakeLines } from './handbook-editing-findings.ts';

export const WITHDRAW_DIALOG = 'handbook-withdraw';
const PAGE = 8;
const REASONS = ['Nội dung không còn đúng', 'Trùng với mục khác'];

export interface HandbookHistoryDeps {
  handbook: LiveHandbook;
  editing: HandbookEditing;
  people: Pick<PeopleStore, 'byId'>;
  roles: Pick<RolesStore, 'actor'>;
  dialogs: Dialogs;
  timeZone: string;
  afterSaving: (entry: Entry) => Choice[];
}

export interface HandbookHistory {
  nameOf: (actor: string) => Promise<string>;
  /** "09:05 22/11/2026, Nguyễn Văn A: sửa lỗi chữ" */
  describe: (version: Version) => Promise<string>;
  /** Buttons, for who may edit; undefined: not one of these. */
  choose(message: Incoming, rest: string[]): Promise<Outgoing[] | undefined>;
  /** The reason of a withdrawal. */
  typed(message: Incoming, state: unknown): Promise<Outgoing[] | undefined>;
}

interface Withdrawal {
  entryId: string;
  from: number;
}

/** Earlier versions of an entry, going back to one, withdrawing, and edits that a release has overtaken. */
export function createHandbookHistory(deps: HandbookHistoryDeps): HandbookHistory {
  const { handbook, editing, people, roles, dialogs, timeZone } = deps;

  async function nameOf(actor: string): Promise<string> {
    if (actor === OPERATOR) return 'người vận hành máy';
    if (actor === ERASED) return 'người đã xóa dữ liệu';
    if (actor.includes(':')) return 'quản trị viên';
    return (await people.byId(actor))?.name ?? 'người không còn tên';
  }

  async function describe({ at, author, reason, content }: Version): Promise<string> {
    const when = at.toZonedDateTimeISO(timeZone);
    const what = content ? reason : `rút khỏi sổ tay (${reason})`;
    const day = vietnameseDate(when.toPlainDate().toString());
    return `${clockWords(when)} ${day}, ${escapeMarkdown(await nameOf(author))}: ${escapeMarkdown(what)}`;
  }

  /** The id of an entry that is, or was, in the handbook. */
  async function idOf(key: string): Promise<string | undefined> {
    const known = handbook.entry(key) ?? handbook.base.entry(key);
    return known?.id ?? (await editing.gone()).find((version) => keyOf(version.entryId) === key)?.entryId;
  }

  function fileOf(entryId: string): EntryContent | undefined {
    const entry = handbook.base.entry(entryId);
    return entry?.id === entryId ? entry : undefined;
  }

  async function versions(entryId: string): Promise<Outgoing[]> {
    const all = await editing.history(entryId);
    const lines = await Promise.all(all.map(async (one) => `- Bản ${one.number}: ${await describe(one)}`));
    if (fileOf(entryId)) lines.push('- Bản gốc: theo bản phát hành.');
    const key = keyOf(entryId);
    const earlier = all.slice(1).filter(({ content }) => content);
    const numbers = [...earlier.map(({ number }) => number), ...(fileOf(entryId) ? [0] : [])];
    return say(`**Các bản của mục**, mới nhất ở trên\n\n${lines.join('\n')}`, [
      ...numbers.slice(0, PAGE).map((number) => ({
        id: choiceId(HANDBOOK, 'b', key, String(number)),
        label: number === 0 ? 'Xem bản gốc' : `Xem bản ${number}`,
      })),
      ...(handbook.entry(entryId) ? [{ id: choiceId(HANDBOOK, 'e', key), label: 'Về mục' }] : []),
    ]);
  }

  async function showVersion(entryId: string, number: number): Promise<Outgoing[] | undefined> {
    const all = await editing.history(entryId);
    const content = number === 0 ? fileOf(entryId) : all.find((one) => one.number === number)?.content;
    if (!content) return undefined;
    const key = keyOf(entryId);
    return say(answerMarkdown(entryOf(entryId, content), handbook.documents), [
      {
        id: choiceId(HANDBOOK, 'back', key, String(number), String(all[0]?.number ?? 0)),
        label: number === 0 ? 'Trở lại bản gốc' : `Trở lại bản ${number}`,
      },
      { id: choiceId(HANDBOOK, 'h', key), label: 'Các bản khác' },
    ]);
  }

  async function outcome(entryId: string, saved: Saved): Promise<Outgoing[]> {
    const key = keyOf(entryId);
    if ('overtaken' in saved) {
      return say(`${OVERTAKEN}\n\n- ${await describe(saved.overtaken)}`, [
        { id: choiceId(HANDBOOK, 'h', key), label: 'Các bản của mục' },
      ]);
    }
    if ('refused' in saved) return say(mistakeLines(saved.refused).join('\n\n'));
    const entry = handbook.entry(entryId);
    return entry?.id === entryId
      ? say('Đã trở lại bản đồng chí chọn, có hiệu lực ngay.', deps.afterSaving(entry))
      : say(WITHDRAWN, [{ id: choiceId(HANDBOOK, 'h', key), label: 'Các bản của mục' }]);
  }

  async function back(message: Incoming, entryId: string, to: number, from: number): Promise<Outgoing[] | undefined> {
    const reason = to === 0 ? 'Trở lại bản gốc' : `Trở lại bản ${to}`;
    const saved = await editing.rollBack({ entryId, to, from, by: await roles.actor(message), reason });
    return saved && outcome(entryId, saved);
  }

  async function withdraw(message: Incoming, { entryId, from }: Withdrawal, reason: string): Promise<Outgoing[]> {
    const by = await roles.actor(message);
    const saved = await editing.save({ entryId, from, content: undefined, by, reason });
    await dialogs.close(message);
    return outcome(entryId, saved);
  }

  async function askWhyWithdraw(message: Incoming, entry: Entry): Promise<Outgoing[]> {
    await dialogs.open(message, WITHDRAW_DIALOG, { entryId: entry.id, from: await editing.numberOf(entry.id) });
    return say(
      `Rút mục **${escapeMarkdown(entry.question)}**: tôi sẽ không trả lời bằng mục này nữa; sau này vẫn lấy lại được. Vì sao rút? Đồng chí gõ một câu, hoặc chọn. (Gõ /huy để thôi.)`,
      REASONS.map((label, i) => ({ id: choiceId(HANDBOOK, 'wdy', String(i)), label })),
    );
  }

  async function review(): Promise<Outgoing[]> {
    const all = await editing.toReview();
    if (all.length === 0) return say('Không có mục nào cần xem lại.', [HOME]);
    const choices = all.slice(0, PAGE).map(({ version: { entryId, content } }) => ({
      id: choiceId(HANDBOOK, 'r', keyOf(entryId)),
      label: content?.question ?? fileOf(entryId)?.question ?? entryId,
    }));
    return say(REVIEW, [...choices, HOME]);
  }

  async function reviewOne(entryId: string): Promise<Outgoing[]> {
    const found = (await editing.toReview()).find(({ version }) => version.entryId === entryId);
    if (!found) return review();
    const key = keyOf(entryId);
    const { version, file } = found;
    const shown = file
      ? `**Bản phát hành mới:**\n\n${answerMarkdown(entryOf(entryId, file), handbook.documents)}`
      : 'Bản phát hành mới **không còn** mục này.';
    const ours = version.content
      ? `**Bản đang dùng:**\n\n${answerMarkdown(entryOf(entryId, version.content), handbook.documents)}`
      : '**Mục đang được rút** khỏi sổ tay.';
    return [
      ...say(ours),
      ...say(shown, [
        { id: choiceId(HANDBOOK, 'keep', key), label: 'Giữ bản đang dùng' },
        { id: choiceId(HANDBOOK, 'back', key, '0', String(version.number)), label: 'Dùng bản phát hành mới' },
        ...(version.content ? [{ id: choiceId(HANDBOOK, 'edit', key), label: 'Sửa bản đang dùng' }] : []),
      ]),
    ];
  }

  return {
    nameOf,
    describe,
    async choose(message, [action = '', first = '', second = '', third = '']) {
      switch (action) {
        case 'gone': {
          const gone = (await editing.gone()).slice(0, PAGE * 2);
          if (gone.length === 0) return say('Chưa có mục nào bị rút.', [HOME]);
          const choices = await Promise.all(
            gone.map(async ({ entryId }) => {
              const last = (await editing.history(entryId)).find(({ content }) => content)?.content;
              const label = (last ?? fileOf(entryId))?.question ?? entryId;
              return { id: choiceId(HANDBOOK, 'h', keyOf(entryId)), label };
            }),
          );
          return say('Các mục đã rút. Đồng chí chọn một mục để xem và lấy lại:', [...choices, HOME]);
        }
        case 'review':
          return review();
        case 'wdy': {
          const state = (await dialogs.state(message, WITHDRAW_DIALOG)) as Withdrawal | undefined;
          return state && REASONS[Number(first)] ? withdraw(message, state, REASONS[Number(first)] ?? '') : undefined;
        }
      }
      const entryId = await idOf(first);
      if (entryId === undefined) return undefined;
      switch (action) {
        case 'h':
          return versions(entryId);
        case 'b':
          return /^\d{1,6}$/.test(second) ? showVersion(entryId, Number(second)) : undefined;
        case 'back':
          return /^\d{1,6}$/.test(second) && /^\d{1,6}$/.test(third)
            ? back(message, entryId, Number(second), Number(third))
            : undefined;
        case 'wd': {
          const entry = handbook.entry(entryId);
          return entry && askWhyWithdraw(message, entry);
        }
        case 'r':
          return reviewOne(entryId);
        case 'keep':
          await editing.keep(entryId);
          return say('Tôi giữ bản đang dùng, và không nhắc nữa cho đến khi bản phát hành lại sửa mục này.', [HOME]);
        default:
          return undefined;
      }
    },
    typed: (message, state) =>
      withdraw(message, state as Withdrawal, message.text.replace(/\s+/g, ' ').trim().slice(0, 300)),
  };
}

const HOME: Choice = { id: choiceId(HANDBOOK), label: 'Các lĩnh vực' };
const OVERTAKEN = 'Đồng chí khác vừa sửa mục này, nên tôi chưa làm gì. Đồng chí xem lại rồi làm tiếp. Bản vừa sửa:';
const WITHDRAWN = 'Mục đã được rút khỏi sổ tay, có hiệu lực ngay. Lấy lại: /sotay, rồi "Các mục đã rút".';
const REVIEW =
  'Các mục sau đã được sửa ở đây, nhưng bản phát hành mới của sổ tay cũng sửa. Tôi vẫn dùng bản sửa ở đây cho đến khi đồng chí xem lại:';
