import { writeXlsx } from '../spreadsheet/write-xlsx.ts';
import { percent, type ClassReport, type PersonReport, type Presence } from './report.ts';
import { clockWords } from './session-words.ts';
import type { TrainingClass } from './training-class.ts';

/** The report of a class as a file: by unit, by session, by person, and those who attended too little. */
export function reportFile({ code, title }: TrainingClass, report: ClassReport, timeZone: string): Promise<Uint8Array> {
  const head = [[`Lớp ${code}: ${title}`], []];
  const { people, sessions, byUnit, below } = report;
  const times = sessions.map(({ session }) => {
    const at = session.startsAt.toZonedDateTimeISO(timeZone);
    return `${at.day}/${at.month} ${clockWords(at)}`;
  });
  const personRow = ({ enrolment, presence, attended, share }: PersonReport, i: number): string[] => [
    String(i + 1),
    enrolment.name ?? 'Người đã xóa dữ liệu',
    enrolment.unit ?? '',
    ...sessions.map(({ session }) => WORDS[presence.get(session.id) ?? 'none']),
    String(attended),
    share === undefined ? '' : percent(share),
    enrolment.result ?? '',
  ];
  const personTitles = ['STT', 'Họ và tên', 'Đơn vị', ...times, 'Số buổi dự', 'Tỷ lệ', 'Kết quả'];
  const personWidths = [5, 26, 30, ...times.map(() => 12), 11, 9, 12];
  return writeXlsx([
    {
      name: 'Theo đơn vị',
      rows: [...head, ['Đơn vị', 'Số học viên'], ...byUnit.map(({ unit, count }) => [unit, String(count)])],
      titles: 2,
      widths: [40, 12],
    },
    {
      name: 'Theo buổi',
      rows: [
        ...head,
        ['Buổi', 'Chuyên đề', 'Có mặt', 'Muộn', 'Vắng có xin phép', 'Vắng'],
        ...sessions.map(({ session, counts }, i) => [
          times[i] ?? '',
          session.topic,
          ...(counts
            ? [counts.present, counts.late, counts.excused, counts.absent].map(String)
            : ['chưa điểm danh', '', '', '']),
        ]),
      ],
      titles: 2,
      widths: [14, 50, 14, 10, 18, 10],
    },
    { name: 'Theo học viên', rows: [...head, personTitles, ...people.map(personRow)], titles: 2, widths: personWidths },
    { name: 'Dự dưới 80%', rows: [...head, personTitles, ...below.map(personRow)], titles: 2, widths: personWidths },
  ]);
}

const WORDS: Readonly<Record<Presence | 'none', string>> = {
  present: 'có mặt',
  late: 'muộn',
  excused: 'vắng có phép',
  absent: 'vắng',
  none: '',
};
