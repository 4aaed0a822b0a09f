import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { keyOf } from '../handbook/entry.ts';
import { reaches, type Reach } from '../people/reach.ts';
import type { UnitsStore } from '../people/units-store.ts';
import type { QueueGroup } from '../questions/queue-groups.ts';
import type { QueueStore } from '../questions/queue-store.ts';
import { shortened } from '../questions/queue-texts.ts';
import type { Responsible } from '../questions/responsible-store.ts';
import { say } from './feature.ts';
import type { QueueActing } from './queue-acting.ts';
import { groupChoice } from './queue-view.ts';

/** Choices of one message. */
const MOST = 8;

export interface QueuePassingDeps {
  queue: Pick<QueueStore, 'others' | 'pass' | 'separate'>;
  units: Pick<UnitsStore, 'byId'>;
  acting: QueueActing;
}

/** Giving a question to another officer, and parting questions that are not alike after all. */
export interface QueuePassing {
  choose(message: Incoming, action: string, group: QueueGroup, rest: string): Promise<Outgoing[] | undefined>;
}

export function createQueuePassing({ queue, units, acting }: QueuePassingDeps): QueuePassing {
  /** Officers above stand by their unit: who they are is beyond this officer's reach. */
  async function label({ name, unitId }: Responsible, reach: Reach): Promise<{ key: string; label: string }> {
    if (unitId === undefined && !reach.all) return { key: 'admin', label: 'Quản trị' };
    const unit = unitId === undefined ? undefined : await units.byId(unitId);
    const known = reach.all || (unit !== undefined && reaches(reach, unit.path));
    const where = unit?.name ?? 'Quản trị';
    return known
      ? { key: `${name} ${where}`, label: `${name ?? 'Chưa ghi tên'} (${where})` }
      : { key: where, label: `Cán bộ phụ trách ${where}` };
  }

  async function ask(message: Incoming, group: QueueGroup, page: number): Promise<Outgoing[]> {
    const by = await acting.officer(message);
    const choices = new Map<string, Choice>();
    for (const one of await queue.others(group.id, by)) {
      const { key, label: written } = await label(one, by.reach);
      if (!choices.has(key)) choices.set(key, groupChoice('to', group, written, keyOf(one.actor)));
    }
    if (choices.size === 0) return say(NOBODY);
    const shown = [...choices.values()].slice(page * MOST, (page + 1) * MOST);
    if (choices.size > (page + 1) * MOST) shown.push(groupChoice('pass', group, 'Xem tiếp', String(page + 1)));
    return say('Đồng chí chuyển câu hỏi này cho ai?', shown);
  }

  async function pass(message: Incoming, { id, version }: QueueGroup, key: string): Promise<Outgoing[]> {
    const by = await acting.officer(message);
    const other = (await queue.others(id, by)).find(({ actor }) => keyOf(actor) === key);
    if (!other) return say(NO_LONGER);
    const changed = await queue.pass(id, version, by, other.actor);
    return acting.result(message, changed, 'Đã chuyển câu hỏi và báo cho cán bộ đó.');
  }

  async function separate(message: Incoming, group: QueueGroup, questionId: string): Promise<Outgoing[]> {
    const { id, version } = group;
    const changed = await queue.separate(id, version, await acting.officer(message), questionId);
    return acting.result(message, changed, 'Đã tách thành câu riêng, xem trong /cauhoi. Các câu còn lại:');
  }

  return {
    async choose(message, action, group, rest) {
      switch (action) {
        case 'pass':
          return ask(message, group, /^\d{1,4}$/.test(rest) ? Number(rest) : 0);
        case 'to':
          return pass(message, group, rest);
        case 'apart':
          return say(
            'Câu nào khác ý, phải trả lời riêng?',
            group.questions.slice(0, MOST).map(({ id, text }) => groupChoice('split', group, shortened(text), id)),
          );
        case 'split':
          return separate(message, group, rest);
        default:
          return undefined;
      }
    },
  };
}

const NOBODY = 'Chưa có cán bộ nào khác phụ trách đơn vị của người hỏi. Quản trị mời thêm cán bộ bằng lệnh /quantri.';
const NO_LONGER = 'Cán bộ này không còn phụ trách đơn vị của người hỏi. Đồng chí bấm "Chuyển cán bộ khác" để chọn lại.';
