import type { Choice, Outgoing } from '../bot/channel.ts';
import { escapeMarkdown } from '../bot/markdown/styled.ts';
import { clockWords, dayWords } from '../classes/session-words.ts';
import type { DueDuty, Duty, Occurrence } from './duties.ts';

/** The first part of the ids of all choices that have to do with meetings. */
export const MEETINGS = 'hop';

/** "19:30 thứ Bảy 5/12/2026, nhà văn hóa" */
export function occurrenceWords({ startsAt, meeting }: Occurrence, timeZone: string): string {
  const start = startsAt.toZonedDateTimeISO(timeZone);
  const place = meeting.place === undefined ? '' : `, ${escapeMarkdown(meeting.place)}`;
  return `${clockWords(start)} ${dayWords(start)}${place}`;
}

/** What can be done about a meeting that falls on a holiday. */
export function holidayChoices({ meeting, date }: Occurrence): Choice[] {
  return [
    { id: [MEETINGS, 'keep', meeting.id, date].join('.'), label: 'Giữ nguyên' },
    { id: [MEETINGS, 'move', meeting.id, date].join('.'), label: 'Dời sang ngày khác' },
    { id: [MEETINGS, 'off', meeting.id, date].join('.'), label: 'Bỏ kỳ này' },
  ];
}

/**
 * A reminder of what is to be done about a meeting, as the handbook has it.
 *
 * @param mayChange whether the meeting is theirs to move
 */
export function dutyText(
  { duty, occurrence, late }: DueDuty,
  { timeZone, holiday, mayChange }: { timeZone: string; holiday: string | undefined; mayChange: boolean },
): Outgoing {
  const when = occurrenceWords(occurrence, timeZone);
  const mark = late ? '*Gửi muộn, mong đồng chí thông cảm.*\n\n' : '';
  if (duty === 'holiday') {
    const text = `${mark}Buổi họp **${when}** rơi vào **${holiday ?? 'ngày nghỉ'}**.`;
    return mayChange
      ? { markdown: `${text} Đồng chí chọn giúp tôi:`, choices: holidayChoices(occurrence) }
      : { markdown: `${text} Lịch này do cấp trên đặt; đồng chí hỏi lại cấp trên xem có dời không.` };
  }
  return { markdown: `${mark}${TEXTS[duty](when)}` };
}

const TEXTS: Readonly<Record<Exclude<Duty, 'holiday'>, (when: string) => string>> = {
  prepare: (when) =>
    `**Còn 3 ngày đến buổi họp** ${when}.\n\nĐồng chí chuẩn bị:\n\n- rà việc tháng trước và văn bản mới của cấp trên;\n- họp chi ủy (hoặc hội ý) để thống nhất nội dung, việc cần biểu quyết;\n- phân công viết nội dung, dự thảo nghị quyết;\n- báo thời gian, địa điểm, nội dung cho đảng viên và cấp ủy cấp trên.\n\nGõ câu hỏi *chuẩn bị nội dung sinh hoạt chi bộ* để xem cách làm.`,
  tomorrow: (when) =>
    `**Ngày mai họp**: ${when}.\n\n- Hôm nay là hạn đăng hoặc gửi tài liệu (không mật) cho đảng viên đọc trước.\n- Kiểm tra lại phòng họp, danh sách người xin vắng, đại biểu cấp trên.`,
  after: (when) =>
    `Buổi họp ${when} đã qua. **Việc sau họp**:\n\n- hoàn chỉnh biên bản, chủ trì và thư ký ký;\n- ra nghị quyết hoặc kết luận, giao việc rõ người, rõ hạn;\n- lưu sổ sách, báo cáo cấp ủy cấp trên theo quy định của đảng bộ mình.\n\nGõ câu hỏi *biên bản họp chi bộ*, *ra nghị quyết* để xem cách làm.`,
};
