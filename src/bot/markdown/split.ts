import type { Span, StyledText } from './styled.ts';

/**
 * Cuts a text into parts of at most `limit` UTF-16 units, at a paragraph if one ends late enough, else a line, a
 * sentence, a word, and only then between graphemes. A single grapheme longer than the limit (stacked marks) is cut
 * between code points. White space at the cuts is dropped, nothing else; parts with nothing to see are left out.
 */
export function splitStyled(styled: StyledText, limit: number): StyledText[] {
  const parts: StyledText[] = [];
  let start = skipSpace(styled.text, 0);
  while (start < styled.text.length) {
    const rest = styled.text.slice(start, start + limit + LOOK_AHEAD);
    const length = rest.length <= limit ? rest.length : cutAt(rest, limit);
    const end = start + styled.text.slice(start, start + length).trimEnd().length;
    if (isVisible(styled.text.slice(start, end))) parts.push(slice(styled, start, end));
    start = skipSpace(styled.text, start + length);
  }
  return parts;
}

/** Enough to see that a grapheme goes on behind the limit. */
const LOOK_AHEAD = 200;
const BOUNDARIES = [/\n\s*\n/g, /\n/g, /[.!?…;:]\s+/g, /\s+/g];
const GRAPHEMES = new Intl.Segmenter('vi', { granularity: 'grapheme' });

/** Length of the first part of `text`, which is longer than `limit`. */
function cutAt(text: string, limit: number): number {
  for (const earliest of [limit / 2, 1]) {
    for (const boundary of BOUNDARIES) {
      let best = 0;
      for (const match of text.matchAll(boundary)) {
        const end = match.index + match[0].trimEnd().length;
        if (end > limit) break;
        best = end;
      }
      if (best >= earliest) return best;
    }
  }
  let best = 0;
  for (const { index, segment } of GRAPHEMES.segment(text)) {
    if (index + segment.length > limit) break;
    best = index + segment.length;
  }
  if (best > 0) return best;
  const code = text.charCodeAt(limit - 1);
  const highSurrogate = code >= 0xd800 && code <= 0xdbff;
  return highSurrogate && limit > 1 ? limit - 1 : limit;
}

function slice(styled: StyledText, start: number, end: number): StyledText {
  const spans: Span[] = [];
  for (const span of styled.spans) {
    const clipped = { ...span, start: Math.max(span.start, start) - start, end: Math.min(span.end, end) - start };
    if (clipped.end > clipped.start) spans.push(clipped);
  }
  return { text: styled.text.slice(start, end), spans };
}

function skipSpace(text: string, from: number): number {
  return from + (/^\s*/.exec(text.slice(from))?.[0].length ?? 0);
}

/** Telegram and Zalo refuse messages made of spaces and format characters alone. */
function isVisible(text: string): boolean {
  return /[^\p{C}\p{Z}\p{M}\u2800\u3164\u115F\u1160\uFFA0]/u.test(text);
}
