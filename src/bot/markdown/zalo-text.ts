import { splitStyled } from './split.ts';
import { parseStyled, type StyledText } from './styled.ts';

/** Zalo's limit is 2,000 "characters" without saying which kind; UTF-16 units are the safe reading. */
export const ZALO_TEXT_LIMIT = 2000;

/** Message Markdown → plain text with styles for Zalo, which has no links: the address stands behind the label. */
export function zaloText(markdown: string): StyledText[] {
  return splitStyled(parseStyled(markdown, 'written'), ZALO_TEXT_LIMIT);
}
