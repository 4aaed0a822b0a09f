import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { Clock } from '../clock.ts';
import type { FiguresStore } from '../figures/figures-store.ts';
import { answerMarkdown, type Standing } from '../handbook/answer.ts';
import type { Approvals } from '../handbook/approvals.ts';
import { keyOf, type Entry } from '../handbook/entry.ts';
import { vietnameseDate } from '../handbook/iso-date.ts';
import type { Handbook } from '../handbook/load.ts';
import { overtaken } from '../handbook/replacement.ts';
import { isAtTop } from '../people/reach.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { UnitsStore } from '../people/units-store.ts';
import { choiceId, paragraphs, PRIVATE_MATTER, say, type Feature } from './feature.ts';

/** The first part of the ids of all buttons of `/duyet`. */
const APPROVAL = 'dy';
const PAGE = 8;
/** Days of questions by which drafts are put in order. */
const DAYS = 90;
/** Letters of a fingerprint in a button. */
const FINGERPRINT = 12;

export interface HandbookApprovalDeps {
  handbook: Handbook;
  approvals: Approvals;
  roles: Pick<RolesStore, 'reach' | 'actor' | 'rolesOf'>;
  units: Pick<UnitsStore, 'byId'>;
  figures: Pick<FiguresStore, 'entriesAsked'>;
  clock: Clock;
  timeZone: string;
}

/** Approves what the entry says now, and not what it may say by the time the button is pressed. */
export function approveChoice(entry: Entry, approvals: Pick<Approvals, 'fingerprint'>): Choice {
  const seen = approvals.fingerprint(entry).slice(0, FINGERPRINT);
  return { id: choiceId(APPROVAL, 'one', entry.key, seen), label: 'Duyệt' };
}

/** "Đã duyệt ngày 22/11/2026 (Đảng ủy xã A), đến hết 22/11/2027" */
export function standingWords(standing: Standing): string {
  if (standing.state === 'draft') return `Bản thảo: ${WHY[standing.why]}`;
  const office = standing.office === '' ? '' : ` (${escapeMarkdown(standing.office)})`;
  const on = vietnameseDate(standing.at.toPlainDate().toString());
  return `Đã duyệt ngày ${on}${office}, đến hết ${vietnameseDate(standing.until.toString())}`;
}

const WHY: Readonly<Record<(Standing & { state: 'draft' })['why'], string>> = {
  new: 'chưa ai duyệt',
  changed: 'đã sửa sau khi duyệt',
  document: 'văn bản làm căn cứ đã thay đổi sau khi duyệt',
  expired: 'đã quá 12 tháng từ lần duyệt trước',
};

/** `/duyet`: walks an officer through the drafts of a field, one tap each. */
export function createHandbookApproval(deps: HandbookApprovalDeps): Feature {
  const { handbook, approvals, roles, figures, clock, timeZone } = deps;

  const fingerprint = (entry: Entry): string => approvals.fingerprint(entry).slice(0, FINGERPRINT);
  const isDraft = (entry: Entry): boolean => approvals.standing(entry).state === 'draft';

  /** Whether a document of its basis was replaced since somebody looked at it. */
  function isOvertaken(entry: Entry): boolean {
    const standing = approvals.standing(entry);
    if (standing.state === 'draft' && standing.why === 'document') return true;
    return overtaken(entry, handbook.documents).length > 0;
  }

  /** Those whose documents were replaced first, then the most asked. */
  async function drafts(entries: readonly Entry[]): Promise<Entry[]> {
    const to = clock.now().toZonedDateTimeISO(timeZone).toPlainDate();
    const asked = await figures.entriesAsked({ from: to.subtract({ days: DAYS }), to });
    return entries
      .filter((entry) => isDraft(entry))
      .toSorted(
        (a, b) => Number(isOvertaken(b)) - Number(isOvertaken(a)) || (asked.get(b.id) ?? 0) - (asked.get(a.id) ?? 0),
      );
  }

  function home(): Outgoing[] {
    const open = handbook.fields
      .map(({ key, title, entries }) => ({ key, title, left: entries.filter((entry) => isDraft(entry)).length }))
      .filter(({ left }) => left > 0);
    if (open.length === 0) return say('Tất cả các mục đều đã được duyệt.');
    const choices = open.map(({ key, title, left }) => ({
      id: choiceId(APPROVAL, 'f', key),
      label: `${title} (${left})`,
    }));
    const first = handbook.entries.filter((entry) => isDraft(entry) && isOvertaken(entry)).length;
    if (first > 0) choices.unshift({ id: choiceId(APPROVAL, 'f', ALL), label: `Có văn bản thay đổi (${first})` });
    return say('Đồng chí chọn lĩnh vực để duyệt từng mục. Số trong ngoặc là số bản thảo.', choices);
  }

  /** @param skip how many drafts were passed over */
  async function walk(where: string, skip: number, said = ''): Promise<Outgoing[] | undefined> {
    const field = where === ALL ? undefined : handbook.field(where);
    if (where !== ALL && !field) return undefined;
    const all = await drafts(field?.entries ?? handbook.entries);
    const entry = all[skip];
    const head = field ? escapeMarkdown(field.title) : 'Tất cả các lĩnh vực';
    if (!entry) {
      const rest = skip > 0 && all.length > 0 ? ` Còn ${all.length} mục đồng chí đã bỏ qua.` : '';
      return say(paragraphs(said, `**${head}**: hết bản thảo để xem.${rest}`), [TO_FIELDS]);
    }
    const standing = approvals.standing(entry);
    const shown = answerMarkdown(entry, handbook.documents, standing);
    const here = [where, String(skip)];
    return [
      ...say(shown),
      ...say(paragraphs(said, `**${head}**, còn ${all.length - skip} mục. ${standingWords(standing)}.`), [
        { id: choiceId(APPROVAL, 'ok', entry.key, fingerprint(entry), ...here), label: 'Duyệt' },
        { id: choiceId('st', 'edit', entry.key), label: 'Sửa' },
        { id: choiceId(APPROVAL, 'f', where, String(skip + 1)), label: 'Bỏ qua' },
        { id: choiceId(APPROVAL, 'l', where), label: 'Danh sách bản thảo' },
        { id: choiceId(APPROVAL, 'stop'), label: 'Dừng' },
      ]),
    ];
  }

  /** The drafts to choose from; each is read before it is approved. */
  async function list(where: string, page: number): Promise<Outgoing[] | undefined> {
    const field = where === ALL ? undefined : handbook.field(where);
    if (where !== ALL && !field) return undefined;
    const all = await drafts(field?.entries ?? handbook.entries);
    const shown = all.slice(page * PAGE, (page + 1) * PAGE);
    if (shown.length === 0) return home();
    const choices = shown.map((entry) => ({ id: choiceId('st', 'e', entry.key), label: entry.question }));
    if ((page + 1) * PAGE < all.length) {
      choices.push({ id: choiceId(APPROVAL, 'l', where, String(page + 1)), label: 'Xem tiếp' });
    }
    const head = field ? escapeMarkdown(field.title) : 'Tất cả các lĩnh vực';
    return say(`**${head}**: ${all.length} bản thảo. Đồng chí chọn một mục để đọc và duyệt:`, [...choices, TO_FIELDS]);
  }

  /** The office for which an officer approves: the unit of the role. */
  async function officeOf(message: Incoming): Promise<string> {
    for (const { role, unitId } of await roles.rolesOf(message)) {
      if (unitId === undefined || (role !== 'officer' && role !== 'admin')) continue;
      const unit = await deps.units.byId(unitId);
      if (unit && isAtTop({ all: false, paths: [unit.path] })) return unit.name;
    }
    return '';
  }

  /** False: it says something else by now. */
  async function approve(message: Incoming, entry: Entry, seen: string): Promise<boolean> {
    if (fingerprint(entry) !== seen) return false;
    await approvals.approve(entry, await roles.actor(message), await officeOf(message));
    return true;
  }

  async function choose(message: Incoming, [action, ...rest]: string[]): Promise<Outgoing[] | undefined> {
    if (message.group) return say(PRIVATE_MATTER);
    if (!isAtTop(await roles.reach(message))) return undefined;
    const [first = '', second = '', where = '', skip = '0'] = rest;
    switch (action) {
      case undefined:
        return home();
      case 'f':
        return /^\d{0,4}$/.test(second) ? walk(first, Number(second)) : undefined;
      case 'l':
        return /^\d{0,4}$/.test(second) ? list(first, Number(second)) : undefined;
      case 'stop':
        return say('Đồng chí đã dừng duyệt. Duyệt tiếp: gõ /duyet.');
      case 'one':
      case 'ok': {
        const entry = handbook.entry(first);
        if (!entry) return say(GONE);
        const approved = await approve(message, entry, second);
        if (action === 'ok' && /^\d{1,4}$/.test(skip))
          return walk(where, Number(skip), approved ? 'Đã duyệt.' : CHANGED);
        return say(approved ? `**${standingWords(approvals.standing(entry))}.**` : CHANGED, [
          { id: choiceId('st', 'e', entry.key), label: 'Xem mục này' },
          { id: choiceId(APPROVAL, 'l', keyOf(entry.field)), label: 'Danh sách bản thảo' },
        ]);
      }
      default:
        return undefined;
    }
  }

  return {
    commands: [
      {
        name: 'duyet',
        description: 'Duyệt các bản thảo của sổ tay',
        audience: 'officer',
        words: ['duyet', 'duyet so tay'],
        run: async (message) => (await choose(message, [])) ?? say(NOT_ALLOWED),
      },
    ],
    choices: { [APPROVAL]: choose },
  };
}

const ALL = 'all';
const TO_FIELDS: Choice = { id: choiceId(APPROVAL), label: 'Các lĩnh vực' };
const CHANGED =
  'Mục này, hoặc văn bản làm căn cứ của nó, vừa thay đổi sau khi đồng chí xem, nên tôi chưa duyệt. Đồng chí đọc lại bản mới.';
const GONE = 'Mục này không còn trong sổ tay.';
const NOT_ALLOWED =
  'Duyệt sổ tay là việc của cán bộ phụ trách ở cấp trên cùng. Đồng chí có thể đề xuất sửa bằng lệnh /sotay.';
