import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { PlacingStore } from '../people/placing-store.ts';
import type { Reach } from '../people/reach.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { UnitsStore } from '../people/units-store.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { ALL_UNITS, UNITS, type UnitView } from './unit-view.ts';

const MOST_CHOICES = 8;
const DIALOG = 'unit-place';

export interface UnitPlacingDeps {
  units: UnitsStore;
  placing: PlacingStore;
  roles: Pick<RolesStore, 'reach' | 'actor'>;
  dialogs: Dialogs;
  view: UnitView;
}

/** Sorting in people whose unit the list did not have: for admins, since they are in nobody's reach yet. */
export interface UnitPlacing {
  /** The choice that leads here; none when nobody waits. */
  choices(reach: Reach): Promise<Choice[]>;
  list(reach: Reach): Promise<Outgoing[] | undefined>;
  ask(message: Incoming, reach: Reach, personId: string): Promise<Outgoing[] | undefined>;
  place(message: Incoming, reach: Reach, personId: string, unitId: string): Promise<Outgoing[] | undefined>;
  dialogs: NonNullable<Feature['dialogs']>;
}

export function createUnitPlacing({ units, placing, roles, dialogs, view }: UnitPlacingDeps): UnitPlacing {
  async function list(reach: Reach): Promise<Outgoing[] | undefined> {
    if (!reach.all) return undefined;
    const waiting = await placing.list(MOST_CHOICES);
    if (waiting.length === 0) return say('Mọi người đã đăng ký đều có đơn vị.', [ALL_UNITS]);
    return say(INTRODUCTION, [
      ...waiting.map(({ personId, unitText, people }) => ({
        id: choiceId(UNITS, 'place', personId),
        label: `${unitText} (${people} người)`,
      })),
      ALL_UNITS,
    ]);
  }

  async function place(message: Incoming, reach: Reach, personId: string, unitId: string) {
    const waiting = reach.all ? await placing.of(personId) : undefined;
    const unit = await view.mine(reach, unitId);
    if (!waiting || !unit) return undefined;
    const placed = await placing.place(waiting, unit.id, await roles.actor(message));
    await dialogs.close(message);
    const done = `Đã xếp ${placed} người vào **${escapeMarkdown(unit.name)}**.`;
    const [first, ...rest] = (await list(reach)) ?? [];
    return first ? [{ ...first, markdown: `${done}\n\n${first.markdown}` }, ...rest] : say(done);
  }

  return {
    async choices(reach) {
      const waiting = reach.all ? await placing.list(1) : [];
      return waiting.length === 0 ? [] : [{ id: choiceId(UNITS, 'unplaced'), label: 'Người chưa xếp đơn vị' }];
    },
    list,
    async ask(message, reach, personId) {
      const waiting = reach.all ? await placing.of(personId) : undefined;
      if (!waiting) return undefined;
      await dialogs.open(message, DIALOG, { personId });
      const match = await units.match(waiting.unitText);
      const near = match.kind === 'exact' ? [match.unit] : match.kind === 'candidates' ? match.units : [];
      const choices: Choice[] = [];
      for (const unit of near) {
        choices.push({ id: choiceId(UNITS, 'placed', personId, unit.id), label: await units.label(unit) });
      }
      return say(
        `${waiting.people} người ghi đơn vị là "**${escapeMarkdown(waiting.unitText)}**". Đồng chí gõ tên đúng của đơn vị${choices.length > 0 ? ', hoặc chọn' : ''}. (Gõ /huy để thôi.)`,
        choices,
      );
    },
    place,
    dialogs: {
      async [DIALOG](message, state) {
        const { personId } = state as { personId: string };
        const reach = await roles.reach(message);
        if (!reach.all) return undefined;
        const found = await view.find(reach, message.text, ({ id }) => choiceId(UNITS, 'placed', personId, id));
        return 'unit' in found ? place(message, reach, personId, found.unit.id) : found.answer;
      },
    },
  };
}

const INTRODUCTION =
  '**Người chưa xếp đơn vị**: khi đăng ký, họ ghi tên đơn vị mà danh sách chưa có. Đồng chí chọn một dòng để xếp:';
