import type { Incoming, Outgoing } from '../bot/channel.ts';
import { ADMIN, TO_ADMIN } from './admin-choices.ts';
import type { AuditLog } from './audit-log.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { createInviting, type InvitingDeps } from './inviting.ts';
import { createRoleList, type RoleListDeps } from './role-list.ts';

export interface AdminDeps extends InvitingDeps, RoleListDeps {
  audit: AuditLog;
}

/** `/quantri`: roles within one's reach: invite, list, take away; what was changed. */
export function createAdmin(deps: AdminDeps): Feature {
  const { roles, audit } = deps;
  const inviting = createInviting(deps);
  const list = createRoleList(deps);

  async function choose(message: Incoming, [action, first, second]: string[]): Promise<Outgoing[] | undefined> {
    if (message.group) return say(PRIVATELY);
    const reach = await roles.reach(message);
    switch (action) {
      case undefined:
        return say(MENU, CHOICES);
      case 'invite':
        return inviting.invite(message, reach, first, second);
      case 'codes':
        return inviting.listCodes(reach);
      case 'undo':
        return inviting.takeBack(message, reach, first ?? '');
      case 'roles':
        return list.list(reach, first, pageNumber(second));
      case 'role':
        return list.show(reach, first ?? '');
      case 'take':
        return list.confirmTaking(reach, first ?? '');
      case 'taken':
        return list.take(message, reach, first ?? '');
      case 'log':
        return audit.show(reach, pageNumber(first), (next) => [
          ...(next === undefined ? [] : [{ id: choiceId(ADMIN, 'log', String(next)), label: 'Xem tiếp' }]),
          TO_ADMIN,
        ]);
      default:
        return undefined;
    }
  }

  return {
    commands: [
      {
        name: 'quantri',
        description: 'Mời cán bộ, xem và thôi vai trò, xem nhật ký',
        audience: 'officer',
        words: ['quan tri'],
        run: async (message) => (await choose(message, [])) ?? say(MENU, CHOICES),
      },
    ],
    choices: { [ADMIN]: choose },
    dialogs: inviting.dialogs,
  };
}

function pageNumber(text = ''): number {
  return /^\d{1,4}$/.test(text) ? Number(text) : 0;
}

const CHOICES = [
  { id: choiceId(ADMIN, 'invite'), label: 'Mời' },
  { id: choiceId(ADMIN, 'roles'), label: 'Danh sách vai trò' },
  { id: choiceId(ADMIN, 'codes'), label: 'Mã mời còn hạn' },
  { id: choiceId(ADMIN, 'log'), label: 'Nhật ký' },
];
const PRIVATELY = 'Việc này có thông tin của nhiều người, nên đồng chí nhắn riêng cho tôi giúp nhé.';
const MENU = '**Quản trị**. Đồng chí chọn việc cần làm:';
