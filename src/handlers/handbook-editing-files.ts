import { DeliveryError, type Incoming, type Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { HandbookEditing } from '../handbook/editing.ts';
import { importSummary, planHandbookImport, type PlannedChange } from '../handbook/import.ts';
import type { LiveHandbook } from '../handbook/live.ts';
import { handbookWorkbook, isHandbookFile } from '../handbook/workbook.ts';
import type { RolesStore } from '../people/roles-store.ts';
import { mistakeLines } from '../spreadsheet/mistake.ts';
import { readSpreadsheet } from '../spreadsheet/read-spreadsheet.ts';
import { LARGEST_FILE, SpreadsheetError } from '../spreadsheet/sheet.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say } from './feature.ts';
import { HANDBOOK } from './handbook-editing-draft.ts';

export const IMPORT_DIALOG = 'handbook-import';
/** How many changed questions the preview names. */
const NAMED = 10;

export interface HandbookFilesDeps {
  handbook: LiveHandbook;
  editing: HandbookEditing;
  dialogs: Dialogs;
  roles: Pick<RolesStore, 'actor'>;
  /** What somebody sent; rejects with a `DeliveryError`. */
  download: (message: Incoming) => Promise<Uint8Array>;
}

export interface HandbookFiles {
  export(message: Incoming): Promise<Outgoing[]>;
  /** Undefined: the file is about something else. */
  receive: (message: Incoming) => Promise<Outgoing[] | undefined>;
  /** Carries out what was shown. */
  import(message: Incoming): Promise<Outgoing[]>;
}

/** The handbook as a spreadsheet: sent out, and taken in with a preview of what changes. */
export function createHandbookFiles(deps: HandbookFilesDeps): HandbookFiles {
  const { handbook, editing, dialogs } = deps;
  return {
    async export(message) {
      if (message.channel !== 'telegram') return say(ELSEWHERE);
      const numbers = await editing.numbers();
      const bytes = await handbookWorkbook(handbook.entries, (id) => numbers.get(id) ?? 0);
      return [{ markdown: HOW_TO, file: { name: 'so-tay.xlsx', bytes } }];
    },
    async receive(message) {
      if (message.kind !== 'file' || (message.file?.size ?? 0) > LARGEST_FILE) return undefined;
      try {
        const spreadsheet = await readSpreadsheet(await deps.download(message), { keepLines: true });
        if (!isHandbookFile(spreadsheet)) return undefined;
        const { plan, mistakes } = await planHandbookImport(spreadsheet, handbook, editing);
        if (mistakes.length > 0) {
          const lines = mistakeLines(mistakes).map((line) => `- ${escapeMarkdown(line)}`);
          return say(`${MISTAKES}\n\n${lines.join('\n')}`);
        }
        const changes = [...plan.changed, ...plan.added];
        const summary = importSummary(plan).map((line) => escapeMarkdown(line));
        if (changes.length === 0) return say([...summary, 'Không có gì phải nhập.'].join('\n\n'));
        if (!message.group) await dialogs.open(message, IMPORT_DIALOG, changes);
        const named = changes.slice(0, NAMED).map(({ content }) => `- ${escapeMarkdown(content.question)}`);
        if (changes.length > NAMED) named.push(`- … và ${changes.length - NAMED} mục nữa`);
        return say([...summary, named.join('\n')].join('\n\n'), [
          { id: choiceId(HANDBOOK, 'import'), label: 'Nhập' },
          { id: choiceId(HANDBOOK, 'drop'), label: 'Thôi' },
        ]);
      } catch (error) {
        if (error instanceof SpreadsheetError || error instanceof DeliveryError) return undefined;
        throw error;
      }
    },
    async import(message) {
      const changes = (await dialogs.state(message, IMPORT_DIALOG)) as PlannedChange[] | undefined;
      if (!changes) return say(NOTHING);
      const by = await deps.roles.actor(message);
      const saved = await editing.saveAll(changes.map((change) => ({ ...change, by, reason: 'Nhập từ Excel' })));
      await dialogs.close(message);
      return say('saved' in saved ? `Đã nhập ${changes.length} mục, có hiệu lực ngay.` : CHANGED_MEANWHILE);
    },
  };
}

const HOW_TO =
  'Đây là cả sổ tay, mỗi mục một hàng; ô có nhiều dòng thì mỗi dòng là một cách hỏi, một căn cứ. Đồng chí sửa xong gửi tệp lại đây: tôi báo những gì thay đổi rồi mới nhập. Đừng sửa cột "Mã mục" và "Bản"; thêm mục mới thì để trống hai cột ấy, ghi "Lĩnh vực".';
const ELSEWHERE =
  'Ở đây tôi chưa gửi và nhận được tệp. Đồng chí mở /sotay xuat trên Telegram, hoặc nhờ người vận hành máy chạy: npm run handbook:export -- so-tay.xlsx';
const MISTAKES = 'Tôi chưa nhập gì, vì tệp còn chỗ phải sửa. Đồng chí sửa rồi gửi lại:';
const NOTHING = 'Không có tệp nào đang chờ nhập. Đồng chí gửi lại tệp giúp tôi.';
const CHANGED_MEANWHILE =
  'Sổ tay vừa được đồng chí khác sửa, nên tôi chưa nhập gì. Đồng chí gửi lại tệp để tôi so lại.';
