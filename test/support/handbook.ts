import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What a small handbook says, by "field/slug". */
const ENTRIES: Record<string, string> = {
  'dang-phi/muc-dong': `question: Đảng viên đóng đảng phí bao nhiêu?
short: Đảng viên hưởng lương đóng một phần trăm tiền lương mỗi tháng.
phrasings:
  - mức đóng đảng phí
  - tiền đảng phí tính thế nào
keywords:
  - nộp tiền đảng
basis:
  - doc: 1-QD/TW
    at: Điều 2
checked: 2026-11-01
evidence: text
related:
  - dang-phi/mien-giam
---
Chi bộ thu vào cuộc họp hằng tháng.`,
  'dang-phi/mien-giam': `question: Ai được miễn đóng đảng phí?
short: Đảng viên có hoàn cảnh đặc biệt khó khăn được xét miễn.
phrasings:
  - miễn giảm đảng phí
basis:
  - doc: 1-QD/TW
checked: 2026-11-01
evidence: secondary
related:
  - dang-phi/muc-dong
  - sinh-hoat/hop-thuong-ky
---`,
  'sinh-hoat/hop-thuong-ky': `question: Chi bộ họp thường kỳ mấy lần một tháng?
short: Chi bộ họp mỗi tháng một lần.
phrasings:
  - chi bộ bao lâu họp một lần
basis:
  - doc: 2-QD/TW
checked: 2026-11-01
evidence: text
related:
  - dang-phi/muc-dong
---
- Bí thư báo trước ba ngày.
- Vắng thì xin phép.`,
};

const DOCUMENTS = `- id: 1-QD/TW
  number: Quy định số 1-QĐ/TW
  title: Quy định về đảng phí
  in_force: true
- id: 2-QD/TW
  number: Quy định số 2-QĐ/TW
  in_force: true
`;

/** Writes a handbook of three entries in two fields, with its registry; returns its folder. */
export function writeSmallHandbook(folder: string): string {
  const directory = path.join(folder, 'handbook');
  for (const [id, text] of Object.entries(ENTRIES)) {
    const file = path.join(directory, `${id}.md`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `---\n${text}\n`);
  }
  for (const [id, title] of [
    ['dang-phi', 'Đảng phí'],
    ['sinh-hoat', 'Sinh hoạt chi bộ'],
  ]) {
    const order = id === 'dang-phi' ? '\norder:\n  - muc-dong\n  - mien-giam' : '';
    writeFileSync(path.join(directory, `${id}/_index.md`), `---\ntitle: ${title}${order}\n---\n`);
  }
  writeFileSync(path.join(directory, 'coverage.json'), JSON.stringify(Object.keys(ENTRIES), undefined, 1));
  writeFileSync(path.join(folder, 'documents.yaml'), DOCUMENTS);
  return directory;
}
