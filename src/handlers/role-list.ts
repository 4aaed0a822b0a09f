import type { Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { AccountRef } from '../config.ts';
import type { PeopleStore } from '../people/people-store.ts';
import type { Reach, Role } from '../people/reach.ts';
import type { ListedRole, RolesStore } from '../people/roles-store.ts';
import { ADMIN, TO_ADMIN } from './admin-choices.ts';
import { choiceId, say } from './feature.ts';
import { isRole, ROLE_NAMES, roleOf } from './role-names.ts';

const PAGE = 8;

export interface RoleListDeps {
  roles: RolesStore;
  people: Pick<PeopleStore, 'accountsOf'>;
  /** Told when what these accounts may do has changed. */
  onRolesChanged: (accounts: readonly AccountRef[]) => void;
}

/** Who has which role within a reach, and taking it away; undefined: there is no such role within it. */
export interface RoleList {
  list(reach: Reach, role?: string, page?: number): Promise<Outgoing[]>;
  show(reach: Reach, id: string): Promise<Outgoing[] | undefined>;
  confirmTaking(reach: Reach, id: string): Promise<Outgoing[] | undefined>;
  take(message: Incoming, reach: Reach, id: string): Promise<Outgoing[] | undefined>;
}

export function createRoleList({ roles, people, onRolesChanged }: RoleListDeps): RoleList {
  async function listRoles(reach: Reach): Promise<Outgoing[]> {
    const counts = await roles.count(reach);
    const choices = (Object.keys(ROLE_NAMES) as Role[]).flatMap((role) => {
      const count = counts.get(role) ?? 0;
      return count === 0 ? [] : [{ id: choiceId(ADMIN, 'roles', role), label: `${ROLE_NAMES[role]} (${count})` }];
    });
    if (choices.length === 0) return say(NOBODY, [TO_ADMIN]);
    return say('Đồng chí xem **vai trò** nào?', [...choices, TO_ADMIN]);
  }

  async function listHolders(reach: Reach, role: Role, page: number): Promise<Outgoing[]> {
    const found = await roles.list(reach, role, { offset: page * PAGE, limit: PAGE + 1 });
    if (found.length === 0) return listRoles(reach);
    const choices = found.slice(0, PAGE).map((held) => ({ id: choiceId(ADMIN, 'role', held.id), label: holder(held) }));
    if (found.length > PAGE) choices.push({ id: choiceId(ADMIN, 'roles', role, String(page + 1)), label: 'Xem tiếp' });
    return say(`**${ROLE_NAMES[role]}**. Chọn một người để xem hoặc thôi vai trò:`, [...choices, TO_ADMIN]);
  }

  return {
    list: (reach, role = '', page = 0) => (isRole(role) ? listHolders(reach, role, page) : listRoles(reach)),
    async show(reach, id) {
      const held = await roles.held(reach, id);
      if (!held) return undefined;
      return say(`${personName(held)}: ${roleOf(held.role, held.unitName)}.`, [
        { id: choiceId(ADMIN, 'take', id), label: 'Thôi vai trò này' },
        TO_ADMIN,
      ]);
    },
    async confirmTaking(reach, id) {
      const held = await roles.held(reach, id);
      if (!held) return undefined;
      return say(
        `${personName(held)} sẽ không còn là ${roleOf(held.role, held.unitName)}, ngay lập tức. Mã mời còn hạn do người này làm ra cũng hết hiệu lực. Đồng chí chắc chứ?`,
        [
          { id: choiceId(ADMIN, 'taken', id), label: 'Xác nhận thôi vai trò' },
          { ...TO_ADMIN, label: 'Không' },
        ],
      );
    },
    async take(message, reach, id) {
      const held = await roles.held(reach, id);
      if (!held || !(await roles.take(reach, id, await roles.actor(message)))) return undefined;
      onRolesChanged(await people.accountsOf(held.personId));
      return say(`Đã thôi vai trò: ${personName(held)} không còn là ${roleOf(held.role, held.unitName)}.`, [TO_ADMIN]);
    },
  };
}

function personName({ personName: name }: ListedRole): string {
  return name === undefined ? 'Người chưa ghi tên' : `Đồng chí **${escapeMarkdown(name)}**`;
}

function holder({ personName: name, unitName }: ListedRole): string {
  return [name ?? 'chưa ghi tên', unitName].filter(Boolean).join(', ');
}

const NOBODY = 'Chưa ai có vai trò. Đồng chí chọn "Mời" trong mục Quản trị.';
