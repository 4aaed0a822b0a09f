/** Longest name that is kept, in UTF-16 units; the longest Vietnamese names have about half. */
const LONGEST = 60;
/** The same with what is written around it. */
const LONGEST_TYPED = 120;
const MOST_WORDS = 8;
/** What people write before their name. */
const LEAD =
  /^(?:(?:họ\s+(?:và\s+)?tên|tên)(?:\s+tôi)?(?:\s+là)?\s*[:：-]?\s+|(?:tôi|mình|em)\s+(?:tên\s+)?là\s+|(?:đồng chí|đ\/c)\s+)/iu;

/**
 * The full name in a typed text: at least two words of letters. What was typed all small or all capital gets a capital
 * at the start of each word.
 */
export function readPersonName(text: string): string | undefined {
  const typed = text.normalize('NFC').replace(/\s+/gu, ' ').trim();
  if (typed.length > LONGEST_TYPED) return undefined;
  const name = typed
    .replace(LEAD, '')
    .replace(/[.,;]+$/, '')
    .trim();
  const parts = name.split(' ');
  if (name.length > LONGEST || parts.length < 2 || parts.length > MOST_WORDS) return undefined;
  if (!parts.every((part) => /^\p{L}[\p{L}\p{M}'’.-]*$/u.test(part))) return undefined;
  const flat = name === name.toLowerCase() || name === name.toUpperCase();
  return flat ? parts.map((part) => part.charAt(0).toUpperCase() + part.slice(1).toLowerCase()).join(' ') : name;
}
