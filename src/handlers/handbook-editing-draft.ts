import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { answerMarkdown } from '../handbook/answer.ts';
import type { HandbookEditing, Saved } from '../handbook/editing.ts';
import { shortNumber } from '../handbook/documents.ts';
import { entryOf, keyOf, type Entry } from '../handbook/entry.ts';
import type { Version } from '../handbook/versions-store.ts';
import type { RolesStore } from '../people/roles-store.ts';
import { createDocumentFinder } from '../search/document-number.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, paragraphs, say } from './feature.ts';
import { createDraftContent, type Draft, type DraftContentDeps } from './handbook-editing-content.ts';
import { adviceLines, mistakeLines, secrecyLines } from './handbook-editing-findings.ts';
import {
  EDITABLE,
  EVIDENCE_NAMES,
  HOW_TO,
  OPTIONAL,
  PART_NAMES,
  partText,
  readPart,
  withoutPart,
  type EditablePart,
} from './handbook-editing-parts.ts';

/** The first part of the ids of all buttons of `/sotay`. */
export const HANDBOOK = 'st';
export const DRAFT_DIALOG = 'handbook-draft';
/** Longest text that is read for a part, UTF-16 units. */
const LONGEST = 4000;
/** Of one officer that wait: those above look at each. */
const MOST_PROPOSALS = 20;
/** Why an entry is changed, on buttons. */
const REASONS = ['Sửa cho rõ hơn', 'Theo văn bản mới', 'Sửa lỗi chữ'];
export interface HandbookDraftingDeps extends DraftContentDeps {
  editing: HandbookEditing;
  roles: Pick<RolesStore, 'actor'>;
  dialogs: Dialogs;
  /** Whether they may change the handbook themselves; others propose. */
  mayEdit: (message: Incoming) => Promise<boolean>;
  /** Told that a proposal waits. */
  onProposed: () => Promise<unknown>;
  /** Told that a draft made from this proposal was saved. */
  onProposalUsed: (id: string) => Promise<void>;
  /** "09:05 22/11/2026, Nguyễn Văn A: sửa lỗi chữ" */
  describe: (version: Version) => Promise<string>;
  /** What is offered below an entry that was just saved. */
  afterSaving: (entry: Entry) => Choice[];
}

/** What a draft begins with. */
export type KnownOfDraft = Partial<Pick<Draft, 'changes' | 'reason' | 'proposal'>>;

export interface HandbookDrafting {
  edit(message: Incoming, entryId: string, known?: KnownOfDraft): Promise<Outgoing[]>;
  /** @param field empty: it is asked for */
  add(message: Incoming, field: string, known: KnownOfDraft): Promise<Outgoing[]>;
  /** A button of the draft; undefined: not one of these. */
  choose(message: Incoming, rest: string[]): Promise<Outgoing[] | undefined>;
  typed: (message: Incoming, state: unknown) => Promise<Outgoing[] | undefined>;
}

/** Changing one entry: part by part, with a preview, a check, and a reason. */
export function createHandbookDrafting(deps: HandbookDraftingDeps): HandbookDrafting {
  const { handbook, editing, dialogs } = deps;
  const content = createDraftContent(deps);
  const find = createDocumentFinder(handbook.documents);
  const numberOf = (doc: string): string => {
    const document = handbook.documents.get(doc);
    return document ? shortNumber(document) : doc;
  };

  const open = (message: Incoming, draft: Draft): Promise<void> =>
    dialogs.open(
      message,
      DRAFT_DIALOG,
      draft,
      Object.keys(draft.changes).length > 0 ? 'mục sổ tay đang soạn' : undefined,
    );

  async function askField(message: Incoming, draft: Draft): Promise<Outgoing[]> {
    await open(message, draft);
    const fields = handbook.heads.map(({ key, title }) => ({ id: choiceId(HANDBOOK, 'nf', key), label: title }));
    return say('Mục mới thuộc lĩnh vực nào?', [...fields, DROP]);
  }

  async function menu(message: Incoming, draft: Draft): Promise<Outgoing[]> {
    await open(message, { ...draft, asked: undefined });
    const { question } = await content(draft);
    const parts = EDITABLE.map((part) => ({
      id: choiceId(HANDBOOK, 'part', part),
      label: part in draft.changes ? `${PART_NAMES[part]} (đã sửa)` : PART_NAMES[part],
    }));
    return say(`**${escapeMarkdown(question)}**\n\nĐồng chí chọn phần cần sửa. Sửa xong thì chọn "Xem trước".`, [
      ...parts,
      { id: choiceId(HANDBOOK, 'preview'), label: 'Xem trước' },
      DROP,
    ]);
  }

  async function ask(message: Incoming, draft: Draft, part: EditablePart, mistake = ''): Promise<Outgoing[]> {
    await open(message, { ...draft, asked: part });
    const now = partText(part, await content(draft), numberOf);
    const head = now === '' ? `**${PART_NAMES[part]}**` : `**${PART_NAMES[part]}** hiện nay:\n\n${asTyped(now)}`;
    const isNew = draft.entryId === '';
    const choices: Choice[] = part === 'evidence' ? [...EVIDENCE_CHOICES] : [];
    if (OPTIONAL.has(part)) {
      const label = isNew && now === '' ? 'Không có, sang phần sau' : 'Bỏ trống phần này';
      choices.push({ id: choiceId(HANDBOOK, 'none'), label });
    }
    if (isNew && now !== '') choices.push({ id: choiceId(HANDBOOK, 'next'), label: 'Giữ nguyên, sang phần sau' });
    if (!isNew) choices.push(TO_MENU);
    const how = part === 'evidence' ? HOW_TO_COMPARE : HOW_TO[part];
    return say(paragraphs(mistake, head, how), [...choices, ...(isNew ? [DROP] : [])]);
  }

  /** After a part was given: what comes next. */
  async function goOn(message: Incoming, draft: Draft): Promise<Outgoing[]> {
    const [next, ...ahead] = draft.ahead;
    if (next) return ask(message, { ...draft, ahead }, next);
    return draft.entryId === '' ? preview(message, draft) : menu(message, draft);
  }

  async function preview(message: Incoming, draft: Draft): Promise<Outgoing[]> {
    if (hasNoPlace(draft)) return askField(message, draft);
    await open(message, { ...draft, asked: undefined });
    const made = await content(draft);
    const candidate = entryOf(draft.entryId || `${draft.field}/`, made);
    const findings = editing.check(draft.entryId || `${draft.field}/`, made);
    const mistakes = findings.filter(({ weight }) => weight === 'mistake');
    const shown = answerMarkdown(candidate, handbook.documents, { state: 'draft', why: 'new' });
    const lines = [
      `Máy tìm sẽ biết ${made.phrasings.length} cách hỏi khác, ${made.keywords.length} từ khóa.`,
      ...mistakeLines(mistakes),
      ...adviceLines(findings),
      ...secrecyLines(made),
    ];
    const mayEdit = await deps.mayEdit(message);
    const keep = { id: choiceId(HANDBOOK, 'save'), label: mayEdit ? 'Ghi vào sổ tay' : 'Gửi đề xuất' };
    return [
      ...say(shown),
      ...say(lines.join('\n\n'), [...(mistakes.length === 0 ? [keep] : []), { ...TO_MENU, label: 'Sửa tiếp' }, DROP]),
    ];
  }

  async function askReason(message: Incoming, draft: Draft): Promise<Outgoing[]> {
    if (draft.reason !== undefined) return save(message, draft, draft.reason);
    await open(message, { ...draft, asked: 'reason' });
    const choices = REASONS.map((label, i) => ({ id: choiceId(HANDBOOK, 'why', String(i)), label }));
    return say('Vì sao sửa? Đồng chí gõ một câu để các đồng chí khác biết, hoặc chọn:', [...choices, TO_MENU]);
  }

  async function save(message: Incoming, draft: Draft, reason: string): Promise<Outgoing[]> {
    if (hasNoPlace(draft)) return askField(message, draft);
    const made = await content(draft);
    const entryId = draft.entryId === '' ? await editing.newId(draft.field, made.question) : draft.entryId;
    const change = { entryId, from: draft.from, content: made, reason };
    const by = await deps.roles.actor(message);
    if (!(await deps.mayEdit(message))) {
      // A button that was offered before, or by nobody.
      if (editing.check(entryId, made).some(({ weight }) => weight === 'mistake')) return preview(message, draft);
      const waiting = (await editing.proposals()).filter(({ author }) => author === by);
      if (waiting.length >= MOST_PROPOSALS) return say(TOO_MANY_PROPOSALS, [TO_MENU]);
      await editing.propose({ ...change, author: by });
      await dialogs.close(message);
      await deps.onProposed();
      return say(PROPOSED);
    }
    const saved = await editing.save({ ...change, by });
    if ('saved' in saved) {
      await dialogs.close(message);
      if (draft.proposal !== undefined) await deps.onProposalUsed(draft.proposal);
    }
    return outcome(message, { ...draft, entryId: 'saved' in saved ? entryId : draft.entryId }, saved);
  }

  async function outcome(message: Incoming, draft: Draft, saved: Saved): Promise<Outgoing[]> {
    if ('refused' in saved) return preview(message, draft);
    if ('saved' in saved) {
      const entry = handbook.entry(draft.entryId);
      return say(SAVED, entry ? deps.afterSaving(entry) : []);
    }
    await open(message, { ...draft, asked: undefined });
    return say(`${OVERTAKEN}\n\n- ${await deps.describe(saved.overtaken)}`, [
      { id: choiceId(HANDBOOK, 'take'), label: 'Đặt phần tôi sửa lên bản mới' },
      { id: choiceId(HANDBOOK, 'e', keyOf(draft.entryId)), label: 'Xem bản vừa sửa' },
      DROP,
    ]);
  }

  return {
    async edit(message, entryId, known) {
      const from = await editing.numberOf(entryId);
      return menu(message, { entryId, field: '', from, changes: {}, ahead: [], ...known });
    },
    async add(message, field, known) {
      const draft: Draft = { entryId: '', field, from: 0, changes: {}, ahead: [], ...known };
      draft.ahead = NEW_PARTS.filter((part) => !(part in draft.changes));
      return field === '' ? askField(message, draft) : goOn(message, draft);
    },
    async choose(message, [action = '', first = '']) {
      if (!DRAFT_ACTIONS.has(action)) return undefined;
      const draft = (await dialogs.state(message, DRAFT_DIALOG)) as Draft | undefined;
      if (action === 'drop') {
        await dialogs.close(message);
        return say(DROPPED);
      }
      if (!draft) return say(NOTHING_OPEN);
      switch (action) {
        case 'menu':
          return menu(message, draft);
        case 'nf': {
          const field = handbook.heads.find(({ key }) => key === first);
          return field && goOn(message, { ...draft, field: field.id });
        }
        case 'part':
          return isEditable(first) ? ask(message, draft, first) : undefined;
        case 'none': {
          const { asked } = draft;
          if (!asked || asked === 'reason' || !OPTIONAL.has(asked)) return menu(message, draft);
          return goOn(message, { ...draft, changes: { ...draft.changes, ...withoutPart(asked) } });
        }
        case 'next':
          return goOn(message, draft);
        case 'ev':
          return Object.hasOwn(EVIDENCE_NAMES, first)
            ? goOn(message, {
                ...draft,
                changes: { ...draft.changes, evidence: first as keyof typeof EVIDENCE_NAMES },
              })
            : undefined;
        case 'preview':
          return preview(message, draft);
        case 'save':
          return askReason(message, draft);
        case 'why':
          return save(message, draft, REASONS[Number(first)] ?? '');
        case 'take':
          return preview(message, { ...draft, from: await editing.numberOf(draft.entryId) });
        default:
          return undefined;
      }
    },
    async typed(message, state) {
      const draft = state as Draft;
      const { asked } = draft;
      if (!asked) return undefined;
      const text = message.text.trim();
      if (text.length > LONGEST) return say(TOO_LONG);
      if (asked === 'reason') return save(message, draft, text.replace(/\s+/g, ' ').slice(0, 300));
      if (asked === 'evidence') return ask(message, draft, asked, CHOOSE);
      const read = readPart(asked, text, await content(draft), find);
      if ('mistake' in read) return ask(message, draft, asked, escapeMarkdown(read.mistake));
      return goOn(message, { ...draft, changes: { ...draft.changes, ...read.changes } });
    },
  };
}

/** Buttons of an earlier draft may be pressed before the field of this one is chosen. */
function hasNoPlace({ entryId, field }: Draft): boolean {
  return entryId === '' && field === '';
}

/** A text as it was typed, line by line, to be copied. */
function asTyped(text: string): string {
  const fence = '`'.repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${fence}\n${text}\n${fence}`;
}

function isEditable(part: string): part is EditablePart {
  return (EDITABLE as readonly string[]).includes(part);
}

const NEW_PARTS: readonly EditablePart[] = ['question', 'short', 'body', 'basis', 'evidence', 'phrasings'];
const DRAFT_ACTIONS = new Set(['menu', 'nf', 'part', 'none', 'next', 'ev', 'preview', 'save', 'why', 'take', 'drop']);
const EVIDENCE_CHOICES: readonly Choice[] = Object.entries(EVIDENCE_NAMES).map(([id, label]) => ({
  id: choiceId(HANDBOOK, 'ev', id),
  label,
}));
const TO_MENU: Choice = { id: choiceId(HANDBOOK, 'menu'), label: 'Các phần của mục' };
const DROP: Choice = { id: choiceId(HANDBOOK, 'drop'), label: 'Bỏ bản nháp này' };
const HOW_TO_COMPARE = 'Nội dung này đã được đối chiếu với văn bản chưa? Người hỏi sẽ thấy điều này.';
const CHOOSE = 'Đồng chí chọn một trong các dòng dưới đây.';
const SAVED =
  'Đã ghi. Từ bây giờ tôi trả lời theo bản này. Lời văn có thay đổi thì mục trở lại là bản thảo, chờ duyệt.';
const PROPOSED =
  'Tôi đã gửi đề xuất cho cán bộ phụ trách sổ tay. Sổ tay chưa thay đổi cho đến khi các đồng chí ấy đồng ý.';
const TOO_MANY_PROPOSALS =
  'Đồng chí đang có 20 đề xuất chờ xem, nên tôi chưa gửi thêm. Bản nháp vẫn còn; đồng chí gửi lại khi các đề xuất trước đã được xem.';
const OVERTAKEN =
  'Đồng chí khác vừa sửa mục này, nên tôi chưa ghi bản của đồng chí. Những gì đồng chí gõ vẫn còn nguyên. Bản vừa sửa:';
const NOTHING_OPEN = 'Đồng chí không có bản nháp nào đang mở. Đồng chí gõ /sotay để chọn mục cần sửa.';
const DROPPED = 'Tôi đã bỏ bản nháp, sổ tay giữ nguyên. Đồng chí gõ /sotay để xem mục khác.';
const TOO_LONG = 'Phần này dài quá 4.000 ký tự. Đồng chí viết gọn lại rồi gửi giúp tôi.';
