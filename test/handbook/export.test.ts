import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { contentOf, entrySchema, type EntryContent } from '../../src/handbook/entry.ts';
import { changeEntryFile, entryFile } from '../../src/handbook/entry-file.ts';
import { loadParts } from '../../src/handbook/load.ts';
import { openHandbook } from '../../src/handbook/open.ts';
import { readYaml } from '../../src/handbook/yaml.ts';
import { createSearch } from '../../src/search/search.ts';
import { openDatabase } from '../../src/store/database.ts';
import { drivenClock } from '../support/clock.ts';
import { writeSmallHandbook } from '../support/handbook.ts';
import { temporaryFolder } from '../support/process.ts';

const CONTENT: EntryContent = {
  question: 'Hỏi gì?',
  short: 'Đáp: "thế này".',
  phrasings: ['một', 'hai # ba', '45 ngày'],
  brief: [],
  keywords: [],
  basis: [{ doc: '1-QD/TW', at: 'Điều 2' }],
  checked: '2026-11-22',
  evidence: 'text',
  sources: [],
  related: [],
  also: [],
  body: '- một\n- hai',
};

test('a file is written in the order of the others, without quotes where none are needed', () => {
  expect(entryFile(CONTENT)).toBe(
    [
      '---',
      'question: Hỏi gì?',
      'short: \'Đáp: "thế này".\'',
      'phrasings:',
      '  - một',
      "  - 'hai # ba'",
      "  - '45 ngày'",
      'basis:',
      '  - doc: 1-QD/TW',
      '    at: Điều 2',
      'checked: 2026-11-22',
      'evidence: text',
      '---',
      '- một',
      '- hai',
      '',
    ].join('\n'),
  );
});

test('changing parts of a file leaves the others to the letter: comments, quotes, order', () => {
  const source =
    '---\r\n# đầu\r\nshort:  "cũ"\r\n# dưới short\r\n\r\nquestion: "Hỏi?"   # ở đây\r\nrelated: [a/b]\r\n---\r\nThân\r\n';
  expect(changeEntryFile(source, CONTENT, ['short', 'checked', 'related'])).toBe(
    '---\n# đầu\nshort: \'Đáp: "thế này".\'\n# dưới short\n\nquestion: "Hỏi?"   # ở đây\nchecked: 2026-11-22\n---\nThân\n',
  );
  expect(changeEntryFile('---\nquestion: Hỏi?\n---\n', CONTENT, ['body'])).toBe(
    '---\nquestion: Hỏi?\n---\n- một\n- hai\n',
  );
});

test('whatever stands in an entry comes back from its file to the letter, and ends no part before its time', () => {
  const nasty = [
    'a\n---\nquestion: b',
    '---\n- 3 a',
    'a\n- 3 a\n...\nb',
    '{a: [b',
    '&a *b !!js/function >',
    '# a: b',
    '\'"`|%@',
    'null',
    '2026-01-01',
    'a\u0000b\u2028c\ud800',
    '\ta\\n',
  ];
  const basis = nasty.map((text) => ({ doc: text, at: text, why: text }));
  for (const text of nasty) {
    const lists = { phrasings: nasty, brief: [text], keywords: nasty, sources: nasty };
    const content = { ...CONTENT, ...lists, question: text.trim(), short: text.trim(), gaps: text.trim(), basis };
    const [, yaml = ''] = /^---\n([\s\S]*?)^---\n/m.exec(entryFile({ ...content, body: text })) ?? [];
    const read = readYaml(yaml, entrySchema, '');
    expect('value' in read && contentOf({ ...read.value, body: text })).toEqual(contentOf({ ...content, body: text }));
  }
});

test('npm run handbook:export and npm run import, beside a bot that runs', async () => {
  using folder = temporaryFolder();
  const directory = writeSmallHandbook(folder.path);
  const url = `sqlite:${folder.path}/sotay.db`;
  const db = await openDatabase(url);
  const live = await openHandbook({
    parts: loadParts(directory),
    db,
    clock: drivenClock('2026-11-22T03:00:00Z'),
    timeZone: 'Asia/Ho_Chi_Minh',
    allowedWords: new Set(),
    buildSearch: createSearch,
  });
  const run = (script: string, ...args: string[]): Promise<string> =>
    new Promise((resolve) => {
      const env = { PATH: process.env['PATH'] ?? '', DATABASE_URL: url, HANDBOOK_DIR: directory };
      const child = execFile(process.execPath, [`src/cli/${script}.ts`, ...args], { env }, (_error, stdout, stderr) => {
        resolve(stdout + stderr);
      });
      child.stdin?.end();
    });
  const id = 'dang-phi/muc-dong';
  const entry = live.handbook.entry(id);
  if (!entry) throw new Error('gone');
  const change = { entryId: id, from: 0, by: 'cli', reason: 'thử' };
  await live.editing.save({ ...change, content: { ...contentOf(entry), short: 'Đóng hai phần trăm.' } });

  const sheet = path.join(folder.path, 'so-tay.xlsx');
  expect(await run('handbook-export', sheet)).toContain('Đã ghi 3 mục');
  await live.editing.rollBack({ ...change, from: 1, to: 0 });
  expect(await run('import', sheet)).toMatch(/Hàng \d, cột Bản: mục này đã được sửa sau khi xuất tệp/);
  await live.editing.rollBack({ ...change, from: 2, to: 1 });

  expect(await run('handbook-export')).toContain('Đã ghi 1 tệp');
  expect(readFileSync(path.join(directory, `${id}.md`), 'utf8')).toContain('\nshort: Đóng hai phần trăm.\n');
  expect(await run('handbook-export')).toContain('không có gì phải ghi');
  await db.destroy();
});
