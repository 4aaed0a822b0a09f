import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { answerMarkdown } from '../../src/handbook/answer.ts';
import { HandbookError, loadHandbook, type Handbook } from '../../src/handbook/load.ts';
import { spawnBot, temporaryFolder } from '../support/process.ts';

/** Writes a handbook from "field/slug.md" (or "documents.yaml") to text. */
function write(folder: string, files: Record<string, string>): string {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name === 'documents.yaml' ? name : `handbook/${name}`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return path.join(folder, 'handbook');
}

function load(files: Record<string, string>): Handbook {
  using folder = temporaryFolder();
  return loadHandbook(write(folder.path, files));
}

function mistakes(files: Record<string, string>): string[] {
  using folder = temporaryFolder();
  try {
    loadHandbook(write(folder.path, files));
  } catch (error) {
    if (!(error instanceof HandbookError)) throw error;
    return error.message.split('\n').map((line) => line.replace(`${folder.path}/`, '').replace('handbook/', ''));
  }
  return [];
}

test('a question and an answer are enough; documents.yaml and _index.md may be missing', () => {
  const handbook = load({
    'a/mot.md': '---\nquestion: Một?\n---\nTrả lời.',
    'a/hai.md': '---\nquestion: Hai?\nshort: Ngắn.\nbasis: [{ doc: 12-QĐ/X }]\n---\n',
    'b/ba.md': '---\r\nquestion: Ba?\r\n---\r\nTrả lời.\r\n',
  });
  expect(handbook.entries.map(({ id }) => id)).toEqual(['a/hai', 'a/mot', 'b/ba']);
  expect(handbook.fields.map(({ title }) => title)).toEqual(['a', 'b']);
  const entry = handbook.entry('a/hai');
  expect(entry && answerMarkdown(entry, handbook.documents)).toBe('**Hai?**\n\nNgắn.\n\n**Căn cứ**\n- 12-QĐ/X');
});

test('_index.md names the field and orders its entries; folded ids still resolve', () => {
  const handbook = load({
    'a/_index.md': '---\ntitle: Lĩnh vực A\norder: [hai]\n---\nNói về A.',
    'a/mot.md': '---\nquestion: Một?\nalso: [b/cu]\n---\nx',
    'a/hai.md': '---\nquestion: Hai?\n---\nx',
  });
  expect(handbook.fields[0]).toMatchObject({ title: 'Lĩnh vực A', about: 'Nói về A.' });
  expect(handbook.fields[0]?.entries.map(({ id }) => id)).toEqual(['a/hai', 'a/mot']);
  expect(handbook.entry('b/cu')?.id).toBe('a/mot');
  expect(handbook.entry(handbook.entry('a/mot')?.key ?? '')?.id).toBe('a/mot');
});

test('every mistake of every file is reported at once, with its line', () => {
  expect(
    mistakes({
      'documents.yaml': '- id: A\n  number: Quy định số 1-QĐ/TW\n  in_force: maybe\n- number: B\n',
      'a/mot.md': '---\nshort: x\nphrasing: [y]\n---\n',
      'a/hai.md': '---\nquestion: Hai?\nphrasings:\n  - a\n  - 5\nchecked: 30/2/2026\n---\nx',
      'a/ba.md': '---\nquestion: Ba?\n---\n',
      'a/bon.md': '---\nquestion: "Bốn?\n---\nx',
      'a/nam.md': '---\nquestion: Năm?\nrelated:\n  - a/khong-co\n---\nx',
    }),
  ).toEqual([
    'documents.yaml:3: [1].in_force: ghi true, false hoặc unknown',
    'documents.yaml:4: [2].id: thiếu mã văn bản, ví dụ 208-QD/TW',
    'a/ba.md:1: thiếu câu trả lời: viết short hoặc phần thân sau dòng ---.',
    'a/bon.md:3: YAML không đọc được từ dòng này; kiểm tra thụt đầu dòng, dấu hai chấm, dấu nháy và trường bị lặp.',
    'a/hai.md:5: phrasings[2]: phải là chữ; đặt trong ngoặc nháy nếu có dấu hai chấm',
    'a/hai.md:6: checked: ghi ngày như 2026-11-21',
    'a/mot.md:2: question: thiếu câu hỏi',
    'a/mot.md:2: trường lạ "phrasing"; sửa tên hoặc bỏ đi.',
    'a/nam.md:4: related: không có mục a/khong-co.',
  ]);
});

test('the registry is checked: unknown documents, twins, circles, contradictions', () => {
  const document = (id: string, rest: string): string => `- id: ${id}\n  number: Số ${id}\n${rest}`;
  expect(
    mistakes({
      'documents.yaml': [
        document('A', '  in_force: false\n  replaced_by: B\n'),
        document('B', '  in_force: false\n  replaced_by: A\n'),
        document('A', '  in_force: true\n'),
        document('C', '  in_force: true\n  replaced_by: D\n'),
      ].join(''),
      'a/mot.md': '---\nquestion: Một?\nbasis:\n  - doc: X\n---\nx',
    }).map((line) => line.replace(/^documents\.yaml/, 'd')),
  ).toEqual([
    'd:4: A: các văn bản thay nhau thành vòng tròn.',
    'd:8: B: các văn bản thay nhau thành vòng tròn.',
    'd:9: A: mã văn bản bị trùng.',
    'd:12: C: dẫn văn bản D không có trong danh mục.',
    'd:14: C: còn hiệu lực mà lại có văn bản thay; sửa in_force hoặc replaced_by.',
    'a/mot.md:4: basis: văn bản X không có trong danh mục documents.yaml.',
  ]);
});

test('an answer names the last successor of a replaced document, and says what is not certain', () => {
  const handbook = load({
    'documents.yaml': [
      '- { id: A, number: Quy định số 1-QĐ/TW, in_force: false, replaced_by: B }',
      '- { id: B, number: Quy định số 2-QĐ/TW, in_force: false, replaced_by: C }',
      '- { id: C, number: Quy định số 3-QĐ/TW, in_force: true, replaces: [B] }',
      '- { id: D, number: Hướng dẫn số 4-HD/TW, in_force: unknown, replaced_by: C }',
      '- { id: E, number: Hướng dẫn số 5-HD/TW, in_force: false }',
    ].join('\n'),
    'a/mot.md':
      '---\nquestion: Một?\nshort: Có.\nevidence: secondary\ngaps: Hai báo nói khác nhau.\nchecked: 2026-11-21\nbasis:\n  - { doc: C, at: điểm 1 }\n  - doc: A\n  - doc: D\n  - doc: E\n---\n',
  });
  const [entry] = handbook.entries;
  expect(entry && answerMarkdown(entry, handbook.documents)).toBe(
    [
      '**Một?**',
      'Có.',
      '⚠️ Nội dung này chưa đối chiếu toàn văn văn bản. Hai báo nói khác nhau.',
      '**Căn cứ**\n- Quy định số 3-QĐ/TW, điểm 1\n- Quy định số 1-QĐ/TW (đã được 3-QĐ/TW thay)\n- Hướng dẫn số 4-HD/TW (có thể đã được 3-QĐ/TW thay)\n- Hướng dẫn số 5-HD/TW (đã hết hiệu lực)',
      '*Kiểm tra ngày 21/11/2026*',
    ].join('\n\n'),
  );
});

test('the process ends with status 2 and the list when the handbook has mistakes', async () => {
  using folder = temporaryFolder();
  const directory = write(folder.path, { 'a/mot.md': '---\nshort: x\n---\n', 'a/hai.md': '---\nshort: x\n---\n' });
  const { exited, output } = spawnBot({ HANDBOOK_DIR: directory, DATABASE_URL: `sqlite:${folder.path}/sotay.db` });
  expect(await exited).toBe(2);
  expect(output().match(/thiếu câu hỏi/g)).toHaveLength(2);
});
