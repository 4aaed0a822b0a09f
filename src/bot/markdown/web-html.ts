import { Marked } from 'marked';
import { escapeHtml } from './escape-html.ts';
import { clean, isSafeLink, plainText, shallow } from './styled.ts';

const marked = new Marked({
  renderer: {
    heading({ tokens }) {
      return `<h3>${this.parser.parseInline(tokens)}</h3>\n`;
    },
    html({ text, block }) {
      return block ? `<p>${escapeHtml(text)}</p>\n` : escapeHtml(text);
    },
    link({ href, tokens }) {
      const label = this.parser.parseInline(tokens);
      return isSafeLink(href) ? `<a href="${escapeHtml(href)}" rel="noopener noreferrer">${label}</a>` : label;
    },
    image({ text }) {
      return escapeHtml(text);
    },
    // marked's own stops escaping after an inline <script>.
    text(token) {
      return 'tokens' in token && token.tokens
        ? this.parser.parseInline(token.tokens)
        : escapeHtml(plainText(token.text));
    },
    checkbox({ checked }) {
      return checked ? '☑ ' : '☐ ';
    },
  },
});

/** Message Markdown → HTML for the web chat. HTML in the source is shown as text, images as their description. */
export function webHtml(markdown: string): string {
  return marked.parse(shallow(clean(markdown)), { async: false });
}
