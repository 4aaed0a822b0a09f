import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { Clock } from '../clock.ts';
import { groupQuestions } from '../questions/grouping.ts';
import type { ReadTerms } from '../questions/question-terms.ts';
import type { QueueGroup } from '../questions/queue-groups.ts';
import { QUEUE, shortened } from '../questions/queue-texts.ts';
import type { QuestionsStore } from '../questions/questions-store.ts';
import { choiceId, paragraphs, say, type Feature } from './feature.ts';
import { createQueueActing, type QueueActingDeps } from './queue-acting.ts';
import { createQueueAnswering, type QueueAnsweringDeps } from './queue-answering.ts';
import { createQueueFields, type QueueFieldsDeps } from './queue-fields.ts';
import { createQueuePassing, type QueuePassingDeps } from './queue-passing.ts';
import { createQueueSuggestions, type QueueSuggestionsDeps } from './queue-suggestions.ts';
import { createQueueView, groupLabel, toQueue, type QueueViewDeps } from './queue-view.ts';
import { PRIVATELY } from './registration.ts';

/** Questions of one page. */
const PAGE = 8;
/** Days back, and rows, of what the handbook could not answer. */
const DAYS = 30;
const MOST_OPEN = 10;

export type QueueFeatureDeps = Omit<QueueActingDeps, 'view'> &
  Omit<QueueAnsweringDeps, 'acting'> &
  Omit<QueuePassingDeps, 'acting'> &
  QueueFieldsDeps &
  QueueSuggestionsDeps &
  QueueViewDeps & {
    questions: Pick<QuestionsStore, 'open'>;
    readTerms: ReadTerms;
    clock: Clock;
  };

/** `/cauhoi`: questions that were handed to officers, and what people asked in vain without handing it to anybody. */
export function createQueueFeature(deps: QueueFeatureDeps): Feature {
  const { queue, questions, readTerms, clock, timeZone, dialogs } = deps;
  const view = createQueueView(deps);
  const acting = createQueueActing({ ...deps, view });
  const answering = createQueueAnswering({ ...deps, acting });
  const passing = createQueuePassing({ ...deps, acting });
  const fields = createQueueFields(deps);
  const suggestions = createQueueSuggestions(deps);

  async function list(message: Incoming, page = 0): Promise<Outgoing[]> {
    const { reach, actor } = await acting.officer(message);
    const open = await queue.list(reach, 'open');
    const more: Choice[] = [
      ...((await queue.list(reach, 'answered')).length > 0
        ? [{ id: choiceId(QUEUE, 'answered'), label: 'Câu đã trả lời' }]
        : []),
      ...(await suggestions.choices(message)),
      { id: choiceId(QUEUE, 'fields'), label: 'Lĩnh vực phụ trách' },
    ];
    const waiting = summary(open, actor);
    const asked = page === 0 ? await inVain() : '';
    return say(paragraphs(waiting, asked), [...pageOf(open, page, 'page'), ...more]);
  }

  function summary(open: readonly QueueGroup[], actor: string): string {
    if (open.length === 0) return 'Không có câu hỏi nào đang chờ cán bộ trả lời.';
    const count = (is: (group: QueueGroup) => boolean): number => open.filter(is).length;
    const parts = [
      [count(({ state }) => state === 'new'), 'câu mới'],
      [count(({ owner }) => owner === actor), 'câu đồng chí đã nhận'],
      [count(({ owner }) => owner !== undefined && owner !== actor), 'câu cán bộ khác đã nhận'],
      [count(({ overdue }) => overdue), 'câu quá hạn'],
    ].flatMap(([number, what]) => (number === 0 ? [] : `${number} ${what}`));
    return `**${open.length} câu hỏi đang chờ cán bộ trả lời**, cũ nhất ở trên (${parts.join(', ')}). Đồng chí chọn một câu:`;
  }

  function pageOf(groups: readonly QueueGroup[], page: number, action: string): Choice[] {
    const shown = groups
      .slice(page * PAGE, (page + 1) * PAGE)
      .map((group) => ({ id: choiceId(QUEUE, 'show', group.id), label: groupLabel(group) }));
    const next = { id: choiceId(QUEUE, action, String(page + 1)), label: 'Xem tiếp' };
    return groups.length > (page + 1) * PAGE ? [...shown, next] : shown;
  }

  /** What was asked without an answer, by nobody knows whom. */
  async function inVain(): Promise<string> {
    const since = clock.now().toZonedDateTimeISO(timeZone).toPlainDate().subtract({ days: DAYS });
    const groups = groupQuestions(await questions.open(since.toString()), readTerms);
    if (groups.length === 0) return `Trong ${DAYS} ngày qua sổ tay không để câu nào bỏ ngỏ.`;
    const lines = groups
      .slice(0, MOST_OPEN)
      .map(({ text, count }) => `- ${escapeMarkdown(shortened(text))} (${count} lần)`);
    return `**Sổ tay chưa trả lời được, hoặc trả lời chưa đúng, ${DAYS} ngày qua** (không rõ ai hỏi)\n\n${lines.join('\n')}`;
  }

  async function answered(message: Incoming, page: number): Promise<Outgoing[]> {
    const { reach } = await acting.officer(message);
    const groups = await queue.list(reach, 'answered');
    if (groups.length === 0) return say('Không có câu hỏi nào đã trả lời mà chưa đóng.', [toQueue()]);
    return say('**Câu đã trả lời**, mới nhất ở trên. Đồng chí chọn một câu:', [
      ...pageOf(groups, page, 'answered'),
      toQueue(),
    ]);
  }

  /** What needs the group to be the officer's own, or nobody's. */
  async function withGroup(
    message: Incoming,
    action: string,
    id: string,
    version: number,
    rest: string,
  ): Promise<Outgoing[] | undefined> {
    const by = await acting.officer(message);
    switch (action) {
      case 'take':
        return acting.result(message, await queue.take(id, version, by), 'Đồng chí đã nhận câu hỏi này.');
      case 'release':
        return acting.result(message, await queue.release(id, version, by), 'Câu hỏi lại chờ cán bộ khác nhận.');
      case 'close':
        return acting.result(message, await queue.close(id, version, by, undefined), 'Đã đóng và báo cho người hỏi.');
    }
    const apart = action === 'apart' || action === 'split';
    const group = apart ? await queue.group(id, by.reach) : undefined;
    const found = group?.state === 'new' ? group : await acting.own(message, id, version);
    if (Array.isArray(found)) return found;
    return (await answering.choose(message, action, found, rest)) ?? passing.choose(message, action, found, rest);
  }

  async function choose(message: Incoming, [action, first = '', second = '', ...rest]: string[]) {
    if (message.group) return say(PRIVATELY);
    switch (action) {
      case undefined:
        return list(message);
      case 'page':
        return list(message, pageNumber(first));
      case 'answered':
        return answered(message, pageNumber(first));
      case 'show':
        return acting.show(message, first);
      case 'send':
      case 'edit':
        return answering.preview(message, action);
      case 'leave':
        await dialogs.close(message);
        return say('Đã hủy, tôi chưa làm gì.', [toQueue()]);
      case 'fields':
        return fields.list(message);
      case 'field':
        return fields.turn(message, first);
      case 'tips':
        return suggestions.list(message);
      case 'viet':
        return suggestions.rewritten(message);
      case 'them':
      case 'bo':
        return suggestions.settle(message, first, action === 'them');
      default:
        return /^\d{1,6}$/.test(second) ? withGroup(message, action, first, Number(second), rest.join('.')) : undefined;
    }
  }

  return {
    commands: [
      {
        name: 'cauhoi',
        description: 'Trả lời câu hỏi gửi cán bộ, xem câu chưa có lời đáp',
        audience: 'officer',
        words: ['cau hoi', 'cau hoi chua co loi dap'],
        run: (message) => (message.group ? say(PRIVATELY) : list(message)),
      },
    ],
    choices: { [QUEUE]: choose },
    dialogs: { ...answering.dialogs, ...suggestions.dialogs },
  };
}

function pageNumber(text: string): number {
  return /^\d{1,4}$/.test(text) ? Number(text) : 0;
}
