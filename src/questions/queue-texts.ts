import type { Choice, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { vietnameseDate } from '../handbook/iso-date.ts';
import type { Nearest } from './nearest.ts';

/** The first parts of the ids of choices: officers' buttons, and the asker's "ask back". */
export const QUEUE = 'cauhoi';
export const ASK_BACK = 'hoithem';

/** Entries that an officer is told of; more are a distraction. */
const MOST_NEAR = 3;
/** Of a question in a notice that is about something else. UTF-16 units. */
const SHORT = 120;

type Text = Pick<Outgoing, 'markdown' | 'choices'>;

/** Something quoted, line by line. */
export function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => `> ${escapeMarkdown(line)}`)
    .join('\n');
}

export function shortened(text: string, most = SHORT): string {
  const line = text.replace(/\s+/gu, ' ');
  return line.length <= most
    ? line
    : `${line
        .slice(0, most - 1)
        .trimEnd()
        .toWellFormed()}…`;
}

/** What a question in a notice is about: a matter of its own, an announcement, or an answer. */
export type About = 'matter' | 'announcement' | 'answer';

const HEADS: Readonly<Record<About, string>> = {
  matter: 'Có câu hỏi gửi cán bộ phụ trách',
  announcement: 'Có câu hỏi về thông báo của đồng chí',
  answer: 'Người hỏi muốn hỏi thêm',
};

/** What the officers responsible are told of a new question. */
export function newQuestionText(question: {
  groupId: string;
  text: string;
  added: string | undefined;
  near: Nearest;
  dueOn: Temporal.PlainDate;
  about: About;
}): Text {
  const { groupId, text, added, near, dueOn, about } = question;
  const parts = [
    `**${HEADS[about]}** (trả lời chậm nhất ${vietnameseDate(dueOn.toString())})`,
    quoted(text),
    added === undefined ? '' : `Nói thêm:\n\n${quoted(added)}`,
    about === 'matter' ? nearText(near) : '',
  ];
  return {
    markdown: parts.filter((part) => part !== '').join('\n\n'),
    choices: [showChoice(groupId, 'Xem và trả lời')],
  };
}

/** The questions of the handbook that come nearest, as a list. */
export function nearText({ entries }: Pick<Nearest, 'entries'>): string {
  if (entries.length === 0) return '';
  const list = entries.slice(0, MOST_NEAR).map(({ question }) => `- ${escapeMarkdown(question)}`);
  return `Mục gần nhất trong sổ tay:\n${list.join('\n')}`;
}

function showChoice(groupId: string, label: string): Choice {
  return { id: `${QUEUE}.show.${groupId}`, label };
}

export function addedText(groupId: string, text: string, added: string): Text {
  return {
    markdown: `**Người hỏi nói thêm** về câu:\n\n${quoted(shortened(text))}\n\nNói thêm:\n\n${quoted(added)}`,
    choices: [showChoice(groupId, 'Xem và trả lời')],
  };
}

export function takenOverText(text: string): Text {
  return {
    markdown: `Cán bộ khác đã nhận thay đồng chí câu hỏi này, đồng chí không phải trả lời nữa:\n\n${quoted(shortened(text))}`,
  };
}

export function passedText(groupId: string, text: string, dueOn: Temporal.PlainDate): Text {
  return {
    markdown: `Một câu hỏi được **chuyển cho đồng chí** trả lời, chậm nhất ${vietnameseDate(dueOn.toString())}:\n\n${quoted(shortened(text))}`,
    choices: [showChoice(groupId, 'Xem và trả lời')],
  };
}

/** Once a day at most. */
export function dueText({ due, overdue }: { due: number; overdue: number }): Text {
  const late = overdue > 0 ? `, trong đó **${overdue} câu quá hạn**` : '';
  return {
    markdown: `Có **${due} câu hỏi** đến hạn trả lời${late}. Đồng chí gõ /cauhoi để xem và trả lời.`,
    choices: [{ id: QUEUE, label: 'Xem câu hỏi' }],
  };
}

/** What the asker gets. @param question.askBackUntil undefined: they have asked back already */
export function answeredText(question: {
  questionId: string;
  text: string;
  answer: { text: string } | { markdown: string };
  askBackUntil: Temporal.PlainDate | undefined;
}): Text {
  const { questionId, text, answer, askBackUntil } = question;
  const head = `Đồng chí đã hỏi:\n\n${quoted(shortened(text))}`;
  const body =
    'text' in answer
      ? `**Trả lời của cán bộ phụ trách**, chưa phải nội dung sổ tay:\n\n${escapeMarkdown(answer.text)}`
      : `**Trả lời của cán bộ phụ trách**, theo mục sau của sổ tay:\n\n${answer.markdown}`;
  if (askBackUntil === undefined) return { markdown: `${head}\n\n${body}\n\nCâu hỏi này đến đây là xong và đã đóng.` };
  return {
    markdown: `${head}\n\n${body}\n\nChưa rõ thì đồng chí hỏi thêm được một lần, đến hết ${vietnameseDate(askBackUntil.toString())}; sau đó câu hỏi được đóng.`,
    choices: [{ id: `${ASK_BACK}.${questionId}`, label: 'Hỏi thêm' }],
  };
}

/** @param reason undefined: it was answered before */
export function closedText(text: string, reason: string | undefined): Text {
  const head = `Câu hỏi của đồng chí đã được **đóng**:\n\n${quoted(shortened(text))}`;
  if (reason === undefined) return { markdown: `${head}\n\nCòn vướng mắc, đồng chí cứ gửi câu hỏi mới.` };
  return { markdown: `${head}\n\n**Cán bộ phụ trách cho biết:** ${escapeMarkdown(reason)}` };
}

/** "Thêm cách hỏi này?", for an officer who may change the handbook. */
export function suggestionText({ id, text }: { id: string; text: string }, entryQuestion: string): Text {
  return {
    markdown: `**Thêm cách hỏi này?** Nhiều người đã hỏi:\n\n${quoted(text)}\n\nvà nhận mục **${escapeMarkdown(entryQuestion)}** là đúng ý. Thêm vào thì lần sau sổ tay trả lời được ngay.`,
    choices: [
      { id: `${QUEUE}.them.${id}`, label: 'Thêm cách hỏi' },
      { id: `${QUEUE}.bo.${id}`, label: 'Không thêm' },
    ],
  };
}
