import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { chat, startBot, temporaryFolder } from './support/process.ts';

const run = promisify(execFile);

const demo = (env: Record<string, string>): Promise<{ code: number; output: string }> =>
  run(process.execPath, ['src/cli/demo.ts'], { env: { PATH: process.env['PATH'] ?? '', ...env } }).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    (error: { code: number; stderr: string }) => ({ code: error.code, output: error.stderr }),
  );

test('a visitor of the web chat can be a trainee, a secretary or an officer of the sample committee', async () => {
  using folder = temporaryFolder();
  const env = { DATABASE_URL: `sqlite:${folder.path}/thu.db` };
  const filled = await demo(env);
  expect(filled.output).toContain('Đã có dữ liệu mẫu');
  expect(await demo(env)).toMatchObject({ code: 1, output: expect.stringContaining('đã có người dùng') });

  const bot = await startBot(env);
  const said = async (user: string, text: string): Promise<string> =>
    (await chat(bot.url, { user, text })).body.replies.map(({ markdown }) => markdown).join('\n');
  expect(await (await fetch(`${bot.url}/chat/roles`)).json()).toEqual({
    roles: [
      { user: 'thu-hoc-vien', label: 'Học viên' },
      { user: 'thu-bi-thu', label: 'Bí thư chi bộ' },
      { user: 'thu-can-bo', label: 'Cán bộ phụ trách' },
    ],
  });
  expect(await said('thu-hoc-vien', '/lop')).toContain('MAU-01');
  expect(await said('thu-bi-thu', '/hop')).toContain('19:30');
  expect(await said('thu-can-bo', '/lophoc MAU-01')).toContain('13');
  const { outbox } = (await (await fetch(`${bot.url}/health`)).json()) as { outbox: { due: number } };
  expect(outbox.due).toBeGreaterThan(0);
  await bot.end();
});

test('a bot that is on a platform, or that others can reach, gets no sample data and offers no roles', async () => {
  using folder = temporaryFolder();
  const env = { DATABASE_URL: `sqlite:${folder.path}/that.db` };
  const refused = { code: 1, output: expect.stringContaining('chỉ để thử trên máy này') };
  expect(await demo({ ...env, TELEGRAM_BOT_TOKEN: '1:x' })).toMatchObject(refused);
  expect(await demo({ ...env, HOST: '0.0.0.0' })).toMatchObject(refused);
});
