import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../src/config.ts';
import { spawnBot, temporaryFolder } from './support/process.ts';

const lines = (env: Record<string, string>): readonly string[] => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.lines;
    throw error;
  }
  return [];
};

describe('the environment', () => {
  test('may be empty', () => {
    expect(readConfig({})).toMatchObject({
      PORT: 3000,
      HOST: '127.0.0.1',
      DATABASE_URL: 'sqlite:var/sotay.db',
      WEB_CHAT: 'on',
      ADMINS: [],
      TIME_ZONE: 'Asia/Ho_Chi_Minh',
    });
    expect(readConfig({ PORT: '', LOG_LEVEL: ' ' }).PORT).toBe(3000);
  });

  test('has quiet hours unless they are set to nothing', () => {
    expect(readConfig({}).QUIET_HOURS?.from.toString()).toBe('22:00:00');
    expect(readConfig({ QUIET_HOURS: ' ' }).QUIET_HOURS).toBeUndefined();
  });

  test('turns the web chat off beside a platform, unless it is asked for', () => {
    expect(readConfig({ TELEGRAM_BOT_TOKEN: '1:a' }).WEB_CHAT).toBe('off');
    expect(readConfig({ TELEGRAM_BOT_TOKEN: '1:a', WEB_CHAT: 'on' }).WEB_CHAT).toBe('on');
  });

  test('reads the administrators', () => {
    expect(readConfig({ ADMINS: 'telegram:42, zalo:ab:c ,web:lan' }).ADMINS).toEqual([
      { channel: 'telegram', userId: '42' },
      { channel: 'zalo', userId: 'ab:c' },
      { channel: 'web', userId: 'lan' },
    ]);
  });

  test.each([
    ['PORT', 'abc'],
    ['PORT', '70000'],
    ['DATABASE_URL', 'mysql://x'],
    ['TELEGRAM_BOT_TOKEN', 'khong-phai-ma'],
    ['TELEGRAM_API_ROOT', 'api.telegram.org'],
    ['PUBLIC_URL', 'http://bot.example.vn'],
    ['WEBHOOK_SECRET', 'ngắn'],
    ['TELEGRAM_RATE', '0'],
    ['ZALO_RATE', 'nhanh'],
    ['QUIET_HOURS', '22h-6h'],
    ['QUIET_HOURS', '22:00-22:00'],
    ['DELIVERY_DAYS', '0'],
    ['WEB_CHAT', 'bật'],
    ['BACKUP_KEEP', '0'],
    ['BACKUP_KEY', 'canary'],
    ['ADMINS', 'lan'],
    ['TIME_ZONE', 'Hanoi'],
    ['HTTPS_PROXY', 'proxy'],
    ['LOG_LEVEL', 'loud'],
  ])('%s=%s is one line that names it and not its value', (name, value) => {
    const found = lines({ WEBHOOK_SECRET: 'canary-webhook-secret', [name]: value });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(new RegExp(`^${name}: .+\\.$`));
    if (/TOKEN|SECRET|KEY/.test(name)) expect(found[0]).not.toContain(value);
  });

  test('refuses webhooks without a secret, and takes http only on this machine', () => {
    expect(lines({ PUBLIC_URL: 'https://bot.example.vn' })).toEqual([
      'WEBHOOK_SECRET: cần có khi đặt PUBLIC_URL; tạo bằng lệnh: openssl rand -hex 32.',
    ]);
    expect(lines({ PUBLIC_URL: 'http://127.0.0.1:3000/', WEBHOOK_SECRET: 'canary-webhook-secret' })).toEqual([]);
  });

  test('takes secrets from files, and says which file is wrong', () => {
    using folder = temporaryFolder();
    const file = `${folder.path}/token`;
    writeFileSync(file, '12345:canary-token\n');
    expect(readConfig({ TELEGRAM_BOT_TOKEN_FILE: file }).TELEGRAM_BOT_TOKEN).toBe('12345:canary-token');
    expect(lines({ TELEGRAM_BOT_TOKEN_FILE: file, TELEGRAM_BOT_TOKEN: '1:canary' })).toEqual([
      'TELEGRAM_BOT_TOKEN_FILE: chỉ đặt một trong hai, TELEGRAM_BOT_TOKEN hoặc TELEGRAM_BOT_TOKEN_FILE; bỏ bớt một dòng.',
    ]);
    expect(lines({ BACKUP_KEY_FILE: `${file}-khac` })[0]).toMatch(/^BACKUP_KEY_FILE: không đọc được tệp/);
    writeFileSync(file, ' \n');
    expect(lines({ WEBHOOK_SECRET_FILE: file })[0]).toContain('trống');
    writeFileSync(file, 'canary không đúng dạng');
    expect(lines({ ZALO_BOT_TOKEN_FILE: file })[0]).toMatch(/^ZALO_BOT_TOKEN: (?!.*canary)/);
  });

  test('reports every mistake at once, and the process ends with status 2', async () => {
    const { exited, output } = spawnBot({ PORT: 'x', TIME_ZONE: 'y', PUBLIC_URL: 'https://a.vn' });
    expect(await exited).toBe(2);
    const names = output()
      .trim()
      .split('\n')
      .map((line) => line.split(':')[0]);
    expect(names).toEqual(['PORT', 'TIME_ZONE', 'WEBHOOK_SECRET']);
  });
});
