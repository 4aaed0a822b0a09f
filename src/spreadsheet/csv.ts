import type { Mistake } from './mistake.ts';
import { columnLetter, MOST_COLUMNS, MOST_ROWS, SpreadsheetError, toRows, type Spreadsheet } from './sheet.ts';

const SEPARATORS = [';', ',', '\t'] as const;
/** What a spreadsheet program would run when it opens the file. */
const FORMULA = /^\s*[=@+]|^\s*-\s*[=@+(A-Za-z]/;

/**
 * Reads a .csv file: UTF-8 or UTF-16 with or without a byte order mark, separated by semicolon, comma or tab, quoted
 * where a value holds one of these.
 *
 * @throws {SpreadsheetError}
 */
export function readCsv(bytes: Uint8Array): Spreadsheet {
  const text = decode(bytes);
  const separator = separatorOf(text);
  const raw = records(text, separator);
  const mistakes: Mistake[] = [];
  for (const [i, cells] of raw.entries()) {
    for (const [k, cell] of cells.entries()) {
      if (FORMULA.test(cell)) mistakes.push({ row: i + 1, column: columnLetter(k), text: FORMULA_FOUND });
    }
  }
  return { sheets: [{ name: '', rows: toRows(raw) }], mistakes };
}

function decode(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new SpreadsheetError(NOT_UTF8);
  }
  // A text has no control characters but tabs and line ends.
  if (/[\u0000-\u0008\u000B\u000E-\u001F]/.test(text)) throw new SpreadsheetError(NOT_A_TABLE);
  return text;
}

/** The one that the first lines have most of, outside of quotes. */
function separatorOf(text: string): string {
  // "sep=;" is Excel's own way of saying it.
  const said = /^sep=(.)\r?\n/.exec(text)?.[1];
  const head = text.slice(0, 10_000).replace(/"[^"]*"/g, '');
  const count = (separator: string): number => head.split(separator).length;
  return (
    said ?? SEPARATORS.reduce((best, separator) => (count(separator) > count(best) ? separator : best), SEPARATORS[0])
  );
}

function records(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const endCell = (): void => {
    row.push(cell);
    cell = '';
    if (row.length > MOST_COLUMNS) throw new SpreadsheetError(TOO_WIDE);
  };
  const endRow = (): void => {
    endCell();
    rows.push(row);
    row = [];
    if (rows.length > MOST_ROWS) throw new SpreadsheetError(TOO_LONG);
  };
  for (let i = 0; i < text.length; i++) {
    const letter = text[i] ?? '';
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
    } else if (letter === '"' && cell.trim() === '') {
      cell = '';
      quoted = true;
    } else if (letter === separator) endCell();
    else if (letter === '\n' || (letter === '\r' && text[i + 1] !== '\n')) endRow();
    else if (letter !== '\r') cell += letter;
  }
  if (quoted) throw new SpreadsheetError([{ row: rows.length + 1, text: QUOTE_OPEN }]);
  if (cell !== '' || row.length > 0) endRow();
  return rows;
}

const NOT_UTF8 =
  'Tệp không đọc được tiếng Việt. Đồng chí mở tệp trong Excel, chọn Lưu thành (Save As) dạng "CSV UTF-8" hoặc .xlsx rồi gửi lại.';
const NOT_A_TABLE = 'Tệp này không phải bảng tính. Đồng chí dùng tệp .xlsx hoặc .csv.';
const TOO_WIDE = `Bảng có hơn ${MOST_COLUMNS} cột. Đồng chí chỉ giữ các cột cần nhập.`;
const TOO_LONG = `Bảng có hơn ${MOST_ROWS.toLocaleString('vi')} hàng. Đồng chí chia thành nhiều tệp.`;
const QUOTE_OPEN = 'có dấu ngoặc kép (") mở mà không đóng; bỏ dấu đó, hoặc thêm dấu đóng.';
const FORMULA_FOUND = 'ô bắt đầu bằng dấu của công thức (=, +, @); xóa dấu đó, chỉ ghi giá trị.';
