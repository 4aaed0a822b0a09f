import { subscribe } from 'node:diagnostics_channel';
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import path from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { CANARY } from './canaries.ts';

/*
 * Looks for canaries in what the program gives out. Most of it is seen without the tests' doing, by channels on which Node tells
 * what happens: replies to `fetch`, outputs of processes, and statements of databases in this process with their values.
 */

const CHUNK = 1 << 20;
const EXCERPT = 60;

const leaks = new Set<string>();
let watching = false;

/** Where canaries were seen since it was last asked. */
export function takeLeaks(): string[] {
  const taken = [...leaks];
  leaks.clear();
  return taken;
}

export function look(where: string, what: string): void {
  const at = what.indexOf(CANARY);
  if (at === -1) return;
  const excerpt = what.slice(Math.max(at - EXCERPT, 0), at + CANARY.length + EXCERPT);
  leaks.add(`${where}: ${excerpt.replaceAll(/\p{Cc}+/gu, ' ')}`);
}

/** Looks through what comes in pieces, at whatever place it is cut. */
function lookThrough(where: () => string): (piece: string | Uint8Array) => void {
  let rest = '';
  return (piece) => {
    const text = rest + (typeof piece === 'string' ? piece : latin1(piece));
    if (text.includes(CANARY)) look(where(), text);
    rest = text.slice(1 - CANARY.length);
  };
}

/** Bytes of other encodings become other letters, but those of a canary stay. */
function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

/** Looks into all files in a folder: databases, their logs, copies and whatever else stands there. */
export function lookInFolder(folder: string): void {
  const piece = Buffer.allocUnsafe(CHUNK);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const name = path.join(entry.parentPath, entry.name);
    look('name of a file', name);
    if (!entry.isFile()) continue;
    const see = lookThrough(() => `file ${path.relative(folder, name)}`);
    const file = openIfThere(name);
    if (file === undefined) continue;
    for (let length; (length = readSync(file, piece, 0, CHUNK, null)) > 0;) see(piece.subarray(0, length));
    closeSync(file);
  }
}

/** A process that is just ending takes the log of its database away. */
function openIfThere(file: string): number | undefined {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A call of a platform's API: its address has the token, and registering a webhook its secret, but nothing else has either. */
export function lookAtCall(platform: string, method: string, headers: object, body: string): void {
  look(`headers of ${platform}'s ${method}`, JSON.stringify(headers));
  look(`${platform}'s ${method}`, method === 'setWebhook' ? body.replace(/"secret_token":"[^"]*"/, '') : body);
}

/** From now on, in this process. */
export function watchForLeaks(): void {
  // Test files share this module, and each asks.
  if (watching) return;
  watching = true;
  subscribe('child_process', (message) => {
    const { process: child } = message as { process: ChildProcess };
    // Its streams are made after it is told of.
    process.nextTick(() => {
      const where = (): string => `output of ${child.spawnargs.slice(1).join(' ')}`;
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', lookThrough(where));
    });
  });
  subscribe('sqlite.db.query', (message) => look('database', (message as { sql: string }).sql));
  const replies = new WeakMap<object, (piece: Uint8Array) => void>();
  subscribe('undici:request:headers', (message) => {
    const { request, response } = message as { request: FetchRequest; response: { headers: Uint8Array[] } };
    look(`headers of ${request.method} ${request.path}`, response.headers.map(latin1).join('\n'));
    replies.set(
      request,
      lookThrough(() => `reply to ${request.method} ${request.path}`),
    );
  });
  subscribe('undici:request:bodyChunkReceived', (message) => {
    const { request, chunk } = message as { request: FetchRequest; chunk: Uint8Array };
    replies.get(request)?.(chunk);
  });
}

interface FetchRequest {
  method: string;
  path: string;
}
