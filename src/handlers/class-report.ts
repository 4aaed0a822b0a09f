import type { Incoming, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import type { AttendanceStore } from '../classes/attendance-store.ts';
import type { ClassesStore } from '../classes/classes-store.ts';
import type { EnrolmentsStore } from '../classes/enrolments-store.ts';
import { classReport, percent, type ClassReport } from '../classes/report.ts';
import { reportFile } from '../classes/report-workbook.ts';
import { resultSummary } from '../classes/results.ts';
import { timeWords } from '../classes/session-words.ts';
import { codeKey, type TrainingClass } from '../classes/training-class.ts';
import type { Clock } from '../clock.ts';
import type { ClassChoice } from './class-choice.ts';
import { choiceId, say, type Feature } from './feature.ts';
import { PRIVATELY } from './registration.ts';
import type { ResultImport } from './result-import.ts';

export const REPORT = 'baocao';
/** Lines of each list in the text; the file has all. */
const MOST_LINES = 30;

export interface ClassReportDeps {
  choice: ClassChoice;
  classes: Pick<ClassesStore, 'sessionsOf'>;
  enrolments: Pick<EnrolmentsStore, 'inClass' | 'counts'>;
  attendance: Pick<AttendanceStore, 'ofClass'>;
  results: ResultImport;
  clock: Clock;
  timeZone: string;
}

/** `/baocao <mã>`: who is in a class, who came, who came too little; as text and as a file; and its results. */
export function createClassReport(deps: ClassReportDeps): Feature {
  const { choice, classes, enrolments, attendance, results, clock, timeZone } = deps;

  async function typed(message: Incoming, code: string): Promise<Outgoing[]> {
    if (message.group) return say(PRIVATELY);
    const found = await choice.byCode(message, code, REPORT);
    return Array.isArray(found) ? found : show(found);
  }

  async function reportOf({ id }: TrainingClass): Promise<ClassReport> {
    return classReport(
      await classes.sessionsOf(id),
      await enrolments.inClass(id),
      await attendance.ofClass(id),
      clock.now(),
    );
  }

  async function show(trainingClass: TrainingClass): Promise<Outgoing[]> {
    const report = await reportOf(trainingClass);
    const { waiting } = await enrolments.counts(trainingClass.id);
    const { people, byUnit, sessions, below, held } = report;
    const grades = people.map(({ enrolment }) => enrolment.result);
    const units = byUnit.map(({ unit, count }) => `- ${escapeMarkdown(unit)}: ${count}`);
    const bySession = sessions.map(({ session, counts }) => {
      const time = timeWords(session, timeZone);
      return counts
        ? `- ${time}: có mặt ${counts.present}, muộn ${counts.late}, vắng có xin phép ${counts.excused}, vắng ${counts.absent}`
        : `- ${time}: chưa điểm danh`;
    });
    const few = below.map(
      ({ enrolment, attended, share = 0 }) =>
        `- ${escapeMarkdown([enrolment.name ?? 'Người đã xóa dữ liệu', enrolment.unit].filter(Boolean).join(', '))}: ${attended}/${held} buổi (${percent(share)})`,
    );
    const parts = [
      `**Báo cáo lớp ${escapeMarkdown(trainingClass.code)}**\n\n${escapeMarkdown(trainingClass.title)}`,
      `Học viên: **${people.length}** thuộc **${byUnit.length}** đơn vị${waiting === 0 ? '' : `; ${waiting} người ở danh sách chờ`}.`,
      list('Theo đơn vị', units),
      list(`Theo buổi (đã điểm danh ${held}/${sessions.length} buổi)`, bySession),
      held === 0
        ? ''
        : few.length === 0
          ? 'Không ai dự dưới 80% số buổi.'
          : list(`Dự dưới 80% số buổi, chưa đủ điều kiện cấp chứng nhận (${few.length})`, few),
      grades.some((grade) => grade !== undefined) ? `**Kết quả học tập:** ${resultSummary(grades)}.` : '',
    ];
    return say(parts.filter((part) => part !== '').join('\n\n'), [
      { id: choiceId(REPORT, 'file', trainingClass.id), label: 'Tải bảng Excel' },
      { id: choiceId(REPORT, 'results', trainingClass.id), label: 'Nhập kết quả' },
    ]);
  }

  async function file(message: Incoming, trainingClass: TrainingClass): Promise<Outgoing[]> {
    if (message.channel === 'zalo') return say(NO_FILES_ON_ZALO);
    const bytes = await reportFile(trainingClass, await reportOf(trainingClass), timeZone);
    return [{ markdown: KEEP_SAFE, file: { name: `bao-cao-${codeKey(trainingClass.code)}.xlsx`, bytes } }];
  }

  async function press(message: Incoming, [what = '', id]: string[]): Promise<Outgoing[] | undefined> {
    if (message.group) return say(PRIVATELY);
    const trainingClass = await choice.byId(message, id ?? what);
    if (!trainingClass) return undefined;
    if (id === undefined) return show(trainingClass);
    switch (what) {
      case 'file':
        return file(message, trainingClass);
      case 'results':
        return results.ask(message, trainingClass);
      case 'keep':
        return results.keep(message, trainingClass);
      case 'drop':
        return results.drop(message);
      default:
        return undefined;
    }
  }

  return {
    commands: [
      {
        name: 'baocao',
        description: 'Báo cáo lớp: học viên, điểm danh, kết quả',
        audience: 'officer',
        words: ['bao cao', 'bao cao lop'],
        argument: /^\S{0,30}\d\S{0,30}$/u,
        run: typed,
      },
    ],
    choices: { [REPORT]: press },
    dialogs: results.dialogs,
    receive: results.receive,
  };
}

function list(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const more = lines.length > MOST_LINES ? [`- … và ${lines.length - MOST_LINES} dòng nữa (xem bảng Excel)`] : [];
  return `**${title}**\n\n${[...lines.slice(0, MOST_LINES), ...more].join('\n')}`;
}

const KEEP_SAFE = 'Báo cáo đầy đủ ở trong tệp. Tệp có họ tên học viên, đồng chí giữ cẩn thận.';
const NO_FILES_ON_ZALO = 'Trên Zalo tôi chưa gửi được tệp. Đồng chí gõ /baocao trên Telegram để tải bảng Excel.';
