/** Does it now and again and again, until the signal. */
export async function keepDoing(
  task: () => Promise<void>,
  everyMs: number,
  wait: (milliseconds: number, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await task();
    await wait(everyMs, signal);
  }
}
