import type { Choice, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { vietnameseDate } from '../handbook/iso-date.ts';
import type { Handbook } from '../handbook/load.ts';
import type { Nearest } from '../questions/nearest.ts';
import type { QueueGroup } from '../questions/queue-groups.ts';
import { nearText, QUEUE, quoted, shortened } from '../questions/queue-texts.ts';
import { choiceId, paragraphs, say } from './feature.ts';

/** Wordings of a group that are shown. */
const MOST_TEXTS = 5;
const MOST_NAMES = 3;
/** Of a question in a list. UTF-16 units. */
const LABEL = 60;

/** What an officer can do with a group, as a button; the version makes a late one known. */
export function groupChoice(action: string, { id, version }: QueueGroup, label: string, ...rest: string[]): Choice {
  return { id: choiceId(QUEUE, action, id, String(version), ...rest), label };
}

export function toQueue(label = 'Về danh sách câu hỏi'): Choice {
  return { id: choiceId(QUEUE), label };
}

/** A group as a line of the list. */
export function groupLabel({ questions, state, overdue, ownerName }: QueueGroup): string {
  const mark = overdue ? '⏰ Quá hạn: ' : '';
  const [first] = questions;
  const count = questions.length > 1 ? ` (${questions.length} người)` : '';
  const owner = state === 'taken' ? ` – ${ownerName ?? 'đã có người nhận'}` : '';
  return `${mark}${shortened(first?.text ?? '', LABEL)}${count}${owner}`;
}

export interface QueueViewDeps {
  handbook: Pick<Handbook, 'entry' | 'field'>;
  nearest: (text: string) => Nearest;
  timeZone: string;
}

/** A group whole: what was asked, by whom, what the handbook has, what was answered, and what can be done now. */
export function createQueueView({ handbook, nearest, timeZone }: QueueViewDeps) {
  const day = (at: Temporal.Instant): string =>
    vietnameseDate(at.toZonedDateTimeISO(timeZone).toPlainDate().toString());

  function asked({ questions }: QueueGroup): string {
    const byText = Map.groupBy(questions, ({ text }) => text);
    const shown = [...byText].slice(0, MOST_TEXTS).map(([text, same]) => {
      const words = same.flatMap(({ added }) => (added === undefined ? [] : `Nói thêm:\n\n${quoted(added)}`));
      return [quoted(text), ...words].join('\n\n');
    });
    const more = byText.size - shown.length;
    return paragraphs(...shown, more > 0 ? `*và ${more} cách hỏi nữa*` : '');
  }

  function askers({ questions }: QueueGroup): string {
    const names = questions.slice(0, MOST_NAMES).map(({ personName, unitName }) => {
      const who = [personName ?? 'chưa ghi tên', unitName].filter((part) => part !== undefined).join(', ');
      return escapeMarkdown(who);
    });
    const more = questions.length - names.length;
    return `Người hỏi: ${names.join('; ')}${more > 0 ? ` và ${more} người nữa` : ''}.`;
  }

  function earlier({ questions }: QueueGroup): string {
    const before = questions[0]?.earlier;
    if (!before) return '';
    const answer = before.answer ?? handbook.entry(before.entryId ?? '')?.question ?? '';
    return `Câu trước: ${escapeMarkdown(shortened(before.text))}\n\nĐã trả lời: ${escapeMarkdown(shortened(answer))}`;
  }

  function standing(group: QueueGroup, mine: boolean): string {
    const due = `hạn trả lời ${vietnameseDate(group.dueOn.toString())}${group.overdue ? ', **đã quá hạn**' : ''}`;
    const field = handbook.field(group.field ?? '')?.title;
    const about = field === undefined ? '' : `Lĩnh vực gần nhất: ${escapeMarkdown(field)}. `;
    switch (group.state) {
      case 'new':
        return `${about}Chưa ai nhận; ${due}.`;
      case 'taken': {
        const owner = mine ? 'Đồng chí' : escapeMarkdown(group.ownerName ?? 'Một cán bộ khác');
        return `${about}${owner} đã nhận; ${due}.`;
      }
      case 'answered':
      case 'closed':
        return answered(group);
    }
  }

  function answered({ answer, entryId, answeredAt, state }: QueueGroup): string {
    const entry = handbook.entry(entryId ?? '')?.question;
    const what = entry === undefined ? quoted(answer ?? '') : `> Mục sổ tay: ${escapeMarkdown(entry)}`;
    const when = answeredAt === undefined ? '' : ` ngày ${day(answeredAt)}`;
    return `**${state === 'closed' ? 'Đã đóng' : `Đã trả lời${when}`}**\n\n${what}`;
  }

  function choices(group: QueueGroup, mine: boolean): Choice[] {
    const apart =
      group.questions.length > 1 && (group.state === 'new' || mine)
        ? [groupChoice('apart', group, 'Tách câu hỏi khác ý')]
        : [];
    switch (group.state) {
      case 'new':
        return [groupChoice('take', group, 'Nhận'), ...apart];
      case 'taken':
        if (!mine) return [groupChoice('take', group, 'Nhận thay')];
        return [
          groupChoice('answer', group, 'Trả lời'),
          groupChoice('pick', group, 'Chọn mục trong sổ tay'),
          groupChoice('pass', group, 'Chuyển cán bộ khác'),
          groupChoice('shut', group, 'Đóng, ngoài phạm vi'),
          ...apart,
          groupChoice('release', group, 'Thôi nhận'),
        ];
      case 'answered':
        return [
          ...(group.entryId === undefined ? [{ id: choiceId('st-moi', group.id), label: 'Đưa vào sổ tay' }] : []),
          groupChoice('close', group, 'Đóng câu hỏi'),
        ];
      case 'closed':
        return group.answeredAt === undefined || group.entryId !== undefined
          ? []
          : [{ id: choiceId('st-moi', group.id), label: 'Đưa vào sổ tay' }];
    }
  }

  return {
    /** @param actor who looks, as in an audit entry */
    show(group: QueueGroup, actor: string): Outgoing[] {
      const mine = group.owner === actor;
      const open = group.state === 'new' || group.state === 'taken';
      const parts = [
        `**Câu hỏi${group.announcementId === undefined ? '' : ' về một thông báo'}, gửi ngày ${day(group.askedAt)}**`,
        asked(group),
        askers(group),
        earlier(group),
        open ? nearText(nearest(group.questions[0]?.text ?? '')) : '',
        standing(group, mine),
      ];
      return say(paragraphs(...parts), [...choices(group, mine), toQueue()]);
    },
  };
}

export type QueueView = ReturnType<typeof createQueueView>;
