import type { Mistake } from './mistake.ts';
import { plainCell } from './neutral-cell.ts';

/** A sheet as text: what a person sees in the cells. */
export interface Sheet {
  name: string;
  /** Without empty rows. */
  rows: SheetRow[];
}

/** What a file holds. */
export interface Spreadsheet {
  sheets: Sheet[];
  /** Cells that cannot be taken; to be told together with what else is wrong, and nothing imported. */
  mistakes: Mistake[];
}

export interface SheetRow {
  /** From 1, as the spreadsheet program shows it. */
  number: number;
  /** Dates as 2026-12-01, times as 08:00, both as 2026-12-01 08:00; white space trimmed and collapsed. */
  cells: string[];
}

/*
 * Limits for files that come from anywhere: far above what a committee's lists need (a class has some hundred people,
 * a province some thousand units), far below what would keep the bot from answering.
 */
export const LARGEST_FILE = 5 * 1024 * 1024;
export const MOST_ROWS = 10_000;
export const MOST_COLUMNS = 100;

/** The file cannot be read at all; the lines say in Vietnamese what to mend. */
export class SpreadsheetError extends Error {
  override name = 'SpreadsheetError';
  readonly mistakes: readonly Mistake[];
  readonly logText = 'spreadsheet refused';

  constructor(mistakes: readonly Mistake[] | string) {
    super('spreadsheet refused');
    this.mistakes = typeof mistakes === 'string' ? [{ text: mistakes }] : mistakes;
  }
}

/**
 * Rows as they are kept, from raw cells; index 0 is row 1.
 *
 * @param keepLines the lines of a cell, and the white space within them, stay
 */
export function toRows(raw: readonly (readonly string[])[], keepLines = false): SheetRow[] {
  return raw
    .map((cells, i) => ({
      number: i + 1,
      cells: cells.map((cell) => {
        const text = cell.normalize('NFC');
        return plainCell((keepLines ? text.replace(/\r\n?/g, '\n') : text.replace(/\s+/gu, ' ')).trim());
      }),
    }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
}

/** "A", "Z", "AA" … from 0. */
export function columnLetter(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest > 0 ? columnLetter(rest - 1) : '') + String.fromCharCode(65 + (index % 26));
}
