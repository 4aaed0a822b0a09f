import { escapeHtml } from './escape-html.ts';
import { splitStyled } from './split.ts';
import { parseStyled, type Span, type Style, type StyledText } from './styled.ts';

/** Telegram's limit of a message's text after its entities are parsed; core.telegram.org/bots/api#sendmessage. */
export const TELEGRAM_TEXT_LIMIT = 4096;

/** Message Markdown → HTML for Telegram's `parse_mode: HTML`, one string a message. */
export function telegramHtml(markdown: string): string[] {
  return splitStyled(parseStyled(markdown, 'styled'), TELEGRAM_TEXT_LIMIT).map(toHtml);
}

const TAGS: Record<Exclude<Style, 'link'>, string> = {
  bold: 'b',
  italic: 'i',
  strike: 's',
  code: 'code',
  pre: 'pre',
  quote: 'blockquote',
};

function toHtml({ text, spans }: StyledText): string {
  let html = '';
  let at = 0;
  const open: Span[] = [];
  const upTo = (position: number): void => {
    for (let top = open.at(-1); top && top.end <= position; top = open.at(-1)) {
      html += escapeHtml(text.slice(at, top.end)) + closeTag(top);
      at = top.end;
      open.pop();
    }
    html += escapeHtml(text.slice(at, position));
    at = position;
  };
  // Parents stand before their children already: a stable sort by start keeps the nesting.
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    upTo(span.start);
    html += openTag(span);
    open.push(span);
  }
  upTo(text.length);
  return html;
}

function openTag(span: Span): string {
  return span.style === 'link' ? `<a href="${escapeHtml(span.href ?? '')}">` : `<${TAGS[span.style]}>`;
}

function closeTag(span: Span): string {
  return span.style === 'link' ? '</a>' : `</${TAGS[span.style]}>`;
}
