import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import { ConfigError, type Config } from '../config.ts';
import { HandbookError, loadHandbook } from '../handbook/load.ts';
import { consentOf } from '../people/consent.ts';
import { isEncrypted, keyFits } from '../store/backup-cipher.ts';
import { newestCopy, newestCopyFile, putAside } from '../store/backup-folder.ts';
import { migrations } from '../store/migrations.ts';
import { Advice, Finding, type Check } from './finding.ts';
import { checkFolder } from './machine-checks.ts';

/** Nightly, and a few hours of grace. */
const BACKUP_HOURS = 30;
const LEFT_DAYS = 30;
const SHOWN = 3;

/** What the bot reads and keeps: handbook, consent, database, copies. */
export function dataChecks(config: Config, clock: Clock): Check[] {
  const file = config.DATABASE_URL.slice('sqlite:'.length);
  return [
    { name: 'Sổ tay', look: () => checkHandbook(config.HANDBOOK_DIR) },
    { name: 'Lời đồng ý về dữ liệu cá nhân', look: () => checkConsent(config) },
    { name: 'Cơ sở dữ liệu', look: () => checkDatabase(file) },
    { name: 'Sao lưu', look: () => checkBackups(config, file, clock) },
    { name: 'Bản cũ còn lại', look: () => checkLeft(file, clock) },
  ];
}

/** A platform is on: people use it, and what would be advice while trying it out is a mistake. */
const isLive = (config: Config): boolean =>
  config.TELEGRAM_BOT_TOKEN !== undefined || config.ZALO_BOT_TOKEN !== undefined;

function shortcoming(config: Config, text: string): Finding {
  return isLive(config) ? new Finding(text) : new Advice(text);
}

function checkHandbook(folder: string): string {
  try {
    return `${loadHandbook(folder).entries.length} câu.`;
  } catch (error) {
    if (!(error instanceof HandbookError)) throw error;
    const first = error.mistakes.slice(0, SHOWN).map(({ file, line, text }) => `\n  ${file}:${line}: ${text}`);
    throw new Finding(
      `có ${error.mistakes.length} chỗ sai, bot không khởi động được. Sửa rồi chạy npm run handbook:check.${first.join('')}`,
    );
  }
}

function checkConsent(config: Config): string {
  try {
    consentOf(config);
  } catch (error) {
    if (error instanceof ConfigError) throw new Finding(error.lines.join(' '));
    throw error;
  }
  if (process.env['PRIVACY_CONTACT'] === undefined) {
    throw new Advice('chưa ghi ai chịu trách nhiệm. Đặt PRIVACY_CONTACT, ví dụ: Đảng ủy xã A, điện thoại văn phòng …');
  }
  return 'được.';
}

function checkDatabase(file: string): string {
  if (!existsSync(file)) throw new Advice('chưa có; bot tự tạo khi chạy lần đầu.');
  try {
    const database = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
    try {
      const check = database.prepare('PRAGMA integrity_check(1)').get();
      if (check?.['integrity_check'] !== 'ok') throw damaged();
      const done = database.prepare('SELECT name FROM kysely_migration').all();
      if (done.some(({ name }) => migrations[String(name)] === undefined)) {
        throw new Finding('đã dùng với phiên bản mới hơn của chương trình. Cài lại phiên bản đó.');
      }
    } finally {
      database.close();
    }
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_SQLITE_ERROR') throw damaged();
    throw error;
  }
  if ((statSync(file).mode & 0o007) !== 0 && (statSync(path.dirname(file)).mode & 0o007) !== 0) {
    throw new Advice(`ai trên máy này cũng đọc được. Chạy: chmod 600 ${file}*`);
  }
  return 'nguyên vẹn.';
}

const damaged = (): Finding =>
  new Finding(
    'bị hỏng hoặc không đọc được. Dừng bot, kiểm tra ổ đĩa, rồi phục hồi bản sao gần nhất: npm run restore -- <tệp>',
  );

function checkBackups(config: Config, file: string, clock: Clock): string {
  const { BACKUP_DIR, BACKUP_KEY } = config;
  if (BACKUP_DIR === undefined) {
    throw shortcoming(config, 'chưa có sao lưu hằng đêm. Đặt BACKUP_DIR, tốt nhất là thư mục trên ổ đĩa hay máy khác.');
  }
  checkWritable(path.resolve(BACKUP_DIR));
  const newest = newestCopy(BACKUP_DIR, clock.now());
  if (!newest) {
    throw shortcoming(
      config,
      `chưa có bản nào trong ${BACKUP_DIR}. Chạy npm run backup, hoặc khởi động bot: bot tự sao lưu.`,
    );
  }
  const hours = clock.now().since(newest).total('hours');
  if (hours > BACKUP_HOURS) {
    throw new Finding(
      `bản mới nhất đã ${Math.floor(hours)} giờ. Xem nhật ký của bot ("backup failed"), chạy thử npm run backup.`,
    );
  }
  const copy = newestCopyFile(BACKUP_DIR, newest);
  if (BACKUP_KEY !== undefined && isEncrypted(copy) && !keyFits(copy, BACKUP_KEY)) {
    throw new Advice(
      'BACKUP_KEY khác với lúc sao lưu gần nhất. Giữ lại mật khẩu cũ: không có nó thì các bản cũ không mở được.',
    );
  }
  if (existsSync(file) && statSync(BACKUP_DIR).dev === statSync(file).dev) {
    throw new Advice(`đủ, nhưng ${BACKUP_DIR} ở cùng ổ đĩa với dữ liệu: hỏng ổ là mất cả hai. Nên chép sang máy khác.`);
  }
  return `bản mới nhất cách đây ${Math.floor(hours)} giờ${BACKUP_KEY === undefined ? ', không mã hóa' : ', đã mã hóa'}.`;
}

function checkWritable(folder: string): void {
  try {
    checkFolder(folder, 'BACKUP_DIR');
  } catch (error) {
    if (!(error instanceof Advice)) throw error;
  }
}

/** What restores put aside still holds people's data. */
function checkLeft(file: string, clock: Clock): string {
  const left = putAside(file);
  if (left.length === 0) return 'không có.';
  const oldest = clock.now().subtract({ hours: LEFT_DAYS * 24 });
  const old = left.filter(({ at }) => Temporal.Instant.compare(at, oldest) < 0);
  if (old.length > 0) {
    throw new Advice(`còn dữ liệu từ trước một lần phục hồi, quá ${LEFT_DAYS} ngày; xóa đi: ${namesOf(old)}`);
  }
  return `dữ liệu từ trước lần phục hồi, khi chắc không cần nữa thì xóa đi: ${namesOf(left)}`;
}

const namesOf = (files: readonly { file: string }[]): string => files.map(({ file }) => file).join(', ');
