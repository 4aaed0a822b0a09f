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
