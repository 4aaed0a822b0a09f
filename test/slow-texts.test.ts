import { expect, test } from 'vitest';
import { checkSecrecy } from '../src/announcements/secrecy.ts';
import { readSchedule } from '../src/announcements/schedule-words.ts';
import { typedMarkdown } from '../src/announcements/typed-text.ts';
import { telegramHtml } from '../src/bot/markdown/telegram-html.ts';
import { webHtml } from '../src/bot/markdown/web-html.ts';
import { readMarks } from '../src/classes/typed-marks.ts';
import { readLines } from '../src/documents/typed-document.ts';
import { readPart } from '../src/handlers/handbook-editing-parts.ts';
import { readMeeting } from '../src/meetings/typed-meeting.ts';
import { readPersonName } from '../src/people/person-name.ts';
import { readSetting } from '../src/people/settings-words.ts';
import { matchUnit } from '../src/people/unit-match.ts';
import { withoutPersonalNumbers } from '../src/questions/personal-numbers.ts';
import { createDocumentFinder, numbersIn } from '../src/search/document-number.ts';
import { createDocuments } from '../src/handbook/documents.ts';

/** Far more than any platform lets somebody type. UTF-16 units. */
const LENGTH = 10_000;
/** While a text is read nobody else is answered. */
const MOST_MS = 50;

const PIECES = [
  'a',
  ' ',
  '\n',
  '* ',
  '**a ',
  '1. ',
  '- ',
  '- - 1. > ',
  '>',
  ',',
  ';/TW',
  'Số hiệu:',
  'ngày 25 hằng tháng ',
  'thứ hai hằng tuần ',
  'lúc ',
  'từ 8h đến ',
  '1-9;',
  'vắng 1-',
  '0912 345 678 ',
  '1-QĐ/TW ',
  'chi bộ ',
  'đảng ủy xã ',
  'M Ậ T ',
  'kỷ luật Nguyễn Văn A ',
  'dong chi nguyen van a ',
  'liên hệ aaaa Nguyễn Văn A ',
  'im lặng đến ',
  'ế\u0301',
  '\u200b\ud800',
];

const now = Temporal.ZonedDateTime.from('2026-11-22T08:00[Asia/Ho_Chi_Minh]');
const today = now.toPlainDate();
const documents = createDocuments([]);
const find = createDocumentFinder(documents);
const units = Array.from({ length: 1000 }, (_, i) => ({
  id: `u${i}`,
  parentId: undefined,
  name: `Chi bộ Thôn ${i}`,
  kind: 'cell' as const,
}));
const content = {
  question: '',
  phrasings: [],
  brief: [],
  keywords: [],
  basis: [],
  sources: [],
  related: [],
  also: [],
  body: '',
};

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  checkSecrecy,
  readSchedule: (text) => readSchedule(text, now),
  announcement: (text) => telegramHtml(typedMarkdown(text)),
  // As much as is taken for one part of an entry.
  entry: (text) => [telegramHtml(text.slice(0, 4000)), webHtml(text.slice(0, 4000))],
  readMarks: (text) => readMarks(text, ['Nguyễn Văn An', 'Lê Thị Bình']),
  readLines: (text) => readLines(text, { documents, find, today, id: undefined }, false),
  basis: (text) => readPart('basis', text, content, find),
  phrasings: (text) => readPart('phrasings', text, content, find),
  readMeeting: (text) => readMeeting(text, today),
  readPersonName,
  readSetting: (text) => readSetting(text, today),
  matchUnit: (text) => matchUnit(text, units),
  withoutPersonalNumbers,
  numbersIn,
};

/** Milliseconds of the processor; the best of some, since the first warms up and other processes get in the way. */
function cost(read: (text: string) => unknown, text: string): number {
  let best = Infinity;
  for (let tries = 0; best >= MOST_MS && tries < 5; tries++) {
    const before = process.threadCpuUsage();
    read(text);
    const { user, system } = process.threadCpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

test.each(Object.entries(READERS))('%s reads the worst texts in no time', (_name, read) => {
  const slow = PIECES.flatMap((piece) => {
    const text = piece.repeat(Math.ceil(LENGTH / piece.length)).slice(0, LENGTH - 1);
    return [text + '!', `ngày 25 ${text}`].map((worst) => ({ piece, ms: cost(read, worst) }));
  }).filter(({ ms }) => ms >= MOST_MS);
  expect(slow).toEqual([]);
});
