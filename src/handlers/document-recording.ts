import type { Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { todayIn, type Clock } from '../clock.ts';
import type { DocumentRecord } from '../documents/documents-store.ts';
import type { FollowsStore } from '../documents/follows-store.ts';
import type { Registry } from '../documents/registry.ts';
import { KEYS, LABELS, readField, readLines, type Draft, type Key } from '../documents/typed-document.ts';
import type { FiguresStore } from '../figures/figures-store.ts';
import type { OfficialDocument } from '../handbook/documents.ts';
import { vietnameseDate } from '../handbook/iso-date.ts';
import type { Handbook } from '../handbook/load.ts';
import type { RolesStore } from '../people/roles-store.ts';
import { createDocumentFinder } from '../search/document-number.ts';
import { fold } from '../search/fold.ts';
import type { Dialogs } from './dialogs.ts';
import { button, doubts, draftLines, missing, QUESTIONS, RECORD, twin } from './document-draft.ts';
import { createDocumentEffects } from './document-effects.ts';
import { createDocumentRecords, MEANWHILE } from './document-records.ts';
import { paragraphs, PRIVATE_MATTER, say, type Feature } from './feature.ts';

export interface DocumentRecordingDeps {
  handbook: Handbook;
  registry: Registry;
  follows: Pick<FollowsStore, 'count' | 'tellBy'>;
  figures: Pick<FiguresStore, 'entriesAsked'>;
  roles: Pick<RolesStore, 'reach' | 'actor'>;
  dialogs: Dialogs;
  /** How long questions are kept. */
  questionDays: number;
  clock: Clock;
  timeZone: string;
}

export interface DocumentRecording {
  /** `/vanban moi`, for officers; the lines may be empty. */
  begin(message: Incoming, lines: string): Promise<Outgoing[]>;
  /** For officers. */
  feature: Feature;
}

/** What the dialog keeps. */
interface State {
  draft: Draft;
  /** What is asked for; undefined: it is to be confirmed. */
  step?: Key;
  /** The document that is corrected, and `changedAt` of its record. */
  id?: string;
  seen?: string;
}

/** `/vanban moi`: officers record a document and what it replaces, correct a record or take it back. */
export function createDocumentRecording(deps: DocumentRecordingDeps): DocumentRecording {
  const { handbook, registry, roles, dialogs, clock, timeZone } = deps;
  const { documents } = registry;
  const find = createDocumentFinder(documents);
  const effects = createDocumentEffects(deps);
  const records = createDocumentRecords(deps);
  const today = todayIn(clock, timeZone);

  /** The registry is everybody's: only who answers for everybody may change it. */
  const may = async (message: Incoming): Promise<boolean> => (await roles.reach(message)).all;

  const options = (id: string | undefined) => ({ documents, find, today: today(), id });

  async function open(message: Incoming, state: State): Promise<void> {
    const { draft } = state;
    await dialogs.open(message, DIALOG, state, Object.keys(draft).length > 0 ? 'văn bản đang ghi' : undefined);
  }

  async function ask(message: Incoming, state: State, step: Key, before = ''): Promise<Outgoing[]> {
    await open(message, { ...state, step });
    const { ask: question, choices } = QUESTIONS[step];
    const known = step === 'title' ? twin(state.draft, documents, state.id) : undefined;
    return say(
      paragraphs(before, known ? `⚠️ ${inRegistry(known)}.` : '', `${question} (Gõ /huy để thôi.)`),
      known ? [button('Sửa bản đã có', 'adopt')] : choices,
    );
  }

  async function start(message: Incoming): Promise<Outgoing[]> {
    await open(message, { draft: {}, step: 'number' });
    const count = registry.records().length;
    return say(FIRST, count > 0 ? [button(`Các văn bản đã ghi (${count})`, 'list')] : []);
  }

  /** The next question, or all of it to be confirmed. */
  async function goOn(message: Incoming, state: State, before = ''): Promise<Outgoing[]> {
    const step = missing(state.draft);
    return step ? ask(message, state, step, before) : preview(message, state, before);
  }

  async function preview(message: Incoming, state: State, before = ''): Promise<Outgoing[]> {
    const { draft, id, seen } = state;
    await open(message, { draft, ...(id !== undefined && { id }), ...(seen !== undefined && { seen }) });
    const known = twin(draft, documents, id);
    const circle = registry.circle({ id: id ?? '', number: '', ...draft });
    const citing = new Set(draft.replaces);
    const entries = handbook.entries.filter(({ basis }) => basis.some(({ doc }) => citing.has(doc))).length;
    const text = paragraphs(
      before,
      id === undefined ? '**Văn bản mới**' : '**Sửa văn bản đã có**',
      draftLines(draft, documents),
      doubts(draft, today())
        .map((doubt) => `⚠️ ${doubt}`)
        .join('\n'),
      citing.size > 0 ? `Có ${entries} câu trả lời dẫn văn bản được thay.` : '',
      known ? `⚠️ ${inRegistry(known)}, nên không ghi thêm được.` : '',
      circle ? `⚠️ Ghi thế này thì ${escapeMarkdown(circle.number)} thành ra thay cho chính nó. ${MEND}` : '',
    );
    const confirm = circle ? [] : [known ? button('Sửa bản đã có', 'adopt') : button('Ghi', 'save')];
    return say(text, [...confirm, button('Sửa', 'edit'), button('Hủy', 'cancel')]);
  }

  async function take(message: Incoming, state: State, step: Key, text: string): Promise<Outgoing[]> {
    const read = readField(step, text, options(state.id));
    if ('mistake' in read) return say(`${escapeMarkdown(read.mistake)} (Gõ /huy để thôi.)`, QUESTIONS[step].choices);
    return goOn(message, { ...state, draft: { ...state.draft, ...read.value } }, escapeMarkdown(read.note ?? ''));
  }

  /** Several lines at once; undefined: they are not of this form. What was right is kept when something was wrong. */
  async function takeLines(message: Incoming, state: State, text: string): Promise<Outgoing[] | undefined> {
    const read = readLines(text, options(state.id), state.draft.number === undefined);
    if (!read) return undefined;
    // Who sends lines sends what there is: what is left out is not known.
    const draft: Draft = { ...EMPTY, ...state.draft, ...read.draft };
    const notes = escapeMarkdown(read.notes.join(' '));
    if (read.mistakes.length === 0) return goOn(message, { ...state, draft }, notes);
    for (const { key } of read.mistakes) delete draft[key];
    const list = read.mistakes.map((mistake) => `- ${escapeMarkdown(mistake.text)}`).join('\n');
    return goOn(message, { ...state, draft }, paragraphs(`Còn chỗ phải sửa:\n\n${list}`, KEPT, notes));
  }

  async function save(message: Incoming, state: State): Promise<Outgoing[] | undefined> {
    const { draft } = state;
    await registry.refresh();
    if (missing(draft) !== undefined || draft.number === undefined) return undefined;
    const blocked = twin(draft, documents, state.id) ?? registry.circle({ id: state.id ?? '', number: '', ...draft });
    if (blocked) return preview(message, state);
    const { number } = draft;
    const id = state.id ?? registry.newId({ number, issued: draft.issued });
    if (!(await registry.save({ ...draft, id, number }, state.seen, await roles.actor(message)))) {
      const seen = registry.record(id)?.changedAt;
      return preview(message, { ...state, id, ...(seen !== undefined && { seen }) }, MEANWHILE);
    }
    await dialogs.close(message);
    return effects.report(id, `Đã ghi **${escapeMarkdown(number)}**.`);
  }

  /** What was typed goes into the document that the registry has; what was not typed stays as it is there. */
  async function adopt(message: Incoming, { draft, id }: State): Promise<Outgoing[] | undefined> {
    const known = twin(draft, documents, id);
    if (!known) return undefined;
    const seen = registry.record(known.id)?.changedAt;
    const present = Object.fromEntries(KEYS.map((key) => [key, known[key] ?? EMPTY[key]]));
    const typed = Object.entries(draft).filter(
      ([, value]) => value !== undefined && value !== null && value.length > 0,
    );
    const merged = { ...present, ...Object.fromEntries(typed) };
    return preview(message, { draft: merged, id: known.id, ...(seen !== undefined && { seen }) });
  }

  function correct(message: Incoming, { fields, changedAt }: DocumentRecord): Promise<Outgoing[]> {
    const { id, ...draft } = fields;
    return preview(message, { draft: { ...EMPTY, ...draft }, id, seen: changedAt });
  }

  async function press(message: Incoming, [what = '', about = '', sure]: string[]): Promise<Outgoing[] | undefined> {
    if (!(await may(message))) return undefined;
    if (message.group) return say(PRIVATE_MATTER);
    const state = (await dialogs.state(message, DIALOG)) as State | undefined;
    switch (what) {
      case 'list':
        return records.list();
      case 'show':
        return records.show(about);
      case 'withdraw':
        return records.withdraw(message, about, sure);
      case 'correct': {
        const record = records.find(about);
        return record && correct(message, record);
      }
      case 'tell': {
        const record = records.find(about);
        return record && effects.tell(message, record);
      }
      default:
        return state && fill(message, state, what, about);
    }
  }

  /** What the buttons of an open dialog do. */
  async function fill(message: Incoming, state: State, what: string, about: string): Promise<Outgoing[] | undefined> {
    switch (what) {
      case 'cancel':
        await dialogs.close(message);
        return say('Đã hủy, không ghi gì.');
      case 'save':
        return state.step === undefined ? save(message, state) : undefined;
      case 'adopt':
        return adopt(message, state);
      case 'none':
        return state.step && take(message, state, state.step, 'không');
      case 'same':
        return state.step === 'effective'
          ? goOn(message, { ...state, draft: { ...state.draft, effective: state.draft.issued ?? null } })
          : undefined;
      case 'edit': {
        const key = KEYS.find((one) => one === about);
        if (key) return ask(message, state, key);
        return say(
          'Đồng chí muốn sửa phần nào?',
          KEYS.map((one) => button(LABELS[one][0], 'edit', one)),
        );
      }
      default:
        return undefined;
    }
  }

  async function begin(message: Incoming, lines: string): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATE_MATTER);
    if (!(await may(message))) return say(NOT_YOURS);
    if (lines.trim() === '') return start(message);
    return (await takeLines(message, { draft: {} }, lines)) ?? take(message, { draft: {} }, 'number', lines);
  }

  return {
    begin,
    feature: {
      commands: [
        {
          name: 'vanbanmoi',
          description: 'Ghi văn bản mới và văn bản mà nó thay',
          audience: 'officer',
          words: ['van ban moi'],
          argument: /^\s*(?:số|so)[^:\n]{0,15}:/iu,
          run: begin,
        },
      ],
      choices: { [RECORD]: press },
      dialogs: {
        async [DIALOG](message, given) {
          if (!(await may(message))) return undefined;
          const state = given as State;
          const text = message.text.trim();
          const lines = await takeLines(message, state, text);
          if (lines) return lines;
          if (state.step) return text.endsWith('?') ? undefined : take(message, state, state.step, text);
          const said = fold(text);
          if (said === 'ghi') return save(message, state);
          return said === 'sua' ? press(message, ['edit']) : undefined;
        },
      },
    },
  };
}

const DIALOG = 'document-record';
/** A document of which nothing but the number is known. */
const EMPTY: Draft = { title: null, issuer: null, issued: null, effective: null, replaces: [], source: null };

function inRegistry({ number, issued }: OfficialDocument): string {
  const of = issued ? ` (ban hành ${vietnameseDate(issued)})` : '';
  return `Danh mục đã có **${escapeMarkdown(number)}**${of}`;
}

const NOT_YOURS =
  'Danh mục văn bản dùng chung cho mọi đơn vị, nên chỉ cán bộ phụ trách toàn bộ mới ghi được. Đồng chí báo cán bộ cấp trên, kèm số hiệu văn bản.';
const FIRST =
  'Ghi một văn bản mới. Đồng chí gõ **số hiệu** đầy đủ, ví dụ: Quy định số 400-QĐ/TW. (Gõ /huy để thôi.)\n\nMuốn nhanh thì gửi tất cả trong một tin, mỗi phần một dòng:\n\n```\nSố hiệu: Quy định số 400-QĐ/TW\nTên: Thi hành Điều lệ Đảng\nCơ quan ban hành: Ban Chấp hành Trung ương\nNgày ban hành: 15/11/2026\nHiệu lực từ: 01/12/2026\nThay cho: 208-QĐ/TW\nNguồn: (đường dẫn, nếu có)\n```';
const MEND = 'Đồng chí bấm Sửa, chọn "Thay cho".';
const KEPT = 'Các phần khác tôi đã giữ lại.';
