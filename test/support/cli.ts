import { spawn } from 'node:child_process';

/** Runs a command of src/cli with nothing but this environment, the way npm does. */
export async function runCli(
  name: string,
  env: Record<string, string>,
  ...args: string[]
): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, [`src/cli/${name}.ts`, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, output };
}
