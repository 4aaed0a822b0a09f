import { fold, words } from '../search/fold.ts';
import type { Entry } from './entry.ts';
import type { Finding } from './finding.ts';

/** Share of common words (of all words of both) from which two questions count as the same. */
const NEARLY_THE_SAME = 0.85;

/** A way of asking, as its entry has it. */
interface Read {
  entry: Entry;
  part: (typeof ASKED)[number];
  text: string;
  terms: readonly string[];
}

interface Asked extends Pick<Read, 'entry' | 'text'> {
  /** Rarest first. */
  terms: readonly string[];
  set: ReadonlySet<string>;
}

/**
 * Questions or phrasings of two entries that a reader, or the search, could not tell apart. Two sets that are nearly the
 * same share one of their rarest words, so only those words are looked up.
 *
 * @param only of these entries, the last ones
 */
export function checkDuplicates(entries: readonly Entry[], only?: ReadonlySet<Entry>): (Finding & { entry: Entry })[] {
  const count = new Map<string, number>();
  const all = only ? nearThose(entries, only) : entries.flatMap((entry) => readEntry(entry));
  for (const { terms } of all) for (const term of terms) count.set(term, (count.get(term) ?? 0) + 1);
  const findings: (Finding & { entry: Entry })[] = [];
  const byTerm = new Map<string, Asked[]>();
  for (const { entry, part, text, terms } of all) {
    const asked: Asked = {
      entry,
      text,
      set: new Set(terms),
      // Words as rare as each other stand in one order everywhere, or two texts would not meet.
      terms: terms.toSorted((a, b) => (count.get(a) ?? 0) - (count.get(b) ?? 0) || (a < b ? -1 : 1)),
    };
    const telling = asked.terms.slice(0, terms.length - Math.ceil(terms.length * NEARLY_THE_SAME) + 1);
    const others = only && !only.has(entry) ? [] : telling.flatMap((term) => byTerm.get(term) ?? []);
    for (const other of new Set(others)) {
      const own = other.entry === entry;
      if (own ? fold(other.text) !== fold(text) : !nearlyTheSame(asked, other)) continue;
      const whose = own ? 'chính mục này' : `mục ${other.entry.id}`;
      const said = `"${text}" trùng với "${other.text}" của ${whose}.`;
      findings.push({ entry, part, text: said, excerpt: text, weight: 'mistake' });
    }
    for (const term of telling) {
      const list = byTerm.get(term);
      if (list) list.push(asked);
      else byTerm.set(term, [asked]);
    }
  }
  return findings;
}

const ASKED = ['question', 'phrasings', 'brief'] as const;

/** What these entries ask, and of the others what can be nearly the same: all but a few of its words are theirs. */
function nearThose(entries: readonly Entry[], only: ReadonlySet<Entry>): Read[] {
  const theirs = new Set([...only].flatMap((entry) => readEntry(entry).flatMap(({ terms }) => terms)));
  const isNear = ({ terms }: Read): boolean =>
    terms.filter((term) => theirs.has(term)).length >= terms.length * NEARLY_THE_SAME;
  return entries.flatMap((entry) => (only.has(entry) ? readEntry(entry) : readEntry(entry).filter(isNear)));
}

/** An officer's edit is checked several times, and 5,000 entries take half a second to read. */
const known = new WeakMap<Entry, readonly Read[]>();

function readEntry(entry: Entry): readonly Read[] {
  const read =
    known.get(entry) ??
    ASKED.flatMap((part) => [entry[part]].flat().map((text) => ({ entry, part, text, terms: termsOf(text) })));
  known.set(entry, read);
  return read;
}

function termsOf(text: string): string[] {
  return [...new Set(words(fold(text)))];
}

function nearlyTheSame(a: Asked, b: Asked): boolean {
  const [short, long] = a.terms.length < b.terms.length ? [a, b] : [b, a];
  if (short.terms.length < long.terms.length * NEARLY_THE_SAME) return false;
  const shared = short.terms.filter((term) => long.set.has(term)).length;
  return shared / (short.terms.length + long.terms.length - shared) >= NEARLY_THE_SAME;
}
