import type { Mistake } from '../spreadsheet/mistake.ts';
import { fieldOf, FIELDS, type Field, type Written, type WrittenClass, type WrittenSession } from './class-words.ts';

/**
 * Reads the lines of a message that makes a class: "Mã: …", "Tên: …", "Địa điểm: …", and for each session
 * "Buổi: <date and times> | <topic> | <lecturer> | <place>". Lines are counted as they were typed.
 */
export function readMessageLines(text: string): { written: WrittenClass; mistakes: Mistake[] } {
  const mistakes: Mistake[] = [];
  const fields: WrittenClass['fields'] = {};
  const quotas: Written[] = [];
  const sessions: WrittenSession[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const row = i + 1;
    const [, label = '', value = ''] = /^\s*[-*•]?\s*([^:|]{1,40}?)\s*[:：]\s*(.*?)\s*$/u.exec(line) ?? [];
    if (/^(?:buổi|buoi|buổi học|buoi hoc)(?:\s*\d+)?$/i.test(label.normalize('NFC'))) {
      const [when = '', topic = '', lecturer = '', place = '', ...more] = value.split('|');
      if (more.length > 0) mistakes.push({ row, text: TOO_MANY_PARTS });
      const at = (part: string): Written => ({ text: part.trim(), row });
      sessions.push({ when: at(when), topic: at(topic), lecturer: at(lecturer), place: at(place) });
      continue;
    }
    const field = fieldOf(label);
    if (field === 'quota') quotas.push({ text: value, row });
    else if (field === undefined) mistakes.push({ row, text: unknownLine(line) });
    else if (fields[field]) mistakes.push({ row, text: twice(field, fields[field].row ?? 0) });
    else fields[field] = { text: value, row };
  }
  if (sessions.length === 0) mistakes.push({ text: NO_SESSION });
  return { written: { fields, quotas, sessions }, mistakes };
}

function unknownLine(line: string): string {
  return `chưa hiểu dòng '${line.trim().slice(0, 40)}'; mỗi dòng bắt đầu bằng Mã:, Tên:, Địa điểm: hoặc Buổi:.`;
}

function twice(field: Field, row: number): string {
  return `dòng ${FIELDS[field].label} đã có ở dòng ${row}; bỏ một dòng.`;
}

const TOO_MANY_PARTS =
  'nhiều hơn 4 phần; viết: Buổi: ngày giờ | chuyên đề | báo cáo viên | địa điểm (hai phần sau có thể bỏ).';
const NO_SESSION =
  'Chưa có buổi học nào; viết mỗi buổi một dòng, ví dụ: Buổi: 01/12/2026 08:00-11:30 | Công tác tổ chức | Báo cáo viên 1';
