import type { Choice, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { Entry } from '../handbook/entry.ts';
import type { Field, Handbook } from '../handbook/load.ts';
import { choiceId, paragraphs, say, type Feature } from './feature.ts';
import { followChoice } from './follow-choices.ts';

const PAGE = 8;

/** `/linhvuc`: fields of the handbook, their questions page by page, and an answer without a question. */
export function createBrowse(handbook: Handbook, answer: (entry: Entry) => string): Feature {
  function fields(): Outgoing[] {
    if (handbook.fields.length === 0) return say('Sổ tay chưa có câu trả lời nào. Đồng chí báo cán bộ phụ trách giúp.');
    return say(
      'Sổ tay có các lĩnh vực sau. Đồng chí chọn một lĩnh vực để xem các câu hỏi:',
      fieldChoices(handbook.fields),
    );
  }

  function questions(field: Field, page: number): Outgoing[] {
    const pages = Math.ceil(field.entries.length / PAGE);
    const shown = field.entries.slice(page * PAGE, (page + 1) * PAGE);
    if (shown.length === 0) return fields();
    const where = pages > 1 ? ` (trang ${page + 1}/${pages})` : '';
    const head = `**${escapeMarkdown(field.title)}**${where}`;
    const choices = shown.map((entry) => entryChoice(entry));
    if (page + 1 < pages) choices.push({ id: choiceId('f', field.key, String(page + 1)), label: 'Xem tiếp' });
    choices.push({ id: choiceId('fields'), label: 'Các lĩnh vực' });
    return say(paragraphs(head, page === 0 ? field.about : ''), choices);
  }

  return {
    commands: [
      {
        name: 'linhvuc',
        description: 'Xem câu hỏi theo lĩnh vực',
        audience: 'everyone',
        words: ['linh vuc', 'cac linh vuc', 'danh muc'],
        isAside: true,
        run: () => fields(),
      },
    ],
    choices: {
      fields: () => fields(),
      f: (_message, [key = '', page = '0']) => {
        const field = handbook.field(key);
        return field && /^\d{1,4}$/.test(page) ? questions(field, Number(page)) : undefined;
      },
      e: (message, [key = '']) => {
        const entry = handbook.entry(key);
        return entry && say(answer(entry), [...relatedChoices(entry, handbook), ...followChoice(entry, message)]);
      },
    },
  };
}

export function fieldChoices(fields: readonly Field[]): Choice[] {
  return fields.map((field) => ({ id: choiceId('f', field.key), label: field.title }));
}

export function entryChoice(entry: Entry): Choice {
  return { id: choiceId('e', entry.key), label: entry.question };
}

export function relatedChoices(entry: Entry, handbook: Handbook): Choice[] {
  return entry.related.flatMap((id) => handbook.entry(id) ?? []).map((related) => entryChoice(related));
}
