import type { Mistake } from '../spreadsheet/mistake.ts';
import { fieldOf } from './class-words.ts';

/** The lines with a mistake, from 1. */
export function wrongRows(mistakes: readonly Mistake[]): number[] {
  return [...new Set(mistakes.flatMap(({ row }) => row ?? []))].toSorted((a, b) => a - b);
}

/**
 * The lines as a reply mends them: the whole message again, single lines by number ("dòng 4: Buổi: …"), a line by its
 * name ("Tên: …"), or sessions, which take the places of those with mistakes and then come last.
 *
 * @param wrong the lines with a mistake, from 1
 * @returns undefined: the reply is none of this
 */
export function mendLines(text: string, wrong: readonly number[], reply: string): string | undefined {
  const lines = text.split('\n');
  const replies = reply.split('\n').filter((line) => line.trim() !== '');
  const kinds = replies.map((line) => kindOf(line));
  if (['code', 'title', 'session'].every((kind) => kinds.includes(kind))) return reply;
  const open = wrong.filter((row) => kindOf(lines[row - 1] ?? '') === 'session');
  let any = false;
  for (const [i, line] of replies.entries()) {
    const kind = kinds[i];
    const [, row, rest = ''] =
      /^\s*(?:dòng|hàng|dong|hang)\s*(\d{1,3})\s*[:.]\s*(.*)$/iu.exec(line.normalize('NFC')) ?? [];
    if (row !== undefined && Number(row) >= 1 && Number(row) <= lines.length) lines[Number(row) - 1] = rest;
    else if (kind === 'session') {
      const place = open.shift();
      if (place === undefined) lines.push(line);
      else lines[place - 1] = line;
    } else if (kind !== undefined) {
      const place = lines.findIndex((one) => kindOf(one) === kind);
      if (place < 0 || kind === 'quota') lines.push(line);
      else lines[place] = line;
    } else continue;
    any = true;
  }
  return any ? lines.join('\n') : undefined;
}

function kindOf(line: string): string | undefined {
  const [, label] = /^\s*[-*•]?\s*([^:|]{1,40}?)\s*[:：]/u.exec(line) ?? [];
  if (label === undefined) return undefined;
  return /^(?:buổi|buoi)(?:\s+(?:học|hoc))?(?:\s*\d+)?$/i.test(label.normalize('NFC')) ? 'session' : fieldOf(label);
}
