/** Fewer than that are not shown, so that nobody is singled out. */
export const LEAST_SHOWN = 5;

/** A number of people as it may be shown. */
export function shownCount(count: number): string {
  return count > 0 && count < LEAST_SHOWN ? `dưới ${LEAST_SHOWN}` : count.toLocaleString('vi-VN');
}

/**
 * Which of the counts of a table may be shown beside their sum. Small ones are hidden, and as many of the next larger as it
 * takes that the sum does not give them away: what is hidden is never one count alone, nor a small sum.
 *
 * @returns in the order of `counts`; a count of nobody is shown
 */
export function mayBeShown(counts: readonly number[]): boolean[] {
  const rising = counts
    .map((count, at) => ({ count, at }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => a.count - b.count || a.at - b.at);
  const hidden = new Set<number>();
  let sum = 0;
  for (const { count, at } of rising) {
    // A small count alone never reaches the sum, so that a larger one joins it.
    if (count >= LEAST_SHOWN && (hidden.size === 0 || sum >= LEAST_SHOWN)) break;
    hidden.add(at);
    sum += count;
  }
  return counts.map((_, at) => !hidden.has(at));
}
