import { neutralCell } from './neutral-cell.ts';

/** A sheet to be written: rows of text, the titles in bold. */
export interface SheetToWrite {
  name: string;
  rows: readonly (readonly string[])[];
  /** The row of the titles, from 0. */
  titles: number;
  /** Characters. */
  widths: readonly number[];
}

/** An .xlsx file of texts, which no program takes for formulas or turns into dates of its own. */
export async function writeXlsx(sheets: readonly SheetToWrite[]): Promise<Uint8Array> {
  // Loaded when needed: it would be a part of every start.
  const { default: writeXlsxFile } = await import('write-excel-file/node');
  const file = writeXlsxFile(
    sheets.map(({ name, rows, titles, widths }) => ({
      sheet: name,
      columns: widths.map((width) => ({ width })),
      data: rows.map((cells, i) =>
        cells.map((value) =>
          value === ''
            ? null
            : {
                value: asWritten(neutralCell(value)),
                type: String,
                wrap: true,
                ...(i === titles ? { fontWeight: 'bold' as const } : {}),
              },
        ),
      ),
    })),
  );
  return new Uint8Array(await file.toBuffer());
}

/** Spreadsheet programs read "_x003D_" as "="; whoever typed it meant it to the letter (ECMA-376, ST_Xstring). */
function asWritten(text: string): string {
  return text.replace(/_x(?=[0-9a-f]{4}_)/gi, '_x005F_x');
}
