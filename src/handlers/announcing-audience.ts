import type { Choice, Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { Announcement, AnnouncementsStore } from '../announcements/announcements-store.ts';
import { audienceOf, union, type Audience, type AudienceRule } from '../announcements/audience.ts';
import type { AudienceStore } from '../announcements/audience-store.ts';
import { number } from '../announcements/status-text.ts';
import { reachesClass, type TrainingClass } from '../classes/training-class.ts';
import type { ClassesStore } from '../classes/classes-store.ts';
import { reaches, type Reach } from '../people/reach.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { Unit, UnitsStore } from '../people/units-store.ts';
import { fold, words } from '../search/fold.ts';
import type { Database } from '../store/database.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';

/** "tb-nn.<announcement>.<step>…" */
export const AUDIENCE = 'tb-nn';
const DIALOG = 'tb-audience';

const PAGE = 8;
/** Classes and units that are offered at once; the lists have all of them. */
const FIRST_OF_EACH = 4;

export interface AudienceChoiceDeps {
  db: Database;
  store: Pick<AnnouncementsStore, 'change'>;
  audiences: AudienceStore;
  classes: Pick<ClassesStore, 'named' | 'byId' | 'listFor'>;
  units: Pick<UnitsStore, 'all' | 'byId' | 'match' | 'roots'>;
  roles: Pick<RolesStore, 'reach'>;
  dialogs: Dialogs;
  /** The sender's draft; undefined: there is none. */
  draftOf: (message: Incoming, id: string) => Promise<Announcement | undefined>;
  /** What comes after the choice. */
  preview: (message: Incoming, id: string) => Promise<Outgoing[]>;
}

/**
 * What becomes of a part that is picked: it is the audience (`set`); it is the first of a combination (`first`), comes to
 * it (`or`), or narrows it (`and`).
 */
type How = 'set' | 'first' | 'or' | 'and';
const HOW: Readonly<Record<string, How>> = { s: 'set', f: 'first', o: 'or', a: 'and' };
const LETTERS: Readonly<Record<How, string>> = { set: 's', first: 'f', or: 'o', and: 'a' };

/** Whom an announcement is for: parts within the officer's reach, one of them or a combination. */
export interface AudienceChoice {
  ask(message: Incoming, draft: Announcement): Promise<Outgoing[]>;
  choose: NonNullable<Feature['choices'][string]>;
  dialogs: NonNullable<Feature['dialogs']>;
}

export function createAudienceChoice(deps: AudienceChoiceDeps): AudienceChoice {
  const { db, store, audiences, classes, units, roles, dialogs } = deps;

  const pick = (id: string, how: How, kind: string, ref = ''): string =>
    choiceId(AUDIENCE, id, LETTERS[how], kind, ...(ref === '' ? [] : [ref]));

  const classChoice = (id: string, how: How, { id: classId, code }: TrainingClass): Choice => ({
    id: pick(id, how, 'c', classId),
    label: `Lớp ${code}`,
  });

  /** @param among by which it is told from others of its name */
  const unitChoice = (id: string, how: How, unit: Unit, among: readonly Unit[]): Choice => {
    const parent = among.find(({ id: known }) => known === unit.parentId);
    const isOne = among.every(({ id: known, name }) => known === unit.id || name !== unit.name);
    const label = isOne || !parent ? unit.name : `${unit.name} (${parent.name})`;
    return { id: pick(id, how, 'u', unit.id), label: `Đơn vị ${label}` };
  };

  async function unitsWithin(reach: Reach): Promise<Unit[]> {
    return (await units.all()).filter(({ path }) => reaches(reach, path));
  }

  /** The first look: everyone, some of each kind, and the way to all of them. */
  async function ask(message: Incoming, { id }: Announcement, how: How = 'set'): Promise<Outgoing[]> {
    const reach = await roles.reach(message);
    await dialogs.open(message, DIALOG, { id, how });
    const someClasses = await classes.listFor(reach, { offset: 0, limit: FIRST_OF_EACH + 1 });
    const within = await unitsWithin(reach);
    const first = (await units.roots(reach)).slice(0, FIRST_OF_EACH);
    const choices: Choice[] = [
      ...(how === 'and' ? [] : [{ id: pick(id, how, 'e'), label: 'Tất cả' }]),
      ...someClasses.slice(0, FIRST_OF_EACH).map((one) => classChoice(id, how, one)),
      ...first.map((unit) => unitChoice(id, how, unit, within)),
      ...ROLES.map(({ role, label }) => ({ id: pick(id, how, 'r', role), label })),
      ...(someClasses.length > FIRST_OF_EACH ? [listChoice(id, how, 'c', 0, 'Các lớp khác…')] : []),
      ...(within.length > first.length ? [listChoice(id, how, 'u', 0, 'Các đơn vị khác…')] : []),
      ...(how === 'set' ? [{ id: choiceId(AUDIENCE, id, 'k'), label: 'Kết hợp…' }] : []),
    ];
    return say(QUESTIONS[how], choices);
  }

  const listChoice = (id: string, how: How, kind: 'c' | 'u', page: number, label: string): Choice => ({
    id: choiceId(AUDIENCE, id, 'l', LETTERS[how], kind, String(page)),
    label,
  });

  async function list(message: Incoming, id: string, how: How, kind: string, page: number): Promise<Outgoing[]> {
    const reach = await roles.reach(message);
    await dialogs.open(message, DIALOG, { id, how });
    const from = page * PAGE;
    const choices: Choice[] = [];
    if (kind === 'c') {
      const found = await classes.listFor(reach, { offset: from, limit: PAGE + 1 });
      choices.push(...found.map((one) => classChoice(id, how, one)));
    } else {
      const within = await unitsWithin(reach);
      choices.push(...within.slice(from, from + PAGE + 1).map((unit) => unitChoice(id, how, unit, within)));
    }
    const more = choices.length > PAGE;
    const shown = choices.slice(0, PAGE);
    if (more) shown.push(listChoice(id, how, kind === 'c' ? 'c' : 'u', page + 1, 'Xem thêm'));
    shown.push({ id: choiceId(AUDIENCE, id, 'b', LETTERS[how]), label: 'Quay lại' });
    return say(kind === 'c' ? LIST_OF_CLASSES : LIST_OF_UNITS, shown);
  }

  /** The rule of a choice, as far as it is within the reach. */
  async function ruleOf(reach: Reach, kind: string, ref: string): Promise<AudienceRule | undefined> {
    switch (kind) {
      case 'e':
        return { kind: 'everyone' };
      case 'c': {
        const found = await classes.byId(ref);
        return found && reachesClass(reach, found) ? { kind: 'class', classId: found.id } : undefined;
      }
      case 'u': {
        const found = await units.byId(ref);
        return found && reaches(reach, found.path) ? { kind: 'unit', unitId: found.id } : undefined;
      }
      case 'r': {
        const found = ROLES.find(({ role }) => role === ref);
        return found && { kind: 'role', role: found.role };
      }
      default:
        return undefined;
    }
  }

  async function take(
    message: Incoming,
    draft: Announcement,
    how: How,
    rule: AudienceRule,
  ): Promise<Outgoing[] | undefined> {
    const audience = combine(draft.audience, how, rule);
    if (audience.any.length > MOST_PARTS || audience.any.some(({ all }) => all.length > MOST_PARTS)) {
      return say(TOO_MANY, combinationChoices(draft.id));
    }
    if (!(await store.change(db, draft.id, ['draft'], { audience }))) return undefined;
    return how === 'set' ? deps.preview(message, draft.id) : summary(message, { ...draft, audience });
  }

  /** A combination as it stands. */
  async function summary(message: Incoming, { id, audience }: Announcement): Promise<Outgoing[] | undefined> {
    if (!audience) return undefined;
    await dialogs.close(message);
    const reach = await roles.reach(message);
    const label = await audiences.describe(db, audience, reach);
    const { recipients } = await audiences.select(db, audience, reach);
    return say(
      `Đang chọn: **${escapeMarkdown(label)}** – ${number(recipients.length)} người nhận.\n\nĐồng chí thêm nơi nhận, thu hẹp lại, hoặc bấm **Xong**.`,
      combinationChoices(id),
    );
  }

  return {
    ask: (message, draft) => ask(message, draft),
    async choose(message, [id = '', step = '', ...rest]) {
      const draft = await deps.draftOf(message, id);
      if (!draft) return undefined;
      const how = HOW[step];
      if (how) {
        const rule = await ruleOf(await roles.reach(message), rest[0] ?? '', rest[1] ?? '');
        return rule && take(message, draft, how, rule);
      }
      switch (step) {
        case 'k':
          return ask(message, draft, 'first');
        case 'b':
          return ask(message, draft, HOW[rest[0] ?? ''] ?? 'set');
        case 'l': {
          const page = /^\d{1,4}$/.test(rest[2] ?? '') ? Number(rest[2]) : 0;
          return list(message, id, HOW[rest[0] ?? ''] ?? 'set', rest[1] ?? '', page);
        }
        case 'x':
          return draft.audience && deps.preview(message, id);
        default:
          return undefined;
      }
    },
    dialogs: {
      /** A class or a unit by its name: the lists may be long. */
      async [DIALOG](message, state) {
        const { id, how } = state as { id: string; how: How };
        const draft = await deps.draftOf(message, id);
        if (!draft) return undefined;
        const text = message.text.trim();
        const reach = await roles.reach(message);
        const spoken = words(fold(text)).join(' ');
        const everyone = /^(?:tat ca|toan bo)(?: moi nguoi)?$|^moi nguoi$/.test(spoken);
        if (everyone && how !== 'and') return take(message, draft, how, { kind: 'everyone' });
        const named = ROLES.find(({ label }) => fold(label) === `cac ${spoken.replace(/^(?:tat ca )?cac /, '')}`);
        if (named) return take(message, draft, how, { kind: 'role', role: named.role });
        const found = (await classes.named(text)).filter((one) => reachesClass(reach, one));
        if (found.length > 1)
          return say(
            WHICH_CLASS,
            found.map((one) => classChoice(id, how, one)),
          );
        if (found[0]) return take(message, draft, how, { kind: 'class', classId: found[0].id });
        const match = await units.match(text.replace(/^(?:đơn vị|don vi)\s+/iu, ''), reach);
        if (match.kind === 'exact') return take(message, draft, how, { kind: 'unit', unitId: match.unit.id });
        if (match.kind === 'none') return undefined;
        const within = await unitsWithin(reach);
        return say(
          'Có mấy đơn vị gần với tên này. Đồng chí chọn đúng đơn vị:',
          match.units.map((unit) => unitChoice(id, how, unit, within)),
        );
      },
    },
  };
}

/** Of a combination; nobody needs more, and each is a condition of the query. */
const MOST_PARTS = 20;
const WHICH_CLASS = 'Có mấy lớp mang mã gần giống nhau. Đồng chí chọn đúng lớp:';

function combine(before: Audience | undefined, how: How, rule: AudienceRule): Audience {
  if (!before || how === 'set' || how === 'first') return audienceOf(rule);
  if (how === 'or') return union(before, audienceOf(rule));
  return { any: before.any.map(({ all }) => ({ all: [...all, rule] })) };
}

function combinationChoices(id: string): Choice[] {
  return [
    { id: choiceId(AUDIENCE, id, 'x'), label: 'Xong' },
    { id: choiceId(AUDIENCE, id, 'b', 'o'), label: 'Thêm nơi nhận' },
    { id: choiceId(AUDIENCE, id, 'b', 'a'), label: 'Thu hẹp' },
    { id: choiceId(AUDIENCE, id, 'b', 'f'), label: 'Chọn lại' },
  ];
}

const ROLES = [
  { role: 'secretary', label: 'Các bí thư' },
  { role: 'trainee', label: 'Các học viên' },
  { role: 'officer', label: 'Các cán bộ phụ trách' },
] as const;

const QUESTIONS: Readonly<Record<How, string>> = {
  set: '**Gửi tới ai?** Đồng chí chọn dưới đây, hoặc gõ mã lớp hay tên đơn vị.',
  first: '**Kết hợp**: đồng chí chọn nơi nhận đầu tiên, hoặc gõ mã lớp hay tên đơn vị.',
  or: '**Thêm nơi nhận**: đồng chí chọn dưới đây, hoặc gõ mã lớp hay tên đơn vị.',
  and: '**Thu hẹp**: chỉ gửi tới những người vừa ở nơi đã chọn, vừa thuộc nơi chọn dưới đây.',
};
const LIST_OF_CLASSES = 'Đồng chí chọn lớp, hoặc gõ mã lớp.';
const LIST_OF_UNITS = 'Đồng chí chọn đơn vị (gồm cả các đơn vị trực thuộc), hoặc gõ tên đơn vị.';
const TOO_MANY = 'Kết hợp quá nhiều nơi nhận. Đồng chí bấm Xong, hoặc chọn lại một nơi rộng hơn.';
