import { strFromU8, Unzip, UnzipInflate, zipSync } from 'fflate';
import readXlsxFile from 'read-excel-file/node';
import type { Mistake } from './mistake.ts';
import { MOST_COLUMNS, MOST_ROWS, SpreadsheetError, toRows, type Spreadsheet } from './sheet.ts';

/** Bytes of all parts together, unpacked; our largest table takes a tenth. */
const LARGEST_UNPACKED = 50 * 1024 * 1024;
const MOST_PARTS = 500;
/** Bytes unpacked at once: at most some 16 MB come out before the limit is looked at. */
const PIECE = 16 * 1024;

/**
 * Reads an .xlsx file. The library is given only what was looked at before: the parts that hold text, packed anew, so
 * that a file cannot be one thing to the check and another to the library.
 *
 * @throws {SpreadsheetError}
 */
export async function readXlsx(bytes: Uint8Array, keepLines = false): Promise<Spreadsheet> {
  const parts = unpack(bytes);
  const mistakes = Object.entries(parts)
    .filter(([name]) => /^xl\/worksheets\/[^/]+\.xml$/i.test(name))
    .flatMap(([, content]) => inspect(strFromU8(content)));
  try {
    const sheets = await readXlsxFile(Buffer.from(zipSync(parts, { level: 0 })), { trim: false });
    return {
      sheets: sheets.map(({ sheet, data }) => ({
        name: sheet,
        rows: toRows(
          data.map((cells) => cells.map((cell) => cellText(cell))),
          keepLines,
        ),
      })),
      mistakes,
    };
  } catch (error) {
    if (error instanceof SpreadsheetError) throw error;
    throw new SpreadsheetError(DAMAGED);
  }
}

/**
 * Unpacks piece by piece and stops at the limit, so that what a file says about its sizes need not be believed: packed
 * data can unfold to a thousand times its size.
 */
function unpack(bytes: Uint8Array): Record<string, Uint8Array> {
  const parts: Record<string, Uint8Array> = {};
  let size = 0;
  let count = 0;
  let open = 0;
  const unzip = new Unzip((part) => {
    const chunks: Uint8Array[] = [];
    count++;
    open++;
    part.ondata = (error, chunk, final) => {
      if (error) throw error;
      size += chunk.length;
      if (size > LARGEST_UNPACKED || count > MOST_PARTS) throw new SpreadsheetError(TOO_LARGE_UNPACKED);
      chunks.push(chunk);
      if (!final) return;
      open--;
      if (/\.(?:xml|rels)$/i.test(part.name)) parts[part.name] = new Uint8Array(Buffer.concat(chunks));
    };
    part.start();
  });
  unzip.register(UnzipInflate);
  try {
    for (let at = 0; at < bytes.length; at += PIECE) {
      unzip.push(bytes.subarray(at, at + PIECE), at + PIECE >= bytes.length);
    }
  } catch (error) {
    if (error instanceof SpreadsheetError) throw error;
    throw new SpreadsheetError(DAMAGED);
  }
  if (open > 0 || count === 0) throw new SpreadsheetError(DAMAGED);
  if (!parts['xl/workbook.xml']) throw new SpreadsheetError(NOT_EXCEL);
  return parts;
}

/** Formulas, and cells so far out that the table would be enormous. */
function inspect(xml: string): Mistake[] {
  const mistakes: Mistake[] = [];
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) throw new SpreadsheetError(DAMAGED);
  let cell = '';
  for (const [, tag = '', attributes = ''] of xml.matchAll(/<(?:\w+:)?(row|c|f)(?=[\s/>])([^<>]*)>/g)) {
    if (tag === 'f') {
      const [, letters = '', row = ''] = /^([A-Z]+)(\d+)$/.exec(cell) ?? [];
      mistakes.push({ ...(row === '' ? {} : { row: Number(row), column: letters }), text: FORMULA_FOUND });
      continue;
    }
    const place = /(?:^|\s)r\s*=\s*["']([^"']*)["']/.exec(attributes)?.[1];
    if (place === undefined) continue;
    const [, letters, row] = /^([A-Z]{0,3})(\d{1,7})$/.exec(place) ?? [];
    if (letters === undefined || row === undefined) throw new SpreadsheetError(DAMAGED);
    if (Number(row) > MOST_ROWS) throw new SpreadsheetError(TOO_LONG);
    if (columnNumber(letters) > MOST_COLUMNS) throw new SpreadsheetError(TOO_WIDE);
    if (tag === 'c') cell = place;
  }
  return mistakes;
}

function columnNumber(letters: string): number {
  return Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return dateText(Temporal.Instant.fromEpochMilliseconds(cell.getTime()));
  if (typeof cell === 'number') return Number.isInteger(cell) ? String(cell) : String(Number(cell.toPrecision(12)));
  if (typeof cell === 'boolean') return cell ? 'có' : 'không';
  return typeof cell === 'string' ? cell : '';
}

/** Excel's dates have no zone; the library gives them as if they were UTC. Day 0 stands for a time alone. */
function dateText(instant: Temporal.Instant): string {
  const at = instant.round('minute').toZonedDateTimeISO('UTC').toPlainDateTime();
  const time = at.toPlainTime().toString({ smallestUnit: 'minute' });
  if (at.year < 1900) return time;
  const date = at.toPlainDate().toString();
  return time === '00:00' ? date : `${date} ${time}`;
}

const NOT_EXCEL = 'Tệp này không phải bảng tính Excel. Đồng chí dùng tệp .xlsx hoặc .csv.';
const DAMAGED = 'Tệp bị hỏng, không đọc được. Đồng chí mở tệp trong Excel, lưu lại dạng .xlsx rồi gửi lại.';
const TOO_LARGE_UNPACKED = 'Tệp chứa quá nhiều dữ liệu. Đồng chí chép riêng bảng cần nhập sang một tệp mới.';
const TOO_LONG = `Bảng có hơn ${MOST_ROWS.toLocaleString('vi')} hàng. Đồng chí xóa các hàng thừa ở cuối, hoặc chia thành nhiều tệp.`;
const TOO_WIDE = `Bảng có hơn ${MOST_COLUMNS} cột. Đồng chí xóa các cột thừa, chỉ giữ các cột cần nhập.`;
const FORMULA_FOUND = 'ô này là công thức; thay bằng giá trị (chép cả bảng, rồi dán bằng Paste Special → Values).';
