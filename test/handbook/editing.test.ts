import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkCoverage, checkHandbook, readAllowedWords } from '../../src/handbook/check.ts';
import type { HandbookEditing } from '../../src/handbook/editing.ts';
import { contentOf, type EntryContent } from '../../src/handbook/entry.ts';
import { exportHandbook } from '../../src/handbook/export.ts';
import { planHandbookImport } from '../../src/handbook/import.ts';
import { loadParts, readHandbook } from '../../src/handbook/load.ts';
import { openHandbook, type OpenedHandbook } from '../../src/handbook/open.ts';
import { handbookWorkbook } from '../../src/handbook/workbook.ts';
import { createSearch } from '../../src/search/search.ts';
import { readSpreadsheet } from '../../src/spreadsheet/read-spreadsheet.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { drivenClock } from '../support/clock.ts';
import { writeSmallHandbook } from '../support/handbook.ts';
import { temporaryFolder } from '../support/process.ts';
import { randomNumbers } from '../support/random.ts';

const clock = drivenClock('2026-11-22T03:00:00Z');
const DUES = 'dang-phi/muc-dong';
const EXEMPT = 'dang-phi/mien-giam';

let folder: ReturnType<typeof temporaryFolder>;
let directory: string;
let db: Database;

beforeEach(async () => {
  folder = temporaryFolder();
  directory = writeSmallHandbook(folder.path);
  db = await openDatabase('sqlite::memory:');
});
afterEach(async () => {
  await db.destroy();
  folder[Symbol.dispose]();
});

/** As a process that starts now. */
function open(from = directory): Promise<OpenedHandbook> {
  return openHandbook({
    parts: loadParts(from),
    db,
    clock,
    timeZone: 'Asia/Ho_Chi_Minh',
    allowedWords: readAllowedWords(path.join(folder.path, 'vocabulary/allowed-words.txt')),
    buildSearch: createSearch,
  });
}

async function change({ handbook, editing }: OpenedHandbook, entryId: string, parts: Partial<EntryContent>) {
  const entry = handbook.entry(entryId);
  if (!entry) throw new Error(`no entry ${entryId}`);
  const from = await editing.numberOf(entryId);
  const content = { ...contentOf(entry), ...parts };
  return editing.save({ entryId, from, content, by: 'cli', reason: 'thử' });
}

async function withdraw(editing: HandbookEditing, entryId: string) {
  const from = await editing.numberOf(entryId);
  return editing.save({ entryId, from, content: undefined, by: 'cli', reason: 'thử' });
}

const state = ({ handbook }: OpenedHandbook): unknown =>
  handbook.fields.map(({ id, entries }) => [id, entries.map((entry) => [entry.id, contentOf(entry)])]);

const QUESTIONS = [
  'mức đóng đảng phí',
  'ai duoc mien dang phi',
  'chi bộ họp mấy lần',
  'tiền nước mắm',
  'lương hưu đóng bao nhiêu',
  'sổ thu tiền',
];
const results = ({ search }: OpenedHandbook): unknown =>
  QUESTIONS.map((text) => {
    const { outcome, found } = search.ask(text);
    return [outcome, found.map(({ entry, confidence }) => [entry.id, entry.short, confidence.toFixed(9)])];
  });

test('any edits, withdrawals and roll-backs leave the handbook and the search as built afresh', async () => {
  const random = randomNumbers();
  const live = await open();
  const ids = [...live.handbook.entries.map(({ id }) => id), 'sinh-hoat/moi', 'dang-phi/so-thu'];
  const words = ['lương', 'hưu', 'sổ', 'thu', 'tiền', 'chi bộ', 'miễn', 'họp', 'tháng'];
  const text = (): string => [random.pick(words), random.pick(words), random.pick(words)].join(' ');
  let saved = 0;
  for (let step = 0; step < 40; step++) {
    const entryId = random.pick(ids);
    const entry = live.handbook.entry(entryId);
    const from = await live.editing.numberOf(entryId);
    const by = { entryId, from, by: 'cli', reason: 'thử' };
    const kind = random.number(5);
    if (kind === 0) await live.editing.save({ ...by, content: undefined });
    else if (kind === 1) await live.editing.rollBack({ ...by, to: random.number(from + 1) });
    else if (kind === 2 && entry) await live.editing.addPhrasing(entryId, text(), 'cli');
    else {
      const known = entry ?? live.handbook.base.entries[0];
      if (!known) throw new Error('an empty handbook');
      const content = {
        ...contentOf(known),
        question: `${text()} ${entryId.length} ${step}?`,
        short: `${text()}.`,
        keywords: [text()],
        phrasings: [`${text()} ${step}`],
      };
      const outcome = await live.editing.save({ ...by, content });
      if ('saved' in outcome) saved++;
    }
    if (step % 10 === 9) {
      const afresh = await open();
      expect(state(live), `TEST_SEED=${random.seed}`).toEqual(state(afresh));
      expect(results(live), `TEST_SEED=${random.seed}`).toEqual(results(afresh));
    }
  }
  expect(saved).toBeGreaterThan(5);
});

test('rolling back restores answer and search; two who edit the same version do not overwrite each other', async () => {
  const live = await open();
  const before = [state(live), results(live)];
  expect(await change(live, DUES, { short: 'Đóng hai phần trăm.', phrasings: ['tiền nước mắm'] })).toEqual({
    saved: 1,
  });
  expect(results(live)).not.toEqual(before[1]);
  const entry = live.handbook.entry(DUES);
  const late = { entryId: DUES, from: 0, content: entry && contentOf(entry), by: 'web:2', reason: 'chậm' };
  expect(await live.editing.save(late)).toMatchObject({ overtaken: { number: 1, author: 'cli' } });
  expect(await live.editing.rollBack({ ...late, from: 1, to: 0 })).toEqual({ saved: 2 });
  expect([state(live), results(live)]).toEqual(before);
  expect(await live.editing.rollBack({ ...late, from: 2, to: 1 })).toEqual({ saved: 3 });
  expect(live.search.ask('tiền nước mắm').found[0]?.entry.short).toBe('Đóng hai phần trăm.');
});

test('another process on the same database sees it at its next look', async () => {
  const [one, other] = [await open(), await open()];
  await change(one, DUES, { phrasings: ['tiền nước mắm'] });
  await withdraw(one.editing, EXEMPT);
  const entry = one.handbook.entry(DUES);
  if (entry) await one.approvals.approve(entry, 'cli', '');
  expect(other.search.ask('tiền nước mắm').outcome).toBe('none');
  await other.sync();
  expect(other.search.ask('tiền nước mắm').found[0]?.entry.id).toBe(DUES);
  expect(state(other)).toEqual(state(one));
  expect(entry && other.approvals.standing(entry).state).toBe('approved');
});

test('what another process saved is not overwritten unseen before the next look', async () => {
  const [one, other] = [await open(), await open()];
  await change(one, DUES, { short: 'Đóng hai phần trăm.' });
  // Who changes an entry asks for its number first, and then sees what it says.
  await other.editing.numberOf(DUES);
  expect(other.handbook.entry(DUES)?.short).toBe('Đóng hai phần trăm.');
  await change(one, DUES, { body: 'Chi ủy thu.' });
  expect(await other.editing.addPhrasing(DUES, 'tiền nước mắm', 'cli')).toBe('added');
  expect(other.handbook.entry(DUES)).toMatchObject({ short: 'Đóng hai phần trăm.', body: 'Chi ủy thu.' });
});

test('a field whose entries are all withdrawn is exported so that it can be started on', async () => {
  const live = await open();
  for (const id of [DUES, EXEMPT]) await withdraw(live.editing, id);
  for (const [file, text] of exportHandbook(live.handbook, directory)) {
    if (text === undefined) rmSync(file);
    else writeFileSync(file, text);
  }
  expect(readHandbook(directory).mistakes).toEqual([]);
  expect((await open()).handbook.entries.map(({ id }) => id)).toEqual(['sinh-hoat/hop-thuong-ky']);
});

test('ways of asking that two officers add at once are both there', async () => {
  const { editing, handbook } = await open();
  const added = ['tiền nước mắm', 'tiền nước tương'].map((text) => editing.addPhrasing(DUES, text, 'cli'));
  expect(await Promise.all(added)).toEqual(['added', 'added']);
  expect(handbook.entry(DUES)?.phrasings.slice(-2).toSorted()).toEqual(['tiền nước mắm', 'tiền nước tương']);
});

test('a release that changes an edited entry neither loses the edit nor hides the release', async () => {
  const first = await open();
  await change(first, DUES, { short: 'Đóng hai phần trăm.' });
  expect(await first.editing.toReview()).toEqual([]);

  const file = path.join(directory, `${DUES}.md`);
  writeFileSync(file, readFileSync(file, 'utf8').replace('Chi bộ thu', 'Chi ủy thu'));
  const second = await open();
  expect(second.handbook.entry(DUES)?.short).toBe('Đóng hai phần trăm.');
  expect(await second.editing.toReview()).toMatchObject([
    { version: { entryId: DUES, number: 1 }, file: { body: 'Chi ủy thu vào cuộc họp hằng tháng.' } },
  ]);
  // Another edit does not hide it.
  await change(second, DUES, { short: 'Đóng ba phần trăm.' });
  expect(await second.editing.toReview()).toHaveLength(1);
  await second.editing.keep(DUES);
  expect(await second.editing.toReview()).toEqual([]);
  expect((await open()).handbook.entry(DUES)?.short).toBe('Đóng ba phần trăm.');
});

test('exported files pass the check, say what is in force, and change nothing when they are started on', async () => {
  const live = await open();
  await change(live, DUES, { short: 'Đóng hai phần trăm.', gaps: 'Chưa đối chiếu Excel và Zalo.' });
  await withdraw(live.editing, EXEMPT);
  const entry = live.handbook.entry(DUES);
  if (!entry) throw new Error('gone');
  const content: EntryContent = {
    ...contentOf(entry),
    question: 'Chi bộ giữ sổ thu tiền ở đâu: "sổ A"?',
    phrasings: ['sổ thu: ai giữ', '- gạch đầu dòng', '# thăng'],
    body: '## Các bước\n1. Một\n\n   Hai',
  };
  await live.editing.save({ entryId: 'sinh-hoat/so-thu', from: 0, content, by: 'cli', reason: 'mới' });

  const target = writeSmallHandbook(path.join(folder.path, 'copy'));
  const copied = await open(target);
  const files = exportHandbook(copied.handbook, target);
  expect([...files.keys()].map((file) => path.relative(target, file)).toSorted()).toEqual([
    '../vocabulary/allowed-words.txt',
    'coverage.json',
    'dang-phi/_index.md',
    `${EXEMPT}.md`,
    `${DUES}.md`,
    'sinh-hoat/so-thu.md',
  ]);
  for (const [file, text] of files) {
    mkdirSync(path.dirname(file), { recursive: true });
    if (text === undefined) rmSync(file);
    else writeFileSync(file, text);
  }
  const { handbook, mistakes } = readHandbook(target);
  const words = readAllowedWords(path.join(folder.path, 'copy/vocabulary/allowed-words.txt'));
  expect([...mistakes, ...checkHandbook(handbook, words).mistakes]).toEqual([]);
  expect(checkCoverage(handbook, path.join(target, 'coverage.json'))).toEqual([]);
  expect(readdirSync(path.join(target, 'dang-phi'))).toEqual(['_index.md', 'muc-dong.md']);
  const untouched = (text: string): string =>
    text
      .replace(/^(?:short|gaps):.*\n/gm, '')
      .replace(/^ {2}- dang-phi\/mien-giam\n/m, '')
      .replace('related:\n', '');
  expect(untouched(readFileSync(path.join(target, `${DUES}.md`), 'utf8'))).toBe(
    untouched(readFileSync(path.join(directory, `${DUES}.md`), 'utf8')),
  );

  const after = await open(target);
  expect(exportHandbook(after.handbook, target)).toEqual(new Map());
  expect(await after.editing.toReview()).toEqual([]);
  expect(results(after)).toEqual(results(copied));
  // Nor does the sheet of what was in force, with its links to what was withdrawn.
  const sheet = await readSpreadsheet(await handbookWorkbook(live.handbook.entries, () => 1), { keepLines: true });
  expect(await planHandbookImport(sheet, after.handbook, after.editing)).toEqual({
    plan: { changed: [], added: [], same: 3, missing: 0, words: [] },
    mistakes: [],
  });
  // The files are taken back to before the export: the edits are not lost.
  const older = await open();
  expect(state(older)).toEqual(state(live));
  // Whether a release has left out a new one cannot be told: it is asked.
  expect(await older.editing.toReview()).toMatchObject([{ version: { entryId: 'sinh-hoat/so-thu' }, file: undefined }]);
  await older.editing.keep('sinh-hoat/so-thu');
  expect(await older.editing.toReview()).toEqual([]);
  expect((await older.editing.gone()).map(({ entryId }) => entryId)).toEqual([EXEMPT]);
  // Merged: from now on a release may change it, or take it away.
  writeFileSync(
    path.join(target, `${DUES}.md`),
    readFileSync(path.join(target, `${DUES}.md`), 'utf8').replace('hai phần trăm', 'bốn phần trăm'),
  );
  const released = await open(target);
  expect(released.handbook.entry(DUES)?.short).toBe('Đóng bốn phần trăm.');
  expect(await released.editing.toReview()).toEqual([]);
});
