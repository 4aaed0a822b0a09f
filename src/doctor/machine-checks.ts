import { closeSync, existsSync, openSync, rmSync, statfsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { codeOf, post } from './network.ts';
import { Advice, Finding, type Check } from './finding.ts';

const NODE = 26;
const MB = 1024 * 1024;
/** Below this SQLite may not be able to finish a commit, or a backup. */
const LEAST_FREE = 200 * MB;
const GOOD_FREE = 1024 * MB;
/** Reminders come to the minute. */
const CLOCK_SECONDS = 30;

/** The machine that the bot runs on: Node, the account, folders, disk, time. */
export function machineChecks(config: Config, clock: Clock): Check[] {
  const folder = path.dirname(path.resolve(config.DATABASE_URL.slice('sqlite:'.length)));
  return [
    { name: 'Node.js', look: () => checkNode(process.versions.node) },
    { name: 'Tài khoản và tệp .env', look: checkAccount },
    { name: 'Thư mục dữ liệu', look: () => checkFolder(folder, 'DATABASE_URL') },
    { name: 'Chỗ trống trên đĩa', look: () => checkSpace(folder) },
    { name: 'Múi giờ', look: () => checkTimeZone(config.TIME_ZONE, clock) },
    { name: 'Đồng hồ', look: () => checkClock(config, clock) },
  ];
}

function checkNode(version: string): string {
  if (Number(version.split('.')[0]) >= NODE) return `phiên bản ${version}.`;
  throw new Finding(
    `đang chạy phiên bản ${version}, cần ${NODE} trở lên. Chạy bằng npm run … trong thư mục của bot, hoặc cài Node ${NODE}.`,
  );
}

function checkAccount(): string {
  if (process.getuid?.() === 0) {
    throw new Advice('lệnh đang chạy bằng root. Nên cho bot chạy bằng một tài khoản riêng; xem docs/trien-khai.md.');
  }
  if (existsSync('.env') && (statSync('.env').mode & 0o007) !== 0) {
    throw new Advice('người khác trên máy này đọc được tệp .env, trong đó có mã bí mật. Chạy: chmod 600 .env');
  }
  return 'được.';
}

/**
 * Makes a file and takes it away again: rights on paper are not all (read-only disks, containers).
 *
 * @throws {Finding}
 */
export function checkFolder(folder: string, variable: string): string {
  const there = existingPart(folder);
  const trial = path.join(there, `.thu-ghi-${process.pid}`);
  try {
    closeSync(openSync(trial, 'wx', 0o600));
  } catch (error) {
    throw new Finding(
      `không ghi được vào ${there} (${codeOf(error)}). Cho tài khoản của bot quyền ghi (chown), hoặc đổi ${variable}.`,
    );
  } finally {
    rmSync(trial, { force: true });
  }
  if (there !== folder) return `${folder} chưa có; bot tự tạo.`;
  if ((statSync(folder).mode & 0o007) !== 0) {
    throw new Advice(`ai trên máy này cũng vào được ${folder}. Chạy: chmod 700 ${folder}`);
  }
  return `${folder} ghi được, chỉ tài khoản của bot vào được.`;
}

/** The folder, or what of its path is there already. */
function existingPart(folder: string): string {
  return existsSync(folder) ? folder : existingPart(path.dirname(folder));
}

function checkSpace(folder: string): string {
  const { bavail, bsize } = statfsSync(existingPart(folder));
  const free = bavail * bsize;
  const text = `còn ${Math.floor(free / MB).toLocaleString('vi-VN')} MB`;
  if (free < LEAST_FREE) throw new Finding(`${text}. Giải phóng chỗ trống ngay: đĩa đầy thì bot ngừng gửi tin.`);
  if (free < GOOD_FREE) throw new Advice(`${text}. Nên giải phóng thêm chỗ trống.`);
  return `${text}.`;
}

function checkTimeZone(timeZone: string, clock: Clock): string {
  const now = clock.now().toZonedDateTimeISO(timeZone);
  const time = now.toPlainTime().toString({ smallestUnit: 'minute' });
  const text = `${timeZone}, bây giờ là ${time} ngày ${now.day}/${now.month}/${now.year}`;
  if (now.offset === '+07:00') return `${text}.`;
  throw new Advice(`${text}. Không phải giờ Việt Nam; nếu không cố ý thì bỏ dòng TIME_ZONE.`);
}

/** Against the platforms, which say the time with every answer. */
async function checkClock(config: Config, clock: Clock): Promise<string> {
  const roots = [
    ...(config.TELEGRAM_BOT_TOKEN === undefined ? [] : [config.TELEGRAM_API_ROOT]),
    ...(config.ZALO_BOT_TOKEN === undefined ? [] : [config.ZALO_API_ROOT]),
  ];
  for (const root of roots) {
    const answer = await post(root, { proxy: config.HTTPS_PROXY, body: {} }).catch(() => undefined);
    if (!answer?.date) continue;
    const off = Math.round(Math.abs(clock.now().since(answer.date).total('seconds')));
    if (off <= CLOCK_SECONDS) return 'đúng giờ.';
    throw new Finding(
      `lệch ${off} giây so với ${new URL(root).host}, nhắc lịch sẽ sai giờ. Bật đồng bộ giờ: timedatectl set-ntp true`,
    );
  }
  if (roots.length === 0) return 'chưa so được: chưa đặt mã Telegram hay Zalo.';
  throw new Advice('chưa so được giờ, vì chưa gọi được Telegram hay Zalo.');
}
