import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parseQuietHours, type QuietHours } from './delivery/quiet-hours.ts';

/** The environment is not usable; one Vietnamese line a mistake, each naming its variable and the cure. */
export class ConfigError extends Error {
  override name = 'ConfigError';
  readonly lines: readonly string[];

  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

export type ChannelName = 'telegram' | 'zalo' | 'web';

/** Somebody on a platform, as `ADMINS` names people. */
export interface AccountRef {
  channel: ChannelName;
  userId: string;
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/;

const days = (example: string) =>
  z
    .string()
    .refine((text) => /^\d{1,4}$/.test(text) && Number(text) > 0, `phải là số ngày lớn hơn 0, ví dụ ${example}`)
    .transform(Number);

const url = (cure: string) =>
  z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), cure);

const apiRoot = (example: string) => url(`phải là địa chỉ http hoặc https, ví dụ ${example}`).transform(withoutSlash);

const count = (example: string) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `phải là số nguyên, ví dụ ${example}; 0 là không giới hạn`)
    .transform(Number);

const rate = (example: string) =>
  z
    .string()
    .refine(
      (text) => /^\d{1,3}(?:\.\d{1,2})?$/.test(text) && Number(text) > 0,
      `phải là số tin mỗi giây lớn hơn 0, ví dụ ${example}`,
    )
    .transform(Number);

const quietHours = z.string().transform((text, context): QuietHours | undefined => {
  if (text === '') return undefined;
  try {
    return parseQuietHours(text);
  } catch {
    context.addIssue(
      'phải là giờ bắt đầu và giờ kết thúc khác nhau, ví dụ 22:00-06:00; để trống là không có giờ yên lặng',
    );
    return z.NEVER;
  }
});

const port = z
  .string()
  .refine((text) => /^\d{1,5}$/.test(text) && Number(text) <= 65535, 'phải là số từ 0 đến 65535, ví dụ 3000')
  .transform(Number);

const admins = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  )
  .refine(
    (items) => items.every((item) => /^(?:telegram|zalo|web):\S+$/.test(item)),
    'phải là danh sách như telegram:12345,zalo:abc,web:ten, cách nhau bằng dấu phẩy',
  )
  .transform((items) =>
    items.map((item): AccountRef => {
      const colon = item.indexOf(':');
      return { channel: item.slice(0, colon) as ChannelName, userId: item.slice(colon + 1) };
    }),
  );

const environment = z
  .object({
    PORT: port.default(3000),
    HOST: z.string().default('127.0.0.1'),
    DATABASE_URL: z
      .string()
      .regex(/^sqlite:.+/, 'phải bắt đầu bằng sqlite: rồi đến tên tệp, ví dụ sqlite:var/sotay.db')
      .default('sqlite:var/sotay.db'),
    TELEGRAM_BOT_TOKEN: z
      .string()
      .regex(/^\d+:[\w-]+$/, 'không đúng dạng mã của BotFather (số:chữ); chép lại cả dòng mà BotFather đã gửi')
      .optional(),
    TELEGRAM_API_ROOT: apiRoot('https://api.telegram.org').default('https://api.telegram.org'),
    ZALO_BOT_TOKEN: z
      .string()
      .regex(
        /^\d+:[^\s/?#]+$/,
        'không đúng dạng mã của Zalo Bot Manager (số:chữ); chép lại cả dòng trong tin Zalo đã gửi',
      )
      .optional(),
    ZALO_API_ROOT: apiRoot('https://bot-api.zaloplatforms.com').default('https://bot-api.zaloplatforms.com'),
    TELEGRAM_RATE: rate('28').default(28),
    ZALO_RATE: rate('5').default(5),
    ZALO_MAX_USERS: count('50').default(50),
    ZALO_MAX_GROUPS: count('3').default(3),
    ZALO_MONTHLY_MESSAGES: count('3000').default(3000),
    PUBLIC_URL: url('phải là địa chỉ https, ví dụ https://bot.example.vn')
      .refine(
        (text) => !URL.canParse(text) || new URL(text).protocol === 'https:' || LOOPBACK.test(new URL(text).hostname),
        'phải là https (http chỉ dùng được với máy này để thử)',
      )
      .transform(withoutSlash)
      .optional(),
    WEBHOOK_SECRET: z
      .string()
      .regex(/^[\w-]{8,256}$/, 'phải có 8–256 ký tự gồm chữ không dấu, số, gạch dưới, gạch nối')
      .optional(),
    WEB_CHAT: z.enum(['on', 'off'], 'phải là on hoặc off').optional(),
    ADMINS: admins.default([]),
    TIME_ZONE: z.string().refine(isTimeZone, 'phải là tên múi giờ, ví dụ Asia/Ho_Chi_Minh').default('Asia/Ho_Chi_Minh'),
    HANDBOOK_DIR: z.string().default('data/handbook'),
    CONSENT_FILE: z.string().default('data/consent.md'),
    PRIVACY_CONTACT: z
      .string()
      .max(300, 'dài quá 300 ký tự; chỉ cần tên cấp ủy và cách liên hệ')
      .default('cấp ủy nơi lập sổ tay này; đồng chí liên hệ cán bộ phụ trách'),
    FOUR_EYES_ABOVE: z
      .string()
      .regex(/^\d{1,9}$/, 'phải là số người nhận, ví dụ 500; 0 là thông báo nào cũng cần đồng chí thứ hai duyệt')
      .transform(Number)
      .default(500),
    QUESTION_DAYS: days('180').default(180),
    DELIVERY_DAYS: days('365').default(365),
    QUIET_HOURS: quietHours.prefault('22:00-06:00'),
    BACKUP_DIR: z.string().optional(),
    BACKUP_KEEP: z
      .string()
      .refine((text) => /^\d{1,3}$/.test(text) && Number(text) > 0, 'phải là số bản giữ lại, từ 1 đến 999, ví dụ 14')
      .default('14')
      .transform(Number),
    BACKUP_KEY: z
      .string()
      .min(16, 'ngắn quá: cần ít nhất 16 ký tự; tạo bằng lệnh: openssl rand -base64 24')
      .max(1000, 'dài quá 1000 ký tự')
      .optional(),
    RATE_LIMIT: z.enum(['on', 'off'], 'phải là on hoặc off').default('on'),
    HTTPS_PROXY: url('phải là địa chỉ http hoặc https của proxy, ví dụ http://proxy.example.vn:3128').optional(),
    LOG_LEVEL: z
      .enum(
        ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
        'phải là một trong fatal, error, warn, info, debug, trace, silent',
      )
      .default('info'),
  })
  .refine((env) => env.PUBLIC_URL === undefined || env.WEBHOOK_SECRET !== undefined, {
    path: ['WEBHOOK_SECRET'],
    error: 'cần có khi đặt PUBLIC_URL; tạo bằng lệnh: openssl rand -hex 32',
  })
  .transform((env) => ({
    ...env,
    WEB_CHAT:
      env.WEB_CHAT ??
      (env.TELEGRAM_BOT_TOKEN === undefined && env.ZALO_BOT_TOKEN === undefined ? ('on' as const) : ('off' as const)),
  }));

export type Config = z.output<typeof environment>;

/** Empty means something of its own. */
const MAY_BE_EMPTY = new Set(['QUIET_HOURS']);

/** Those that may also be given as a file, by the name with `_FILE` after it, as Docker and systemd hand over secrets. */
const SECRETS = ['TELEGRAM_BOT_TOKEN', 'ZALO_BOT_TOKEN', 'WEBHOOK_SECRET', 'BACKUP_KEY', 'HTTPS_PROXY'] as const;

/** What must not be read anywhere. */
export function secretsOf(config: Config): string[] {
  return SECRETS.map((name) => config[name]).filter((secret) => secret !== undefined);
}

/**
 * Reads the environment; a variable that is empty counts as not set.
 *
 * @throws {ConfigError} with one line a mistake; values are not repeated, since some are secrets
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const set = Object.fromEntries(
    Object.entries({ ...env, ...secretFiles(env) })
      .map(([name, value]) => [name, value?.trim()] as const)
      .filter(([name, value]) => value !== undefined && (value !== '' || MAY_BE_EMPTY.has(name))),
  );
  const result = environment.safeParse(set);
  if (result.success) return result.data;
  throw new ConfigError(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}.`));
}

/** The contents of the secrets' files; the name of a file is no secret and may be told. */
function secretFiles(env: Record<string, string | undefined>): Record<string, string> {
  const found: Record<string, string> = {};
  const mistakes: string[] = [];
  for (const name of SECRETS) {
    const file = env[`${name}_FILE`]?.trim() ?? '';
    if (file === '') continue;
    if ((env[name]?.trim() ?? '') !== '') {
      mistakes.push(`${name}_FILE: chỉ đặt một trong hai, ${name} hoặc ${name}_FILE; bỏ bớt một dòng.`);
      continue;
    }
    try {
      found[name] = readFileSync(file, 'utf8');
    } catch {
      mistakes.push(`${name}_FILE: không đọc được tệp ${file}; kiểm tra tên tệp và quyền đọc của người chạy bot.`);
      continue;
    }
    if (found[name]?.trim() === '') mistakes.push(`${name}_FILE: tệp ${file} trống; ghi giá trị vào tệp.`);
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return found;
}

function withoutSlash(address: string): string {
  return address.replace(/\/+$/, '');
}

function isTimeZone(name: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch {
    return false;
  }
}

/** Whether this host name or address is this machine only. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}
