/*
 * A cell that begins with one of these may become a formula: not in our files, where every cell is a text, but when somebody
 * edits the cell or saves the sheet as .csv. An apostrophe in front is how spreadsheet programs mark a text.
 */
const DANGEROUS = /^['=+\-@\t\r]/;

/** The text as it may stand in a cell that goes out. */
export function neutralCell(text: string): string {
  return DANGEROUS.test(text) ? `'${text}` : text;
}

/** The text of a cell that was made neutral, or of any other. */
export function plainCell(cell: string): string {
  return cell.startsWith("'") && DANGEROUS.test(cell.slice(1)) ? cell.slice(1) : cell;
}
