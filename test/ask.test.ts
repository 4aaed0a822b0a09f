import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';

/** Runs `npm run ask` the way npm does. */
function ask(args: string[], input = ''): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, ['src/cli/ask.mjs', ...args], {
    env: { PATH: process.env['PATH'] ?? '', DATABASE_URL: 'sqlite:/nowhere/never.db' },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdin.end(input);
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, output })));
}

test('prints the answer', async () => {
  const { status, output } = await ask(['tuoi', 'ket nap dv']);
  expect(status).toBe(0);
  expect(output).toContain('Từ đủ 18 tuổi đến đủ 60 tuổi');
  expect(output).toContain('Căn cứ');
  expect(output).not.toContain('**');
});

test('--json prints one object', async () => {
  const { output } = await ask(['--json', 'tuổi kết nạp đv']);
  const answer = JSON.parse(output) as { outcome: string; entries: { id: string }[]; answer: string };
  expect(answer.outcome).toBe('answer');
  expect(answer.entries[0]?.id).toBe('ket-nap/do-tuoi-vao-dang');
  expect(answer.answer).toContain('**Căn cứ**');
});

test('--jsonl answers each line, folded topics under the id of their entry', async () => {
  const lines = [
    { id: 1, text: 'tuổi kết nạp đv' },
    { id: 'hai', text: 'thời tiết Hà Nội ngày mai thế nào' },
    { id: 3, text: '' },
  ];
  const { status, output } = await ask(['--jsonl'], `${lines.map((line) => JSON.stringify(line)).join('\n')}\n\n`);
  expect(status).toBe(0);
  const answers = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: unknown; outcome: string; entries: { id: string; confidence: number }[] });
  expect(answers.map(({ id }) => id)).toEqual([1, 'hai', 3]);
  expect(answers.map(({ outcome }) => outcome)).toEqual(['answer', 'none', 'none']);
  expect(answers[0]?.entries[0]?.id).toBe('ket-nap/do-tuoi-vao-dang');
  for (const { entries } of answers) {
    expect(entries.length).toBeLessThanOrEqual(5);
    for (const { confidence } of entries) expect(confidence).toBeLessThanOrEqual(1);
  }
});

test('says how it is used', async () => {
  expect(await ask([])).toMatchObject({ status: 2, output: expect.stringContaining('Cách dùng') as string });
});

test('a line of --jsonl that is no question is told, the others are answered', async () => {
  const { status, output } = await ask(['--jsonl'], 'x\nnull\n\n[1]\n"hai"\n{"id":6,"text":"tuổi kết nạp đv"}\n');
  expect(status).toBe(2);
  const lines = output.trim().split('\n');
  for (const number of [1, 2, 4, 5]) {
    expect(lines).toContain(`Dòng ${number} không phải JSON {"id","text"}, nên không được trả lời.`);
  }
  expect(lines).toHaveLength(5);
  expect(lines.find((line) => line.startsWith('{'))).toContain('"id":6,"outcome":"answer"');
});
