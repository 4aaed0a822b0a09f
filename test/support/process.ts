import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WEBHOOK_SECRET } from './canaries.ts';
import { lookInFolder } from './leaks.ts';

export interface RunningBot {
  readonly url: string;
  readonly child: ChildProcess;
  /** Everything that it wrote so far. */
  output(): string;
  /** Sends a signal and resolves with the exit status, or null when the signal killed it. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** For what a started process needs on a busy machine. */
export const SOON = { timeout: 15_000 };

/** Each worker has so many ports to itself, all below those that Linux gives to outgoing connections (from 32,768). */
const PORTS_OF_A_WORKER = 1500;
const FIRST_PORT = 20_000 + (Number(process.env['VITEST_POOL_ID'] ?? 0) % 8) * PORTS_OF_A_WORKER;

/** A port that nobody else is given. */
export function ownPort(): number {
  return FIRST_PORT + Math.floor(Math.random() * PORTS_OF_A_WORKER);
}

/** Environment of a bot that the platforms call; its port must be known before it starts. */
export function webhookEnv(): { PORT: string; PUBLIC_URL: string; WEBHOOK_SECRET: string } {
  const port = String(ownPort());
  return { PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}`, WEBHOOK_SECRET };
}

/** A fresh folder that is searched for secrets and removed at the end of the test. */
export function temporaryFolder(): { path: string; [Symbol.dispose](): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'sotay-'));
  return { path: folder, [Symbol.dispose]: () => clearAway(folder) };
}

/** Removes a folder of a test; what the program left in it must hold no secret. */
export function clearAway(folder: string): void {
  lookInFolder(folder);
  rmSync(folder, { recursive: true, force: true });
}

/** Those of `npm start` that are for Node's heap. */
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { start: string } };
const FLAGS = scripts.start.split(' ').filter((flag) => /^--(?:max|heap)-/.test(flag));

/** Starts src/main.mjs with nothing but this environment, as an operator would. */
export function spawnBot(env: Record<string, string>): {
  child: ChildProcess;
  output: () => string;
  exited: Promise<number | null>;
} {
  const child = spawn(process.execPath, [...FLAGS, 'src/main.mjs'], {
    env: { PATH: process.env['PATH'] ?? '', LOG_LEVEL: 'trace', ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.on('close', (status) => resolve(status)));
  return { child, output: () => output, exited };
}

/** Starts the bot on a free port, without limits for those who test quickly, and waits until it is ready. */
export async function startBot(env: Record<string, string>): Promise<RunningBot> {
  const { child, output, exited } = spawnBot({ PORT: '0', RATE_LIMIT: 'off', ...env });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const match = /"url":"([^"]+)".*"msg":"ready"/.exec(output());
      if (match?.[1]) resolve(match[1]);
    });
    void exited.then((status) => reject(new Error(`the bot ended with ${status}:\n${output()}`)));
  });
  return {
    url,
    child,
    output,
    end(signal = 'SIGTERM') {
      child.kill(signal);
      return exited;
    },
  };
}

/** Sends a message to the web chat's API. */
export async function chat(url: string, body: unknown): Promise<{ status: number; body: ChatBody }> {
  const response = await fetch(`${url}/chat/messages`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as ChatBody };
}

export interface ChatBody {
  replies: { id: string; markdown: string; html: string; choices: { id: string; label: string }[] }[];
  error?: string;
}
