/** Words that differ by one edit or a swap of neighbouring letters, found without looking at all of them. */
export interface Neighbours {
  /** Takes in what was added to a list of words since it was last given. */
  take(words: readonly string[]): void;
  /** Each once. */
  near(word: string): string[];
}

export function createNeighbours(): Neighbours {
  /** By each form of a word with one letter left out: two words at one edit share one of these. */
  const index = new Map<string, string[]>();
  let taken = 0;
  return {
    take(words) {
      for (; taken < words.length; taken++) {
        const word = words[taken] ?? '';
        if (/\d/.test(word)) continue;
        for (const key of deletions(word)) {
          const list = index.get(key);
          if (list) list.push(word);
          else index.set(key, [word]);
        }
      }
    },
    near(word) {
      const found = new Set<string>();
      for (const key of deletions(word)) {
        for (const other of index.get(key) ?? []) if (isOneEdit(word, other)) found.add(other);
      }
      return [...found];
    },
  };
}

/** The word and each form of it with one letter left out. */
function deletions(word: string): string[] {
  const keys = [word];
  for (let at = 0; at < word.length; at++) keys.push(word.slice(0, at) + word.slice(at + 1));
  return keys;
}

/** One letter more, less or other, or two neighbours swapped. */
function isOneEdit(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const restA = a.slice(start, a.length - end);
  const restB = b.slice(start, b.length - end);
  if (restA.length <= 1 && restB.length <= 1) return true;
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
}
