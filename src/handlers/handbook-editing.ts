import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { answerMarkdown } from '../handbook/answer.ts';
import type { Approvals } from '../handbook/approvals.ts';
import { keyOf, type Entry } from '../handbook/entry.ts';
import type { Field } from '../handbook/load.ts';
import type { PeopleStore } from '../people/people-store.ts';
import { isAtTop } from '../people/reach.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { QueueStore } from '../questions/queue-store.ts';
import type { Search } from '../search/search.ts';
import { choiceId, paragraphs, PRIVATE_MATTER, say, type Feature } from './feature.ts';
import { approveChoice, standingWords } from './handbook-approval.ts';
import { createHandbookDrafting, DRAFT_DIALOG, HANDBOOK, type HandbookDraftingDeps } from './handbook-editing-draft.ts';
import { createHandbookFiles, IMPORT_DIALOG } from './handbook-editing-files.ts';
import { createHandbookHistory, WITHDRAW_DIALOG } from './handbook-editing-history.ts';
import { createHandbookProposals } from './handbook-editing-proposals.ts';

const PAGE = 8;
/** How many entries a search offers. */
const FOUND = 5;
/** The longest answer that becomes the short one of a new entry. */
const SHORT = 280;

export interface HandbookEditingDeps extends Omit<
  HandbookDraftingDeps,
  'mayEdit' | 'onProposed' | 'onProposalUsed' | 'describe' | 'afterSaving'
> {
  search: Pick<Search<Entry>, 'ask'>;
  approvals: Approvals;
  people: Pick<PeopleStore, 'byId' | 'preferredAccount'>;
  roles: Pick<RolesStore, 'actor' | 'reach'>;
  queue: Pick<QueueStore, 'group'>;
  tellOfficers: (markdown: string) => Promise<unknown>;
  /** What somebody sent; rejects with a `DeliveryError`. */
  download: (message: Incoming) => Promise<Uint8Array>;
  notify: (account: { channel: 'telegram' | 'zalo' | 'web'; userId: string }, markdown: string) => Promise<boolean>;
}

/** `/sotay`: officers look at the handbook's entries, change, add and withdraw them. */
export function createHandbookEditingFeature(deps: HandbookEditingDeps): Feature {
  const { handbook, editing, approvals, roles } = deps;
  const mayEdit = async (message: Incoming): Promise<boolean> => isAtTop(await roles.reach(message));
  const history = createHandbookHistory({ ...deps, afterSaving });
  const drafting = createHandbookDrafting({
    ...deps,
    mayEdit,
    onProposalUsed: (id) => proposals.used(id),
    onProposed: () => deps.tellOfficers('Có đề xuất sửa sổ tay. Đồng chí gõ /sotay để xem.'),
    describe: history.describe,
    afterSaving,
  });
  const files = createHandbookFiles(deps);
  const proposals = createHandbookProposals({ ...deps, drafting, nameOf: history.nameOf });

  function afterSaving(entry: Entry): Choice[] {
    return [
      { id: choiceId(HANDBOOK, 'e', entry.key), label: 'Xem mục này' },
      approveChoice(entry, approvals),
      { id: choiceId(HANDBOOK), label: 'Các lĩnh vực' },
    ];
  }

  async function home(message: Incoming): Promise<Outgoing[]> {
    const choices: Choice[] = handbook.fields.map(({ key, title, entries }) => ({
      id: choiceId(HANDBOOK, 'f', key),
      label: `${title} (${entries.length})`,
    }));
    const may = await mayEdit(message);
    choices.push({ id: choiceId(HANDBOOK, 'new'), label: may ? 'Thêm mục mới' : 'Đề xuất mục mới' });
    const notices: string[] = [];
    if (may) {
      const waiting = (await editing.proposals()).length;
      if (waiting > 0) choices.push({ id: choiceId(HANDBOOK, 'ps'), label: `Đề xuất đang chờ (${waiting})` });
      const review = (await editing.toReview()).length;
      if (review > 0) {
        choices.push({ id: choiceId(HANDBOOK, 'review'), label: `Cần xem lại (${review})` });
        notices.push(`⚠️ Có ${review} mục mà bản phát hành mới cũng đã sửa: đồng chí chọn "Cần xem lại".`);
      }
      choices.push({ id: choiceId(HANDBOOK, 'gone'), label: 'Các mục đã rút' });
      choices.push({ id: choiceId(HANDBOOK, 'xlsx'), label: 'Xuất, nhập bằng Excel' });
    }
    return say([may ? HOME : HOME_PROPOSING, ...notices].join('\n\n'), choices);
  }

  function list(field: Field, page: number): Outgoing[] {
    const shown = field.entries.slice(page * PAGE, (page + 1) * PAGE);
    const pages = Math.ceil(field.entries.length / PAGE);
    const choices = shown.map((entry) => entryChoice(entry));
    if (page + 1 < pages) choices.push({ id: choiceId(HANDBOOK, 'f', field.key, String(page + 1)), label: 'Xem tiếp' });
    choices.push({ id: choiceId(HANDBOOK), label: 'Các lĩnh vực' });
    return say(`**${escapeMarkdown(field.title)}** (trang ${page + 1}/${Math.max(pages, 1)}; ✓ là đã duyệt)`, choices);
  }

  function entryChoice(entry: Entry): Choice {
    const approved = approvals.standing(entry).state === 'approved';
    return { id: choiceId(HANDBOOK, 'e', entry.key), label: `${approved ? '✓ ' : ''}${entry.question}` };
  }

  async function show(message: Incoming, entry: Entry): Promise<Outgoing[]> {
    const standing = approvals.standing(entry);
    const may = await mayEdit(message);
    const number = await editing.numberOf(entry.id);
    const about = [
      `**${standingWords(standing)}**`,
      // Officers of lower units know the office, not who it is.
      may && standing.state === 'approved' ? `Người duyệt: ${escapeMarkdown(await history.nameOf(standing.by))}.` : '',
      number === 0 ? 'Chưa ai sửa mục này từ bản phát hành.' : `Đã sửa ${number} lần.`,
      `Máy tìm biết ${entry.phrasings.length} cách hỏi khác, ${entry.keywords.length} từ khóa.`,
    ];
    const choices: Choice[] = [{ id: choiceId(HANDBOOK, 'edit', entry.key), label: may ? 'Sửa' : 'Đề xuất sửa' }];
    if (may && standing.state === 'draft') choices.push(approveChoice(entry, approvals));
    if (may) choices.push({ id: choiceId(HANDBOOK, 'wd', entry.key), label: 'Rút khỏi sổ tay' });
    if (may && number > 0) choices.push({ id: choiceId(HANDBOOK, 'h', entry.key), label: 'Các bản trước' });
    choices.push({ id: choiceId(HANDBOOK, 'f', keyOf(entry.field)), label: 'Về lĩnh vực' });
    return [...say(answerMarkdown(entry, handbook.documents, standing)), ...say(paragraphs(...about), choices)];
  }

  function searchFor(text: string): Outgoing[] {
    const found = deps.search.ask(text).found.slice(0, FOUND);
    if (found.length === 0) return say(NOT_FOUND, [{ id: choiceId(HANDBOOK), label: 'Các lĩnh vực' }]);
    return say(
      'Các mục gần nhất với lời đồng chí gõ:',
      found.map(({ entry }) => entryChoice(entry)),
    );
  }

  /** A new entry from what people asked and an officer answered. */
  async function fromQueue(message: Incoming, groupId: string): Promise<Outgoing[] | undefined> {
    const group = await deps.queue.group(groupId, await roles.reach(message));
    const [first, ...others] = group?.questions ?? [];
    if (!group || !first) return undefined;
    const answer = group.answer?.trim() ?? '';
    const isShort = answer.length <= SHORT && !answer.includes('\n');
    const phrasings = [...new Set(others.map(({ text }) => text))].filter((text) => text !== first.text);
    const question = first.text.replace(/[\s.?!]*$/, '?');
    const changes = {
      question,
      phrasings,
      ...(answer !== '' && (isShort ? { short: answer, body: '' } : { body: answer })),
    };
    // The group's field is only that of the entry that came nearest: the officer says which it is.
    return drafting.add(message, '', { changes, reason: 'Từ câu hỏi gửi cán bộ' });
  }

  async function choose(message: Incoming, rest: string[]): Promise<Outgoing[] | undefined> {
    if (message.group) return say(PRIVATE_MATTER);
    const inDraft = await drafting.choose(message, rest);
    if (inDraft) return inDraft;
    const [action, first = '', second = '0'] = rest;
    const entry = handbook.entry(first);
    switch (action) {
      case undefined:
        return home(message);
      case 'f': {
        const field = handbook.field(first);
        return field && /^\d{1,4}$/.test(second) ? list(field, Number(second)) : undefined;
      }
      case 'e':
        return entry ? show(message, entry) : say(GONE);
      case 'edit':
        return entry ? drafting.edit(message, entry.id) : say(GONE);
      case 'new':
        return drafting.add(message, '', { reason: 'Thêm mục mới' });
    }
    if (!(await mayEdit(message))) return undefined;
    if (action === 'xlsx') return files.export(message);
    if (action === 'import') return files.import(message);
    return (await history.choose(message, rest)) ?? proposals.choose(message, rest);
  }

  return {
    commands: [
      {
        name: 'sotay',
        description: 'Xem, sửa, thêm, rút các mục của sổ tay',
        audience: 'officer',
        words: ['so tay', 'sua so tay'],
        async run(message, argument) {
          if (message.group) return say(PRIVATE_MATTER);
          if (argument === '') return home(message);
          if (/^m[oơớ]i$/i.test(argument)) return drafting.add(message, '', { reason: 'Thêm mục mới' });
          if (/^(?:xu[aấ]t|excel)$/i.test(argument) && (await mayEdit(message))) return files.export(message);
          return searchFor(argument);
        },
      },
    ],
    choices: {
      [HANDBOOK]: choose,
      'st-moi': (message, [groupId = '']) => (message.group ? say(PRIVATE_MATTER) : fromQueue(message, groupId)),
    },
    receive: async (message) => ((await mayEdit(message)) ? files.receive(message) : undefined),
    dialogs: {
      [DRAFT_DIALOG]: drafting.typed,
      // Nothing is asked for in words: the file was shown, with its buttons.
      [IMPORT_DIALOG]: () => Promise.resolve(undefined),
      [WITHDRAW_DIALOG]: async (message, state) =>
        (await mayEdit(message)) ? history.typed(message, state) : undefined,
    },
  };
}

const HOME =
  'Sổ tay có các lĩnh vực sau. Đồng chí chọn lĩnh vực rồi chọn mục để xem, sửa hoặc rút. Tìm nhanh: /sotay rồi gõ vài chữ của câu hỏi.';
const HOME_PROPOSING =
  'Đồng chí chọn lĩnh vực rồi chọn mục để xem và đề xuất sửa; cán bộ phụ trách sổ tay xem rồi mới đưa vào. Tìm nhanh: /sotay rồi gõ vài chữ của câu hỏi.';
const NOT_FOUND = 'Tôi không thấy mục nào gần với lời đồng chí gõ. Đồng chí thử chữ khác, hoặc chọn theo lĩnh vực:';
const GONE = 'Mục này không còn trong sổ tay. Đồng chí gõ /sotay để xem các mục đang dùng.';
