import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { AccountRef } from '../config.ts';
import { answerMarkdown } from '../handbook/answer.ts';
import type { HandbookEditing } from '../handbook/editing.ts';
import { contentOf, entryOf, PARTS, type EntryContent, type Part } from '../handbook/entry.ts';
import type { LiveHandbook } from '../handbook/live.ts';
import type { Proposal } from '../handbook/versions-store.ts';
import type { PeopleStore } from '../people/people-store.ts';
import type { RolesStore } from '../people/roles-store.ts';
import { choiceId, say } from './feature.ts';
import { PART_NAMES } from './handbook-editing-parts.ts';
import { HANDBOOK, type HandbookDrafting } from './handbook-editing-draft.ts';
import { mistakeLines } from './handbook-editing-findings.ts';

const SHOWN = 10;

export interface HandbookProposalsDeps {
  handbook: LiveHandbook;
  editing: HandbookEditing;
  roles: Pick<RolesStore, 'actor'>;
  people: Pick<PeopleStore, 'preferredAccount'>;
  drafting: Pick<HandbookDrafting, 'edit' | 'add'>;
  nameOf: (actor: string) => Promise<string>;
  notify: (account: AccountRef, markdown: string) => Promise<boolean>;
}

/** Changes that officers of lower units propose, for those who may make them. */
export function createHandbookProposals(deps: HandbookProposalsDeps) {
  const { handbook, editing } = deps;

  async function list(): Promise<Outgoing[]> {
    const all = await editing.proposals();
    if (all.length === 0) return say('Không có đề xuất nào đang chờ.');
    const choices = all.slice(0, SHOWN).map(({ id, content }) => ({
      id: choiceId(HANDBOOK, 'p', id),
      label: content.question,
    }));
    return say('Đề xuất sửa sổ tay, cũ nhất ở trên:', choices);
  }

  async function show({ id, entryId, content, author, reason }: Proposal): Promise<Outgoing[]> {
    const entry = handbook.entry(entryId);
    const changed = Object.keys(differences(entry && contentOf(entry), content)) as Part[];
    const what = entry ? `Sửa mục đang có (${changed.map((part) => PART_NAMES[part]).join(', ')})` : 'Mục mới';
    const who = escapeMarkdown(await deps.nameOf(author));
    const about = `${what}, ${who} đề xuất: ${escapeMarkdown(reason)}`;
    return [
      ...say(answerMarkdown(entryOf(entryId, content), handbook.documents)),
      ...say(about, [
        { id: choiceId(HANDBOOK, 'pa', id), label: 'Ghi vào sổ tay' },
        { id: choiceId(HANDBOOK, 'pe', id), label: 'Sửa rồi mới ghi' },
        { id: choiceId(HANDBOOK, 'pn', id), label: 'Không dùng' },
      ]),
    ];
  }

  async function accept(message: Incoming, { id, entryId, from, content, author, reason }: Proposal) {
    const by = await deps.roles.actor(message);
    const saved = await editing.save({ entryId, from, content, by, reason });
    if ('refused' in saved) {
      const mend = { id: choiceId(HANDBOOK, 'pe', id), label: 'Sửa rồi mới ghi' };
      return say(mistakeLines(saved.refused).join('\n\n'), [mend]);
    }
    if ('overtaken' in saved) {
      return say(OVERTAKEN, [{ id: choiceId(HANDBOOK, 'pe', id), label: 'Mở ra để sửa' }]);
    }
    await editing.settleProposal(id);
    await tell(author, `Đề xuất của đồng chí về mục **${escapeMarkdown(content.question)}** đã được ghi vào sổ tay.`);
    return say('Đã ghi vào sổ tay, có hiệu lực ngay.');
  }

  /** As a draft of one's own, over what is in force now. */
  async function edit(message: Incoming, { id, entryId, content, reason }: Proposal): Promise<Outgoing[]> {
    const entry = handbook.entry(entryId);
    const changes = differences(entry?.id === entryId ? contentOf(entry) : undefined, content);
    return entry?.id === entryId
      ? deps.drafting.edit(message, entryId, { changes, reason, proposal: id })
      : deps.drafting.add(message, entryId.slice(0, entryId.indexOf('/')), { changes, reason, proposal: id });
  }

  async function decline({ id, author, content }: Proposal): Promise<Outgoing[]> {
    if (!(await editing.settleProposal(id))) return say(SETTLED, [WAITING]);
    await tell(author, `Đề xuất của đồng chí về mục **${escapeMarkdown(content.question)}** chưa được dùng.`);
    return say('Đã bỏ đề xuất này.');
  }

  async function tell(author: string, markdown: string): Promise<void> {
    const account = await deps.people.preferredAccount(author);
    if (account) await deps.notify(account, markdown);
  }

  return {
    /** A draft that was made from it is in the handbook. */
    async used(id: string): Promise<void> {
      const proposal = await editing.proposal(id);
      if (!proposal || !(await editing.settleProposal(id))) return;
      const about = `về mục **${escapeMarkdown(proposal.content.question)}**`;
      await tell(proposal.author, `Đề xuất của đồng chí ${about} đã được xem, sửa lại và ghi vào sổ tay.`);
    },
    /** Buttons, for who may edit; undefined: not one of these. */
    async choose(message: Incoming, [action = '', id = '']: string[]): Promise<Outgoing[] | undefined> {
      if (action === 'ps') return list();
      if (!ACTIONS.has(action)) return undefined;
      const proposal = await editing.proposal(id);
      if (!proposal) return say(SETTLED, [WAITING]);
      switch (action) {
        case 'p':
          return show(proposal);
        case 'pa':
          return accept(message, proposal);
        case 'pe':
          return edit(message, proposal);
        case 'pn':
          return decline(proposal);
        default:
          return undefined;
      }
    },
  };
}

function differences(now: EntryContent | undefined, wanted: EntryContent): Partial<EntryContent> {
  if (!now) return wanted;
  const changed = PARTS.filter((part) => JSON.stringify(now[part]) !== JSON.stringify(wanted[part]));
  const gaps = changed.includes('gaps') ? { gaps: wanted.gaps ?? '' } : {};
  return { ...Object.fromEntries(changed.map((part) => [part, wanted[part]])), ...gaps };
}

const ACTIONS = new Set(['p', 'pa', 'pe', 'pn']);
const WAITING: Choice = { id: choiceId(HANDBOOK, 'ps'), label: 'Đề xuất đang chờ' };
const SETTLED = 'Đề xuất này đã có đồng chí khác xử lý, nên tôi không làm gì thêm.';
const OVERTAKEN =
  'Mục này đã được sửa sau khi có đề xuất, nên tôi chưa ghi. Đồng chí mở ra để đặt phần đề xuất lên bản đang dùng, xem trước rồi ghi.';
