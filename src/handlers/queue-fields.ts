import type { Incoming, Outgoing } from '../bot/channel.ts';
import type { Handbook } from '../handbook/load.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { FieldOfficersStore } from '../questions/field-officers-store.ts';
import { QUEUE } from '../questions/queue-texts.ts';
import { choiceId, say } from './feature.ts';
import { toQueue } from './queue-view.ts';

export interface QueueFieldsDeps {
  handbook: Pick<Handbook, 'field' | 'fields'>;
  fieldOfficers: FieldOfficersStore;
  roles: Pick<RolesStore, 'actor'>;
}

/** Which fields an officer sees to: questions of these fields come to them first. */
export interface QueueFields {
  list(message: Incoming): Promise<Outgoing[]>;
  /** Takes the field on, or gives it up. Undefined: there is no such field. */
  turn(message: Incoming, key: string): Promise<Outgoing[] | undefined>;
}

export function createQueueFields({ handbook, fieldOfficers, roles }: QueueFieldsDeps): QueueFields {
  async function list(message: Incoming): Promise<Outgoing[]> {
    const own = new Set(await fieldOfficers.of(await roles.actor(message)));
    return say(ABOUT, [
      ...handbook.fields.map(({ id, key, title }) => ({
        id: choiceId(QUEUE, 'field', key),
        label: `${own.has(id) ? '✅ ' : ''}${title}`,
      })),
      toQueue(),
    ]);
  }

  return {
    list,
    async turn(message, key) {
      const field = handbook.field(key);
      if (!field) return undefined;
      const actor = await roles.actor(message);
      await fieldOfficers.set(actor, field.id, !(await fieldOfficers.of(actor)).includes(field.id));
      return list(message);
    },
  };
}

const ABOUT =
  '**Lĩnh vực phụ trách.** Câu hỏi thuộc lĩnh vực có dấu ✅ được báo cho đồng chí trước, nếu người hỏi thuộc phạm vi của đồng chí. Đồng chí chọn để nhận hoặc bỏ:';
