import type { Incoming, Outgoing } from '../bot/channel.ts';
import type { PlacingStore } from '../people/placing-store.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { Reach } from '../people/reach.ts';
import type { UnitsStore } from '../people/units-store.ts';
import { fold } from '../search/fold.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, type Feature, PRIVATE_MATTER, say } from './feature.ts';
import { createUnitAdding } from './unit-adding.ts';
import { createUnitChanging } from './unit-changing.ts';
import { createUnitPlacing } from './unit-placing.ts';
import { createUnitView, UNITS } from './unit-view.ts';

export interface UnitsFeatureDeps {
  units: UnitsStore;
  placing: PlacingStore;
  roles: Pick<RolesStore, 'reach' | 'actor'>;
  dialogs: Dialogs;
}

/** `/donvi`: the tree of units within one's reach: look, add, rename, move; by buttons and by typed lines. */
export function createUnitsFeature(deps: UnitsFeatureDeps): Feature {
  const { units, roles } = deps;
  const view = createUnitView(units);
  const adding = createUnitAdding({ ...deps, view });
  const changing = createUnitChanging({ ...deps, view });
  const placing = createUnitPlacing({ ...deps, view });

  /** The units that the reach is made of, and who belongs to none. */
  async function top(reach: Reach, page = 0): Promise<Outgoing[]> {
    const [first, ...rest] = await view.top(reach, page);
    return first
      ? [{ ...first, choices: [...(first.choices ?? []), ...(await placing.choices(reach))] }, ...rest]
      : rest;
  }

  async function typed(message: Incoming, argument: string): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATE_MATTER);
    const reach = await roles.reach(message);
    if (argument === '') return top(reach);
    // Folding keeps the number of letters of what is composed.
    const text = argument.normalize('NFC');
    const verb = VERBS.exec(fold(text))?.[0];
    if (verb === undefined) {
      const found = await view.find(reach, text, ({ id }) => choiceId(UNITS, 'show', id));
      return 'unit' in found ? view.show(reach, found.unit) : found.answer;
    }
    const rest = text.slice(verb.length).trim();
    if (verb === 'them' || verb === 'moi') {
      if (rest !== '') return adding.preview(message, rest, undefined);
      return (await adding.ask(message, reach, undefined)) ?? view.top(reach);
    }
    const [name = '', to = ''] = rest.split('|').map((part) => part.trim());
    if (name === '' || to === '') return say(HOW_TO_TYPE);
    const found = await view.find(reach, name, ({ id }) => choiceId(UNITS, 'show', id));
    if (!('unit' in found)) return found.answer;
    if (verb === 'doi ten') return changing.rename(message, found.unit, to);
    if (!(await changing.mayMove(reach, found.unit))) return say(NOT_YOURS_TO_MOVE);
    const target = await view.find(reach, to, ({ id }) => choiceId(UNITS, 'to', found.unit.id, id));
    if (!('unit' in target)) return target.answer;
    return (await changing.confirmMove(reach, found.unit, target.unit.id)) ?? view.top(reach);
  }

  async function choose(message: Incoming, [action, id, rest = '']: string[]): Promise<Outgoing[] | undefined> {
    if (message.group) return say(PRIVATE_MATTER);
    const reach = await roles.reach(message);
    switch (action) {
      case undefined:
        return top(reach);
      case 'top':
        return top(reach, pageNumber(id));
      case 'unplaced':
        return placing.list(reach);
      case 'place':
        return placing.ask(message, reach, id ?? '');
      case 'placed':
        return placing.place(message, reach, id ?? '', rest);
      case 'add':
        return adding.ask(message, reach, id);
      case 'import':
        return adding.carryOut(message, reach);
      case 'cancel':
        return adding.cancel(message);
    }
    const unit = await view.mine(reach, id);
    if (!unit) return undefined;
    switch (action) {
      case 'show':
        return view.show(reach, unit, pageNumber(rest));
      case 'rename':
        return changing.askForName(message, unit);
      case 'move':
        return (await changing.mayMove(reach, unit))
          ? changing.askWhereTo(message, reach, unit)
          : say(NOT_YOURS_TO_MOVE);
      case 'to':
        return (await changing.mayMove(reach, unit)) ? changing.confirmMove(reach, unit, rest) : undefined;
      case 'moved':
        return changing.move(message, reach, unit, rest);
      default:
        return undefined;
    }
  }

  return {
    commands: [
      {
        name: 'donvi',
        description: 'Xem, thêm, đổi tên, chuyển đơn vị',
        audience: 'officer',
        words: ['don vi', 'danh sach don vi', 'cac don vi'],
        argument: /^(?:thêm|them|mới|moi|đổi tên|doi ten|chuyển|chuyen)\s[\s\S]*[|\n]/i,
        run: typed,
      },
    ],
    choices: { [UNITS]: choose },
    dialogs: { ...adding.dialogs, ...changing.dialogs, ...placing.dialogs },
  };
}

const VERBS = /^(?:them|moi|doi ten|chuyen)(?=\s|$)/;

function pageNumber(text = ''): number {
  return /^\d{1,4}$/.test(text) ? Number(text) : 0;
}

const HOW_TO_TYPE =
  'Đồng chí gõ như sau:\n\n/donvi đổi tên Chi bộ Thôn 1 | Chi bộ Thôn Đông\n\n/donvi chuyển Chi bộ Thôn 1 | Đảng ủy xã B';
const NOT_YOURS_TO_MOVE = 'Đơn vị này do cấp trên sắp xếp, đồng chí không chuyển được. Đồng chí báo cán bộ cấp trên.';
