import { DeliveryError, type Incoming, type Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { isClassFile, isResultsFile, readClassFile } from '../classes/class-sheets.ts';
import { classFile, templateFile } from '../classes/class-workbook.ts';
import type { RosterStore } from '../classes/roster-store.ts';
import { codeKey, type ClassVersion } from '../classes/training-class.ts';
import { matchUnit } from '../people/unit-match.ts';
import type { UnitsStore } from '../people/units-store.ts';
import { mistakeLines } from '../spreadsheet/mistake.ts';
import { readSpreadsheet } from '../spreadsheet/read-spreadsheet.ts';
import { LARGEST_FILE, SpreadsheetError } from '../spreadsheet/sheet.ts';
import type { ClassMaking } from './class-making.ts';
import { CLASSES } from './class-view.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say } from './feature.ts';

export interface ClassFilesDeps {
  roster: RosterStore;
  units: Pick<UnitsStore, 'all'>;
  dialogs: Dialogs;
  making: ClassMaking;
  /** What somebody sent; rejects with a `DeliveryError`. */
  download: (message: Incoming) => Promise<Uint8Array>;
  timeZone: string;
}

/** Classes as spreadsheets: the template, a class as a file, and files that are sent to the bot. */
export interface ClassFiles {
  template(message: Incoming): Promise<Outgoing[]>;
  export(message: Incoming, version: ClassVersion): Promise<Outgoing[]>;
  /** Waits for a file with sessions or a roster for this class. */
  ask(message: Incoming, version: ClassVersion): Promise<Outgoing[]>;
  /** Undefined: the file is about something else. */
  receive: (message: Incoming) => Promise<Outgoing[] | undefined>;
}

/** What `ask` keeps. */
export const FILE_DIALOG = 'class-file';

export function createClassFiles(deps: ClassFilesDeps): ClassFiles {
  const { roster, units, dialogs, making, download, timeZone } = deps;

  return {
    async template(message) {
      const file = { name: 'mau-lop-hoc.xlsx', bytes: await templateFile() };
      return message.channel === 'telegram'
        ? [{ markdown: TEMPLATE, file }]
        : say(`${TEMPLATE_ELSEWHERE}\n\n${HOW_ELSEWHERE}`);
    },
    async export(message, version) {
      if (message.channel !== 'telegram') return say(EXPORT_ELSEWHERE);
      const all = await units.all();
      const unitName = (id: string): string | undefined => {
        const unit = all.find((one) => one.id === id);
        const match = unit && matchUnit(unit.name, all);
        if (!unit || (match?.kind === 'exact' && match.unit.id === id)) return unit?.name;
        return `${unit.name}, ${all.find((one) => one.id === unit.parentId)?.name ?? ''}`;
      };
      const { code, id } = version.trainingClass;
      const bytes = await classFile(version, await roster.known(id), { timeZone, unitName });
      const file = { name: `lop-${codeKey(code)}.xlsx`, bytes };
      return [
        {
          markdown: `Lớp **${escapeMarkdown(code)}**: các buổi học và danh sách học viên ở trong tệp. ${KEEP_SAFE}`,
          file,
        },
      ];
    },
    async ask(message, { trainingClass: { id, code } }) {
      if (message.channel !== 'telegram') return say(HOW_ELSEWHERE);
      await dialogs.open(message, FILE_DIALOG, { code });
      return say(
        `Đồng chí gửi tệp .xlsx hoặc .csv có trang **Buổi học**, trang **Học viên**, hoặc cả hai; tệp không ghi mã thì tôi nhập vào lớp **${escapeMarkdown(code)}**. (Gõ /huy để thôi.)`,
        [
          { id: choiceId(CLASSES, 'template'), label: 'Mẫu bảng Excel' },
          { id: choiceId(CLASSES, 'show', id), label: 'Về lớp' },
        ],
      );
    },
    async receive(message) {
      if ((message.file?.size ?? 0) > LARGEST_FILE) return say(TOO_LARGE);
      const meant = (await dialogs.state(message, FILE_DIALOG)) as { code: string } | undefined;
      try {
        const spreadsheet = await readSpreadsheet(await download(message));
        if (isResultsFile(spreadsheet)) return say(RESULTS);
        if (!isClassFile(spreadsheet)) return meant ? say(NOT_A_CLASS) : undefined;
        const { mistakes, ...what } = readClassFile(spreadsheet);
        return await making.previewFile(
          message,
          what,
          [{ sheet: '', mistakes: spreadsheet.mistakes }, ...mistakes],
          meant?.code,
        );
      } catch (error) {
        if (error instanceof SpreadsheetError) {
          return say(
            mistakeLines(error.mistakes)
              .map((line) => escapeMarkdown(line))
              .join('\n'),
          );
        }
        if (error instanceof DeliveryError) return say(NOT_DOWNLOADED);
        throw error;
      }
    },
  };
}

const TEMPLATE =
  'Đây là mẫu bảng: trang **Buổi học** (mấy hàng đầu là mã, tên, địa điểm lớp) và trang **Học viên**. Đồng chí thay ví dụ bằng lớp của mình, xóa trang không dùng, rồi gửi tệp vào đây.';
const KEEP_SAFE = 'Tệp có họ tên học viên, đồng chí giữ cẩn thận.';
const HOW_ELSEWHERE =
  'Ở đây tôi chưa nhận được tệp. Đồng chí gửi tệp cho tôi trên Telegram, hoặc nhờ người vận hành máy chạy: npm run import -- TỆP';
const TEMPLATE_ELSEWHERE =
  'Ở đây tôi chưa gửi được tệp; mẫu bảng có trên Telegram (gõ /lophoc mau). Bảng gồm trang "Buổi học" với các cột Ngày, Giờ, Chuyên đề, Báo cáo viên, Địa điểm, Trạng thái; và trang "Học viên" với các cột Họ và tên, Đơn vị.';
const EXPORT_ELSEWHERE = 'Ở đây tôi chưa gửi được tệp. Đồng chí mở /lophoc trên Telegram để xuất bảng.';
const TOO_LARGE = 'Tệp lớn quá 5 MB. Đồng chí bỏ ảnh và các trang không cần, hoặc chia thành nhiều tệp.';
const NOT_A_CLASS =
  'Tệp này không có trang "Buổi học" hay "Học viên". Đồng chí đặt tên trang và tên cột như trong mẫu (gõ /lophoc mau) rồi gửi lại.';
const RESULTS =
  'Đây là bảng kết quả học tập. Đồng chí gõ /baocao kèm mã lớp, ví dụ /baocao BD-2026-01, chọn nhập kết quả rồi gửi lại tệp.';
const NOT_DOWNLOADED = 'Tôi chưa tải được tệp từ Telegram. Đồng chí gửi lại sau ít phút nhé.';
