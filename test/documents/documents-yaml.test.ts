import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { registryYaml } from '../../src/documents/documents-yaml.ts';
import { readDocuments } from '../../src/handbook/documents.ts';
import type { RecordedDocument } from '../../src/handbook/recorded-documents.ts';

const SOURCE = readFileSync('data/documents.yaml', 'utf8');
const NOW = (): Temporal.ZonedDateTime => Temporal.ZonedDateTime.from('2026-11-22T10:00[Asia/Ho_Chi_Minh]');
const AT = Temporal.Instant.from('2026-11-22T03:00:00Z');

function recorded(fields: Partial<RecordedDocument['fields']>, ends: readonly string[]): RecordedDocument {
  return {
    fields: {
      id: '400-QD/TW',
      number: 'Quy định số 400-QĐ/TW',
      title: 'Thi hành Điều lệ Đảng',
      issuer: 'Ban Chấp hành Trung ương',
      issued: '2026-11-15',
      effective: '2026-11-20',
      replaces: [...ends],
      source: null,
      ...fields,
    },
    ends: ends.map((id) => ({ id, at: AT })),
  };
}

test('nothing recorded: not a byte changes', () => {
  expect(registryYaml(SOURCE, readDocuments(SOURCE, 'x').documents)).toBe(SOURCE);
});

test('a new document comes at the end, the lines of the old one change, and all else stays', () => {
  const { documents } = readDocuments(SOURCE, 'x');
  documents.lay([recorded({ source: 'https://example.org/a: b' }, ['208-QD/TW'])], NOW);
  const written = registryYaml(SOURCE, documents);
  const [before, after] = [SOURCE.split('\n'), written.split('\n')];
  expect(after.filter((line) => !before.includes(line))).toEqual([
    '  replaced_by: 400-QD/TW',
    '  as_of: 2026-11-22',
    '- id: 400-QD/TW',
    '  number: Quy định số 400-QĐ/TW',
    '  issued: 2026-11-15',
    '  effective: 2026-11-20',
    '    - 208-QD/TW',
    '  as_of: 2026-11-15',
    "  source: 'https://example.org/a: b'",
  ]);
  const again = readDocuments(written, 'x');
  expect(again.mistakes).toEqual([]);
  expect(again.documents.get('208-QD/TW')).toMatchObject({ in_force: false, replaced_by: '400-QD/TW' });
  again.documents.lay([recorded({ source: 'https://example.org/a: b' }, ['208-QD/TW'])], NOW);
  expect(registryYaml(written, again.documents)).toBe(written);
});

test('whatever is recorded is read back as it was, and writing it again changes nothing', () => {
  const text = fc.string({
    unit: fc.constantFrom(...'aĐữ 0:#-\'"[]{}&*!|>%@`,?~\\.'.split('')),
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(text, text, fc.subarray(['208-QD/TW', '06-HD/TW', '21-KL/TW']), (title, source, ends) => {
      const clean = (value: string): string => value.replace(/\s+/gu, ' ').trim() || 'x';
      const record = recorded({ title: clean(title), source: clean(source) }, ends);
      const { documents } = readDocuments(SOURCE, 'x');
      documents.lay([record], NOW);
      const written = registryYaml(SOURCE, documents);
      const read = readDocuments(written, 'x');
      expect(read.mistakes).toEqual([]);
      expect(read.documents.get('400-QD/TW')).toMatchObject(record.fields);
      read.documents.lay([record], NOW);
      expect(registryYaml(written, read.documents)).toBe(written);
    }),
    { numRuns: 25 },
  );
});
