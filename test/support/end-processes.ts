import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { afterAll } from 'vitest';

/*
 * Runs before each test file: the processes that its tests leave, because they failed, end with it. A bot would stay for
 * ever, and vitest too, which waits until nobody holds the streams of its workers any more.
 */

const running = new Set<ChildProcess>();

function started(message: unknown): void {
  const { process: child } = message as { process: ChildProcess };
  running.add(child);
  child.once('exit', () => running.delete(child));
}

subscribe('child_process', started);
afterAll(async () => {
  unsubscribe('child_process', started);
  const ended = [...running].filter((child) => child.kill('SIGKILL')).map((child) => once(child, 'exit'));
  await Promise.all(ended);
});
