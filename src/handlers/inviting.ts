import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import type { InvitesStore } from '../people/invites-store.ts';
import type { Reach, Role } from '../people/reach.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { UnitsStore } from '../people/units-store.ts';
import { qrCode } from '../pictures/qr-code.ts';
import { ADMIN, TO_ADMIN } from './admin-choices.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { isRole, ROLE_NAMES, roleOf } from './role-names.ts';

/** Choices of one message. */
const MOST_CHOICES = 8;

export interface InvitingDeps {
  roles: RolesStore;
  invites: InvitesStore;
  units: UnitsStore;
  dialogs: Dialogs;
  /** The address that opens the bot on Telegram with this code; undefined: Telegram is off. */
  startLink: (code: string) => string | undefined;
  /** The date as people read it. */
  showDate: (at: Temporal.Instant) => string;
}

/** Inviting: role, unit, code; and the codes that are still good. */
export interface Inviting {
  /** Asks for what is not said yet, then makes a code. Undefined: out of reach. */
  invite(message: Incoming, reach: Reach, role?: string, unitId?: string): Promise<Outgoing[] | undefined>;
  listCodes(reach: Reach): Promise<Outgoing[]>;
  takeBack(message: Incoming, reach: Reach, id: string): Promise<Outgoing[]>;
  dialogs: NonNullable<Feature['dialogs']>;
}

export function createInviting(deps: InvitingDeps): Inviting {
  const { roles, invites, units, dialogs, startLink, showDate } = deps;

  function chooseRole(reach: Reach): Outgoing[] {
    const grantable = (Object.keys(ROLE_NAMES) as Role[]).filter((role) => reach.all || role !== 'admin');
    return say(
      'Đồng chí mời người vào **vai trò** nào?',
      grantable.map((role) => ({ id: choiceId(ADMIN, 'invite', role), label: ROLE_NAMES[role] })),
    );
  }

  async function chooseUnit(message: Incoming, reach: Reach, role: Role): Promise<Outgoing[] | undefined> {
    if (role === 'admin') return reach.all ? makeInvite(message, role, undefined) : undefined;
    const roots = await units.roots(reach);
    if (roots.length === 0) return say(NO_UNITS);
    await dialogs.open(message, DIALOG, { role });
    return say(
      `Vai trò ${roleOf(role, undefined)} ở **đơn vị** nào? Đồng chí gõ tên đơn vị, hoặc chọn:`,
      roots.slice(0, MOST_CHOICES).map(({ id, name }) => ({ id: choiceId(ADMIN, 'invite', role, id), label: name })),
    );
  }

  async function unitTyped(message: Incoming, state: unknown): Promise<Outgoing[] | undefined> {
    const { role } = state as { role: Role };
    const match = await units.match(message.text, await roles.reach(message));
    if (match.kind === 'none') return dialogs.misread(message, NO_SUCH_UNIT);
    if (match.kind === 'exact') return inviteInto(message, role, match.unit.id);
    const choices: Choice[] = [];
    for (const unit of match.units) {
      choices.push({ id: choiceId(ADMIN, 'invite', role, unit.id), label: await units.label(unit) });
    }
    return say(match.more ? WHICH_OF_MANY : WHICH_UNIT, choices);
  }

  async function inviteInto(message: Incoming, role: Role, unitId: string): Promise<Outgoing[] | undefined> {
    if (role === 'admin' || !(await roles.mayManage(message, unitId))) return undefined;
    const unit = await units.byId(unitId);
    return unit && makeInvite(message, role, unit);
  }

  async function makeInvite(
    message: Incoming,
    role: Role,
    unit: { id: string; name: string } | undefined,
  ): Promise<Outgoing[]> {
    await dialogs.close(message);
    const { code, invite } = await invites.make({ role, unitId: unit?.id }, await roles.actor(message));
    const link = startLink(code);
    const invitation = [
      `Mời đồng chí dùng **Sổ tay chi bộ** với vai trò ${roleOf(role, unit?.name)}.`,
      link === undefined ? '' : `Trên Telegram: mở ${link} rồi bấm Bắt đầu.`,
      `${link === undefined ? 'Đồng chí' : 'Hoặc'} nhắn cho bot mã này: ${code}`,
      `Mã dùng được một lần, đến hết ${showDate(invite.expiresAt)}.`,
    ];
    return [
      {
        markdown: invitation.filter((line) => line !== '').join('\n\n'),
        ...(link === undefined
          ? {}
          : { picture: { png: await qrCode(link), alt: 'Mã QR mở bot trên Telegram với mã mời này' } }),
      },
      ...say(FORWARD, [{ id: choiceId(ADMIN, 'undo', invite.id), label: 'Hủy mã này' }, TO_ADMIN]),
    ];
  }

  return {
    async invite(message, reach, role, unitId) {
      if (role === undefined) return chooseRole(reach);
      if (!isRole(role)) return undefined;
      return unitId === undefined ? chooseUnit(message, reach, role) : inviteInto(message, role, unitId);
    },
    async listCodes(reach) {
      const open = await invites.open(reach);
      if (open.length === 0) return say('Không có mã mời nào còn hạn.', [TO_ADMIN]);
      const choices = open.slice(0, MOST_CHOICES).map(({ id, role, unitName, expiresAt }) => ({
        id: choiceId(ADMIN, 'undo', id),
        label: `Hủy: ${[ROLE_NAMES[role], unitName].filter(Boolean).join(', ')} (đến ${showDate(expiresAt)})`,
      }));
      return say(`Có **${open.length} mã mời** còn hạn. Chọn một mã để hủy:`, [...choices, TO_ADMIN]);
    },
    async takeBack(message, reach, id) {
      const done = await invites.takeBack(reach, id, await roles.actor(message));
      return say(done ? 'Đã hủy mã mời. Mã đó không dùng được nữa.' : CODE_GONE, [TO_ADMIN]);
    },
    dialogs: { [DIALOG]: unitTyped },
  };
}

const DIALOG = 'invite-unit';
const NO_UNITS = 'Chưa có đơn vị nào để mời vào. Đồng chí thêm đơn vị trước bằng lệnh /donvi.';
const NO_SUCH_UNIT =
  'Tôi không thấy đơn vị này trong phạm vi của đồng chí. Đồng chí gõ lại tên đơn vị, gõ /donvi để xem danh sách, hoặc gõ /huy để thôi.';
const WHICH_UNIT = 'Đồng chí chọn đơn vị, hoặc gõ lại tên cho rõ hơn:';
const WHICH_OF_MANY =
  'Có nhiều đơn vị như vậy. Đồng chí chọn, hoặc gõ kèm cấp trên, ví dụ: Chi bộ Văn phòng, Đảng ủy xã A.';
const FORWARD =
  'Đồng chí chuyển tiếp tin trên cho đúng người được mời, đừng gửi vào nhóm: ai gõ mã trước thì người đó nhận vai trò.';
const CODE_GONE = 'Mã này đã được dùng, đã hủy, hoặc đã hết hạn.';
