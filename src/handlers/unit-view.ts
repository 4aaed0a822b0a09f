import type { Choice, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { reaches, type Reach } from '../people/reach.ts';
import type { Unit, UnitsStore } from '../people/units-store.ts';
import { choiceId, say } from './feature.ts';

const PAGE = 8;

/** The first part of the ids of all choices that have to do with units. */
export const UNITS = 'units';
export const ALL_UNITS: Choice = { id: choiceId(UNITS), label: 'Danh sách đơn vị' };

/** Units as officers see them, each within their reach. */
export interface UnitView {
  /** A unit, if it is within the reach. */
  mine(reach: Reach, id: string | undefined): Promise<Unit | undefined>;
  top(reach: Reach, page?: number): Promise<Outgoing[]>;
  show(reach: Reach, unit: Unit, page?: number): Promise<Outgoing[]>;
  /**
   * The one unit that is meant, or what to say when that is not clear.
   *
   * @param choice the id of the choice that picks this unit
   */
  find(reach: Reach, text: string, choice: (unit: Unit) => string): Promise<{ unit: Unit } | { answer: Outgoing[] }>;
}

export function createUnitView(units: UnitsStore): UnitView {
  /** A unit, if it is within the reach. */
  async function mine(reach: Reach, id: string | undefined): Promise<Unit | undefined> {
    const unit = id === undefined ? undefined : await units.byId(id);
    return unit && reaches(reach, unit.path) ? unit : undefined;
  }

  async function top(reach: Reach, page = 0): Promise<Outgoing[]> {
    const roots = await units.roots(reach);
    const [only] = roots;
    if (only && roots.length === 1 && !reach.all) return show(reach, only);
    const add = reach.all ? [{ id: choiceId(UNITS, 'add'), label: 'Thêm đơn vị' }] : [];
    if (roots.length === 0) return say(NO_UNITS, add);
    return say('**Đơn vị**. Chọn một đơn vị để xem, hoặc gõ /donvi kèm tên, ví dụ: /donvi Văn phòng', [
      ...paged(roots, page, () => choiceId(UNITS, 'top', String(page + 1))),
      ...add,
    ]);
  }

  async function show(reach: Reach, unit: Unit, page = 0): Promise<Outgoing[]> {
    const { units: below, people } = await units.counts(unit);
    const parent = await mine(reach, unit.parentId);
    const children = await units.children(unit.id);
    const text = [
      `**${escapeMarkdown(unit.name)}**`,
      [
        parent && `- Trực thuộc: ${escapeMarkdown(parent.name)}`,
        unit.kind !== 'khác' && `- Loại: ${unit.kind}`,
        `- Đơn vị trực thuộc: ${children.length}${below > children.length ? ` (tính mọi cấp: ${below})` : ''}`,
        `- Người đã đăng ký, tính mọi cấp: ${people}`,
      ]
        .filter((line) => typeof line === 'string')
        .join('\n'),
    ].join('\n\n');
    return say(text, [
      ...paged(children, page, () => choiceId(UNITS, 'show', unit.id, String(page + 1))),
      { id: choiceId(UNITS, 'add', unit.id), label: 'Thêm đơn vị' },
      { id: choiceId(UNITS, 'rename', unit.id), label: 'Đổi tên' },
      ...(parent || reach.all ? [{ id: choiceId(UNITS, 'move', unit.id), label: 'Chuyển' }] : []),
      parent ? { id: choiceId(UNITS, 'show', parent.id), label: 'Lên cấp trên' } : ALL_UNITS,
    ]);
  }

  function paged(list: readonly Unit[], page: number, next: () => string): Choice[] {
    const shown = list.slice(page * PAGE, (page + 1) * PAGE);
    const choices = shown.map(({ id, name }) => ({ id: choiceId(UNITS, 'show', id), label: name }));
    return list.length > (page + 1) * PAGE ? [...choices, { id: next(), label: 'Xem tiếp' }] : choices;
  }

  /** The one unit that is meant, or what to say when that is not clear. */
  async function find(
    reach: Reach,
    text: string,
    choice: (unit: Unit) => string,
  ): Promise<{ unit: Unit } | { answer: Outgoing[] }> {
    const match = await units.match(text, reach);
    if (match.kind === 'exact') return { unit: match.unit };
    if (match.kind === 'none') return { answer: say(noSuchUnit(text)) };
    const choices: Choice[] = [];
    for (const unit of match.units) choices.push({ id: choice(unit), label: await units.label(unit) });
    return { answer: say(match.more ? WHICH_OF_MANY : WHICH, choices) };
  }

  return { mine, top, show, find };
}

function noSuchUnit(text: string): string {
  return `Tôi không thấy đơn vị "${escapeMarkdown(text.slice(0, 60))}" trong phạm vi của đồng chí. Đồng chí gõ lại tên, hoặc gõ /donvi để xem danh sách.`;
}

const NO_UNITS =
  'Chưa có đơn vị nào. Đồng chí thêm từng đơn vị ở đây; có sẵn bảng Excel thì nhờ người vận hành máy chạy: npm run import -- <tệp>';
const WHICH = 'Chưa rõ là đơn vị nào. Đồng chí chọn:';
const WHICH_OF_MANY =
  'Có nhiều đơn vị như vậy. Đồng chí chọn, hoặc gõ kèm cấp trên, ví dụ: Chi bộ Văn phòng, Đảng ủy xã A.';
