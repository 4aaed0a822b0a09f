import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { reaches, type Reach } from '../people/reach.ts';
import type { RolesStore } from '../people/roles-store.ts';
import { planUnits, type UnitPlan, type UnitRow } from '../people/unit-plan.ts';
import { newUnitId, type UnitsStore } from '../people/units-store.ts';
import { fold } from '../search/fold.ts';
import { mistakeLines } from '../spreadsheet/mistake.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { ALL_UNITS, UNITS, type UnitView } from './unit-view.ts';

/** Lines of one message; more come by spreadsheet. */
const MOST_LINES = 50;
/** Names are shown to that many; the counts say the rest. */
const MOST_NAMES = 15;

export interface UnitAddingDeps {
  units: UnitsStore;
  roles: Pick<RolesStore, 'reach' | 'actor'>;
  dialogs: Dialogs;
  view: UnitView;
}

/** Adding units by typed lines: the lines, what they would do, "Nhập". */
export interface UnitAdding {
  /** Asks for names. Undefined: nothing may be added there. */
  ask(message: Incoming, reach: Reach, under: string | undefined): Promise<Outgoing[] | undefined>;
  /** Shows what the lines would do; nothing is done before "Nhập". */
  preview(message: Incoming, text: string, under: string | undefined): Promise<Outgoing[]>;
  /** Undefined: there is nothing that waits for it. */
  carryOut(message: Incoming, reach: Reach): Promise<Outgoing[] | undefined>;
  cancel(message: Incoming): Promise<Outgoing[]>;
  dialogs: NonNullable<Feature['dialogs']>;
}

export function createUnitAdding({ units, roles, dialogs, view }: UnitAddingDeps): UnitAdding {
  async function ask(message: Incoming, reach: Reach, id: string | undefined): Promise<Outgoing[] | undefined> {
    const unit = await view.mine(reach, id);
    if (!unit && (id !== undefined || !reach.all)) return undefined;
    await dialogs.open(message, ADD, { under: unit?.id ?? null });
    return say(unit ? `Thêm đơn vị trực thuộc **${escapeMarkdown(unit.name)}**. ${HOW_TO_ADD}` : HOW_TO_ADD);
  }

  async function plan(reach: Reach, rows: readonly UnitRow[], under: string | undefined): Promise<UnitPlan> {
    const existing = (await units.all()).filter(({ path }) => reaches(reach, path));
    const roots = reach.all ? [] : await units.roots(reach);
    const place = under ?? (roots.length === 1 ? roots[0]?.id : undefined);
    const planned = planUnits(rows, { existing, under: place, newId: newUnitId });
    if (reach.all || place !== undefined) return planned;
    const unplaced = rows.filter(({ parent }) => parent === '').map(({ row }) => ({ row, text: NAME_PARENT }));
    return { ...planned, mistakes: [...planned.mistakes, ...unplaced] };
  }

  /** Shows what the lines would do; nothing is done before "Nhập". */
  async function preview(message: Incoming, text: string, under: string | undefined): Promise<Outgoing[]> {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length > MOST_LINES) return say(TOO_MANY_LINES);
    const rows = lines.map((line, i): UnitRow => {
      const [name = '', parent = '', kind = ''] = line.split('|').map((part) => part.replace(/\s+/gu, ' ').trim());
      return { row: i + 1, name: name.normalize('NFC'), parent, kind };
    });
    const { plan: planned, mistakes } = await plan(await roles.reach(message), rows, under);
    if (mistakes.length > 0) {
      await dialogs.open(message, ADD, { under: under ?? null });
      const list = mistakeLines(mistakes).map((line) => `- ${escapeMarkdown(line.replace(/^Hàng/, 'Dòng'))}`);
      return say(
        `Chưa thêm được gì, vì còn chỗ phải sửa:\n\n${list.join('\n')}\n\nĐồng chí gõ lại tất cả các dòng, hoặc /huy để thôi.`,
      );
    }
    const added = planned.filter(({ change }) => change === 'add');
    const updated = planned.filter(({ change }) => change === 'update');
    if (added.length + updated.length === 0) {
      await dialogs.close(message);
      return say('Các đơn vị này đã có đủ trong danh sách, không có gì phải thêm.', [ALL_UNITS]);
    }
    await dialogs.open(message, IMPORT, { rows, under: under ?? null }, 'các đơn vị vừa gõ');
    const parts = [
      added.length > 0 ? `Sẽ thêm **${added.length} đơn vị**:\n\n${nameList(added)}` : '',
      updated.length > 0 ? `Sẽ cập nhật **${updated.length} đơn vị**:\n\n${nameList(updated)}` : '',
    ];
    return say(parts.filter((part) => part !== '').join('\n\n'), CONFIRM);
  }

  async function carryOut(message: Incoming, reach: Reach): Promise<Outgoing[] | undefined> {
    const state = (await dialogs.state(message, IMPORT)) as { rows: UnitRow[]; under: string | null } | undefined;
    if (!state) return undefined;
    const under = await view.mine(reach, state.under ?? undefined);
    if (state.under !== null && !under) return undefined;
    // Worked out anew: somebody else may have added the same meanwhile.
    const { plan: planned, mistakes } = await plan(reach, state.rows, under?.id);
    await dialogs.close(message);
    if (mistakes.length > 0) return say(CHANGED_MEANWHILE, [ALL_UNITS]);
    await units.apply(planned, await roles.actor(message));
    // Where they went, when that is one place.
    const [first] = planned;
    const together = planned.every(({ parentId }) => parentId === first?.parentId);
    const shown = together && first?.parentId !== undefined ? await units.byId(first.parentId) : undefined;
    const done = `Đã nhập ${planned.filter(({ change }) => change !== 'same').length} đơn vị.`;
    return [
      ...say(done),
      ...(shown && reaches(reach, shown.path) ? await view.show(reach, shown) : await view.top(reach)),
    ];
  }

  return {
    ask,
    preview,
    carryOut,
    async cancel(message) {
      await dialogs.close(message);
      return say('Đã hủy, không thêm gì.', [ALL_UNITS]);
    },
    dialogs: {
      async [ADD](message, state) {
        const { under } = state as { under: string | null };
        const unit = await view.mine(await roles.reach(message), under ?? undefined);
        return under !== null && !unit ? undefined : preview(message, message.text, unit?.id);
      },
      async [IMPORT](message, state) {
        const { under } = state as { under: string | null };
        const spoken = fold(message.text).trim();
        if (spoken === 'nhap') return carryOut(message, await roles.reach(message));
        // Anything else is the lines again, mended.
        return spoken === 'sua' ? say(HOW_TO_ADD) : preview(message, message.text, under ?? undefined);
      },
    },
  };
}

const ADD = 'unit-add';
const IMPORT = 'unit-import';
const CONFIRM: Choice[] = [
  { id: choiceId(UNITS, 'import'), label: 'Nhập' },
  { id: choiceId(UNITS, 'cancel'), label: 'Hủy' },
];

function nameList(planned: readonly { name: string }[]): string {
  const names = planned.slice(0, MOST_NAMES).map(({ name }) => `- ${escapeMarkdown(name)}`);
  return planned.length > MOST_NAMES
    ? [...names, `- … và ${planned.length - MOST_NAMES} đơn vị nữa`].join('\n')
    : names.join('\n');
}

const HOW_TO_ADD =
  'Đồng chí gõ mỗi đơn vị một dòng. Muốn ghi cấp trên thì thêm dấu | rồi tên cấp trên, ví dụ:\n\n```\nĐảng ủy xã A\nChi bộ Thôn 1 | Đảng ủy xã A\n```\n\n(Gõ /huy để thôi.)';
const TOO_MANY_LINES = `Mỗi tin chỉ nhận nhiều nhất ${MOST_LINES} dòng. Đồng chí chia thành nhiều tin, hoặc dùng bảng Excel.`;
const NAME_PARENT = 'đồng chí phụ trách nhiều đơn vị, nên ghi thêm dấu | rồi tên đơn vị cấp trên.';
const CHANGED_MEANWHILE = 'Danh sách đơn vị vừa có thay đổi, nên tôi chưa nhập gì. Đồng chí gõ lại các dòng giúp tôi.';
