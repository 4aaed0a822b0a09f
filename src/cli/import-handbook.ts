import { OPERATOR } from '../people/audit-store.ts';
import type { Config } from '../config.ts';
import { importSummary, planHandbookImport } from '../handbook/import.ts';
import type { Mistake } from '../spreadsheet/mistake.ts';
import type { Spreadsheet } from '../spreadsheet/sheet.ts';
import type { Database } from '../store/database.ts';
import { ChangedMeanwhileError } from './failures.ts';
import { offlineHandbook } from './offline-handbook.ts';

/** What importing the handbook's sheet would do, and doing it; a bot that runs sees it within a minute. */
export async function handbookToImport(
  spreadsheet: Spreadsheet,
  config: Config,
  db: Database,
): Promise<{ mistakes: Mistake[] } | { summary: string[]; changes: boolean; run(): Promise<void> }> {
  const { handbook, editing } = await offlineHandbook(config, db);
  const { plan, mistakes } = await planHandbookImport(spreadsheet, handbook, editing);
  if (mistakes.length > 0) return { mistakes };
  const changes = [...plan.changed, ...plan.added].map((change) => ({
    ...change,
    by: OPERATOR,
    reason: 'Nhập từ Excel',
  }));
  return {
    summary: importSummary(plan),
    changes: changes.length > 0,
    async run() {
      const saved = await editing.saveAll(changes);
      if (!('saved' in saved)) throw new ChangedMeanwhileError();
    },
  };
}
