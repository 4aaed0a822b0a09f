/** Something in a spreadsheet that cannot be taken as it is. */
export interface Mistake {
  /** From 1, as the spreadsheet program shows it; undefined: the sheet as a whole. */
  row?: number | undefined;
  /** The column's title as the file has it, or its letter. */
  column?: string | undefined;
  /** Vietnamese: what is wrong and how to mend it. */
  text: string;
}

/** How many mistakes are told at once; who has more begins with these. */
const MOST_TOLD = 30;

/** "Hàng 7, cột Loại: …", in the order of the rows. */
export function mistakeLines(mistakes: readonly Mistake[]): string[] {
  const inOrder = mistakes.toSorted((a, b) => (a.row ?? 0) - (b.row ?? 0));
  const lines = inOrder.slice(0, MOST_TOLD).map(({ row, column, text }) => {
    const place = [row === undefined ? '' : `Hàng ${row}`, column === undefined ? '' : `cột ${column}`].filter(Boolean);
    return place.length > 0 ? `${place.join(', ').replace(/^c/, 'C')}: ${text}` : text;
  });
  const left = mistakes.length - lines.length;
  return left > 0 ? [...lines, `… và ${left} lỗi nữa. Đồng chí sửa các lỗi trên trước.`] : lines;
}
