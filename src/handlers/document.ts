import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { OfficialDocument } from '../handbook/documents.ts';
import { keyOf } from '../handbook/entry.ts';
import { vietnameseDate } from '../handbook/iso-date.ts';
import type { Handbook } from '../handbook/load.ts';
import { createDocumentFinder } from '../search/document-number.ts';
import { fold } from '../search/fold.ts';
import { entryChoice } from './browse.ts';
import { choiceId, say, type Feature } from './feature.ts';

const PAGE = 8;

/**
 * `/vanban <số hiệu>`: what a document is, whether it is in force, and which answers rest on it.
 *
 * @param record `/vanban moi` with what follows; undefined: not for this person
 */
export function createDocumentFeature(
  handbook: Handbook,
  record: (message: Incoming, lines: string) => Promise<Outgoing[] | undefined>,
): Feature & { lookUp: (text: string) => Outgoing[] } {
  const { documents } = handbook;
  const find = createDocumentFinder(documents);

  function show(document: OfficialDocument, page: number): Outgoing[] {
    const entries = handbook.entries.filter(({ basis }) => basis.some(({ doc }) => doc === document.id));
    const choices: Choice[] = entries.slice(page * PAGE, (page + 1) * PAGE).map((entry) => entryChoice(entry));
    if ((page + 1) * PAGE < entries.length) {
      choices.push({ id: choiceId('d', keyOf(document.id), String(page + 1)), label: 'Xem tiếp' });
    }
    const currency = documents.currency(document);
    if (page === 0 && 'by' in currency) {
      choices.unshift({ id: choiceId('d', keyOf(currency.by.id)), label: `Xem ${currency.by.number}` });
    }
    return say(describe(document, entries.length), choices);
  }

  function describe(document: OfficialDocument, answers: number): string {
    const made = [
      document.issuer ? `**Cơ quan ban hành:** ${escapeMarkdown(document.issuer)}` : '',
      document.issued ? `**Ngày ban hành:** ${vietnameseDate(document.issued)}` : '',
      document.effective ? `**Có hiệu lực từ:** ${vietnameseDate(document.effective)}` : '',
      `**Tình trạng:** ${status(document)}`,
    ];
    const replaced = (document.replaces ?? []).flatMap((id) => documents.get(id) ?? []).map((old) => old.number);
    if (replaced.length > 0) made.push(`**Thay cho:** ${escapeMarkdown(replaced.join('; '))}`);
    return [
      `**${escapeMarkdown(document.number)}**`,
      document.title ? escapeMarkdown(document.title) : '',
      made
        .filter((line) => line !== '')
        .map((line) => `- ${line}`)
        .join('\n'),
      answers > 0 ? `Có ${answers} câu trả lời dựa vào văn bản này:` : 'Chưa có câu trả lời nào dẫn văn bản này.',
    ]
      .filter((part) => part !== '')
      .join('\n\n');
  }

  function status(document: OfficialDocument): string {
    const currency = documents.currency(document);
    const asOf = document.as_of ? ` (theo thông tin đến ${monthAndYear(document.as_of)})` : '';
    switch (currency.state) {
      case 'in-force':
        return `đang có hiệu lực${asOf}`;
      case 'to-be-replaced':
        return `đang có hiệu lực; sẽ được thay bằng ${escapeMarkdown(currency.by.number)} từ ngày ${vietnameseDate(currency.from.toString())}`;
      case 'expired':
        return `đã hết hiệu lực${asOf}`;
      case 'unknown':
        return `chưa rõ còn hiệu lực hay không${asOf}`;
      case 'replaced':
        return `đã được thay bằng ${escapeMarkdown(currency.by.number)}`;
      case 'maybe-replaced':
        return `có thể đã được thay bằng ${escapeMarkdown(currency.by.number)}, chưa đọc được điều khoản thay${asOf}`;
    }
  }

  function lookUp(argument: string): Outgoing[] {
    if (argument === '') return say('Đồng chí gõ số hiệu sau lệnh, ví dụ: /vanban 24-QĐ/TW');
    if (documents.all.length === 0) return say('Sổ tay này chưa có danh mục văn bản.');
    const found = find(argument);
    const [only] = found;
    if (only && found.length === 1) return show(only, 0);
    if (found.length > 1) {
      const choices = found.slice(0, PAGE).map((document) => ({
        id: choiceId('d', keyOf(document.id)),
        label: [document.number, document.issued?.slice(0, 4) ?? ''].filter((part) => part !== '').join(', '),
      }));
      return say('Có nhiều văn bản khớp với số hiệu này. Đồng chí chọn một:', choices);
    }
    return say(
      `Tôi không thấy văn bản "${escapeMarkdown(argument.slice(0, 60))}" trong danh mục. Đồng chí kiểm tra lại số hiệu, ví dụ: /vanban 208-QĐ/TW`,
    );
  }

  return {
    lookUp,
    commands: [
      {
        name: 'vanban',
        description: 'Tra một văn bản theo số hiệu, ví dụ /vanban 24-QĐ/TW',
        audience: 'everyone',
        words: ['van ban', 'tra van ban'],
        isAside: true,
        argument: /^(?:số\s+)?\d{1,4}\b/i,
        async run(message, argument) {
          const [first = ''] = argument.split(/\s/, 1);
          const recording =
            fold(first) === 'moi' ? await record(message, argument.slice(first.length).trim()) : undefined;
          return recording ?? lookUp(argument);
        },
      },
    ],
    choices: {
      d: (_message, [key = '', page = '0']) => {
        const document = documents.all.find(({ id }) => keyOf(id) === key);
        return document && /^\d{1,4}$/.test(page) ? show(document, Number(page)) : undefined;
      },
    },
  };
}

/** "2026-08" or "2026-08-15" → "8/2026" */
function monthAndYear(asOf: string): string {
  const [year = '', month] = asOf.split('-');
  return month === undefined ? `năm ${year}` : `tháng ${Number(month)}/${year}`;
}
