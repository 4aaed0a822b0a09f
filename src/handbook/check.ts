import { readFileSync } from 'node:fs';
import path from 'node:path';
import { zaloText } from '../bot/markdown/zalo-text.ts';
import { fold, words } from '../search/fold.ts';
import { isSyllable } from '../search/syllable.ts';
import { answerMarkdown } from './answer.ts';
import type { Entry } from './entry.ts';
import type { Handbook } from './load.ts';
import type { Mistake } from './yaml.ts';

/** An answer fits one Zalo message (2,000) with room for a notice of replacement; UTF-16 units. */
const ZALO_ANSWER_LIMIT = 1800;
const SHORT_LIMIT = 280;
const PHRASINGS = { least: 12, most: 20 };
const RELATED = { least: 2, most: 4 };
const BRIEF = { least: 4, most: 16 };
/** Words of a brief question. */
const BRIEF_WORDS = 9;
const KEYWORDS = { least: 15, most: 70 };

/**
 * House rules of our own handbook, on top of what the loader demands of any: how much to write, what may be cited,
 * that no two entries claim the same question, and that the Vietnamese is spelt in one way.
 *
 * @param allowedWords words that are no Vietnamese syllables and still right, lower case
 */
export function checkHandbook(handbook: Handbook, allowedWords: ReadonlySet<string>): Mistake[] {
  return [
    ...handbook.entries.flatMap((entry) => checkEntry(entry, handbook, allowedWords)),
    ...checkDuplicates(handbook.entries),
  ];
}

/** Reads `data/vocabulary/allowed-words.txt`. */
export function readAllowedWords(file: string): Set<string> {
  const lines = readFileSync(file, 'utf8').normalize('NFC').split('\n');
  return new Set(lines.filter((line) => !line.startsWith('#')).flatMap((line) => words(line)));
}

/** Topics of the fact sheets that have no entry; `coverage.json` lists the topics by id. */
export function checkCoverage(handbook: Handbook, file: string): Mistake[] {
  const topics = JSON.parse(readFileSync(file, 'utf8')) as string[];
  return topics
    .filter((id) => !handbook.entry(id))
    .map((id) => ({ file, line: 1, text: `chưa có mục cho chủ đề ${id}.` }));
}

function checkEntry(entry: Entry, handbook: Handbook, allowedWords: ReadonlySet<string>): Mistake[] {
  const source = readFileSync(entry.file, 'utf8');
  const lines = source.split('\n');
  const mistakes: Mistake[] = [];
  const report = (text: string, excerpt = ''): void => {
    const line = excerpt === '' ? 0 : lines.findIndex((content) => content.includes(excerpt));
    mistakes.push({ file: entry.file, line: Math.max(line, 0) + 1, text });
  };
  const within = (name: string, count: number, { least, most }: { least: number; most: number }): void => {
    if (count < least || count > most) report(`${name}: có ${count}, cần ${least}–${most}.`, `${name}:`);
  };

  if (!entry.question.endsWith('?')) report('question: kết thúc bằng dấu hỏi.', 'question:');
  if (!entry.short) report('thiếu short (trả lời trong một câu).');
  else if (entry.short.length > SHORT_LIMIT)
    report(`short: dài ${entry.short.length}, nhiều nhất ${SHORT_LIMIT} ký tự.`, 'short:');
  if (!entry.checked) report('thiếu checked (ngày kiểm tra).');
  if (!entry.evidence) report('thiếu evidence.');
  if (entry.basis.length === 0 && !entry.gaps)
    report('thiếu basis (căn cứ); nếu chưa có căn cứ nào, nói rõ trong gaps.');
  within('phrasings', entry.phrasings.length, PHRASINGS);
  within('related', entry.related.length, RELATED);
  if (entry.brief.length > 0) within('brief', entry.brief.length, BRIEF);
  for (const brief of entry.brief) {
    if (words(brief).length > BRIEF_WORDS) report(`brief: dài hơn ${BRIEF_WORDS} chữ; viết vào phrasings.`, brief);
  }
  if (entry.keywords.length > 0) within('keywords', entry.keywords.length, KEYWORDS);
  for (const phrasing of entry.phrasings) {
    if (phrasing.endsWith('.')) report('phrasings: bỏ dấu chấm cuối câu.', phrasing);
  }
  if (entry.related.includes(entry.id)) report('related: mục dẫn về chính nó.', 'related:');
  if (/github\.com/.test(source)) report('không dẫn kho mã cá nhân.', 'github.com');

  const cited = new Set(entry.basis.map(({ doc }) => doc));
  for (const { doc, why } of entry.basis) {
    const document = handbook.documents.get(doc);
    const currency = document && handbook.documents.currency(document);
    if (currency && 'by' in currency && !cited.has(currency.by.id) && !why) {
      report(`basis: ${doc} đã bị ${currency.by.id} thay; dẫn thêm văn bản đó hoặc ghi why.`, `doc: ${doc}`);
    }
  }

  const answer = zaloText(answerMarkdown(entry, handbook.documents));
  const length = answer.reduce((sum, part) => sum + part.text.length, 0);
  if (length > ZALO_ANSWER_LIMIT)
    report(`cả câu trả lời dài ${length} ký tự trên Zalo, nhiều nhất ${ZALO_ANSWER_LIMIT}.`);

  if (source !== source.normalize('NFC')) report('có chữ không ở dạng Unicode NFC; lưu lại tệp bằng bảng mã dựng sẵn.');
  const prose = [
    entry.question,
    entry.short ?? '',
    ...entry.phrasings,
    ...entry.brief,
    ...entry.keywords,
    entry.gaps ?? '',
    entry.body,
  ];
  for (const word of new Set(words(prose.join('\n')))) {
    const mistake = spelling(word, allowedWords);
    if (mistake !== undefined) report(`"${word}": ${mistake}`, word);
  }
  return mistakes;
}

const WELL_SPELT = new Set<string>();

function spelling(word: string, allowedWords: ReadonlySet<string>): string | undefined {
  if (WELL_SPELT.has(word)) return undefined;
  const lower = word.toLowerCase();
  const noSyllable = /\p{N}/u.test(word) || /\p{Lu}\p{Lu}/u.test(word); // 208, QĐi, UBKT
  const abbreviation = !/[aeiouy]/.test(fold(lower)); // đv, shcb, kt
  if (!noSyllable && !abbreviation && !allowedWords.has(lower)) {
    if (OLD_STYLE_TONE.test(lower)) return 'bỏ dấu kiểu "hòa, thủy" cho thống nhất.';
    if (!isSyllable(lower)) return 'không phải âm tiết tiếng Việt; sửa chính tả hoặc thêm vào danh sách cho phép.';
  }
  WELL_SPELT.add(word);
  return undefined;
}

/** "hoà", "khoẻ", "uỷ": the tone on the second vowel of an open syllable. After q the u is no vowel. */
const OLD_STYLE_TONE = /(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])$/;

/** Share of common words (of all words of both) from which two questions count as the same. */
const NEARLY_THE_SAME = 0.85;

interface Asked {
  entry: Entry;
  text: string;
  /** Rarest first. */
  terms: readonly string[];
  set: ReadonlySet<string>;
}

/**
 * Questions or phrasings of two entries that a reader, or the search, could not tell apart. Two sets that are nearly the
 * same share one of their rarest words, so only those words are looked up.
 */
function checkDuplicates(entries: readonly Entry[]): Mistake[] {
  const count = new Map<string, number>();
  const all = entries.flatMap((entry) =>
    [entry.question, ...entry.phrasings, ...entry.brief].map((text) => ({
      entry,
      text,
      terms: [...new Set(words(fold(text)))],
    })),
  );
  for (const { terms } of all) for (const term of terms) count.set(term, (count.get(term) ?? 0) + 1);
  const mistakes: Mistake[] = [];
  const byTerm = new Map<string, Asked[]>();
  for (const { entry, text, terms } of all) {
    const asked: Asked = {
      entry,
      text,
      set: new Set(terms),
      terms: terms.toSorted((a, b) => (count.get(a) ?? 0) - (count.get(b) ?? 0)),
    };
    const telling = asked.terms.slice(0, terms.length - Math.ceil(terms.length * NEARLY_THE_SAME) + 1);
    for (const other of new Set(telling.flatMap((term) => byTerm.get(term) ?? []))) {
      const own = other.entry === entry;
      if (own ? fold(other.text) !== fold(text) : !nearlyTheSame(asked, other)) continue;
      const line =
        readFileSync(entry.file, 'utf8')
          .split('\n')
          .findIndex((content) => content.includes(text)) + 1;
      const whose = own ? 'chính mục này' : other.entry.id;
      mistakes.push({
        file: entry.file,
        line: Math.max(line, 1),
        text: `"${text}" trùng với "${other.text}" của ${whose}.`,
      });
    }
    for (const term of telling) {
      const list = byTerm.get(term);
      if (list) list.push(asked);
      else byTerm.set(term, [asked]);
    }
  }
  return mistakes;
}

function nearlyTheSame(a: Asked, b: Asked): boolean {
  const [short, long] = a.terms.length < b.terms.length ? [a, b] : [b, a];
  if (short.terms.length < long.terms.length * NEARLY_THE_SAME) return false;
  const shared = short.terms.filter((term) => long.set.has(term)).length;
  return shared / (short.terms.length + long.terms.length - shared) >= NEARLY_THE_SAME;
}

/** Where the list of allowed words stands for a handbook folder. */
export function allowedWordsFile(handbookDirectory: string): string {
  return path.join(path.dirname(path.resolve(handbookDirectory)), 'vocabulary', 'allowed-words.txt');
}
