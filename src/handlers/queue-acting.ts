import type { Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { QueueGroup } from '../questions/queue-groups.ts';
import type { Changed, QueueOfficer, QueueStore } from '../questions/queue-store.ts';
import { quoted } from '../questions/queue-texts.ts';
import { say } from './feature.ts';
import type { QueueView } from './queue-view.ts';
import { toQueue } from './queue-view.ts';

export interface QueueActingDeps {
  queue: QueueStore;
  roles: Pick<RolesStore, 'reach' | 'actor'>;
  view: QueueView;
}

/** What every step of an officer's work on a question goes through: who it is, whether it is still theirs. */
export interface QueueActing {
  officer(message: Incoming): Promise<QueueOfficer>;
  show(message: Incoming, id: string): Promise<Outgoing[]>;
  /**
   * The group when this officer has it, at this version; else what to say.
   *
   * @param typed what must not be lost
   */
  own(message: Incoming, id: string, version: number, typed?: string): Promise<QueueGroup | Outgoing[]>;
  /** @param done what is said before the group is shown again */
  result(message: Incoming, changed: Changed, done: string, typed?: string): Promise<Outgoing[]>;
}

export function createQueueActing({ queue, roles, view }: QueueActingDeps): QueueActing {
  async function officer(message: Incoming): Promise<QueueOfficer> {
    return { actor: await roles.actor(message), reach: await roles.reach(message) };
  }

  function late(group: QueueGroup, actor: string, typed: string | undefined): Outgoing[] {
    const kept = typed === undefined ? '' : `\n\nLời đồng chí đã soạn, chưa gửi:\n\n${quoted(typed)}`;
    return above(`${lateWords(group, actor)}${kept}`, view.show(group, actor));
  }

  function gone(typed: string | undefined): Outgoing[] {
    const kept = typed === undefined ? '' : `\n\nLời đồng chí đã soạn, chưa gửi:\n\n${quoted(typed)}`;
    return say(`${GONE}${kept}`, [toQueue()]);
  }

  return {
    officer,
    async show(message, id) {
      const { actor, reach } = await officer(message);
      const group = await queue.group(id, reach);
      return group ? view.show(group, actor) : gone(undefined);
    },
    async own(message, id, version, typed) {
      const { actor, reach } = await officer(message);
      const group = await queue.group(id, reach);
      if (!group) return gone(typed);
      const theirs = group.state === 'taken' && group.owner === actor && group.version === version;
      return theirs ? group : late(group, actor, typed);
    },
    async result(message, changed, done, typed) {
      if (changed.outcome === 'gone') return gone(typed);
      const { actor } = await officer(message);
      if (changed.outcome === 'late') return late(changed.group, actor, typed);
      return above(done, view.show(changed.group, actor));
    },
  };
}

/** One message: what is pressed next stands under what was said last. */
function above(words: string, shown: readonly Outgoing[]): Outgoing[] {
  return shown.map((one) => ({ ...one, markdown: `${words}\n\n${one.markdown}` }));
}

/** Why an action came too late. */
function lateWords({ state, owner, ownerName }: QueueGroup, actor: string): string {
  const who = ownerName === undefined ? 'Một cán bộ khác' : `Đồng chí **${escapeMarkdown(ownerName)}**`;
  if (state === 'answered' || state === 'closed') {
    return owner === actor
      ? 'Câu này đã xử lý xong rồi.'
      : `${who} đã xử lý xong câu này trước, nên tôi không làm gì thêm.`;
  }
  if (state === 'taken' && owner !== actor) return `${who} đã nhận câu này trước, nên tôi không làm gì thêm.`;
  return 'Câu này vừa có thay đổi, nên tôi chưa làm gì. Đồng chí xem lại:';
}

const GONE =
  'Câu hỏi này không còn ở đây: người hỏi đã rút, cán bộ khác đã xử lý, hoặc câu đã đóng từ lâu. Đồng chí xem lại danh sách.';
