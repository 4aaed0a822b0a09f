/** What Telegram makes of a text in `parse_mode: HTML`; throws what it would answer. */
export function parseTelegramHtml(html: string): { text: string; entities: { tag: string; text: string }[] } {
  let text = '';
  const entities: { tag: string; text: string }[] = [];
  const open: { tag: string; start: number }[] = [];
  const token =
    /<(\/?)([a-zA-Z][\w-]*)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*>|&(lt|gt|amp|quot|#\d+|#x[\da-f]+);|([\s\S])/giu;
  for (const [, close, name = '', attributes = '', entity, character] of html.matchAll(token)) {
    if (character !== undefined) {
      if (character === '<') throw new Error("can't parse entities: Unsupported start tag");
      text += character;
    } else if (entity !== undefined) {
      text += decode(entity);
    } else if (close === '/') {
      const top = open.pop();
      if (top?.tag !== name) throw new Error(`can't parse entities: Unmatched end tag, expected "</${top?.tag}>"`);
      entities.push({ tag: name, text: text.slice(top.start) });
    } else {
      if (!SUPPORTED.has(name)) throw new Error(`can't parse entities: Unsupported start tag "${name}"`);
      if (name === 'a' ? !/^\s+href="(?:https?:|mailto:)[^"]*"$/i.test(attributes) : attributes !== '') {
        throw new Error("can't parse entities: attributes");
      }
      const inside = open.map(({ tag }) => tag);
      if (name === 'blockquote' && inside.includes('blockquote')) throw new Error("can't parse entities: nested quote");
      if (inside.includes('code') || inside.includes('pre')) throw new Error("can't parse entities: styles in code");
      open.push({ tag: name, start: text.length });
    }
  }
  const left = open.at(-1);
  if (left) throw new Error(`can't parse entities: Can't find end tag corresponding to start tag "${left.tag}"`);
  return { text, entities };
}

const SUPPORTED = new Set([
  'b',
  'strong',
  'i',
  'em',
  'u',
  'ins',
  's',
  'strike',
  'del',
  'a',
  'code',
  'pre',
  'blockquote',
]);
const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };

function decode(entity: string): string {
  const name = entity.toLowerCase();
  if (name in NAMED) return NAMED[name] ?? '';
  return String.fromCodePoint(name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)));
}
