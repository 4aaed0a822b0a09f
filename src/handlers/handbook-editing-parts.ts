import { shortNumber, type OfficialDocument } from '../handbook/documents.ts';
import type { EntryContent, Part } from '../handbook/entry.ts';
import { fold, words } from '../search/fold.ts';

/** The parts that officers change; the others look after themselves. */
export const EDITABLE = [
  'question',
  'short',
  'body',
  'basis',
  'evidence',
  'gaps',
  'phrasings',
  'brief',
  'keywords',
] as const satisfies readonly Part[];
export type EditablePart = (typeof EDITABLE)[number];

export const PART_NAMES: Readonly<Record<Part, string>> = {
  question: 'Câu hỏi',
  short: 'Trả lời ngắn',
  body: 'Nội dung',
  basis: 'Căn cứ',
  evidence: 'Mức đối chiếu',
  gaps: 'Điều chưa chắc',
  phrasings: 'Cách hỏi khác',
  brief: 'Câu hỏi ngắn',
  keywords: 'Từ khóa',
  checked: 'Ngày kiểm tra',
  sources: 'Nơi đã đọc',
  related: 'Mục liên quan',
  also: 'Mã cũ',
};

/** How far an answer was compared with the documents. */
export const EVIDENCE_NAMES = {
  text: 'Đã đối chiếu toàn văn',
  secondary: 'Mới đọc qua bài viết, tài liệu khác',
  memory: 'Theo kinh nghiệm, chưa có văn bản',
} as const;

/** What is asked for a part, below what it says now. */
export const HOW_TO: Readonly<Record<Exclude<EditablePart, 'evidence'>, string>> = {
  question: 'Đồng chí gõ câu hỏi, như một bí thư chi bộ sẽ hỏi.',
  short: 'Đồng chí gõ câu trả lời trong một câu (không quá 280 ký tự), đủ để làm theo nếu chỉ đọc câu này.',
  body: 'Đồng chí gõ nội dung trả lời đầy đủ: ai làm, giấy tờ gì, trong bao lâu. Dòng bắt đầu bằng "- " là gạch đầu dòng.',
  basis: 'Đồng chí gõ các căn cứ, mỗi dòng một văn bản: số hiệu, dấu phẩy, rồi điều khoản. Ví dụ: 208-QĐ/TW, mục 3',
  gaps: 'Đồng chí gõ một câu nói rõ điều gì chưa đối chiếu hoặc chưa chắc; người hỏi sẽ thấy câu này.',
  phrasings:
    'Đồng chí gõ các cách hỏi muốn thêm, mỗi dòng một câu. Muốn bỏ câu nào thì gõ chữ bỏ rồi số của câu, ví dụ: bỏ 2, 5',
  brief:
    'Đồng chí gõ các câu hỏi ngắn muốn thêm (không quá 9 chữ), mỗi dòng một câu. Muốn bỏ câu nào thì gõ chữ bỏ rồi số của câu, ví dụ: bỏ 2, 5',
  keywords:
    'Đồng chí gõ các từ khóa muốn thêm, mỗi dòng một từ hoặc cách nhau bằng dấu phẩy. Muốn bỏ từ nào thì gõ chữ bỏ rồi số của từ, ví dụ: bỏ 2, 5',
};

/** Parts that an entry may do without. */
export const OPTIONAL: ReadonlySet<EditablePart> = new Set(['body', 'basis', 'gaps', 'phrasings', 'brief', 'keywords']);

export type TypedPart = { changes: Partial<EntryContent> } | { mistake: string };

/** What a typed text makes of a part. `now` is the content that it changes. */
export function readPart(
  part: Exclude<EditablePart, 'evidence'>,
  text: string,
  now: EntryContent,
  find: (text: string) => OfficialDocument[],
): TypedPart {
  const lines = text
    .normalize('NFC')
    .split(/\r?\n/)
    .map((line) => line.trimEnd());
  const whole = lines.join('\n').trim();
  switch (part) {
    case 'body':
      return { changes: { body: whole } };
    case 'question':
      return { changes: { question: oneLine(whole).replace(/[\s.?!…]*$/, '?') } };
    case 'short':
    case 'gaps':
      return { changes: { [part]: oneLine(whole) } };
    case 'basis':
      return readBasis(lines, now, find);
    case 'phrasings':
    case 'brief':
    case 'keywords':
      return readList(part, part === 'keywords' ? lines.flatMap((line) => line.split(/[,;]/)) : lines, whole, now);
  }
}

/** Takes a part away. */
export function withoutPart(part: EditablePart): Partial<EntryContent> {
  switch (part) {
    case 'body':
      return { body: '' };
    case 'gaps':
      return { gaps: undefined };
    case 'basis':
    case 'phrasings':
    case 'brief':
    case 'keywords':
      return { [part]: [] };
    case 'question':
    case 'short':
    case 'evidence':
      return {};
  }
}

/** What a part says, to be copied and changed. */
export function partText(part: EditablePart, content: EntryContent, numberOf: (doc: string) => string): string {
  switch (part) {
    case 'question':
    case 'body':
      return content[part];
    case 'short':
    case 'gaps':
      return content[part] ?? '';
    case 'evidence':
      return content.evidence ? EVIDENCE_NAMES[content.evidence] : '';
    case 'basis':
      return content.basis.map(({ doc, at }) => [numberOf(doc), at ?? ''].filter(Boolean).join(', ')).join('\n');
    case 'phrasings':
    case 'brief':
    case 'keywords':
      return content[part].map((text, i) => `${i + 1}. ${text}`).join('\n');
  }
}

function readBasis(lines: readonly string[], now: EntryContent, find: (text: string) => OfficialDocument[]): TypedPart {
  const basis: EntryContent['basis'] = [];
  for (const line of lines.map((one) => oneLine(one).replace(/^[-•*]\s*/, '')).filter((one) => one !== '')) {
    const { number, at, found } = splitBasis(line, find);
    const [first, second] = found;
    if (!first) return { mistake: NO_DOCUMENT(number) };
    if (second)
      return {
        mistake: MANY_DOCUMENTS(
          number,
          found
            .slice(0, 5)
            .map((one) => one.number)
            .join('; '),
        ),
      };
    const why = now.basis.find(({ doc }) => doc === first.id)?.why;
    basis.push({ doc: first.id, ...(at !== '' && { at }), ...(why !== undefined && { why }) });
  }
  return { changes: { basis } };
}

/** Of a document's name; each is a search of the registry. */
const MOST_COMMAS = 20;

/** Names of documents may have commas, too: the shortest beginning that is a document counts. */
function splitBasis(
  line: string,
  find: (text: string) => OfficialDocument[],
): { number: string; at: string; found: OfficialDocument[] } {
  const commas = [...line.matchAll(/,/g)].map(({ index }) => index).slice(0, MOST_COMMAS);
  for (const end of [...commas, line.length]) {
    const number = line.slice(0, end);
    const found = meant(number, find(number));
    if (found.length > 0) return { number, at: line.slice(end + 1).trim(), found };
  }
  return { number: line.slice(0, commas[0]), at: '', found: [] };
}

/** Of several documents with this number the one that is written just so, or the one that is in force. */
function meant(typed: string, found: OfficialDocument[]): OfficialDocument[] {
  const plain = (text: string): string => words(fold(text)).join(' ');
  const written = found.filter((one) => [one.number, shortNumber(one)].some((text) => plain(text) === plain(typed)));
  if (written.length === 1) return written;
  const inForce = found.filter((one) => one.in_force === true);
  return inForce.length === 1 ? inForce : found;
}

function readList(
  part: 'phrasings' | 'brief' | 'keywords',
  lines: readonly string[],
  whole: string,
  now: EntryContent,
): TypedPart {
  const removal = /^bỏ\s+([\d\s,;.và-]+)$/iu.exec(whole)?.[1];
  if (removal !== undefined) {
    const numbers = new Set(removal.match(/\d+/g)?.map(Number));
    const wrong = [...numbers].find((number) => number < 1 || number > now[part].length);
    if (wrong !== undefined) return { mistake: `Không có số ${wrong}: chỉ có từ 1 đến ${now[part].length}.` };
    return { changes: { [part]: now[part].filter((_, i) => !numbers.has(i + 1)) } };
  }
  const typed = lines.map((line) => oneLine(line).replace(/^(?:[-•*]|\d+[.)])\s+/, '')).filter((line) => line !== '');
  return { changes: { [part]: [...new Set([...now[part], ...typed])] } };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

const NO_DOCUMENT = (number: string): string =>
  `Tôi không thấy văn bản "${number.slice(0, 60)}" trong danh mục. Đồng chí kiểm tra lại số hiệu; văn bản mới thì ghi vào danh mục trước, bằng lệnh /vanban moi.`;
const MANY_DOCUMENTS = (number: string, found: string): string =>
  `Có nhiều văn bản khớp với "${number.slice(0, 60)}": ${found}. Đồng chí gõ lại, ghi đủ số hiệu và năm.`;
