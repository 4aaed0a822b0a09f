import { readCsv } from './csv.ts';
import { LARGEST_FILE, SpreadsheetError, type Spreadsheet } from './sheet.ts';

/**
 * Reads an .xlsx or .csv file from anywhere. What it is is told from its content, since names lie.
 *
 * @param options `keepLines`: the lines of an .xlsx file's cells, and the white space within them, stay
 * @throws {SpreadsheetError} when it is too large, damaged, or of another kind
 */
export async function readSpreadsheet(bytes: Uint8Array, { keepLines } = { keepLines: false }): Promise<Spreadsheet> {
  if (bytes.length > LARGEST_FILE) throw new SpreadsheetError(TOO_LARGE);
  if (startsWith(bytes, ZIP)) {
    // Loaded when needed: it would be a part of every start.
    const { readXlsx } = await import('./xlsx.ts');
    return readXlsx(bytes, keepLines);
  }
  if (startsWith(bytes, OLD_OFFICE)) throw new SpreadsheetError(OLD_EXCEL);
  return readCsv(bytes);
}

const ZIP = [0x50, 0x4b];
/** Word, Excel and PowerPoint until 2003; also how a new file with a password is wrapped. */
const OLD_OFFICE = [0xd0, 0xcf, 0x11, 0xe0];

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

const TOO_LARGE = 'Tệp lớn quá 5 MB. Đồng chí bỏ ảnh và các trang không cần, hoặc chia thành nhiều tệp.';
const OLD_EXCEL =
  'Tệp là Excel đời cũ (.xls) hoặc có đặt mật khẩu. Đồng chí mở tệp, chọn Lưu thành (Save As) dạng .xlsx, không đặt mật khẩu.';
