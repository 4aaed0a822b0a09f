import { readDate, type Read } from '../classes/typed-times.ts';
import { shortNumber, type Documents, type OfficialDocument } from '../handbook/documents.ts';
import type { DocumentFields } from '../handbook/recorded-documents.ts';
import { fold, words } from '../search/fold.ts';

/** What is typed of a document, in the order in which it is asked for. */
export const KEYS = ['number', 'title', 'issuer', 'issued', 'effective', 'replaces', 'source'] as const;
export type Key = (typeof KEYS)[number];

/** A document that is being written down; a key that is there and null: it was said that there is none. */
export type Draft = Partial<Omit<DocumentFields, 'id'>>;

export interface ReadingOptions {
  documents: Documents;
  find: (text: string) => OfficialDocument[];
  today: Temporal.PlainDate;
  /** The document that is corrected. */
  id: string | undefined;
}

/** As it stands before the colon of a typed line; the first is what people read. */
export const LABELS: Readonly<Record<Key, readonly [string, ...string[]]>> = {
  number: ['Số hiệu', 'van ban', 'so', 'so ky hieu'],
  title: ['Tên', 'trich yeu', 'noi dung', 'ten van ban'],
  issuer: ['Cơ quan ban hành', 'co quan', 'noi ban hanh'],
  issued: ['Ngày ban hành', 'ban hanh', 'ngay ky', 'ngay'],
  effective: ['Hiệu lực từ', 'hieu luc', 'co hieu luc', 'co hieu luc tu', 'ngay hieu luc'],
  replaces: ['Thay cho', 'thay', 'thay the', 'thay the cho'],
  source: ['Nguồn', 'dia chi', 'duong dan', 'link'],
};

const LONGEST: Partial<Record<Key, number>> = { number: 120, title: 300, issuer: 150, source: 500 };
/** Documents that one may replace. */
const MOST_REPLACED = 20;
const NONE = /^(?:khong|khong co|khong ro|chua ro|khong thay|khong thay van ban nao|bo trong|-)$/;

/** What was read of one line, with a word to go along. */
export type ReadField = Read<Draft> & { note?: string };

/** Reads what was typed for one of them. A mistake says how to write it. */
export function readField(key: Key, typed: string, options: ReadingOptions): ReadField {
  const text = typed.normalize('NFC').replace(/\s+/gu, ' ').trim().toWellFormed();
  const none = NONE.test(words(fold(text)).join(' ')) || text === '';
  const longest = LONGEST[key];
  if (longest !== undefined && text.length > longest) {
    return { mistake: `Dòng “${LABELS[key][0]}” dài quá. Đồng chí viết gọn trong ${longest} ký tự.` };
  }
  switch (key) {
    case 'number':
      return none || text.length < 3 ? { mistake: NO_NUMBER } : { value: { number: text } };
    case 'title':
    case 'issuer':
    case 'source':
      return { value: { [key]: none ? null : text } };
    case 'issued':
    case 'effective': {
      if (none) return { value: { [key]: null } };
      // Without a year it would be the next such day, and a document is rarely of tomorrow.
      if (!/\d{1,4}\D+\d{1,2}\D+\d{2,4}/.test(text)) return { mistake: NO_YEAR };
      const read = readDate(text, options.today);
      return 'mistake' in read ? { mistake: sentence(read.mistake) } : { value: { [key]: read.value.toString() } };
    }
    case 'replaces':
      return none ? { value: { replaces: [] } } : readReplaced(text, options);
  }
}

function readReplaced(text: string, options: ReadingOptions): ReadField {
  const found: string[] = [];
  const notes: string[] = [];
  const parts = text.split(/[;,\n]| và (?=\D*\d)/u).filter((part) => part.trim() !== '');
  if (parts.length > MOST_REPLACED) return { mistake: `Mỗi lần ghi thay nhiều nhất ${MOST_REPLACED} văn bản.` };
  for (const part of parts) {
    const read = findOne(part.trim(), options);
    if ('mistake' in read) return read;
    const currency = options.documents.currency(read.value);
    const end = currency.state === 'replaced' && currency.by.id !== options.id ? currency.by : read.value;
    if (end.id === options.id)
      return { mistake: 'Một văn bản không thay cho chính nó. Đồng chí gõ lại số hiệu văn bản cũ.' };
    if (end !== read.value) {
      notes.push(
        `${shortNumber(read.value)} đã được ${shortNumber(end)} thay từ trước, nên tôi ghi thay cho ${end.number}.`,
      );
    }
    if (!found.includes(end.id)) found.push(end.id);
  }
  return { value: { replaces: found }, ...(notes.length > 0 && { note: notes.join(' ') }) };
}

/** The one document that is meant: of several with this number the one of the year, else the one still in force. */
function findOne(text: string, { documents, find }: ReadingOptions): Read<OfficialDocument> {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  const all = find(text);
  const year = /\b((?:19|20)\d\d)\b(?!\s*[-/])/.exec(text)?.[1];
  const ofYear = year === undefined ? [] : all.filter(({ issued }) => issued?.startsWith(year));
  const standing = all.filter((document) => documents.currency(document).state !== 'replaced');
  const [one] = [ofYear, all, standing].flatMap((list) => (list.length === 1 ? list : []));
  if (one) return { value: one };
  if (all.length === 0) {
    return {
      mistake: `Tôi không thấy văn bản “${shown}” trong danh mục. Đồng chí kiểm tra lại số hiệu, ví dụ: 208-QĐ/TW.`,
    };
  }
  const names = all.slice(0, 5).map(({ number, issued }) => (issued ? `${number}, ${issued.slice(0, 4)}` : number));
  return {
    mistake: `“${shown}” khớp với nhiều văn bản: ${names.join('; ')}. Đồng chí gõ đủ số hiệu, kèm năm ban hành.`,
  };
}

/**
 * Reads a message of lines such as "Số hiệu: …". All mistakes at once.
 *
 * @param whole the line with the number must be among them
 * @returns undefined: it is no such message
 */
export function readLines(
  text: string,
  options: ReadingOptions,
  whole: boolean,
): { draft: Draft; mistakes: { key: Key; text: string }[]; notes: string[] } | undefined {
  const lines = text.split('\n').flatMap((line) => {
    const [, label = '', value = ''] = /^[-*•]?\s*([^:]{2,30}):\s*(.*)$/u.exec(line.trim()) ?? [];
    const key = keyOfLabel.get(plainLabel(label));
    return key ? [{ key, value }] : [];
  });
  if (lines.length === 0 || (whole && !lines.some(({ key }) => key === 'number'))) return undefined;
  const draft: Draft = {};
  const mistakes: { key: Key; text: string }[] = [];
  const notes: string[] = [];
  for (const { key, value } of lines) {
    const read = readField(key, value, options);
    if ('mistake' in read) mistakes.push({ key, text: read.mistake });
    else Object.assign(draft, read.value);
    if (read.note !== undefined) notes.push(read.note);
  }
  return { draft, mistakes, notes };
}

const keyOfLabel = new Map(KEYS.flatMap((key) => LABELS[key].map((label) => [plainLabel(label), key] as const)));

function plainLabel(label: string): string {
  return words(fold(label)).join(' ');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

const NO_NUMBER = 'Chưa có số hiệu. Đồng chí gõ đủ tên loại và số, ví dụ: Quy định số 400-QĐ/TW.';
const NO_YEAR = 'Đồng chí gõ ngày đủ cả năm, ví dụ: 15/11/2026. Chưa rõ thì gõ: chưa rõ.';
