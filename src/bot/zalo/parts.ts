import { ZALO_TEXT_LIMIT } from '../markdown/zalo-text.ts';
import type { Choice, Outgoing } from '../channel.ts';
import { splitStyled } from '../markdown/split.ts';
import { clean, parseStyled, type Span, type StyledText } from '../markdown/styled.ts';
import type { TextStyle } from './client.ts';
/** A choice's line is cut here; no question of the handbook comes near. */
const LABEL_LIMIT = 300;
const HOW_TO_PICK = 'Gõ số để chọn:';
const MORE = parseStyled('Gõ *tiếp* để xem phần còn lại', 'written');
const GAP = '\n\n';
/** What a part that is not the last may hold. */
const WITH_MORE = ZALO_TEXT_LIMIT - GAP.length - MORE.text.length;

/** One message of a reply. */
export interface Part {
  styled: StyledText;
  /** How many of the choices have been listed with this part and those before it. */
  listed: number;
}

/**
 * A reply as Zalo can show it: the text, its choices as numbered lines under it, in parts of at most 2,000 UTF-16 units.
 * Every part but the last ends with the words that bring the next: each message counts against the month, so the rest is
 * sent only to who wants it.
 */
export function zaloParts({ markdown, choices = [] }: Outgoing): Part[] {
  const body = parseStyled(markdown, 'written');
  const lines = choices.map(numberedLine);
  const list = lines.length === 0 ? '' : [HOW_TO_PICK, ...lines].join('\n');
  const [whole, tooLong] = splitStyled(append(body, list), ZALO_TEXT_LIMIT);
  if (whole === undefined) return [];
  if (tooLong === undefined) return [{ styled: whole, listed: lines.length }];

  const parts = splitStyled(body, WITH_MORE).map((styled): Part => ({ styled, listed: 0 }));
  for (const [i, line] of lines.entries()) {
    const last = parts.at(-1);
    const started = (last?.listed ?? 0) > 0;
    const text = started ? line : `${HOW_TO_PICK}\n${line}`;
    const joined = last && append(last.styled, text, started ? '\n' : GAP);
    // The whole list stays together where it can: it opens a part of its own rather than being torn.
    const room = started ? WITH_MORE : WITH_MORE - list.length + text.length;
    if (joined && joined.text.length <= Math.max(room, 0)) parts[parts.length - 1] = { styled: joined, listed: i + 1 };
    else parts.push({ styled: { text, spans: [] }, listed: i + 1 });
  }
  for (const part of parts.slice(0, -1)) part.styled = appendStyled(part.styled, MORE);
  return parts;
}

/** The styles that Zalo has a code for, as ranges that do not overlap; the rest is shown plain. */
export function textStyles({ spans }: StyledText): TextStyle[] {
  const coded = spans.flatMap((span) => {
    const code = CODES[span.style];
    return code === undefined ? [] : [{ ...span, code }];
  });
  const edges = [...new Set(coded.flatMap(({ start, end }) => [start, end]))].toSorted((a, b) => a - b);
  return edges.flatMap((start, i) => {
    const end = edges[i + 1];
    if (end === undefined) return [];
    const st = [...new Set(coded.filter((span) => span.start <= start && span.end >= end).map(({ code }) => code))];
    return st.length === 0 ? [] : [{ start, len: end - start, st: st.toSorted() }];
  });
}

const CODES: Partial<Record<Span['style'], TextStyle['st'][number]>> = { bold: 'b', italic: 'i', strike: 's' };

function numberedLine({ label }: Choice, index: number): string {
  const line = `${index + 1}. ${clean(label).replace(/\s+/g, ' ').trim()}`;
  const [first, rest] = splitStyled({ text: line, spans: [] }, LABEL_LIMIT);
  return rest === undefined ? line : `${first?.text ?? line}…`;
}

function append(styled: StyledText, text: string, gap = GAP): StyledText {
  return appendStyled(styled, { text, spans: [] }, gap);
}

function appendStyled(before: StyledText, after: StyledText, gap = GAP): StyledText {
  if (after.text === '') return before;
  if (before.text === '') return after;
  const at = before.text.length + gap.length;
  return {
    text: before.text + gap + after.text,
    spans: [...before.spans, ...after.spans.map((span) => ({ ...span, start: span.start + at, end: span.end + at }))],
  };
}
