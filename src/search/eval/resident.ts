import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** Resident set of a process in MiB. Needs `ps`. */
export function residentMebibytes(pid: number | undefined): number {
  return Math.round(Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 2 ** 10);
}

/**
 * What `npm run ask -- --jsonl`, the search without the bot around it, holds in MiB after it has answered these. It is
 * started once before, since the first start of a copy reads TypeScript and compiles, which takes up to 25 MiB more.
 */
export async function residentOfSearch(texts: readonly string[]): Promise<number> {
  await residentAfter(texts.slice(0, 1));
  return residentAfter(texts);
}

async function residentAfter(texts: readonly string[]): Promise<number> {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { ask: string } };
  const [, ...args] = scripts.ask.split(' ');
  const child = spawn(process.execPath, [...args, '--jsonl'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.write(texts.map((text, id) => `${JSON.stringify({ id, text })}\n`).join(''));
  let answered = 0;
  for await (const _ of createInterface({ input: child.stdout })) if (++answered === texts.length) break;
  const resident = residentMebibytes(child.pid);
  child.stdin.end();
  await once(child, 'exit');
  return resident;
}
