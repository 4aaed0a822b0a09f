import { fold, words } from './fold.ts';
import type { Search, SearchResult } from './search.ts';

/** How long the last topic of a conversation is remembered, and for how many conversations at once. */
const REMEMBERED_MINUTES = 10;
const MOST_CONVERSATIONS = 10_000;

/** Longest question that may lean on the one before it, in syllables without its opening. */
const LEANING = 5;
/** How much of what is asked on must be something that the answer speaks of. */
const COVERED = 0.6;
/** "Thế còn…", "vậy…", "nếu…": what people begin with when they go on. Folded. */
const OPENING = /^(?:the con|the thi|the|vay con|vay thi|vay|con|roi|nhung|neu|truong hop|doi voi)\b/;
const CLOSING = /\b(?:thi sao|the nao|ra sao|a|nhi|ha)$/;
/** Kinds of the same thing: naming one replaces the other of the earlier question. Folded. */
const ALTERNATIVES = [
  ['du bi', 'chinh thuc'],
  ['tam thoi', 'chinh thuc'],
  ['chi bo', 'dang bo'],
  ['dang vien', 'to chuc dang'],
  ['khien trach', 'canh cao', 'cach chuc', 'khai tru'],
  ['bi thu', 'pho bi thu', 'chi uy vien'],
];

interface Topic<E> {
  entry: E;
  until: Temporal.Instant;
}

/** What a conversation was about last; kept in memory only. */
export interface Topics<E> {
  get(conversation: string): E | undefined;
  set(conversation: string, entry: E): void;
}

export function createTopics<E>(now: () => Temporal.Instant): Topics<E> {
  const topics = new Map<string, Topic<E>>();
  return {
    get(conversation) {
      const topic = topics.get(conversation);
      if (!topic || Temporal.Instant.compare(topic.until, now()) < 0) {
        topics.delete(conversation);
        return undefined;
      }
      return topic.entry;
    },
    set(conversation, entry) {
      topics.delete(conversation);
      topics.set(conversation, { entry, until: now().add({ minutes: REMEMBERED_MINUTES }) });
      const [oldest] = topics.keys();
      if (topics.size > MOST_CONVERSATIONS && oldest !== undefined) topics.delete(oldest);
    },
  };
}

/**
 * Asks with the last topic in mind: "thế còn hồ sơ?", "bao lâu?", "còn đảng viên dự bị thì sao" are short, or open like
 * something that goes on, and say little alone. A question that can be answered by itself is a new topic.
 *
 * @returns the result, and whether the last topic was needed for it
 */
export function askFollowUp<E extends { id: string; question: string }>(
  search: Search<E>,
  text: string,
  last: E | undefined,
): SearchResult<E> & { leaning: boolean } {
  const alone = search.ask(text);
  const folded = words(fold(text)).join(' ');
  const opens = OPENING.test(folded);
  const rest = folded.replace(OPENING, '').replace(CLOSING, '').trim();
  const short = words(rest).length <= LEANING;
  const sure = alone.outcome === 'answer' && !opens;
  if (!last || !short || sure || alone.service !== undefined || rest === '') return { ...alone, leaning: false };

  const together = search.ask(`${withAlternative(last.question, rest)} ${rest}`);
  const field = last.id.slice(0, last.id.indexOf('/') + 1);
  const found = together.found.toSorted(
    (a, b) => Number(b.entry.id.startsWith(field)) - Number(a.entry.id.startsWith(field)),
  );
  const [best] = found;
  const leaning = together.outcome !== 'none' && best !== undefined && search.covers(rest, best.entry) >= COVERED;
  return leaning ? { ...together, found, leaning } : { ...alone, leaning };
}

/** The earlier question with the kind of thing replaced that the new one names instead. */
function withAlternative(question: string, rest: string): string {
  const folded = words(fold(question)).join(' ');
  for (const group of ALTERNATIVES) {
    const named = group.find((one) => rest.includes(one));
    const before = group.find((one) => one !== named && folded.includes(one));
    if (named !== undefined && before !== undefined) return folded.replace(before, named);
  }
  return question;
}
