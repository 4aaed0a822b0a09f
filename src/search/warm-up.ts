import { fold } from './fold.ts';
import type { Search } from './search.ts';

/** By then the engine has compiled what a question runs through; measured with `npm run bench -- load`. */
const QUESTIONS = 100;
/** After the start, whose first callers come first; and between two questions, so that nobody waits for more than one. */
const BEGIN_AFTER_MS = 1000;
const PAUSE_MS = 5;

/**
 * Asks the handbook's own questions, every other one as it is typed without marks, until the search is warm: cold it takes
 * several times as long, and those who ask in the first minute would queue.
 */
export async function warmUp<E extends { question: string }>(
  search: Search<E>,
  entries: readonly E[],
  wait: (milliseconds: number, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  await wait(BEGIN_AFTER_MS, signal);
  for (let i = 0; i < QUESTIONS && !signal.aborted; i++) {
    const question = entries[i % entries.length]?.question ?? '';
    search.ask(i % 2 === 0 ? question : fold(question));
    await wait(PAUSE_MS, signal);
  }
}
