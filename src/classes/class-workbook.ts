import { writeXlsx, type SheetToWrite } from '../spreadsheet/write-xlsx.ts';
import { ROSTER_COLUMNS, SESSION_COLUMNS } from './class-sheets.ts';
import { FIELDS, type Field } from './class-words.ts';
import type { KnownTrainee } from './roster-plan.ts';
import { clockWords } from './session-words.ts';
import type { ClassVersion } from './training-class.ts';

const SESSION_TITLES = (['date', 'times', 'topic', 'lecturer', 'place', 'state'] as const).map(
  (name) => SESSION_COLUMNS[name].title,
);
const ROSTER_TITLES = [ROSTER_COLUMNS.name.title, ROSTER_COLUMNS.unit.title];

/** The file to fill in, with an example. */
export function templateFile(): Promise<Uint8Array> {
  const head: [Field, string][] = [
    ['code', 'BD-2026-01'],
    ['title', 'Bồi dưỡng nghiệp vụ công tác đảng cho bí thư chi bộ'],
    ['place', 'Hội trường A, số 1 đường B'],
    ['capacity', '130'],
    ['closes', '28/11/2026'],
  ];
  const sessions = [
    ['01/12/2026', '08:00-11:30', 'Công tác tổ chức xây dựng Đảng', 'Báo cáo viên 1', '', ''],
    ['01/12/2026', '14:00-17:00', 'Thảo luận: kết nạp đảng viên', 'Báo cáo viên 2', 'Phòng 203', ''],
  ];
  const roster = [
    ['Nguyễn Văn A', 'Chi bộ Thôn 1, Đảng ủy xã A'],
    ['Trần Thị B', 'Chi bộ Văn phòng'],
  ];
  return writeXlsx([sessionSheet(head, sessions), rosterSheet(roster)]);
}

/**
 * A class as a file that, imported again, changes nothing.
 *
 * @param unitName how a unit is written so that it is found again
 */
export function classFile(
  { trainingClass, sessions }: ClassVersion,
  trainees: readonly KnownTrainee[],
  { timeZone, unitName }: { timeZone: string; unitName: (id: string) => string | undefined },
): Promise<Uint8Array> {
  const { code, title, place, unitId, capacity, closesAt, quotas, eveningReminder, minutesBefore } = trainingClass;
  const unit = unitId === undefined ? undefined : unitName(unitId);
  const head: [Field, string | undefined][] = [
    ['code', code],
    ['title', title],
    ['place', place],
    ['unit', unit],
    ['capacity', capacity?.toString()],
    ['closes', closesAt && deadline(closesAt.toZonedDateTimeISO(timeZone))],
    ['evening', eveningReminder === 'off' ? 'không' : eveningReminder && clockWords(eveningReminder)],
    ['before', minutesBefore === 0 ? 'không' : minutesBefore?.toString()],
    ...Object.entries(quotas).map(([id, seats]): [Field, string] => ['quota', `${unitName(id) ?? ''} | ${seats}`]),
  ];
  const rows = sessions.map(({ startsAt, endsAt, topic, lecturer = '', place: room = '', state }) => {
    const [start, end] = [startsAt, endsAt].map((at) => at.toZonedDateTimeISO(timeZone));
    const times = start && end ? `${clockWords(start)}-${clockWords(end)}` : '';
    return [start ? shortDate(start) : '', times, topic, lecturer, room, state === 'cancelled' ? 'Hủy' : ''];
  });
  const roster = trainees
    .filter(({ state }) => state === 'enrolled')
    .map(({ names, units, rosterName, rosterUnit }) =>
      rosterName === null ? [names[0] ?? '', units[0] ?? ''] : [rosterName, rosterUnit ?? ''],
    );
  const filled = head.filter((line): line is [Field, string] => line[1] !== undefined);
  return writeXlsx([sessionSheet(filled, rows), rosterSheet(roster)]);
}

function sessionSheet(head: readonly [Field, string][], rows: readonly string[][]): SheetToWrite {
  const above = head.map(([field, text]) => [FIELDS[field].label, text]);
  return {
    name: 'Buổi học',
    rows: [...above, [], SESSION_TITLES, ...rows],
    titles: above.length + 1,
    widths: [16, 24, 50, 26, 26, 12],
  };
}

function rosterSheet(rows: readonly string[][]): SheetToWrite {
  return { name: 'Học viên', rows: [ROSTER_TITLES, ...rows], titles: 0, widths: [30, 50] };
}

/** "28/11/2026" for the end of that day, else with the time. */
function deadline(at: Temporal.ZonedDateTime): string {
  return at.toPlainTime().equals(new Temporal.PlainTime())
    ? shortDate(at.subtract({ days: 1 }))
    : `${shortDate(at)} ${clockWords(at)}`;
}

function shortDate({ day, month, year }: Temporal.ZonedDateTime): string {
  return `${String(day).padStart(2, '0')}/${String(month).padStart(2, '0')}/${year}`;
}
