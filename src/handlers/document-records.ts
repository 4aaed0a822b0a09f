import type { Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { DocumentRecord } from '../documents/documents-store.ts';
import type { Registry } from '../documents/registry.ts';
import { keyOf } from '../handbook/entry.ts';
import type { RolesStore } from '../people/roles-store.ts';
import { button, draftLines } from './document-draft.ts';
import { say } from './feature.ts';

const MOST_LISTED = 20;

/** The documents that officers recorded: looking at them, taking one back. */
export interface DocumentRecords {
  /** By the key of the document. */
  find(key: string): DocumentRecord | undefined;
  list(): Outgoing[];
  show(key: string): Outgoing[] | undefined;
  /** @param sure which state of the record was seen; undefined: it is asked first */
  withdraw(message: Incoming, key: string, sure: string | undefined): Promise<Outgoing[] | undefined>;
}

export function createDocumentRecords({
  registry,
  roles,
}: {
  registry: Registry;
  roles: Pick<RolesStore, 'actor'>;
}): DocumentRecords {
  const find = (key: string) => registry.records().find(({ fields }) => keyOf(fields.id) === key);

  function list(): Outgoing[] {
    const records = registry.records();
    if (records.length === 0) return say('Chưa có văn bản nào được ghi trong bot. Muốn ghi, đồng chí gõ: /vanban moi');
    return say(
      '**Các văn bản đã ghi trong bot**, mới nhất ở trên. Chọn một văn bản để sửa hoặc thu hồi:',
      records.slice(0, MOST_LISTED).map(({ fields }) => button(fields.number, 'show', keyOf(fields.id))),
    );
  }

  function show(key: string): Outgoing[] | undefined {
    const record = find(key);
    if (!record) return undefined;
    return say(`**Văn bản đã ghi trong bot**\n\n${draftLines(record.fields, registry.documents)}`, [
      button('Sửa', 'correct', key),
      button('Thu hồi', 'withdraw', key),
      button('Các văn bản đã ghi', 'list'),
    ]);
  }

  return {
    find,
    list,
    show,
    async withdraw(message, key, sure) {
      const record = find(key);
      if (!record) return undefined;
      const { fields, changedAt } = record;
      const number = `**${escapeMarkdown(fields.number)}**`;
      if (sure === undefined) {
        return say(`Thu hồi bản ghi ${number}? ${WHAT_IT_MEANS}`, [
          button('Xác nhận thu hồi', 'withdraw', key, mark(changedAt)),
          button('Không thu hồi', 'show', key),
        ]);
      }
      const seen = sure === mark(changedAt);
      const done = seen && (await registry.withdraw(fields.id, changedAt, await roles.actor(message)));
      return done ? say(`Đã thu hồi bản ghi ${number}.`) : [...say(MEANWHILE), ...(show(key) ?? list())];
    },
  };
}

/** Stands for a state of the record within a button. */
function mark(changedAt: string): string {
  return changedAt.replace(/\D/g, '');
}

export const MEANWHILE =
  'Đồng chí khác vừa ghi hoặc sửa văn bản này, nên tôi chưa thay đổi gì. Đồng chí xem lại; vẫn muốn thì bấm lần nữa.';
const WHAT_IT_MEANS = 'Văn bản mà nó thay lại được coi là còn hiệu lực, dòng cảnh báo ở các câu trả lời mất đi.';
