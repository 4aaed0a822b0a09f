import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor((sorted.length * percent) / 100), sorted.length - 1)] ?? 0;
}

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Figures mean little without the machine that they were taken on. */
export function machine(): string {
  const cores = cpus();
  return `${cores[0]?.model ?? 'unknown processor'}, ${cores.length} cores, Node ${process.version}`;
}

/** The first line of /proc/stat: ticks so far in user, nice, system, idle, iowait, irq, softirq, steal. */
const STEAL = 7;

/**
 * Begins to watch what the host of a virtual machine gives to others: with a fifth of it gone, every tail of a latency is
 * the host's. The function returned says how much that was since, per cent; undefined where it cannot be known.
 */
export function watchStolen(): () => number | undefined {
  const ticks = (): number[] => {
    if (process.platform !== 'linux') return [];
    const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
    return line
      .split(/\s+/)
      .slice(1, STEAL + 2)
      .map(Number);
  };
  const before = ticks();
  return () => {
    const spent = ticks().map((now, i) => now - (before[i] ?? 0));
    const all = spent.reduce((sum, one) => sum + one, 0);
    return all === 0 ? undefined : (100 * (spent[STEAL] ?? 0)) / all;
  };
}
