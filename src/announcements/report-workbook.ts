import { writeXlsx } from '../spreadsheet/write-xlsx.ts';
import type { AnnouncementReport } from './report.ts';

/**
 * The report of an announcement as a file: those to be called, and the counts by unit.
 *
 * @param title what and when, for the first line
 * @param platform a platform's name as people know it
 */
export function announcementReportFile(
  title: string,
  { toCall, byUnit, byFate, confirmed, total }: AnnouncementReport,
  platform: (channel: string) => string,
): Promise<Uint8Array> {
  const head = [[title], []];
  return writeXlsx([
    {
      name: 'Cần gọi',
      rows: [
        ...head,
        ['STT', 'Họ và tên', 'Đơn vị', 'Nền tảng', 'Tình trạng'],
        ...toCall.map(({ name, unit, channel, what }, i) => [
          String(i + 1),
          name ?? 'Chưa có tên',
          unit ?? '',
          channel === undefined ? '' : platform(channel),
          what,
        ]),
      ],
      titles: 2,
      widths: [5, 28, 36, 12, 44],
    },
    {
      name: 'Theo đơn vị',
      rows: [
        ...head,
        ['Đơn vị', 'Số người', 'Đã gửi', 'Đã xác nhận'],
        ...byUnit.map(({ unit, people, sent, confirmed: theirs }) => [unit, ...[people, sent, theirs].map(String)]),
        ['Tổng', String(total), String(byFate.sent), String(confirmed)],
      ],
      titles: 2,
      widths: [40, 12, 12, 14],
    },
  ]);
}
