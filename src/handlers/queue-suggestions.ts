import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { Handbook } from '../handbook/load.ts';
import type { RolesStore } from '../people/roles-store.ts';
import { QUEUE, quoted, suggestionText } from '../questions/queue-texts.ts';
import type { SuggestionsStore } from '../questions/suggestions-store.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, paragraphs, say, type Feature } from './feature.ts';
import { toQueue } from './queue-view.ts';

export interface QueueSuggestionsDeps {
  suggestions: Pick<SuggestionsStore, 'waiting' | 'settle'>;
  handbook: Pick<Handbook, 'entry'>;
  /** Whether this officer may change the handbook. */
  mayEdit: (message: Incoming) => Promise<boolean>;
  /** Adds a way of asking to an entry, as of now. */
  addPhrasing: (entryId: string, text: string, by: string) => Promise<'added' | 'known' | 'refused' | 'gone'>;
  roles: Pick<RolesStore, 'actor'>;
  dialogs: Dialogs;
}

/** "Thêm cách hỏi này?", for officers who may change the handbook; for others there is none. */
export interface QueueSuggestions {
  /** The way there from `/cauhoi`. */
  choices(message: Incoming): Promise<Choice[]>;
  /** The first that waits. */
  list(message: Incoming): Promise<Outgoing[] | undefined>;
  settle(message: Incoming, id: string, add: boolean): Promise<Outgoing[] | undefined>;
  /** The officer's own wording, after the preview. */
  rewritten(message: Incoming): Promise<Outgoing[] | undefined>;
  dialogs: NonNullable<Feature['dialogs']>;
}

/** An officer writes properly what people typed. */
interface Rewriting {
  entryId: string;
  /** Empty: not typed yet. */
  text: string;
}

export function createQueueSuggestions(deps: QueueSuggestionsDeps): QueueSuggestions {
  const { suggestions, handbook, mayEdit, roles, dialogs } = deps;

  async function next(done: string): Promise<Outgoing[]> {
    const waiting = await suggestions.waiting();
    const [first] = waiting;
    const entry = handbook.entry(first?.entryId ?? '');
    if (!first || !entry) return say(paragraphs(done, NONE), [toQueue()]);
    const { markdown, choices = [] } = suggestionText(first, entry.question);
    const more = waiting.length > 1 ? [`Còn ${waiting.length - 1} gợi ý nữa.`] : [];
    return say(paragraphs(done, markdown, ...more), [...choices, toQueue()]);
  }

  /** What people typed may have slips: then the officer writes it properly. */
  async function put(message: Incoming, entryId: string, text: string): Promise<Outgoing[]> {
    const outcome = await deps.addPhrasing(entryId, text, await roles.actor(message));
    const typed = `*${escapeMarkdown(text)}*`;
    if (outcome === 'refused') {
      await dialogs.open(message, DIALOG, { entryId, text: '' } satisfies Rewriting);
      return say(`${REFUSED}\n\n${typed}`);
    }
    await dialogs.close(message);
    return next(`${OUTCOMES[outcome]}: ${typed}`);
  }

  return {
    async choices(message) {
      if (!(await mayEdit(message))) return [];
      const count = (await suggestions.waiting()).length;
      return count === 0 ? [] : [{ id: choiceId(QUEUE, 'tips'), label: `Gợi ý cách hỏi (${count})` }];
    },
    list: async (message) => ((await mayEdit(message)) ? next('') : undefined),
    async rewritten(message) {
      const state = (await dialogs.state(message, DIALOG)) as Rewriting | undefined;
      if (!state || state.text === '' || !(await mayEdit(message))) return undefined;
      return put(message, state.entryId, state.text);
    },
    async settle(message, id, add) {
      if (!(await mayEdit(message))) return undefined;
      const settled = await suggestions.settle(id);
      if (!settled) return next('Gợi ý này đã có cán bộ khác xử lý.');
      if (!add) return next('Tôi không thêm cách hỏi này.');
      return put(message, settled.entryId, settled.text);
    },
    dialogs: {
      async [DIALOG](message, state) {
        const { entryId } = state as Rewriting;
        const entry = handbook.entry(entryId);
        if (!(await mayEdit(message)) || !entry) return undefined;
        const text = message.text.trim();
        await dialogs.open(message, DIALOG, { entryId, text } satisfies Rewriting, 'cách hỏi vừa gõ');
        return say(`Thêm cách hỏi này cho mục **${escapeMarkdown(entry.question)}**?\n\n${quoted(text)}`, [
          { id: choiceId(QUEUE, 'viet'), label: 'Thêm cách hỏi' },
          { id: choiceId(QUEUE, 'leave'), label: 'Hủy' },
        ]);
      },
    },
  };
}

const DIALOG = 'queue-phrasing';
const OUTCOMES = {
  added: 'Đã thêm cách hỏi, có hiệu lực ngay',
  known: 'Cách hỏi này đã có trong sổ tay',
  gone: 'Mục này không còn trong sổ tay',
} as const;
const REFUSED =
  'Chưa thêm được: câu có chữ viết tắt, viết sai, hoặc mục đã đủ cách hỏi. Đồng chí gõ lại câu này cho đúng chính tả, đủ dấu vào một tin. (Gõ /huy để thôi.)';
const NONE = 'Không còn gợi ý cách hỏi nào chờ đồng chí.';
