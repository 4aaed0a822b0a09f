import { createClassImport, type Prepared, type SheetMistakes } from '../classes/class-import.ts';
import { changesAnything } from '../classes/class-plan.ts';
import { readClassFile } from '../classes/class-sheets.ts';
import { createClassesStore } from '../classes/classes-store.ts';
import { createRosterStore } from '../classes/roster-store.ts';
import { systemClock } from '../clock.ts';
import { createOutboxStore } from '../delivery/outbox-store.ts';
import { OPERATOR } from '../people/audit-store.ts';
import { createUnitsStore } from '../people/units-store.ts';
import type { Spreadsheet } from '../spreadsheet/sheet.ts';
import type { Database } from '../store/database.ts';
import { ChangedMeanwhileError } from './failures.ts';

/** What importing a class's file would do, and doing it. */
export type ClassToImport = { mistakes: SheetMistakes } | { summary: string[]; changes: boolean; run(): Promise<void> };

/** Reads the sheets of a class for the command line; people are told of changes by the bot that runs. */
export async function classToImport(spreadsheet: Spreadsheet, db: Database, timeZone: string): Promise<ClassToImport> {
  const clock = systemClock;
  const classes = createClassesStore({ db, clock, timeZone, outbox: createOutboxStore(db, clock) });
  const roster = createRosterStore(db, clock);
  const imports = createClassImport({ classes, roster, units: createUnitsStore(db, clock), clock, timeZone });
  const { mistakes: ofFile, ...what } = readClassFile(spreadsheet);
  const everywhere = { reach: { all: true } } as const;
  const outcome = await imports.prepare(what, everywhere);
  const mistakes = [
    { sheet: '', mistakes: spreadsheet.mistakes },
    ...ofFile,
    ...('mistakes' in outcome ? outcome.mistakes : []),
  ].filter((one) => one.mistakes.length > 0);
  if ('mistakes' in outcome || mistakes.length > 0) return { mistakes };
  return {
    ...summaryOf(outcome.prepared),
    async run() {
      if (!(await imports.carryOut(what, everywhere, OPERATOR))) throw new ChangedMeanwhileError();
    },
  };
}

function summaryOf({ plan, roster, known, code }: Prepared): { summary: string[]; changes: boolean } {
  const summary: string[] = [];
  if (plan) {
    const count = (...changes: string[]): number =>
      plan.sessions.filter(({ change }) => changes.includes(change)).length;
    summary.push(
      `Lớp ${plan.draft.code} (${known ? 'đã có' : 'mới'}). Buổi học: thêm mới ${count('add')}, cập nhật ${count('change', 'restore')}, hủy ${count('cancel')}, giữ nguyên ${count('same')}.`,
    );
  } else summary.push(`Lớp ${code}.`);
  if (roster) {
    summary.push(
      `Học viên: thêm mới ${roster.added.length}, cập nhật ${roster.updated.length}, giữ nguyên ${roster.same}.`,
    );
  }
  const people = roster ? roster.added.length + roster.updated.length : 0;
  return { summary, changes: people > 0 || (plan !== undefined && changesAnything(plan)) };
}
