import { DeliveryError, type Incoming, type Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { EnrolmentsStore } from '../classes/enrolments-store.ts';
import { planResults, readResultLines, readResultSheet, resultSummary, type ResultLine } from '../classes/results.ts';
import type { ResultsStore } from '../classes/results-store.ts';
import type { TrainingClass } from '../classes/training-class.ts';
import type { RolesStore } from '../people/roles-store.ts';
import type { UnitsStore } from '../people/units-store.ts';
import { fold } from '../search/fold.ts';
import { mistakeLines, type Mistake } from '../spreadsheet/mistake.ts';
import { readSpreadsheet } from '../spreadsheet/read-spreadsheet.ts';
import { LARGEST_FILE, SpreadsheetError } from '../spreadsheet/sheet.ts';
import type { ClassChoice } from './class-choice.ts';
import { REPORT } from './class-report.ts';
import type { Dialogs } from './dialogs.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { className } from './timetable.ts';

const DIALOG = 'class-results';
/** UTF-16 units of one message that is read as lines. */
const LONGEST_TEXT = 4000;

export interface ResultImportDeps {
  choice: ClassChoice;
  enrolments: Pick<EnrolmentsStore, 'inClass'>;
  resultsStore: ResultsStore;
  units: Pick<UnitsStore, 'all'>;
  roles: Pick<RolesStore, 'actor'>;
  dialogs: Dialogs;
  /** The document that came with a message; rejects with a `DeliveryError`. */
  download: (message: Incoming) => Promise<Uint8Array>;
}

interface State {
  classId: string;
  /** Waiting for "Nhập"; undefined: waiting for the results. */
  lines?: ResultLine[];
}

/** The results of a class: typed or from a file, looked at, then kept and told. */
export interface ResultImport {
  ask(message: Incoming, trainingClass: TrainingClass): Promise<Outgoing[]>;
  /** Undefined: nothing waits for it. */
  keep(message: Incoming, trainingClass: TrainingClass): Promise<Outgoing[] | undefined>;
  drop(message: Incoming): Promise<Outgoing[]>;
  dialogs: NonNullable<Feature['dialogs']>;
  receive: NonNullable<Feature['receive']>;
}

export function createResultImport(deps: ResultImportDeps): ResultImport {
  const { choice, enrolments, units, dialogs } = deps;

  const open = (message: Incoming, state: State): Promise<void> =>
    dialogs.open(message, DIALOG, state, state.lines && 'kết quả học viên vừa gửi');

  async function preview(
    message: Incoming,
    { id, code, title }: TrainingClass,
    {
      lines,
      titles,
      mistakes: before = [],
      isFile,
    }: {
      lines: readonly ResultLine[];
      titles?: { name: string; unit: string; result: string };
      mistakes?: readonly Mistake[];
      isFile: boolean;
    },
  ): Promise<Outgoing[]> {
    const { plan, mistakes: found } = planResults(lines, await enrolments.inClass(id), await units.all(), titles);
    const mistakes = [...before, ...found];
    if (mistakes.length > 0 || lines.length === 0) {
      await open(message, { classId: id });
      if (mistakes.length === 0) return say(EMPTY);
      const list = mistakeLines(mistakes).map(
        (line) => `- ${escapeMarkdown(isFile ? line : line.replace(/^Hàng/, 'Dòng'))}`,
      );
      return say(
        `Chưa nhập gì, vì còn chỗ phải sửa:\n\n${list.join('\n')}\n\nĐồng chí sửa rồi gửi lại, hoặc /huy để thôi.`,
      );
    }
    if (plan.changed.length === 0) {
      await dialogs.close(message);
      return say(`Lớp ${className({ code, title })} đã có đủ các kết quả này, không có gì phải nhập.`);
    }
    await open(message, { classId: id, lines: [...lines] });
    const summary = resultSummary(plan.changed.map(({ result }) => result));
    return say(
      `Lớp ${className({ code, title })}: nhập kết quả của **${plan.changed.length} học viên**${plan.same === 0 ? '' : ` (${plan.same} người giữ nguyên)`}: ${summary}.\n\nBấm Nhập thì tôi báo kết quả cho từng học viên, và báo số liệu cho cấp ủy từng đơn vị.`,
      [
        { id: choiceId(REPORT, 'keep', id), label: 'Nhập' },
        { id: choiceId(REPORT, 'drop', id), label: 'Hủy' },
      ],
    );
  }

  async function keep(message: Incoming, trainingClass: TrainingClass): Promise<Outgoing[] | undefined> {
    const state = (await dialogs.state(message, DIALOG)) as State | undefined;
    if (state?.lines === undefined || state.classId !== trainingClass.id) return undefined;
    // Worked out anew: the class may be another by now.
    const { plan, mistakes } = planResults(state.lines, await enrolments.inClass(trainingClass.id), await units.all());
    await dialogs.close(message);
    if (mistakes.length > 0) return say(CHANGED_MEANWHILE);
    const told = await deps.resultsStore.keep(trainingClass.id, plan.changed, await deps.roles.actor(message));
    const unreached = plan.changed.length - told.trainees;
    const rest = unreached === 0 ? '' : ` ${unreached} người chưa dùng bot hoặc đã dừng nhận tin, đồng chí báo giúp.`;
    return say(
      `Đã nhập kết quả của ${plan.changed.length} học viên. Đang báo cho ${told.trainees} học viên và gửi ${told.notices} thông báo cho cấp ủy các đơn vị.${rest}`,
    );
  }

  async function drop(message: Incoming): Promise<Outgoing[]> {
    await dialogs.close(message);
    return say('Đã hủy, không nhập gì.');
  }

  return {
    async ask(message, trainingClass) {
      await open(message, { classId: trainingClass.id });
      return say(`Kết quả lớp ${className(trainingClass)}. ${HOW_TO_SEND}`);
    },
    keep,
    drop,
    dialogs: {
      async [DIALOG](message, state) {
        const { classId, lines } = state as State;
        const trainingClass = await choice.byId(message, classId);
        if (!trainingClass) return undefined;
        const spoken = fold(message.text).trim();
        if (lines && spoken === 'nhap') return keep(message, trainingClass);
        // Without the sign between the parts it is something else, such as a question.
        if (!message.text.includes('|')) return undefined;
        if (message.text.length > LONGEST_TEXT) return say('Tin dài quá. Đồng chí chia thành nhiều tin, hoặc gửi tệp.');
        return preview(message, trainingClass, { lines: readResultLines(message.text), isFile: false });
      },
    },
    async receive(message) {
      const state = (await dialogs.state(message, DIALOG)) as State | undefined;
      const trainingClass = state && (await choice.byId(message, state.classId));
      if (!trainingClass) return undefined;
      if ((message.file?.size ?? 0) > LARGEST_FILE) return say(TOO_LARGE);
      try {
        const spreadsheet = await readSpreadsheet(await deps.download(message));
        const read = readResultSheet(spreadsheet.sheets);
        if (!read) return say(EMPTY);
        const mistakes = [...spreadsheet.mistakes, ...read.mistakes];
        return await preview(message, trainingClass, { ...read, mistakes, isFile: true });
      } catch (error) {
        if (error instanceof SpreadsheetError) {
          const lines = mistakeLines(error.mistakes).map((line) => escapeMarkdown(line));
          return say(lines.join('\n'));
        }
        if (error instanceof DeliveryError) return say(NOT_DOWNLOADED);
        throw error;
      }
    },
  };
}

const HOW_TO_SEND =
  'Đồng chí gửi tệp .xlsx hoặc .csv có các cột Họ và tên, Đơn vị, Kết quả (trên Telegram), hoặc gõ mỗi người một dòng:\n\nNguyễn Văn An | Chi bộ Thôn 1 | Giỏi\n\nKết quả là: xuất sắc, giỏi, khá, trung bình, không đạt. (Gõ /huy để thôi.)';
const EMPTY = 'Tôi không thấy kết quả nào. Đồng chí ghi các cột Họ và tên, Đơn vị, Kết quả rồi gửi lại.';
const CHANGED_MEANWHILE = 'Danh sách lớp vừa có thay đổi, nên tôi chưa nhập gì. Đồng chí gửi lại kết quả giúp tôi.';
const TOO_LARGE = 'Tệp lớn quá 5 MB. Đồng chí bỏ ảnh và các trang không cần.';
const NOT_DOWNLOADED = 'Tôi chưa tải được tệp từ Telegram. Đồng chí gửi lại sau ít phút nhé.';
