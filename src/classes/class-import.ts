import type { Clock } from '../clock.ts';
import { reaches, type Reach } from '../people/reach.ts';
import { matchUnit } from '../people/unit-match.ts';
import type { Unit, UnitsStore } from '../people/units-store.ts';
import type { Mistake } from '../spreadsheet/mistake.ts';
import type { ClassFile } from './class-sheets.ts';
import type { ClassPlan } from './class-plan.ts';
import { readClass } from './class-words.ts';
import type { ClassesStore, Saved } from './classes-store.ts';
import { planRoster, type RosterPlan } from './roster-plan.ts';
import type { RosterStore } from './roster-store.ts';
import { asDraft, reachesClass, type TrainingClass } from './training-class.ts';

/** What is to be imported, as JSON keeps it between the preview and "Nhập". */
export type ToImport = Pick<ClassFile, 'written' | 'code' | 'roster'>;

/** Mistakes by sheet; the name is empty where there is only one. */
export type SheetMistakes = ClassFile['mistakes'];

/** What an import would do. */
export interface Prepared {
  /** Undefined: only a roster. */
  plan: ClassPlan | undefined;
  roster: RosterPlan | undefined;
  /** Undefined: it is new. */
  known: TrainingClass | undefined;
  code: string;
}

export interface Importer {
  reach: Reach;
  /** The class that is meant when the file does not say. */
  code?: string | undefined;
}

export interface ClassImport {
  /** Works out what an import would do; with a mistake nothing may be imported. */
  prepare(what: ToImport, importer: Importer): Promise<{ prepared: Prepared } | { mistakes: SheetMistakes }>;
  /** Imports; `undefined`: what was prepared no longer holds. */
  carryOut(
    what: ToImport,
    importer: Importer,
    by: string,
  ): Promise<{ saved: Saved | undefined; roster: RosterPlan | undefined; trainingClass: TrainingClass } | undefined>;
}

export interface ClassImportDeps {
  classes: ClassesStore;
  roster: RosterStore;
  units: Pick<UnitsStore, 'all' | 'roots'>;
  clock: Clock;
  timeZone: string;
}

/** One way in for classes: messages, files on Telegram, and the command line. */
export function createClassImport({ classes, roster, units, clock, timeZone }: ClassImportDeps): ClassImport {
  async function prepare(
    what: ToImport,
    { reach, code: meant }: Importer,
  ): Promise<{ prepared: Prepared } | { mistakes: SheetMistakes }> {
    const all = await units.all();
    const code = what.code?.text ?? meant ?? '';
    const known = code === '' ? undefined : await classes.byCode(code);
    const ofClass: Mistake[] = [];
    const ofRoster: Mistake[] = [];
    const at = { row: what.code?.row, column: what.code?.column };
    if (known && !reachesClass(reach, known)) ofClass.push({ ...at, text: taken(code) });
    else if (known?.state === 'cancelled') ofClass.push({ ...at, text: cancelled(code) });
    else if (!what.written && !known) ofClass.push({ ...at, text: code === '' ? WHICH_CLASS : unknownClass(code) });
    const current = known && { trainingClass: known, sessions: await classes.sessionsOf(known.id) };

    let plan: ClassPlan | undefined;
    if (what.written && ofClass.length === 0) {
      const read = readClass(what.written, {
        now: clock.now(),
        timeZone,
        unitOf: (text) => matchUnit<Unit>(text, all, ({ path }) => reaches(reach, path)),
        current: current && asDraft(current),
      });
      ofClass.push(...read.mistakes);
      const roots = await units.roots(reach);
      const [only] = roots;
      const own = reach.all || current ? undefined : roots.length === 1 ? only?.id : undefined;
      const draft = { ...read.draft, code: read.draft.code || code, unitId: read.draft.unitId ?? own };
      if (!reach.all && draft.unitId === undefined && !what.written.fields.unit) ofClass.push({ text: NAME_UNIT });
      if (ofClass.length === 0) plan = await classes.plan(draft);
    }
    let rosterPlan: RosterPlan | undefined;
    if (what.roster) {
      const read = planRoster(what.roster.lines, known ? await roster.known(known.id) : [], all, what.roster.titles);
      ofRoster.push(...read.mistakes);
      rosterPlan = read.plan;
    }
    if (ofClass.length + ofRoster.length > 0) {
      return {
        mistakes: [
          { sheet: 'Buổi học', mistakes: ofClass },
          { sheet: 'Học viên', mistakes: ofRoster },
        ].filter(({ mistakes }) => mistakes.length > 0),
      };
    }
    return { prepared: { plan, roster: rosterPlan, known, code } };
  }

  return {
    prepare,
    async carryOut(what, importer, by) {
      // Worked out anew: somebody else may have changed the class meanwhile.
      const outcome = await prepare(what, importer);
      if ('mistakes' in outcome) return undefined;
      const { plan, code, roster: rosterPlan } = outcome.prepared;
      const saved = plan && (await classes.save(plan.draft, by));
      const trainingClass = saved?.version.trainingClass ?? (await classes.byCode(code));
      if (!trainingClass) return undefined;
      if (rosterPlan && rosterPlan.added.length + rosterPlan.updated.length > 0) {
        await roster.apply(trainingClass.id, rosterPlan, by);
      }
      return { saved, roster: rosterPlan, trainingClass };
    },
  };
}

function taken(code: string): string {
  return `mã ${code} đã dùng cho một lớp khác; chọn mã khác.`;
}

function cancelled(code: string): string {
  return `lớp ${code} đã hủy; dùng mã khác để mở lớp mới.`;
}

function unknownClass(code: string): string {
  return `không có lớp ${code}; xem lại mã, hoặc nhập các buổi học của lớp trước.`;
}

const WHICH_CLASS =
  'Chưa biết danh sách này của lớp nào. Đồng chí thêm một hàng ở trên cùng, ô đầu ghi Mã, ô bên cạnh ghi mã lớp, ví dụ BD-2026-01.';
const NAME_UNIT = 'Đồng chí phụ trách nhiều đơn vị; ghi thêm dòng "Đơn vị: …" để biết lớp do đơn vị nào tổ chức.';
