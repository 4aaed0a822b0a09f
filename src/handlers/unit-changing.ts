import type { Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { Reach } from '../people/reach.ts';
import type { RolesStore } from '../people/roles-store.ts';
import { nameMistake } from '../people/unit-plan.ts';
import type { Unit, UnitsStore } from '../people/units-store.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { UNITS, type UnitView } from './unit-view.ts';

export interface UnitChangingDeps {
  units: UnitsStore;
  roles: Pick<RolesStore, 'reach' | 'actor'>;
  dialogs: Dialogs;
  view: UnitView;
}

/** A new name for a unit, or another place in the tree. */
export interface UnitChanging {
  askForName(message: Incoming, unit: Unit): Promise<Outgoing[]>;
  rename(message: Incoming, unit: Unit, text: string): Promise<Outgoing[]>;
  /** Whether this officer may move it: what somebody is responsible for as a whole stays where those above have put it. */
  mayMove(reach: Reach, unit: Unit): Promise<boolean>;
  askWhereTo(message: Incoming, reach: Reach, unit: Unit): Promise<Outgoing[]>;
  /** @param to a unit's id, or TOP; undefined is answered when that is out of reach */
  confirmMove(reach: Reach, unit: Unit, to: string): Promise<Outgoing[] | undefined>;
  move(message: Incoming, reach: Reach, unit: Unit, to: string): Promise<Outgoing[] | undefined>;
  dialogs: NonNullable<Feature['dialogs']>;
}

export function createUnitChanging({ units, roles, dialogs, view }: UnitChangingDeps): UnitChanging {
  const mayMove = async (reach: Reach, unit: Unit): Promise<boolean> =>
    reach.all || (await view.mine(reach, unit.parentId)) !== undefined;

  async function rename(message: Incoming, unit: Unit, text: string): Promise<Outgoing[]> {
    const name = text.normalize('NFC').replace(/\s+/gu, ' ').trim();
    const mistake = nameMistake(name);
    if (mistake !== undefined) return say(`Chưa đổi tên được: ${escapeMarkdown(mistake)} Muốn thôi thì gõ /huy.`);
    if (!(await units.rename(unit.id, name, await roles.actor(message)))) return say(NAME_TAKEN);
    await dialogs.close(message);
    return say(`Đã đổi tên **${escapeMarkdown(unit.name)}** thành **${escapeMarkdown(name)}**.`, [
      { id: choiceId(UNITS, 'show', unit.id), label: 'Xem đơn vị' },
    ]);
  }

  async function askWhereTo(message: Incoming, reach: Reach, unit: Unit): Promise<Outgoing[]> {
    await dialogs.open(message, MOVE, { id: unit.id });
    const toTop = { id: choiceId(UNITS, 'to', unit.id, TOP), label: 'Lên cấp cao nhất' };
    return say(
      `Chuyển **${escapeMarkdown(unit.name)}** và mọi đơn vị bên dưới đến trực thuộc đơn vị nào? Đồng chí gõ tên đơn vị. (Gõ /huy để thôi.)`,
      reach.all && unit.parentId !== undefined ? [toTop] : [],
    );
  }

  async function confirmMove(reach: Reach, unit: Unit, to: string): Promise<Outgoing[] | undefined> {
    const target = to === TOP ? undefined : await view.mine(reach, to);
    if (!target && !(to === TOP && reach.all)) return undefined;
    const { units: below, people } = await units.counts(unit);
    const where = target ? `đến trực thuộc **${escapeMarkdown(target.name)}**` : 'lên cấp cao nhất';
    return say(
      `Sẽ chuyển **${escapeMarkdown(unit.name)}** (cùng ${below} đơn vị bên dưới, ${people} người) ${where}. Cán bộ phụ trách của cấp mới sẽ quản lý những người này.`,
      [
        { id: choiceId(UNITS, 'moved', unit.id, to), label: 'Xác nhận chuyển' },
        { id: choiceId(UNITS, 'show', unit.id), label: 'Không' },
      ],
    );
  }

  async function move(message: Incoming, reach: Reach, unit: Unit, to: string): Promise<Outgoing[] | undefined> {
    const target = to === TOP ? undefined : await view.mine(reach, to);
    if (!target && !(to === TOP && reach.all)) return undefined;
    if (!(await mayMove(reach, unit))) return undefined;
    if (!(await units.move(unit.id, target?.id, await roles.actor(message)))) return say(CANNOT_MOVE);
    await dialogs.close(message);
    const moved = (await units.byId(unit.id)) ?? unit;
    return [...say('Đã chuyển.'), ...(await view.show(reach, moved))];
  }

  return {
    async askForName(message, unit) {
      await dialogs.open(message, RENAME, { id: unit.id });
      return say(`Đồng chí gõ **tên mới** của **${escapeMarkdown(unit.name)}**. (Gõ /huy để thôi.)`);
    },
    rename,
    mayMove,
    askWhereTo,
    confirmMove,
    move,
    dialogs: {
      async [RENAME](message, state) {
        const unit = await view.mine(await roles.reach(message), (state as { id: string }).id);
        return unit && rename(message, unit, message.text);
      },
      async [MOVE](message, state) {
        const reach = await roles.reach(message);
        const unit = await view.mine(reach, (state as { id: string }).id);
        if (!unit || !(await mayMove(reach, unit))) return undefined;
        const target = await view.find(reach, message.text, ({ id }) => choiceId(UNITS, 'to', unit.id, id));
        return 'unit' in target ? confirmMove(reach, unit, target.unit.id) : target.answer;
      },
    },
  };
}

const RENAME = 'unit-rename';
const MOVE = 'unit-move';
const TOP = 'top';

const NAME_TAKEN = 'Cấp trên này đã có đơn vị tên như vậy. Đồng chí gõ một tên khác, hoặc /huy để thôi.';
const CANNOT_MOVE =
  'Không chuyển được: nơi đến nằm bên dưới chính đơn vị này, hoặc ở đó đã có đơn vị cùng tên. Đồng chí chọn nơi khác.';
