import { lexer, type Token, type Tokens } from 'marked';

export type Style = 'bold' | 'italic' | 'strike' | 'code' | 'pre' | 'quote' | 'link';

/** A style over `[start, end)` in UTF-16 units. Spans of one text nest and never overlap by halves. */
export interface Span {
  start: number;
  end: number;
  style: Style;
  href?: string;
}

/** Text with styles: what Telegram and Zalo can show, in one form that is easily measured and cut. */
export interface StyledText {
  text: string;
  spans: Span[];
}

/**
 * Message Markdown → styled text. HTML in the source is shown as it was written; nesting that a platform refuses
 * (a quote in a quote, styles in code) is flattened.
 *
 * @param links `styled` keeps them as spans, `written` puts the address behind the label, for platforms without links
 */
export function parseStyled(markdown: string, links: 'styled' | 'written'): StyledText {
  const builder = new Builder(links);
  builder.blocks(lexer(shallow(clean(markdown))));
  return builder.finish();
}

/** Characters that no platform shows or accepts: lone surrogates, and controls other than tab and line feed. */
export function clean(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u2028\u2029]/g, ' ');
}

/** Lists and quotes in one another on one line: more than anybody means would take the parser seconds, or all its stack. */
export function shallow(markdown: string): string {
  return markdown.replace(
    /^((?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])[ \t])){5})(?:[ \t]*(?:>|(?:[-+*]|\d{1,9}[.)])[ \t]))+/gm,
    '$1',
  );
}

/** Makes foreign text (typed by a person, or a document's title) stand in a line of Markdown as it is. */
export function escapeMarkdown(text: string): string {
  return clean(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>~|&@]/g, '\\$&')
    .replace(/:(?=\/\/)|(?<=\bwww)\./gi, '\\$&') // what would become a link by itself
    .replace(/^(\s*)([-+#=])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])/, '$1\\$2');
}

/** Addresses that may be followed from a message. */
export function isSafeLink(href: string): boolean {
  return /^(?:https?:\/\/|mailto:)/i.test(href);
}

const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };

class Builder {
  #text = '';
  readonly #spans: Span[] = [];
  readonly #open: Style[] = [];
  readonly #links: 'styled' | 'written';

  constructor(links: 'styled' | 'written') {
    this.#links = links;
  }

  finish(): StyledText {
    const text = this.#text.replace(/\s+$/u, '');
    const spans = this.#spans
      .map((span) => ({ ...span, end: Math.min(span.end, text.length) }))
      .filter((span) => span.end > span.start);
    return { text, spans };
  }

  blocks(tokens: Token[], indent = ''): void {
    for (const token of tokens) this.#block(token, indent);
  }

  #block(token: Tokens.Generic, indent: string): void {
    switch (token.type) {
      case 'space':
      case 'def':
        return;
      case 'heading':
        this.#paragraphBreak();
        this.#styled('bold', () => this.#inline(token.tokens ?? []));
        this.#text += '\n';
        return;
      case 'blockquote':
        this.#paragraphBreak();
        this.#styled('quote', () => this.blocks(token.tokens ?? []));
        return;
      case 'list':
        this.#list(token as Tokens.List, indent);
        return;
      case 'code':
        this.#paragraphBreak();
        this.#styled('pre', () => this.#append(token['text'] as string));
        return;
      case 'hr':
        this.#paragraphBreak();
        this.#append('———');
        return;
      case 'table':
        this.#table(token as Tokens.Table);
        return;
      case 'text':
        this.#lineBreak();
        this.#inline(token.tokens ?? [token]);
        return;
      default:
        this.#paragraphBreak();
        this.#inline(token.tokens ?? [token]);
    }
  }

  #list(list: Tokens.List, indent: string): void {
    if (indent === '') this.#paragraphBreak();
    const first = typeof list.start === 'number' ? list.start : 1;
    for (const [i, item] of list.items.entries()) {
      this.#lineBreak();
      this.#text += indent + (list.ordered ? `${first + i}. ` : '• ');
      const at = this.#text.length;
      for (const token of item.tokens as Tokens.Generic[]) {
        if (token.type === 'list') this.#list(token as Tokens.List, `${indent}   `);
        else if (this.#text.length === at || token.type === 'text') this.#inline(token.tokens ?? [token]);
        else this.#block(token, indent);
      }
    }
  }

  #table(table: Tokens.Table): void {
    this.#paragraphBreak();
    for (const row of [table.header, ...table.rows]) {
      this.#lineBreak();
      for (const [i, cell] of row.entries()) {
        if (i > 0) this.#text += ' | ';
        this.#inline(cell.tokens);
      }
    }
  }

  #inline(tokens: Token[]): void {
    for (const token of tokens as Tokens.Generic[]) {
      switch (token.type) {
        case 'strong':
          this.#styled('bold', () => this.#inline(token.tokens ?? []));
          break;
        case 'em':
          this.#styled('italic', () => this.#inline(token.tokens ?? []));
          break;
        case 'del':
          this.#styled('strike', () => this.#inline(token.tokens ?? []));
          break;
        case 'codespan':
          this.#styled('code', () => this.#append(token['text'] as string));
          break;
        case 'link':
          this.#link(token['href'] as string, token.tokens ?? []);
          break;
        case 'image':
          this.#link(token['href'] as string, [{ type: 'text', raw: '', text: token['text'] as string }]);
          break;
        case 'br':
          this.#text += '\n';
          break;
        case 'checkbox':
          this.#text += token['checked'] === true ? '☑ ' : '☐ ';
          break;
        case 'text':
          if (token.tokens) this.#inline(token.tokens);
          else this.#append(plainText(token['text'] as string));
          break;
        case 'escape':
          this.#append(plainText(token['text'] as string));
          break;
        default:
          this.#append(token.raw);
      }
    }
  }

  #link(href: string, label: Token[]): void {
    if (!isSafeLink(href)) {
      this.#inline(label);
      return;
    }
    if (this.#links === 'styled') {
      this.#styled('link', () => this.#inline(label), href);
      return;
    }
    const at = this.#text.length;
    this.#inline(label);
    if (this.#text.slice(at) !== href) this.#append(` (${href})`);
  }

  #styled(style: Style, inside: () => void, href?: string): void {
    const verbatim = this.#open.includes('code') || this.#open.includes('pre');
    if (verbatim || this.#open.includes(style)) {
      inside();
      return;
    }
    const start = this.#text.length;
    const index = this.#spans.push({ start, end: start, style, ...(href === undefined ? {} : { href }) }) - 1;
    this.#open.push(style);
    inside();
    this.#open.pop();
    const span = this.#spans[index];
    if (span) span.end = this.#text.length;
  }

  /** A single line feed inside a paragraph is a space: source lines are wrapped by editors, not by meaning. */
  #append(text: string): void {
    this.#text += this.#open.includes('pre') ? text : text.replace(/ *\n */g, ' ');
  }

  #lineBreak(): void {
    if (this.#text !== '' && !this.#text.endsWith('\n')) this.#text += '\n';
  }

  #paragraphBreak(): void {
    if (this.#text === '') return;
    const headingAbove = this.#text.endsWith('\n') && !this.#text.endsWith('\n\n');
    if (headingAbove) return;
    const text = this.#text.replace(/\n+$/, '');
    for (const span of this.#spans) span.end = Math.min(span.end, text.length);
    this.#text = `${text}\n\n`;
  }
}

/** The five entities that Markdown's text may hold, as their characters. */
export function plainText(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity);
}
