import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { zaloText } from '../bot/markdown/zalo-text.ts';
import { words } from '../search/fold.ts';
import { answerMarkdown } from './answer.ts';
import { checkDuplicates } from './duplicates.ts';
import { contentOf, type Entry, type Part } from './entry.ts';
import type { Finding } from './finding.ts';
import type { Handbook } from './load.ts';
import { overtaken, replacementWarning } from './replacement.ts';
import { NO_SYLLABLE, spelling } from './spelling.ts';
import type { Mistake } from './yaml.ts';

/** An answer fits one Zalo message (2,000) with room for a notice of replacement; UTF-16 units. */
const ZALO_ANSWER_LIMIT = 1800;
const SHORT_LIMIT = 280;
/** We write up to 50; what people turn out to ask is added to it. */
const PHRASINGS = { least: 12, most: 60 };
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
export function checkHandbook(
  handbook: Handbook,
  allowedWords: ReadonlySet<string>,
): { mistakes: Mistake[]; advice: Mistake[] } {
  const findings = handbook.entries.flatMap((entry) =>
    checkEntry(entry, handbook, allowedWords).map((finding) => ({ entry, ...finding })),
  );
  const duplicates = checkDuplicates(handbook.entries);
  const notNormal = handbook.entries
    .filter(({ file }) => !isNfc(readFileSync(file, 'utf8')))
    .map((entry) => ({
      entry,
      part: undefined,
      text: NOT_NFC,
      excerpt: '',
      weight: 'mistake' as const,
      word: undefined,
    }));
  const told = [...findings, ...duplicates, ...notNormal].map(({ entry, part, text, excerpt, weight, word }) => {
    const source = readFileSync(entry.file, 'utf8').split('\n');
    const line = excerpt === '' ? 0 : source.findIndex((content) => content.includes(excerpt));
    const where = part === undefined || part === 'body' || word !== undefined ? '' : `${part}: `;
    return { file: entry.file, line: Math.max(line, 0) + 1, text: where + text, weight, word };
  });
  const of = (wanted: Finding['weight']): Mistake[] =>
    told
      // In a file an unknown word is a mistake until it is in the list.
      .filter(({ weight, word }) => (word === undefined ? weight : 'mistake') === wanted)
      .map(({ file, line, text }) => ({ file, line, text }));
  return { mistakes: of('mistake'), advice: of('advice') };
}

/**
 * The same rules for entries that are not (yet) in the handbook, or take the place of those with their ids.
 *
 * @returns in the order of the candidates
 */
export function checkCandidates(
  candidates: readonly Entry[],
  handbook: Handbook,
  allowedWords: ReadonlySet<string>,
): (Finding & { entry: Entry })[] {
  const replaced = new Set(candidates.map(({ id }) => id));
  const others = handbook.entries.filter(({ id }) => !replaced.has(id));
  const owners = new Map(others.flatMap((entry) => entry.also.map((id) => [id, entry.id])));
  for (const { id } of [...others, ...candidates]) owners.set(id, id);
  const duplicates = Map.groupBy(
    checkDuplicates([...others, ...candidates], new Set(candidates)),
    ({ entry }) => entry,
  );
  return candidates.flatMap((entry) => [
    ...[...checkReferences(entry, handbook, owners), ...checkEntry(entry, handbook, allowedWords)].map((finding) => ({
      ...finding,
      entry,
    })),
    ...(duplicates.get(entry) ?? []),
  ]);
}

/** Reads `data/vocabulary/allowed-words.txt`; none, when there is no such file. */
export function readAllowedWords(file: string): Set<string> {
  if (!existsSync(file)) return new Set();
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

/**
 * What the loader would refuse; but a link to an entry that was withdrawn is just not shown.
 *
 * @param owners which entry an id means
 */
function checkReferences(entry: Entry, handbook: Handbook, owners: ReadonlyMap<string, string>): Finding[] {
  const findings: Finding[] = [];
  const report = (part: Part, text: string): void => {
    findings.push({ part, text, excerpt: '', weight: 'mistake' });
  };
  if (!entry.short && entry.body === '') report('short', 'chưa có câu trả lời; viết trả lời ngắn hoặc nội dung.');
  for (const id of entry.also) {
    const other = owners.get(id);
    if (other !== undefined && other !== entry.id) report('also', `mã ${id} đã là của mục ${other}.`);
  }
  if (handbook.documents.all.length > 0) {
    for (const { doc } of entry.basis) {
      if (!handbook.documents.get(doc)) report('basis', `văn bản ${doc} không có trong danh mục văn bản.`);
    }
  }
  return findings;
}

function checkEntry(entry: Entry, handbook: Handbook, allowedWords: ReadonlySet<string>): Finding[] {
  const findings: Finding[] = [];
  const report = (part: Part | undefined, text: string, excerpt = part ? `${part}:` : ''): void => {
    findings.push({ part, text, excerpt, weight: 'mistake' });
  };
  const advise = (part: Part, text: string): void => {
    findings.push({ part, text, excerpt: `${part}:`, weight: 'advice' });
  };
  const within = (part: Part, count: number, { least, most }: { least: number; most: number }): void => {
    if (count > most) report(part, `có ${count}, nhiều nhất ${most}.`);
    else if (count < least) advise(part, `có ${count}, nên có ${least}–${most}.`);
  };

  if (!entry.question.endsWith('?')) report('question', 'kết thúc bằng dấu hỏi.');
  if (!entry.short) report('short', 'còn thiếu (trả lời trong một câu).');
  else if (entry.short.length > SHORT_LIMIT) {
    report('short', `dài ${entry.short.length}, nhiều nhất ${SHORT_LIMIT} ký tự.`);
  }
  if (!entry.checked) report('checked', 'còn thiếu (ngày kiểm tra).');
  if (!entry.evidence) report('evidence', 'còn thiếu.');
  if (entry.basis.length === 0 && !entry.gaps) {
    report('basis', 'còn thiếu (căn cứ); nếu chưa có căn cứ nào, nói rõ trong điều chưa chắc (gaps).');
  }
  within('phrasings', entry.phrasings.length, PHRASINGS);
  within('related', entry.related.length, RELATED);
  if (entry.brief.length > 0) within('brief', entry.brief.length, BRIEF);
  for (const brief of entry.brief) {
    if (words(brief).length > BRIEF_WORDS) {
      report('brief', `dài hơn ${BRIEF_WORDS} chữ; viết vào cách hỏi khác (phrasings).`, brief);
    }
  }
  if (entry.keywords.length > 0) within('keywords', entry.keywords.length, KEYWORDS);
  for (const phrasing of entry.phrasings) {
    if (phrasing.endsWith('.')) report('phrasings', 'bỏ dấu chấm cuối câu.', phrasing);
  }
  if (entry.related.includes(entry.id)) report('related', 'mục dẫn về chính nó.');
  const everything = JSON.stringify(contentOf(entry));
  if (/github\.com/.test(everything)) report(undefined, 'không dẫn kho mã cá nhân.', 'github.com');

  const cited = new Set(entry.basis.map(({ doc }) => doc));
  for (const { doc, why } of entry.basis) {
    const document = handbook.documents.get(doc);
    const currency = document && handbook.documents.currency(document);
    if (currency && 'by' in currency && currency.state !== 'to-be-replaced' && !cited.has(currency.by.id) && !why) {
      const text = `${doc} đã bị ${currency.by.id} thay; dẫn thêm văn bản đó hoặc ghi lý do (why).`;
      // Not a mistake: people are warned above the answer, and what officers recorded must not stop an export.
      findings.push({ part: 'basis', text, excerpt: `doc: ${doc}`, weight: 'advice' });
    }
  }

  const answer = zaloText(answerMarkdown(entry, handbook.documents, { state: 'draft', why: 'new' }));
  const notice = replacementWarning(overtaken(entry, handbook.documents));
  const length = answer.reduce((sum, part) => sum + part.text.length, 0) - notice.length;
  if (length > ZALO_ANSWER_LIMIT) {
    report(undefined, `cả câu trả lời dài ${length} ký tự trên Zalo, nhiều nhất ${ZALO_ANSWER_LIMIT}.`);
  }

  const prose = PROSE.map((part): [Part, string] => [part, [entry[part] ?? ''].flat().join('\n')]);
  const seen = new Set<string>();
  for (const [part, text] of prose) {
    for (const word of words(text)) {
      if (seen.has(word)) continue;
      seen.add(word);
      const mistake = spelling(word, allowedWords);
      if (mistake === undefined) continue;
      const unknown = mistake === NO_SYLLABLE;
      const weight = unknown ? 'advice' : 'mistake';
      findings.push({ part, text: `"${word}": ${mistake}`, excerpt: word, weight, ...(unknown && { word }) });
    }
  }
  return findings;
}

const PROSE = ['question', 'short', 'phrasings', 'brief', 'keywords', 'gaps', 'body'] as const;

function isNfc(text: string): boolean {
  return text === text.normalize('NFC');
}

const NOT_NFC = 'có chữ không ở dạng Unicode NFC; lưu lại tệp bằng bảng mã dựng sẵn.';
/** Where the list of allowed words stands for a handbook folder. */
export function allowedWordsFile(handbookDirectory: string): string {
  return path.join(path.dirname(path.resolve(handbookDirectory)), 'vocabulary', 'allowed-words.txt');
}
